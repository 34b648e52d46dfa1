"""Guarded outbound reads against servers of our own on this host, well-behaved and malicious ones."""

import hashlib
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from gcis.core.errors import SourceFault, Unavailable
from gcis.core.fetch import Fetched, Rules, check_url, fetch
from gcis.core.fetch_rules import rules_from_settings
from tests.examples import examples

PICTURE = bytes(range(256)) * 4000
HOST = "dam.example.org"
ANYWHERE = Rules()

Behaviour = Callable[[socket.socket, bytes], None]


class Server:
    """Answers each connection on a loopback address as `behaviour` does, and keeps the heads of the requests."""

    def __init__(self, behaviour: Behaviour, address: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self.behaviour, self.context = behaviour, context
        self.requests: list[bytes] = []
        self.listening = socket.create_server((address, 0))
        self.port: int = self.listening.getsockname()[1]
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            accepted, _ = self.listening.accept()
            with closing(accepted), suppress(OSError):
                if self.stopping.is_set():
                    return
                accepted.settimeout(10)
                with self.context.wrap_socket(accepted, server_side=True) if self.context else accepted as connection:
                    head = b""
                    while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
                        head += piece
                    self.requests.append(head)
                    self.behaviour(connection, head)

    def stop(self) -> None:
        self.stopping.set()
        socket.create_connection(self.listening.getsockname()).close()
        self.thread.join()
        self.listening.close()


Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[Server] = []

    def begin(behaviour: Behaviour | bytes, **options: Any) -> Server:
        said = behaviour
        act = (lambda connection, _: connection.sendall(said)) if isinstance(said, bytes) else said
        servers.append(Server(act, **options))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


def answer(status: str = "200 OK", *headers: str, body: bytes | None = PICTURE) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def moved(location: str, status: str = "302 Found") -> bytes:
    return answer(status, f"Location: {location}", body=b"")


def to_here(_: str) -> Sequence[str]:
    return ["127.0.0.1"]


def rules(*servers: Server, **changes: Any) -> Rules:
    """Rules that allow `HOST` and what is below it at these servers' ports."""
    return replace(Rules(tuple(f".{HOST}:{server.port}" for server in servers), allow_private=True), **changes)


def read(server: Server, target: Path, **changes: Any) -> Fetched:
    url = f"http://{HOST}:{server.port}/picture.jpg"
    return fetch(url, target, rules=rules(server, **changes), tell=lambda *_: None, resolve=to_here)


def assert_fails(
    error: type[SourceFault] | type[Unavailable], code: str, server: Server, target: Path, **changes: Any
) -> str:
    """Returns the sentence. Nothing is left."""
    with pytest.raises(error) as caught:
        read(server, target, **changes)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")
    assert not target.exists()
    return caught.value.sentence


# --------------------------------------------------------------------------------------------------------- what is read
def test_a_file_is_read_with_what_the_server_says_of_it(start: Start, target: Path) -> None:
    said = ['ETag: "v1"', "Last-Modified: Mon, 02 Nov 2026 10:00:00 GMT", "Content-Type: image/jpeg"]
    server = start(answer("200 OK", *said))
    told: list[tuple[int, int | None]] = []
    url = f"http://{HOST}:{server.port}/a%20b/picture.jpg?size=full&x=%2F#top"
    fetched = fetch(url, target, rules=rules(server), tell=lambda *how: told.append(how), resolve=to_here)

    assert target.read_bytes() == PICTURE
    assert fetched == Fetched(
        digest=hashlib.sha256(PICTURE).hexdigest(),
        size=len(PICTURE),
        etag='"v1"',
        last_modified="Mon, 02 Nov 2026 10:00:00 GMT",
        content_type="image/jpeg",
        final_url=url.removesuffix("#top"),
        file_name="picture.jpg",
    )
    assert told[-1] == (len(PICTURE), len(PICTURE))
    assert [size for size, _ in told] == sorted({size for size, _ in told})


def test_the_request_is_plain_and_carries_nothing_of_ours(
    start: Start, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server = start(answer("200 OK", "Set-Cookie: session=1"))
    read(server, target)
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /picture.jpg HTTP/1.1"
    names = {line.partition(":")[0]: line.partition(": ")[2] for line in lines[1:] if line}
    assert set(names) == {"Host", "Accept", "Accept-Encoding", "Connection", "User-Agent"}
    assert (names["Host"], names["Accept-Encoding"]) == (f"{HOST}:{server.port}", "identity")


@pytest.mark.parametrize(
    "said",
    [
        answer(body=None) + PICTURE,
        answer("200 OK", "Transfer-Encoding: chunked", body=None) + b"fa000\r\n" + PICTURE + b"\r\n0\r\n\r\n",
        answer("200 OK", "Content-Encoding: identity"),
        answer() + b"more than was announced",
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(),
    ],
    ids=["until the end", "in chunks", "identity", "followed by more", "after a 100"],
)
def test_a_body_ends_where_the_protocol_says(start: Start, target: Path, said: bytes) -> None:
    fetched = read(start(said), target)
    assert (fetched.size, target.read_bytes()) == (len(PICTURE), PICTURE)


def test_an_empty_file_is_a_file(start: Start, target: Path) -> None:
    for said in (answer(body=b""), answer("200 OK", "Transfer-Encoding: chunked", body=None) + b"0\r\n\r\n"):
        assert read(start(said), target).size == 0
        assert target.read_bytes() == b""
        target.unlink()


@pytest.mark.parametrize(
    ("path", "disposition", "name"),
    [
        ("/a/picture.jpg", "", "picture.jpg"),
        ("/a/Gem%C3%A4lde%201.tif?x=1", "", "Gemälde 1.tif"),
        ("/Gemälde.tif", "", "Gemälde.tif"),
        ("/download", 'attachment; filename="scan 1.tif"', "scan 1.tif"),
        ("/download", "attachment; filename*=UTF-8''Gem%C3%A4lde.tif", "Gemälde.tif"),
        ("/download", "attachment; filename=Gemälde.tif", "Gemälde.tif"),
        ("/download", 'attachment; filename="../../etc/passwd"', "passwd"),
        ("/download", 'attachment; filename="C:\\\\scans\\\\1.tif"', "1.tif"),
        ("/download", "attachment; filename*=idna''%FF", "download"),
        ("/download", "attachment", "download"),
        ("/a%2F..%2Fb%0Ac%E2%80%AEd.tif", "", "bcd.tif"),
        ("/" + "x" * 300 + ".tif", "", "x" * 196 + ".tif"),
        ("/", "", ""),
        ("/..", "", ".."),
    ],
)
def test_the_name_is_the_servers_or_the_last_of_the_path(
    start: Start, target: Path, path: str, disposition: str, name: str
) -> None:
    headers = [f"Content-Disposition: {disposition}"] if disposition else []
    server = start(answer("200 OK", *headers))
    url = f"http://{HOST}:{server.port}{path}"
    assert fetch(url, target, rules=rules(server), tell=lambda *_: None, resolve=to_here).file_name == name


def test_headers_that_no_server_means_are_left_out(start: Start, target: Path) -> None:
    fetched = read(start(answer("200 OK", "ETag: " + "x" * 2000, "Last-Modified: a\0b", "Content-Type: a\x7f")), target)
    assert (fetched.etag, fetched.last_modified, fetched.content_type) == ("", "", "")


def test_a_file_that_is_there_is_neither_overwritten_nor_removed(start: Start, target: Path) -> None:
    target.write_bytes(b"ours")
    server = start(answer())
    with pytest.raises(FileExistsError):
        read(server, target)
    assert target.read_bytes() == b"ours"


# ------------------------------------------------------------------------------------------------- what does not arrive
@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        *[(status, SourceFault, "url_not_found") for status in (404, 410)],
        *[(status, SourceFault, "url_forbidden") for status in (401, 403, 407, 451)],
        *[(status, Unavailable, "url_unreachable") for status in (408, 429, 500, 502, 503, 504)],
        *[(status, SourceFault, "url_bad") for status in (201, 204, 206, 300, 304, 400, 406, 418)],
    ],
)
def test_every_other_status_is_an_error_of_its_family(
    start: Start, target: Path, status: int, error: type[SourceFault], code: str
) -> None:
    sentence = assert_fails(error, code, start(answer(f"{status} \x1b[31mWords of theirs", body=b"")), target)
    assert f"{HOST} answers {status}" in sentence
    assert "theirs" not in sentence


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", "Content-Encoding: gzip"),
        answer("200 OK", "Content-Encoding: identity", "Content-Encoding: br"),
        answer("200 OK", "Transfer-Encoding: gzip, chunked", body=None) + b"0\r\n\r\n",
        answer("200 OK", "Content-Length: -5", body=None) + PICTURE,
        answer("200 OK", "Content-Length: 10 apples", body=None) + PICTURE,
        answer("200 OK", "Content-Length: 5", body=PICTURE),
        answer("302 Found", body=b""),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>HTTP/0.9</html>\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_plain_file_is_bad(start: Start, target: Path, said: bytes) -> None:
    assert_fails(SourceFault, "url_bad", start(said), target)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Le",
        answer()[:-1],
        answer("200 OK", f"Content-Length: {100 * 10**6}", body=None) + PICTURE,
        answer("200 OK", "Transfer-Encoding: chunked", body=None) + b"fa000\r\n" + PICTURE[:-1],
        answer("200 OK", "Transfer-Encoding: chunked", body=None) + b"10\r\n0123456789abcdef\r\n",
        answer("200 OK", "Transfer-Encoding: chunked", body=None) + b"no number\r\n",
    ],
)
def test_what_breaks_off_may_come_whole_another_time(start: Start, target: Path, said: bytes) -> None:
    assert_fails(Unavailable, "url_unreachable", start(said), target)


