"""Two real web servers, one with the lane and one without: what they send is the same, byte for byte."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gcis.core.blobs.stores import store
from tests.manifests import published as made
from tests.world.site import Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

BOOK, NEUTRAL = "/presentation/3/ark:%2F1%2Fbook/manifest", "/presentation/ark:%2F1%2Fbook/manifest"
P2 = "http://iiif.io/api/presentation/2/context.json"
REQUESTS = [
    (method, url, accept, encoding)
    for method in ("GET", "HEAD")
    for url in (BOOK, BOOK.replace("/3/", "/2/"), NEUTRAL, "/presentation/shelf/collection")
    for accept in ("", "*/*", "application/json", f'application/ld+json;profile="{P2}"', "text/html")
    for encoding in ("", "gzip, deflate, br", "gzip;q=0.5")
]


@pytest.fixture
def servers(tmp_path: Path, settings: Any) -> Iterator[tuple[Web, Web]]:
    """With the lane, and without. One process each: what one holds another does not know."""
    settings.GCIS_PUBLIC_URL = "http://127.0.0.1"
    local = {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(tmp_path / "published")}}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "published": local}
    store.cache_clear()
    made.collection("shelf", [made.manifest("book", identifier="ark:/1/book")], identifier="shelf")
    connection.close()
    both = Web(tmp_path / "lane"), Web(tmp_path / "django", GCIS_LANE_BYTES="0")
    try:
        for server in both:
            server.launch()
        for server in both:
            server.wait()
        yield both
    finally:
        for server in both:
            server.stop()


def raw(server: Web, method: str, url: str, **headers: str) -> bytes:
    """Everything that comes over the connection, but for the date."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items() if value)
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(f"{method} {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{named}\r\n".encode())
        sent = b""
        while piece := client.recv(65536):
            sent += piece
    return re.sub(rb"(?i)\r\ndate: [^\r]*", b"", sent, count=1)


def counted(server: Web) -> float:
    """Seconds that it has spent on documents. Both count the same requests; only the time tells who has answered."""
    text = raw(server, "GET", "/metrics").decode(errors="replace")
    found = re.search(r'gcis_request_seconds_sum{door="document",method="read"} (\S+)', text)
    return float(found[1]) if found else 0.0


def test_both_send_the_same_bytes(servers: tuple[Web, Web]) -> None:
    lane, django = servers
    for method, url, accept, encoding in REQUESTS:
        headers = {"Accept": accept, "Accept_Encoding": encoding}
        raw(lane, "GET", url, **headers)  # a view has found it
        for _ in range(2):
            assert raw(lane, method, url, **headers) == raw(django, method, url, **headers), (method, url, headers)
        etag = re.search(rb"(?i)\r\netag: ([^\r]+)", raw(django, "GET", url, **headers))
        assert etag
        known = {**headers, "If_None_Match": etag[1].decode()}
        bare = raw(lane, method, url, **known)
        assert bare == raw(django, method, url, **known)
        assert bare.startswith(b"HTTP/1.1 304 ") and bare.endswith(b"\r\n\r\n")
        assert not re.search(rb"(?i)\r\ncontent-(length|type|encoding):", bare)
    assert counted(lane) < counted(django) / 2, "the lane has answered"
