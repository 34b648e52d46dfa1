"""What only S3 has: keys and signatures, roles, uploads in parts, and a network in between."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from gcis.core.blobs import s3_border, s3_streams
from gcis.core.blobs.protocol import Damaged, Stored
from gcis.core.blobs.s3 import S3Store
from gcis.core.blobs.s3_client import Access, client
from gcis.core.errors import Unavailable
from tests.contracts.s3_access import access
from tests.world.proxy import Proxy
from tests.world.s3 import BUCKETS, SERVER, WORKER

REPOSITORY = Path(__file__).parents[2]
PART = 5 << 20
DATA = os.urandom(200_000)
LARGE = os.urandom(1000) * 12_000
DIGEST = hashlib.sha256(DATA).hexdigest()
#: Bytes of a response after which its headers are surely over, and of a request.
BODY = 100_000

MakeStore = Callable[..., S3Store]


@pytest.fixture
def make(s3: str, tmp_path: Path) -> MakeStore:
    """Stores of one place that is this test's own."""
    prefix = f"test-{uuid.uuid4().hex}"

    def made(account: tuple[str, str] | None = None, port: int | None = None, **options: Any) -> S3Store:
        given = {"bucket": BUCKETS[1], "prefix": prefix, "scratch": tmp_path, "part_size": PART, **options}
        return S3Store(**given, **access(s3, account, port))

    return made


@pytest.fixture
def blobs(make: MakeStore) -> S3Store:
    return make()


@pytest.fixture
def proxy(s3: str) -> Iterator[Proxy]:
    port = urlsplit(s3).port
    assert port
    with Proxy(port) as made:
        yield made


@pytest.fixture
def behind(make: MakeStore, proxy: Proxy) -> S3Store:
    """The same place by way of the proxy. One that hangs is not waited for long."""
    return make(port=proxy.port, connect_seconds=0.4, read_seconds=0.4)


def raw(blobs: S3Store) -> Any:
    return client(blobs._access)


def uploads(blobs: S3Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        raw(blobs).list_multipart_uploads(Bucket=blobs.bucket, Prefix=blobs.prefix).get("Uploads", [])
    )
    return found


def a_file(path: Path, data: bytes = DATA) -> Path:
    path.write_bytes(data)
    return path