def test_a_file_that_is_announced_too_large_is_not_begun(start: Start, target: Path) -> None:
    begun = threading.Event()

    def behave(connection: socket.socket, _: bytes) -> None:
        connection.sendall(answer("200 OK", f"Content-Length: {100 << 30}", body=None))
        connection.recv(1)  # until the other side leaves
        begun.set()

    sentence = assert_fails(SourceFault, "url_too_large", start(behave), target, max_bytes=1000)
    assert "1000 bytes" in sentence
    assert begun.wait(5)


def test_the_largest_file_that_is_allowed(start: Start, target: Path) -> None:
    for said in (answer(), answer(body=None) + PICTURE):
        assert read(start(said), target, max_bytes=len(PICTURE)).size == len(PICTURE)
        target.unlink()
        assert_fails(SourceFault, "url_too_large", start(said), target, max_bytes=len(PICTURE) - 1)


@pytest.mark.parametrize("head", [answer(body=None), answer("200 OK", "Transfer-Encoding: chunked", body=None)])
def test_an_endless_body_ends_at_the_limit(start: Start, target: Path, head: bytes) -> None:
    sent = 0

    def behave(connection: socket.socket, _: bytes) -> None:
        nonlocal sent
        connection.sendall(head)
        while True:  # until the other side leaves
            connection.sendall(b"10000\r\n" + b"0" * 65536 + b"\r\n")
            sent += 65536

    assert_fails(SourceFault, "url_too_large", start(behave), target, max_bytes=1 << 20)
    assert sent < 64 << 20


