"""Real web servers, with the lane for pictures and without: the same bytes, the same news soon, and a crowd."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gcis.core.blobs.stores import store
from images import curation
from images.access import Access
from images.curation import Restriction
from images.models import Image
from tests.images.pictures import convert, register
from tests.journeys.test_lane import raw
from tests.world.site import Web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

NAME, ENCODED = "ark:/1/x", "ark:%2F1%2Fx"
INFO, TILE = f"/iiif/3/{ENCODED}/info.json", f"/iiif/3/{ENCODED}/0,0,256,256/256,256/0/default.jpg"
LD_2, LD_3 = (f'application/ld+json;profile="http://iiif.io/api/image/{version}/context.json"' for version in (2, 3))
#: Servers of tests ask the database each time, unless they are told this.
KNOWN = {"GCIS_KNOWN_IMAGES": "100"}
PARAMETERS = (
    *("0,0,256,256/256,256/0/default.jpg", "768,512,233,189/233,189/0/default.jpg", "0,0,512,512/256,/0/default.jpg"),
    *("full/max/0/default.jpg", "full/full/0/default.jpg", "full/90,/0/default.jpg", "full/,120/0/color.png"),
    *("square/200,200/!90/bitonal.png", "pct:10,10,50,50/!300,300/22.5/gray.webp", "3,5,700,600/650,/0/default.jpg"),
    *(
        "full/9999,/0/default.jpg",
        "full/^9999,/0/default.jpg",
        "2000,0,10,10/max/0/default.jpg",
        "full/0,/0/default.jpg",
    ),
    *("full/max/0/default.svg", "full/max/361/default.jpg", "full/max/0/default.jpg%0a", "full/max/0/default.jpg%00"),
    *(
        "full/max/0/default.jpg?x=1",
        "full/max/0/",
        "",
        "info.json/",
        "INFO.JSON",
        "info.json?x",
        "%ff/max/0/default.jpg",
    ),
)
ODD = (
    *("/iiif/", "/iiif/3/", "/iiif/3/nobody/info.json", "/iiif/3/nobody/full/max/0/default.jpg", "/iiif/4/x/info.json"),
    *(f"/iiif/{ENCODED}/info.json", f"/iiif/{ENCODED}/full/full/0/default.jpg", f"/iiif/3/{ENCODED};x/info.json"),
    *(
        "/iiif/3/..%2f..%2fetc/info.json",
        "/iiif/3/%c0%ae/info.json",
        "/iiif/3/ark:/1//x/info.json",
        "/iiif/3//info.json",
    ),
    *("/iiif/3/former/info.json", "/iiif/3/former/full/max/0/default.jpg", "/iiif/3/withdrawn/info.json"),
    *("/iiif/3/closed/info.json", "/iiif/3/limited/info.json", "/iiif/3/limited/full/max/0/default.jpg"),
)


@pytest.fixture
def image(settings: Any, tmp_path: Path) -> Image:
    settings.GCIS_PUBLIC_URL = "http://127.0.0.1"
    local = {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": str(tmp_path / "masters")}}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "masters": local}
    store.cache_clear()
    made = register(NAME)
    convert(made, tmp_path)
    return made


def launched(*servers: Web) -> Iterator[tuple[Web, ...]]:
    connection.close()
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait()
        yield servers
    finally:
        for server in servers:
            server.stop()


# ------------------------------------------------------------------------------------------------------ the same bytes
@pytest.fixture
def both(image: Image, tmp_path: Path) -> Iterator[tuple[Web, ...]]:
    withdrawn, closed, limited, moved = (register(name) for name in ("withdrawn", "closed", "limited", "former"))
    for each in (withdrawn, closed, limited, moved):
        convert(each, tmp_path)
    curation.withdraw(withdrawn.pk, actor="test", reason="Wrong rights.")
    curation.restrict(closed.pk, Restriction(access=Access.CLOSED), actor="test")
    curation.restrict(limited.pk, Restriction(access=Access.LIMITED, edge=600), actor="test")
    curation.rename(moved.pk, "new", actor="test")
    alike = {"PYTHONHASHSEED": "0"}  # pages have a Content-Security-Policy, which django-csp puts together from a set
    yield from launched(Web(tmp_path / "lane", **KNOWN, **alike), Web(tmp_path / "django", GCIS_LANE="0", **alike))


def spent(server: Web) -> float:
    """Seconds on some hundred requests, as the server counts them. Only they tell who has answered."""
    before = _seconds(server)
    for _ in range(300):
        raw(server, "GET", INFO)
    return _seconds(server) - before


def _seconds(server: Web) -> float:
    text = raw(server, "GET", "/metrics").decode(errors="replace")
    found = re.search(r'gcis_request_seconds_sum{door="info",method="read"} (\S+)', text)
    return float(found[1]) if found else 0.0


def test_both_send_the_same_bytes(both: tuple[Web, Web]) -> None:
    lane, django = both
    pictures = [f"/iiif/{version}/{ENCODED}/{rest}" for version in (2, 3) for rest in PARAMETERS]
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        for url in (*pictures, *ODD):
            same(lane, django, method, url)
    for url in (INFO, INFO.replace("/3/", "/2/"), "/iiif/3/withdrawn/info.json"):
        for accept in ("*/*", "application/json", "application/ld+json", LD_2, LD_3, "text/html", "garbage"):
            for method in ("GET", "HEAD"):
                for _ in range(3):
                    same(lane, django, method, url, Accept=accept)
    for header in ({"Cookie": f"sessionid={'0' * 32}"}, {"Authorization": "Bearer x"}, {"Range": "bytes=0-9"}):
        for url in (TILE, INFO, "/iiif/3/closed/info.json"):
            same(lane, django, "GET", url, **header)
    assert spent(lane) < spent(django) / 2, "the lane has answered"


def same(lane: Web, django: Web, method: str, url: str, **headers: str) -> None:
    """Also once an image is known, and with what the client has already."""
    first = raw(django, method, url, **headers)
    for _ in range(2):
        assert raw(lane, method, url, **headers) == first, (method, url, headers)
    if first.startswith(b"HTTP/1.1 200 ") and (etag := re.search(rb"(?i)\r\netag: ([^\r]+)", first)):
        known = {**headers, "If_None_Match": etag[1].decode()}
        bare = raw(lane, method, url, **known)
        assert bare == raw(django, method, url, **known)
        assert bare.startswith(b"HTTP/1.1 304 ") and bare.endswith(b"\r\n\r\n")
        assert not re.search(rb"(?i)\r\ncontent-(length|type|encoding):", bare)


# --------------------------------------------------------------------------------------------------------- not for long
@pytest.fixture
def server(image: Image, tmp_path: Path) -> Iterator[Web]:
    for (web,) in launched(Web(tmp_path / "web", **KNOWN)):
        yield web


@pytest.mark.parametrize("what", ["withdrawn", "closed", "purged", "replaced"])
def test_news_arrive_within_two_seconds_while_everybody_asks(
    server: Web, image: Image, tmp_path: Path, what: str
) -> None:
    before = [raw(server, "GET", TILE) for _ in range(20)][-1]
    assert before.startswith(b"HTTP/1.1 200 ")
    if what == "withdrawn":
        curation.withdraw(image.pk, actor="test", reason="Wrong rights.")
    elif what == "closed":
        curation.restrict(image.pk, Restriction(access=Access.CLOSED), actor="test")
    elif what == "purged":
        curation.purge(image.pk, [image.pk], actor="test")
    else:
        convert(image, tmp_path, colour=90)
    done = time.monotonic()
    while time.monotonic() < done + 2:
        raw(server, "GET", TILE)
    after = raw(server, "GET", TILE)
    status = {"withdrawn": b"410", "closed": b"403"}.get(what, b"200")
    assert after.startswith(b"HTTP/1.1 " + status)
    assert after != before


# -------------------------------------------------------------------------------------------------------------- a crowd
@dataclass
class Visitor:
    """Asks one thing after another until told to stop, and notes status and seconds of each."""

    port: int
    address: str
    urls: Iterator[str]
    stop: threading.Event
    pause: float = 0.0
    answers: list[tuple[int, float, str, int]] = field(default_factory=list)

    def run(self) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stop.wait(self.pause):
            began = time.monotonic()
            client.request("GET", next(self.urls), headers={"X-Forwarded-For": self.address})
            response = client.getresponse()
            body = response.read()
            taken = time.monotonic() - began
            self.answers.append((response.status, taken, response.headers.get("Retry-After", ""), len(body)))
        client.close()

    def statuses(self) -> Counter[int]:
        return Counter(status for status, *_ in self.answers)


def tiles() -> Iterator[str]:
    """With those at the edge, which have to be drawn."""
    for number in count():
        x, y = 256 * (number % 12), 256 * (number // 12 % 8)
        w, h = min(256, 3001 - x), min(256, 2003 - y)
        yield f"/iiif/3/large/{x},{y},{w},{h}/{w},{h}/0/default.jpg"


def crops(seed: int) -> Iterator[str]:
    """No two alike, none on the grid."""
    chance = random.Random(seed)
    while True:
        x, y = chance.randrange(1, 1500), chance.randrange(1, 900)
        yield f"/iiif/3/large/{x},{y},1500,1100/{chance.randrange(900, 1100)},/0/default.jpg"


def test_a_crowd_off_the_grid_is_sent_away_soon_and_leaves_tiles_and_others_alone(image: Image, tmp_path: Path) -> None:
    convert(register("large"), tmp_path, width=3001, height=2003)
    for (web,) in launched(Web(tmp_path / "web", GCIS_PROXIES="1", GCIS_CLIENT_MEGAPIXELS="60", **KNOWN)):
        stop = threading.Event()
        greedy = [Visitor(web.port, "192.0.2.66", crops(number), stop) for number in range(24)]
        modest = Visitor(web.port, "192.0.2.1", crops(99), stop, pause=0.5)
        viewers = [Visitor(web.port, f"192.0.2.{number}", tiles(), stop, pause=0.02) for number in (2, 66)]
        everybody = [*greedy, modest, *viewers]
        threads = [threading.Thread(target=each.run) for each in everybody]
        for thread in threads:
            thread.start()
        time.sleep(20)
        stop.set()
        for thread in threads:
            thread.join()

    for viewer in viewers:
        assert set(viewer.statuses()) == {200}
        assert len(viewer.answers) > 50
        taken = sorted(seconds for _, seconds, *_ in viewer.answers)
        assert taken[int(len(taken) * 0.95)] < 1
    refused = [each for visitor in (*greedy, modest) for each in visitor.answers if each[0] != 200]
    assert {status for status, *_ in refused} <= {429, 503}
    assert all(int(retry) >= 1 for _, _, retry, _ in refused)
    soon = sorted(seconds for _, seconds, *_ in refused)
    assert soon[int(len(soon) * 0.99)] < 1
    assert sum((visitor.statuses() for visitor in greedy), Counter())[429] > 20
    assert modest.statuses()[200] >= 0.8 * len(modest.answers) > 4