# --------------------------------------------------------------------------------------------------- keys and roles
@pytest.mark.parametrize("account", [(WORKER[0], "not the secret"), ("NOBODY", "secret")])
def test_wrong_keys_are_refused_and_somebody_hears_of_it(
    make: MakeStore,
    account: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(s3_border, "_told", set())
    make().put("ab/one", DATA)
    stranger = make(account)
    asked: list[Callable[[], object]] = [
        lambda: stranger.read("ab/one"),
        lambda: stranger.size("ab/one"),
        lambda: stranger.put("ab/two", b"x"),
        lambda: stranger.adopt("ab/two", a_file(tmp_path / "large", LARGE)),
        lambda: list(stranger.keys()),
        lambda: stranger.delete("ab/one"),
        lambda: stranger.delete_prefix("ab/"),
        lambda: stranger.sweep(0),
    ]
    for ask in asked * 2:
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.code == "store_denied"
        assert account[1] not in str(caught.value)
    assert list(make().keys()) == ["ab/one"]
    told = [record.getMessage() for record in caplog.records if "store.denied" in record.getMessage()]
    assert 1 <= len(told) <= 3, "once for each word of the server's"
    assert account[1] not in "".join(told)


def test_a_bucket_that_is_not_there_is_no_missing_object(make: MakeStore) -> None:
    elsewhere = make(bucket="gcis-nowhere")
    with pytest.raises(Unavailable) as caught:
        elsewhere.read("ab/one")
    assert caught.value.code == "store_denied"


def test_who_serves_may_read_masters_and_nothing_else(make: MakeStore, tmp_path: Path) -> None:
    worker, server = make(), make(SERVER)
    worker.put("ab/master", DATA)
    assert server.read("ab/master") == DATA
    assert server.read("ab/master", 10, 20) == DATA[10:30]
    assert server.fetch("ab/master", tmp_path / "copy").digest == DIGEST
    assert (server.size("ab/master"), list(server.keys())) == (len(DATA), ["ab/master"])
    refused: list[Callable[[], object]] = [
        lambda: server.put("ab/master", b"x"),
        lambda: server.put("ab/other", b"x"),
        lambda: server.adopt("ab/other", a_file(tmp_path / "large", LARGE)),
        lambda: server.mend("ab/master", a_file(tmp_path / "right")),
        lambda: server.delete("ab/master"),
        lambda: server.delete_prefix("ab/"),
        lambda: make(SERVER, bucket=BUCKETS[0]).read("ab/master"),
        lambda: make(SERVER, bucket=BUCKETS[2]).put("ab/master", b"x"),
        lambda: list(make(SERVER, bucket=BUCKETS[0]).keys()),
    ]
    for ask in refused:
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.code == "store_denied"
    assert list(worker.keys()) == ["ab/master"]
    assert worker.read("ab/master") == DATA


# -------------------------------------------------------------------------------------------------- uploads by others
def test_others_upload_one_file_and_no_other(blobs: S3Store, tmp_path: Path) -> None:
    address = blobs.upload_address("ab/sent", 60, size=len(DATA), digest=DIGEST)
    for wrong in (DATA[:-1] + b"x", DATA[:-1], b""):
        assert requests.put(address.url, data=wrong, headers=address.headers).status_code in (400, 403)
    assert requests.put(address.url, data=DATA).status_code == 403, "the headers are signed too"
    assert blobs.size("ab/sent") is None
    assert requests.put(address.url, data=DATA, headers=address.headers).status_code == 200
    assert blobs.fetch("ab/sent", tmp_path / "sent") == Stored(DIGEST, len(DATA))
    assert requests.put(address.url, data=DATA, headers=address.headers).status_code == 412


def test_an_upload_that_is_bound_to_nothing_is_compared_by_who_asked_for_it(blobs: S3Store, tmp_path: Path) -> None:
    address = blobs.upload_address("ab/sent", 60)
    assert requests.put(address.url, data=DATA, headers=address.headers).status_code == 200
    assert blobs.size("ab/sent") == len(DATA)
    assert blobs.fetch("ab/sent", tmp_path / "sent") == Stored(DIGEST, len(DATA))


def test_addresses_end_and_cannot_be_altered(blobs: S3Store) -> None:
    address = blobs.upload_address("ab/sent", 1)
    other = address.url.replace("ab/sent", "ab/other")
    longer = address.url.replace("X-Amz-Expires=1", "X-Amz-Expires=1000")
    signature = address.url[:-4] + ("0000" if address.url[-4:] != "0000" else "1111")
    for url in (other, longer, signature):
        assert requests.put(url, data=DATA, headers=address.headers).status_code == 403
    assert requests.get(address.url).status_code == 403, "it is for sending only"
    time.sleep(2.1)
    assert requests.put(address.url, data=DATA, headers=address.headers).status_code == 403
    assert list(blobs.keys()) == []


# ------------------------------------------------------------------------------------------------------------ in parts
def test_parts_become_an_object_when_all_are_there(
    blobs: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    send = s3_streams.Part.read

    def looked_at(self: s3_streams.Part, size: int = -1) -> bytes:
        seen.append((blobs.size("ab/large"), len(list(blobs.keys()))))
        return send(self, max(size, 4 << 20) if size > 0 else size)

    with monkeypatch.context() as patched:
        patched.setattr(s3_streams.Part, "read", looked_at)
        blobs.adopt("ab/large", a_file(tmp_path / "large", LARGE))
    assert set(seen) == {(None, 0)}
    assert blobs.read("ab/large") == LARGE
    assert uploads(blobs) == []


def test_parts_do_not_replace_an_object(blobs: S3Store, tmp_path: Path) -> None:
    blobs.put("ab/one", DATA)
    blobs.adopt("ab/one", a_file(tmp_path / "large", LARGE))
    assert blobs.read("ab/one") == DATA
    blobs.mend("ab/one", a_file(tmp_path / "large", LARGE))
    assert blobs.read("ab/one") == LARGE
    assert uploads(blobs) == []


def test_an_upload_in_parts_that_fails_is_ended(behind: S3Store, blobs: S3Store, proxy: Proxy, tmp_path: Path) -> None:
    large = a_file(tmp_path / "large", LARGE)
    proxy.mode = "flip-up:7000000"
    with pytest.raises(Damaged):
        behind.adopt("ab/large", large)
    assert large.exists()
    assert (blobs.size("ab/large"), uploads(blobs)) == (None, [])


KILLED = """
import sys
from pathlib import Path
from gcis.core.blobs.s3 import S3Store
endpoint, key, secret, bucket, prefix, path = sys.argv[1:]
S3Store(bucket, prefix, part_size=5 << 20, endpoint=endpoint, key=key, secret=secret).adopt("ab/large", Path(path))
"""


def test_what_a_killed_writer_left_is_swept(
    blobs: S3Store, make: MakeStore, s3: str, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.mode = "slow-up:4000000"
    options = access(s3, None, proxy.port)
    where = [blobs.bucket, blobs.prefix, str(a_file(tmp_path / "large", LARGE))]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *options.values(), *where], cwd=REPOSITORY)
    deadline = time.monotonic() + 30
    while not (begun := uploads(blobs)):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stranger = make(prefix=f"test-{uuid.uuid4().hex}")
    assert (blobs.size("ab/large"), list(blobs.keys())) == (None, [])
    assert (stranger.sweep(0), blobs.sweep(3600)) == (0, 0), "neither what others do, nor what may still go on"
    assert uploads(blobs) == begun
    assert blobs.sweep(0) == 1
    assert uploads(blobs) == []


# ------------------------------------------------------------------------------------------------- the network between
@pytest.mark.parametrize("mode", [f"flip:{BODY}", f"cut:{BODY}"])
def test_nothing_that_changed_on_its_way_here_is_used(
    behind: S3Store, blobs: S3Store, proxy: Proxy, tmp_path: Path, mode: str
) -> None:
    blobs.put("ab/one", DATA)
    fetched = tmp_path / "folder" / "fetched"
    fetched.parent.mkdir()
    for ask in (lambda: behind.read("ab/one"), lambda: behind.fetch("ab/one", fetched)):
        proxy.mode = mode
        with pytest.raises(Damaged):
            ask()
    assert list(fetched.parent.iterdir()) == []
    proxy.mode = mode
    came = b""
    with behind.open("ab/one") as stream, pytest.raises(Damaged):
        while piece := stream.read(10_000):
            came += piece
    assert len(came) < len(DATA), "the last piece is held back until all are compared"
    proxy.mode = "pass"
    assert behind.read("ab/one") == DATA


def test_our_own_sha256_is_compared_where_the_server_has_none(blobs: S3Store) -> None:
    wrong = {"sha256": hashlib.sha256(b"other").hexdigest()}
    raw(blobs).put_object(Bucket=blobs.bucket, Key=blobs.prefix + "ab/one", Body=DATA, Metadata=wrong)
    with pytest.raises(Damaged):
        blobs.read("ab/one")


def test_a_part_that_is_cut_is_not_used(behind: S3Store, blobs: S3Store, proxy: Proxy) -> None:
    blobs.put("ab/one", DATA)
    proxy.mode = f"cut:{BODY}"
    with pytest.raises(Damaged):
        behind.read("ab/one", 10, 150_000)


@pytest.mark.parametrize("mode", [f"flip-up:{BODY}", f"cut-up:{BODY}"])
def test_nothing_that_changed_on_its_way_there_is_stored(
    behind: S3Store, blobs: S3Store, proxy: Proxy, tmp_path: Path, mode: str
) -> None:
    path = a_file(tmp_path / "finished")
    asked: list[Callable[[], object]] = [
        lambda: behind.put("ab/one", DATA),
        lambda: behind.adopt("ab/one", path),
        lambda: behind.write("ab/one", io.BytesIO(DATA)),
        lambda: behind.mend("ab/one", path),
    ]
    for ask in asked:
        proxy.mode = mode
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.code == ("checksum" if mode.startswith("flip") else "store_unavailable")
    assert path.exists()
    assert list(blobs.keys()) == []
    proxy.mode = "pass"
    behind.adopt("ab/one", path)
    assert blobs.read("ab/one") == DATA


@pytest.mark.parametrize("mode", ["rst", "500", "hang"])
def test_a_store_that_does_not_answer_is_given_up_soon(
    behind: S3Store, blobs: S3Store, proxy: Proxy, tmp_path: Path, mode: str
) -> None:
    blobs.put("ab/one", DATA)
    asked: list[Callable[[], object]] = [
        lambda: behind.read("ab/one"),
        lambda: behind.size("ab/one"),
        lambda: behind.put("ab/two", DATA),
        lambda: list(behind.keys()),
        lambda: behind.delete("ab/none"),
        lambda: behind.sweep(0),
    ]
    proxy.mode = mode
    for ask in asked:
        began = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            ask()
        assert caught.value.code == "store_unavailable"
        assert time.monotonic() - began < 4
    proxy.mode = "pass"
    assert behind.read("ab/one") == DATA
    behind.put("ab/two", DATA)
    assert sorted(blobs.keys()) == ["ab/one", "ab/two"]


@pytest.mark.parametrize("mode", ["slow:10000", "slow-up:10000"])
def test_a_store_that_crawls_is_given_up(
    behind: S3Store, make: MakeStore, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, mode: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(s3_streams, "WINDOW", 0.3)
    make().put("ab/one", LARGE)
    proxy.mode = mode
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        behind.read("ab/one") if mode.startswith("slow:") else behind.put("ab/two", LARGE)
    assert caught.value.code == "store_unavailable"
    assert time.monotonic() - began < 20


def test_an_endpoint_that_is_not_there(tmp_path: Path) -> None:
    with Proxy(9) as gone:
        port = gone.port
    nowhere = S3Store(BUCKETS[1], endpoint=f"http://127.0.0.1:{port}", key="a", secret="b")
    with pytest.raises(Unavailable) as caught:
        nowhere.read("ab/one")
    assert caught.value.code == "store_unavailable"


def test_a_store_without_keys_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Unavailable) as caught:
        S3Store(BUCKETS[1], endpoint="http://127.0.0.1:9", region=f"none-{uuid.uuid4().hex}").read("ab/one")
    assert caught.value.code == "store_denied"


# ----------------------------------------------------------------------------------------------------------- the client
def test_threads_share_a_client_and_forks_do_not(make: MakeStore, s3: str) -> None:
    ours = Access(**access(s3))
    assert client(ours) is client(Access(**access(s3)))
    assert "secret" not in repr(ours)
    blobs, before = make(), id(client(ours))
    blobs.put("ab/one", DATA)
    child = os.fork()
    if child == 0:
        os._exit(0 if blobs.read("ab/one") == DATA and id(client(ours)) != before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert id(client(ours)) == before
    assert blobs.read("ab/one") == DATA


def test_many_objects_are_listed_and_removed_over_several_pages(
    blobs: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gcis.core.blobs import s3 as module

    for number in range(25):
        blobs.put(f"ab/{number:03}", b"x")
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    assert len(set(blobs.keys("ab/"))) == 25
    assert blobs.delete_prefix("ab/") == 25
    assert list(blobs.keys()) == []


def test_prefixes_are_kept_apart(make: MakeStore) -> None:
    one, other = make(prefix="test-apart"), make(prefix="test-apart-too")
    one.put("ab/one", b"1")
    other.put("ab/two", b"2")
    try:
        assert list(one.keys()) == ["ab/one"]
        assert one.size("ab/two") is None
        assert one.delete_prefix("ab/") == 1
        assert list(other.keys()) == ["ab/two"]
    finally:
        other.delete("ab/two")