# ------------------------------------------------------------------------------------------------------ what takes long
def drip(piece: bytes, before: bytes = b"", pause: float = 0.02) -> Behaviour:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.sendall(before)
        while True:  # until the other side leaves
            connection.sendall(piece)
            time.sleep(pause)

    return behave


@pytest.mark.parametrize(
    ("behaviour", "changes", "word"),
    [
        (drip(b"0", answer("200 OK", "Content-Length: 1000000", body=None)), {"speed_window": 0.3}, "too slowly"),
        (drip(b"0", answer("200 OK", "Content-Length: 1000000", body=None)), {"seconds": 0.5}, "within 0.5 seconds"),
        (drip(b"0", answer(body=None) + PICTURE), {"speed_window": 0.3}, "too slowly"),
        (drip(b"H"), {"seconds": 0.5}, "within 0.5 seconds"),
        (drip(b"X: y\r\n", b"HTTP/1.1 200 OK\r\n", 0.1), {"seconds": 0.5}, "within 0.5 seconds"),
        (drip(b"HTTP/1.1 100 Continue\r\n\r\n"), {"seconds": 0.5}, "within 0.5 seconds"),
        (
            drip(b"1;" + b"x" * 99, answer("200 OK", "Transfer-Encoding: chunked", body=None)),
            {"seconds": 0.5},
            "within 0.5 seconds",
        ),
        (lambda connection, _: connection.recv(1), {"read_timeout": 0.3}, "in time"),
        (lambda connection, _: connection.recv(1), {"seconds": 0.3}, "within 0.3 seconds"),
        (lambda connection, _: (connection.sendall(answer()[:-9]), connection.recv(1)), {"read_timeout": 0.3}, "time"),
    ],
    ids=[
        *["slow body", "long body", "slow after a fast start", "slow status", "slow headers", "continues"],
        *["slow chunk head", "silence", "long silence", "pause"],
    ],
)
def test_nobody_holds_us(
    start: Start, target: Path, behaviour: Behaviour, changes: dict[str, float], word: str
) -> None:
    server = start(behaviour)
    began = time.monotonic()
    sentence = assert_fails(Unavailable, "url_unreachable", server, target, **changes)
    assert time.monotonic() - began < 3
    assert word in sentence


