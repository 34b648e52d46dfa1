"""Pictures of masters that lie elsewhere, over HTTP: the same before and after the copy is here, and drawn no more
often than needed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from gcis.core import meters
from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import Stored, Tell
from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from images import caches, curation, lane
from images.models import Image
from tests.images.pictures import convert, register

pytestmark = pytest.mark.django_db
#: What is cut out, what is made of few tiles, and what libvips draws.
REQUESTS = (
    "0,0,256,256/256,256/0/default.jpg",
    "full/!100,100/0/default.jpg",
    "13,17,700,500/350,250/0/default.jpg",
    "full/500,/90/gray.png",
    "100,100,400,300/max/!45/default.png",
)


class Distant(MemoryStore):
    """Gives parts at once, and whole objects when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.is_away = False

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        if self.is_away:
            raise Unavailable("store_unavailable", "The store does not answer.")
        return super().read(key, start, length)

    def fetch(self, key: str, path: Path, tell: Tell | None = None) -> Stored:
        self.go_on.wait(30)
        return super().fetch(key, path, tell)


@pytest.fixture
def distant(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distant]:
    chosen = {"BACKEND": "tests.images.test_cold_pictures.Distant"}
    settings.GCIS_STORES = {**settings.GCIS_STORES, "masters": chosen}
    settings.GCIS_DERIVATIVE_CACHE_DIR = tmp_path / "derivatives"
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 0
    monkeypatch.setattr(caches, "SMALL", 0)
    store.cache_clear()
    caches._remote.cache_clear()
    caches._copies.cache_clear()
    masters = store("masters")
    assert isinstance(masters, Distant)
    yield masters
    masters.go_on.set()


@pytest.fixture
def image(distant: Distant, tmp_path: Path) -> Image:
    made = register("map")
    convert(made, tmp_path, width=1800, height=1300)
    return made


def get(client: Client, parameters: str) -> bytes:
    answer = client.get(f"/iiif/3/map/{parameters}")
    assert answer.status_code == 200, answer.content
    return bytes(answer.content)


def test_pictures_are_the_same_before_and_after_the_copy_is_here(
    client: Client, image: Image, distant: Distant
) -> None:
    before = [get(client, parameters) for parameters in REQUESTS]
    copy = settings.GCIS_MASTER_CACHE_DIR / "files" / store("masters").keys().__next__()
    assert not copy.exists()
    distant.go_on.set()
    for _ in range(300):
        if copy.exists():
            break
        threading.Event().wait(0.05)
    distant.is_away = True
    assert [get(client, parameters) for parameters in REQUESTS] == before


@pytest.mark.parametrize("parameters", REQUESTS)
def test_a_store_that_fails_in_the_middle_is_said_to_be_unavailable(
    client: Client, image: Image, distant: Distant, parameters: str
) -> None:
    assert client.get("/iiif/3/map/full/!20,20/0/default.jpg").status_code == 200
    caches._remote(settings.GCIS_RANGE_BYTES)._blocks._kept.clear()
    distant.is_away = True
    answer = client.get(f"/iiif/3/map/{parameters}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    distant.is_away = False
    get(client, parameters)


def drawn() -> float:
    return sum(meters.RENDERS.labels(kind)._value.get() for kind in ("small", "drawn"))


def test_what_is_asked_for_again_is_drawn_twice_and_then_kept(client: Client, image: Image, settings: Settings) -> None:
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 10_000_000
    before = drawn()
    pictures = [get(client, REQUESTS[2]) for _ in range(5)]
    assert len(set(pictures)) == 1
    assert drawn() == before + 2
    curation.purge(image.pk, [image.pk], actor="test")
    lane.forget()
    assert get(client, REQUESTS[2]) == pictures[0]
    assert drawn() == before + 3, "what was kept before a purge is not served again"


def test_tiles_take_no_place(client: Client, image: Image, settings: Settings) -> None:
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 10_000_000
    for _ in range(4):
        get(client, REQUESTS[0])
    assert not settings.GCIS_DERIVATIVE_CACHE_DIR.exists()