def test_a_slow_body_that_is_fast_enough_arrives(start: Start, target: Path) -> None:
    def behave(connection: socket.socket, _: bytes) -> None:
        said = answer(body=b"0" * 2000)
        for at in range(0, len(said), 100):
            connection.sendall(said[at : at + 100])
            time.sleep(0.02)

    assert read(start(behave), target, speed_window=0.1, least_speed=1000).size == 2000


def test_whoever_is_told_may_end_it(start: Start, target: Path) -> None:
    class Enough(Exception):
        pass

    def tell(size: int, _: int | None) -> None:
        assert target.exists()
        raise Enough

    server = start(answer())
    with pytest.raises(Enough):
        fetch(f"http://{HOST}:{server.port}/", target, rules=rules(server), tell=tell, resolve=to_here)
    assert not target.exists()


def test_a_port_where_nobody_listens_and_a_name_that_leads_nowhere(start: Start, target: Path) -> None:
    server = start(answer())
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        server.port, listens = bound.getsockname()[1], server.port
        assert_fails(Unavailable, "url_unreachable", server, target)
    server.port = listens

    def nowhere(_: str) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for resolve in (nowhere, lambda _: []):
        with pytest.raises(Unavailable) as caught:
            fetch("http://dam.example.org/", target, rules=ANYWHERE, tell=lambda *_: None, resolve=resolve)
        assert caught.value.code == "url_unreachable"
        assert not target.exists()


# --------------------------------------------------------------------------------------------------- where we do not go
@pytest.mark.parametrize(
    "url",
    [
        *["http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/"],
        *["http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://127.0.0.1./"],
        *["http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"],
        *["http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:1::]/"],
        *["http://[64:ff9b:1::7f00:1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/"],
        *["http://[ff0e::1]/", "http://[fec0::1]/", "http://[2001:db8::1]/", "http://[fd00:ec2::254]/"],
        *["http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://192.0.0.8/"],
        *["http://169.254.169.254/latest/meta-data/", "http://224.0.0.1/", "http://255.255.255.255/"],
        *["http://localhost/", "http://LOCALHOST./", "http://ⓛocalhost/", "http://loc\u00adalhost/", "http://dam/"],
        *["http://１２７.0.0.1/", "http://127。0。0。1/", "http://%31%32%37.0.0.1/", "http://①②⑦.0.0.1/"],
        *["http://user@example.org/", "http://user:secret@example.org/", "http://@example.org/", "http://a@b@c.org/"],
        *["http://example.org\\@127.0.0.1/", "http:///", "http://.example.org/"],
        *[
            "file:///etc/passwd",
            "gopher://example.org/",
            "ftp://example.org/a.tif",
            "data:image/png,x",
            "//example.org/",
        ],
        *["example.org/a.tif", "", "http", "http:example.org", "javascript:alert(1)", "HTTP+unix://%2Fvar%2Frun/x"],
        *["http://example.org:22/", "http://example.org:8080/", "http://example.org:0/", "http://example.org:99999/"],
        *["http://example.org:x/", "http://[::1/", "http://[example.org]/", "http://exa mple.org/", "http://a..b.org/"],
        *[
            "http://example.org/\r\nHost: x",
            "http://example.org/\0",
            "http://example.org/\ud800",
            " http://example.org/",
        ],
        *["http://example.org/\t", "ht\ntp://example.org/", "http://example.org/" + "x" * 4000],
        *["http://" + "a" * 64 + ".org/", "http://" + "a." * 130 + "org/", "http://-a.org/", "http://a\u200db.org/"],
    ],
)
def test_a_url_that_never_may_be_read_is_refused_without_a_look(url: str, target: Path) -> None:
    def look(host: str) -> Sequence[str]:
        raise AssertionError(host)

    for act in (
        lambda: check_url(url, ANYWHERE),
        lambda: fetch(url, target, rules=ANYWHERE, tell=lambda *_: None, resolve=look),
    ):
        with pytest.raises(SourceFault) as caught:
            act()
        assert caught.value.code == "url_refused"
        assert caught.value.sentence.startswith("The URL cannot be used: ")
        assert "secret" not in caught.value.sentence
    assert not target.exists()


@pytest.mark.parametrize(
    "url",
    [
        *[
            "http://example.org",
            "https://example.org/a/b.tif?x=1&y=[2]",
            "HTTPS://Example.ORG.:443/",
            "http://a-b.org:80/",
        ],
        *[
            "http://my_dam.example.org/",
            "http://bücher.example/ä b.tif",
            "http://example.org/a@b:c",
            "http://1.example/",
        ],
        *["http://93.184.216.34/", "http://[2606:2800:220:1::1]/", "http://[::ffff:93.184.216.34]/"],
        *["http://[64:ff9b::5db8:d822]/", "http://xn--bcher-kva.example/", "http://127.0.0.1.nip.io/"],
        *["http://example.org#@127.0.0.1:81/x", "http://example.org?@127.0.0.1:81/x"],
    ],
)
def test_a_url_that_may_be_read_passes(url: str) -> None:
    check_url(url, ANYWHERE)


@pytest.mark.parametrize(
    "addresses",
    [
        *[
            ["127.0.0.1"],
            ["10.1.2.3"],
            ["169.254.169.254"],
            ["::1"],
            ["fe80::1%eth0"],
            ["::ffff:10.0.0.1"],
            ["0.0.0.0"],
        ],
        *[["64:ff9b::a00:1"], ["2002:a00:1::1"], ["93.184.216.34", "10.0.0.1"], ["2606:2800:220:1::1", "::1"]],
    ],
)
def test_a_name_with_one_address_inside_is_refused_before_any_connection(
    target: Path, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: Any) -> None:
        raise AssertionError("connected")

    url = "http://127.0.0.1.nip.io/latest/meta-data"
    with monkeypatch.context() as patched, pytest.raises(SourceFault) as caught:
        patched.setattr(socket.socket, "connect", connect)
        fetch(url, target, rules=ANYWHERE, tell=lambda *_: None, resolve=lambda _: addresses)
    assert (caught.value.code, target.exists()) == ("url_refused", False)
    assert not any(address in caught.value.sentence for address in addresses)


@pytest.mark.parametrize(
    ("host", "hosts", "private", "allowed"),
    [
        ("10.0.0.1", ("10.0.0.1",), True, True),
        ("10.0.0.1", ("10.0.0.1",), False, False),
        ("10.0.0.1", (), True, False),
        ("[fd00::1]:8182", ("[fd00::1]:8182",), True, True),
        ("169.254.169.254", ("169.254.169.254",), True, False),
        ("0.0.0.0", ("0.0.0.0",), True, False),
        ("224.0.0.1", ("224.0.0.1",), True, False),
        ("dam", ("dam",), False, True),
        ("dam", ("DAM",), True, True),
        ("a.example.org", ("example.org",), False, False),
        ("a.b.example.org", (".example.org",), False, True),
        ("example.org", (".example.org",), False, True),
        ("badexample.org", (".example.org",), False, False),
        ("example.org.evil.net", (".example.org",), False, False),
        ("example.org:8080", ("example.org:8080",), False, True),
        ("example.org", ("example.org:8080",), False, False),
        ("example.org:8080", ("example.org", "example.org:8081"), False, False),
        ("bücher.example", ("xn--bcher-kva.example",), False, True),
        ("xn--bcher-kva.example", ("Bücher.example",), False, True),
    ],
)
def test_a_list_of_hosts_names_all_that_may_be_read(
    host: str, hosts: tuple[str, ...], private: bool, allowed: bool
) -> None:
    try:
        check_url(f"http://{host}/a.tif", Rules(hosts, allow_private=private))
    except SourceFault as refusal:
        assert (refusal.code, allowed) == ("url_refused", False)
    else:
        assert allowed


@pytest.mark.parametrize(
    "entry", ["", "*", "*.example.org", "https://example.org", "example.org/x", "a@b", "a:b", ".1"]
)
def test_an_entry_that_can_match_nothing_is_a_loud_mistake_of_ours(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        Rules((entry,))


def test_listed_names_may_lead_inside_but_not_to_where_clouds_keep_keys(start: Start, target: Path) -> None:
    server = start(answer())
    with pytest.raises(SourceFault) as caught:
        url = f"http://{HOST}:{server.port}/"
        fetch(
            url, target, rules=rules(server), tell=lambda *_: None, resolve=lambda _: ["127.0.0.1", "169.254.169.254"]
        )
    assert (caught.value.code, server.requests) == ("url_refused", [])


def test_a_name_is_asked_once_and_the_connection_goes_where_it_was_checked(
    start: Start, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = start(answer(body=b"secret"), address="127.0.0.2")
    outside = start(answer())
    asked: list[str] = []

    def rebinding(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    def look_again(*arguments: Any, **_: Any) -> None:
        raise AssertionError(arguments)

    url = f"http://{HOST}:{outside.port}/"
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_again)
        fetch(url, target, rules=rules(outside), tell=lambda *_: None, resolve=rebinding)
    assert target.read_bytes() == PICTURE
    assert asked == [HOST]
    assert inside.requests == []


def test_the_next_address_is_tried_when_one_does_not_answer(start: Start, target: Path) -> None:
    server = start(answer())
    url = f"http://{HOST}:{server.port}/"
    fetch(url, target, rules=rules(server), tell=lambda *_: None, resolve=lambda _: ["::1", "127.0.0.3", "127.0.0.1"])
    assert target.read_bytes() == PICTURE


def test_this_hosts_own_resolver_is_asked_by_default(start: Start, target: Path) -> None:
    server = start(answer())
    allowed = Rules((f"localhost:{server.port}",), allow_private=True)
    fetch(f"http://localhost:{server.port}/", target, rules=allowed, tell=lambda *_: None)
    assert b"\r\nHost: localhost:" in server.requests[0]
    with pytest.raises(SourceFault):
        fetch(f"http://localhost:{server.port}/", target, rules=replace(allowed, allow_private=False), tell=print)


# ------------------------------------------------------------------------------------------------------------ redirects
def test_redirects_are_followed_and_the_last_is_reported(start: Start, target: Path) -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        path = head.split()[1].decode()
        host = f"http://b.{HOST}:{server.port}"
        where = {"/picture.jpg": "other", "/other": f"{host}/thïrd file", "/th%C3%AFrd%20file": "//" + host[7:] + "/4"}
        status = {"/picture.jpg": "301 Moved", "/other": "307 Moved", "/th%C3%AFrd%20file": "308 Moved"}
        connection.sendall(moved(where[path], status[path]) if path in where else answer())

    server = start(behave)
    fetched = read(server, target)
    assert fetched.final_url == f"http://b.{HOST}:{server.port}/4"
    assert fetched.file_name == "4"
    hosts = [head.split(b"\r\nHost: ")[1].split(b":")[0].decode() for head in server.requests]
    assert hosts == [HOST, HOST, f"b.{HOST}", f"b.{HOST}"]


def test_a_loop_of_redirects_ends(start: Start, target: Path) -> None:
    server = start(moved("/picture.jpg"))
    assert "more than 3 times" in assert_fails(SourceFault, "url_bad", server, target)
    assert len(server.requests) == 4
    assert_fails(SourceFault, "url_bad", server, target, redirects=0)
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    "location",
    [
        *["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://2130706433/"],
        *["file:///etc/passwd", "gopher://dam.example.org/", "javascript:alert(1)", "http://user@dam.example.org/"],
        *["//elsewhere.example.net/", "http://dam.example.org:22/", "http://[", "http://dam.example.org/\0"],
    ],
)
def test_a_redirect_is_checked_like_a_url_that_was_given(start: Start, target: Path, location: str) -> None:
    server = start(moved(location))
    assert_fails(SourceFault, "url_refused", server, target)
    assert len(server.requests) == 1


def test_a_redirect_to_a_name_that_leads_inside_is_refused(start: Start, target: Path) -> None:
    server = start(lambda connection, _: connection.sendall(moved(f"http://inside.{HOST}:{server.port}/")))
    leads = {HOST: ["127.0.0.1"], f"inside.{HOST}": ["169.254.169.254"]}
    with pytest.raises(SourceFault) as caught:
        url = f"http://{HOST}:{server.port}/"
        fetch(url, target, rules=rules(server), tell=lambda *_: None, resolve=leads.__getitem__)
    assert (caught.value.code, len(server.requests)) == ("url_refused", 1)


def test_a_redirect_back_to_the_same_name_resolves_and_checks_it_again(start: Start, target: Path) -> None:
    server = start(moved("/again"))
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with pytest.raises(SourceFault) as caught:
        url = f"http://{HOST}:{server.port}/"
        fetch(url, target, rules=rules(server), tell=lambda *_: None, resolve=lambda _: next(answers))
    assert (caught.value.code, len(server.requests)) == ("url_refused", 1)


# ------------------------------------------------------------------------------------------------------------------ TLS
@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ssl.SSLContext]:
    """A server's context with a certificate for a name, which this host trusts from now on."""

    def certify(name: str) -> ssl.SSLContext:
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2"]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    return certify


def test_tls_is_about_the_name_and_not_about_the_address(
    start: Start, target: Path, certified: Callable[[str], ssl.SSLContext]
) -> None:
    context, names = certified(HOST), []
    context.sni_callback = lambda _, name, __: names.append(name)
    server = start(answer(), context=context)
    url = f"https://{HOST}:{server.port}/picture.jpg"
    assert fetch(url, target, rules=rules(server), tell=lambda *_: None, resolve=to_here).final_url == url
    assert target.read_bytes() == PICTURE
    assert names == [HOST]
    assert f"\r\nHost: {HOST}:".encode() in server.requests[0]


@pytest.mark.parametrize("name", ["other.example.net", "127.0.0.1"])
def test_a_certificate_for_another_name_is_not_valid(
    start: Start, target: Path, certified: Callable[[str], ssl.SSLContext], name: str
) -> None:
    server = start(answer(), context=certified(name))
    with pytest.raises(SourceFault, match=r"certificate of dam\.example\.org is not valid") as caught:
        fetch(f"https://{HOST}:{server.port}/", target, rules=rules(server), tell=print, resolve=to_here)
    assert (caught.value.code, server.requests) == ("url_bad", [])


def test_a_certificate_that_nobody_vouches_for_is_not_valid(
    start: Start, target: Path, certified: Callable[[str], ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(answer(), context=certified(HOST))
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    with pytest.raises(SourceFault, match="is not valid"):
        fetch(f"https://{HOST}:{server.port}/", target, rules=rules(server), tell=print, resolve=to_here)


def test_https_never_leads_on_to_http(start: Start, target: Path, certified: Callable[[str], ssl.SSLContext]) -> None:
    plain = start(answer())
    server = start(moved(f"http://{HOST}:{plain.port}/"), context=certified(HOST))
    with pytest.raises(SourceFault, match="from https on to http") as caught:
        fetch(f"https://{HOST}:{server.port}/", target, rules=rules(server, plain), tell=print, resolve=to_here)
    assert (caught.value.code, plain.requests) == ("url_refused", [])


def test_a_server_that_never_finishes_the_handshake_does_not_hold_us(start: Start, target: Path) -> None:
    server = start(drip(b"\x16\x03\x03\x40\x00" + b"\0" * 8))
    began = time.monotonic()
    with pytest.raises(Unavailable):
        slow = rules(server, connect_timeout=0.3)
        fetch(f"https://{HOST}:{server.port}/", target, rules=slow, tell=print, resolve=to_here)
    assert time.monotonic() - began < 3


# --------------------------------------------------------------------------------------------------- whatever they send
PIECES = st.sampled_from(
    [
        *[b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 \r\n", b"HTTP/1.0 200\n", b"\r\n", b"\r\n\r\n", b"\0", b"\xff\xfe"],
        *[b"Location: //[\r\n", b"Location: http://a@b\r\n", b"Content-Length: 3\r\n", b"Content-Length: \xb2\r\n"],
        *[b"Transfer-Encoding: chunked\r\n", b"-5\r\n", b"ffffffffffffffffffff\r\n", b"3\r\nabc\r\n", b"0\r\n\r\n"],
        *[b"Content-Disposition: attachment; filename*=idna''%ff\r\n", b"Content-Disposition: a; filename*0*=x\r\n"],
        *[b'Content-Type: a; name*1="\r\n', b" folded\r\n", b": no name\r\n", b"ETag: \xe9\r\n"],
    ]
)


@given(pieces=st.lists(PIECES | st.binary(max_size=30), max_size=12))
@hypothesis_settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_server_sends_is_a_file_or_an_error_of_ours(tmp_path: Path, pieces: list[bytes]) -> None:
    server = Server(lambda connection, _: connection.sendall(b"".join(pieces)))
    target = tmp_path / "fetched"
    try:
        fetched = read(server, target, max_bytes=1000)
        assert fetched.size == target.stat().st_size
        target.unlink()
    except (SourceFault, Unavailable) as problem:
        assert problem.code.startswith("url_")
        assert not target.exists()
    finally:
        server.stop()


# ------------------------------------------------------------------------------------------------------------- settings
def test_the_rules_come_from_the_settings(settings: Settings) -> None:
    assert rules_from_settings() == Rules()
    settings.GCIS_FETCH_HOSTS = [".museum.example", "dam:8443"]
    settings.GCIS_FETCH_PRIVATE = True
    settings.GCIS_FETCH_MAX_BYTES = 5
    settings.GCIS_FETCH_SECONDS = 6.5
    assert rules_from_settings() == Rules((".museum.example", "dam:8443"), True, 5, 6.5)


def test_fetching_needs_no_configured_django(start: Start, target: Path) -> None:
    server = start(answer())
    program = (
        "import pathlib, sys; from gcis.core.fetch import Rules, fetch; host, target = sys.argv[1:]\n"
        "rules = Rules((host,), allow_private=True)\n"
        "fetch(f'http://{host}/', pathlib.Path(target), rules=rules, tell=lambda *_: None)"
    )
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", program, f"127.0.0.1:{server.port}", str(target)]
    subprocess.run(command, check=True, env=clean)
    assert target.read_bytes() == PICTURE
