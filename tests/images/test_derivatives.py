"""Kept pictures: which are worth a place, under which keys, and that no cache ever costs the picture."""

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches as backends
from django.core.cache.backends.base import BaseCache

from gcis.core import meters
from gcis.core.diskbytes import DiskBytes
from gcis.core.diskroom import Limits
from gcis.core.errors import Unavailable
from images import curation, derivatives, services, shared
from images.addresses import derivative_key
from images.derivatives import Demand, Derivatives
from images.facts import ImageFacts
from images.shared import SharedTier
from tests import work
from tests.world import services as world
from tests.world.valkey import Valkey

IMAGE = uuid.UUID(int=1)


@pytest.fixture
def disk(tmp_path: Path) -> DiskBytes:
    return DiskBytes(tmp_path / "derivatives", Limits(10_000_000), name="derivatives")


def kept(disk: DiskBytes | None, tier: SharedTier | None = None, asked: int = 2, among: int = 50) -> Derivatives:
    return Derivatives(disk, tier, Demand(asked, among))


class Drawer:
    """Draws, and knows how often."""

    def __init__(self, data: bytes = b"a picture") -> None:
        self.data = data
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.data


def value(meter: meters.Counter, cache: str) -> float:
    return float(meter.labels(cache)._value.get())


# ----------------------------------------------------------------------------------------------------- what is worth it
def test_a_picture_is_kept_when_it_is_asked_for_again(disk: DiskBytes) -> None:
    found, draw = kept(disk), Drawer()
    assert [found.through("key", IMAGE, draw) for _ in range(4)] == [draw.data] * 4
    assert draw.times == 2
    assert disk.figures().files == 1


def test_what_is_asked_for_once_takes_no_place(disk: DiskBytes) -> None:
    found = kept(disk)
    for number in range(100):
        found.through(f"key {number}", IMAGE, Drawer())
    assert disk.figures().files == 0


def test_only_the_last_requests_of_an_image_count(disk: DiskBytes) -> None:
    found = kept(disk, among=5)
    for name in ("key", "a", "b", "c", "d", "e", "key"):
        found.through(name, IMAGE, Drawer())
    assert disk.figures().files == 0, "five others came between"
    for name in ("a", "b", "key"):
        found.through(name, IMAGE, Drawer())
    assert disk.figures().files == 1


def test_images_do_not_count_for_one_another() -> None:
    demand = Demand(2, 3)
    assert not demand.note(IMAGE, "key")
    other = uuid.UUID(int=2)
    for number in range(10):
        demand.note(other, f"other {number}")
    assert demand.note(IMAGE, "key")


def test_few_images_are_remembered() -> None:
    demand = Demand(2, 50, images=10)
    for number in range(100):
        demand.note(uuid.UUID(int=number), "key")
    assert len(demand._last) == 10
    assert demand.note(uuid.UUID(int=99), "key")
    assert not demand.note(uuid.UUID(int=0), "key")


def test_one_request_may_be_enough(disk: DiskBytes) -> None:
    found, draw = kept(disk, asked=1), Drawer()
    found.through("key", IMAGE, draw)
    found.through("key", IMAGE, draw)
    assert draw.times == 1


def test_without_a_disk_and_a_tier_pictures_are_drawn() -> None:
    found, draw = kept(None), Drawer()
    assert [found.through("key", IMAGE, draw) for _ in range(3)] == [draw.data] * 3
    assert draw.times == 3


def test_the_settings_say_whether_there_is_one(tmp_path: Path) -> None:
    settings.GCIS_DERIVATIVE_CACHE_DIR = tmp_path / "kept"
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 0
    assert derivatives.here().disk is None
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 1_000_000
    draw = Drawer()
    for _ in range(3):
        assert derivatives.through("key", IMAGE, draw) == draw.data
    assert draw.times == 2
    assert derivatives.here().shared is None


# ---------------------------------------------------------------------------------------------------------- at one time
def test_who_ask_at_the_same_time_wait_for_one_drawing(disk: DiskBytes) -> None:
    found, draw = kept(disk), Drawer()
    waits = value(meters.CACHE_WAITS, "derivatives")

    def slow() -> bytes:
        time.sleep(0.3)
        return draw()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: found.through("key", IMAGE, slow), range(8))) == [draw.data] * 8
    assert draw.times == 1
    assert value(meters.CACHE_WAITS, "derivatives") == waits + 7


def test_why_one_visitor_is_refused_is_not_told_to_another(disk: DiskBytes) -> None:
    found, began = kept(disk), threading.Event()
    answers = list[object]()

    def refused() -> bytes:
        began.set()
        time.sleep(0.2)
        raise Unavailable("over_budget", "You have had your share.")

    def first() -> None:
        try:
            found.through("key", IMAGE, refused)
        except Unavailable as error:
            answers.append(error.code)

    thread = threading.Thread(target=first)
    thread.start()
    began.wait(10)
    answers.append(found.through("key", IMAGE, Drawer()))
    thread.join()
    assert sorted(map(str, answers)) == sorted(["over_budget", str(b"a picture")])


# ------------------------------------------------------------------------------------------------------------- the keys
def key(**other: object) -> str:
    usual: dict[str, object] = {
        "epoch": 0,
        "image": IMAGE,
        "generation": 1,
        "digest": "ab",
        "access": "",
        "words": ("", ""),
        "canonical": "full/max/0/default.jpg",
        "size": (800, 600),
        "engine": "3",
    }
    return derivative_key(**{**usual, **other})  # type: ignore[arg-type]


def test_everything_that_bytes_depend_on_is_in_their_key() -> None:
    others: list[dict[str, object]] = [
        {},
        {"epoch": 1},
        {"image": uuid.UUID(int=2)},
        {"generation": 2},
        {"digest": "cd"},
        {"access": "800"},
        {"words": ("a", "b")},
        {"words": ("", "ab")},
        {"canonical": "full/800,/0/default.jpg"},
        {"size": (400, 300)},
        {"engine": "4"},
    ]
    assert len({key(**each) for each in others}) == len(others)
    assert key() == key()


def key_of(facts: ImageFacts) -> str:
    return key(image=facts.id, generation=facts.generation, digest=facts.digest)


@pytest.mark.django_db
def test_a_purge_and_a_new_master_leave_what_was_kept_behind(disk: DiskBytes) -> None:
    found = kept(disk, asked=1)
    image = work.an_image()
    work.convert(image)

    def draw(data: bytes) -> bytes:
        return found.through(key_of(services.facts([image])[image]), image, lambda: data)

    assert draw(b"before") == b"before"
    assert draw(b"not drawn") == b"before"
    curation.purge(image, [image], actor="test")
    assert draw(b"after the purge") == b"after the purge"
    services.want(services.lock(image), "test")
    work.convert(image, width=801)
    assert draw(b"of the new master") == b"of the new master"
    curation.withdraw(image, actor="test", reason="a test")
    curation.restore(image, actor="test")
    assert draw(b"after its return") == b"after its return"


# ------------------------------------------------------------------------------------------------------- what may break
def test_a_full_or_broken_disk_does_not_cost_the_picture(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = kept(DiskBytes(tmp_path / "file" / "cache", Limits(10_000), name="derivatives"), asked=1)
    draw = Drawer()
    for _ in range(3):
        assert found.through("key", IMAGE, draw) == draw.data
    assert draw.times == 3


def test_a_corrupt_entry_is_drawn_anew(disk: DiskBytes) -> None:
    found, draw = kept(disk, asked=1), Drawer()
    found.through("key", IMAGE, draw)
    (path,) = [each for each in (disk.folder / "files").rglob("*") if each.is_file()]
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert found.through("key", IMAGE, draw) == draw.data
    assert found.through("key", IMAGE, draw) == draw.data
    assert draw.times == 2


# ------------------------------------------------------------------------------------------------------ the shared tier
def of_redis(url: str) -> dict[str, object]:
    options = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "OPTIONS": options}


@pytest.fixture
def alias(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, object]], str]]:
    """Makes a cache of these settings, under a name of its own."""
    name = f"tiles-{uuid.uuid4().hex}"

    def made(chosen: dict[str, object]) -> str:
        monkeypatch.setitem(backends.settings, name, chosen)
        return name

    yield made
    if hasattr(backends._connections, name):
        delattr(backends._connections, name)


def test_hosts_share_what_one_of_them_drew(valkey: str, alias: Callable[..., str], tmp_path: Path) -> None:
    tier = SharedTier(alias(of_redis(valkey)), 60)
    hosts = [
        kept(DiskBytes(tmp_path / name, Limits(10_000_000), name="derivatives"), tier, asked=1) for name in ("a", "b")
    ]
    draw, name = Drawer(os.urandom(20_000)), uuid.uuid4().hex
    assert hosts[0].through(name, IMAGE, draw) == draw.data
    assert hosts[1].through(name, IMAGE, draw) == draw.data
    assert draw.times == 1
    assert hosts[1].disk
    assert hosts[1].disk.get(name) == draw.data, "from now on on its own disk"


def test_a_tier_that_is_killed_frozen_or_gone_costs_a_moment(alias: Callable[..., str]) -> None:
    if reason := world.missing(Valkey):
        pytest.skip(reason)
    with world.running([Valkey]) as servers:
        (server,) = servers
        tier = SharedTier(alias(of_redis(server.address)), 60)
        tier.put("key", b"bytes")
        assert tier.get("key") == b"bytes"
        for harm, mend in ((server.freeze, server.thaw), (server.kill, server.start)):
            harm()
            before, began = value(meters.CACHE_FAILURES, "tiles"), time.monotonic()
            for _ in range(100):
                assert tier.get("key") is None
                tier.put("key", b"bytes")
            assert time.monotonic() - began < 1.5, "it is asked once, then left alone"
            assert value(meters.CACHE_FAILURES, "tiles") > before
            mend()
            time.sleep(shared.REST + 0.1)
            tier.put("key", b"bytes")
            assert tier.get("key") == b"bytes"


def test_bytes_that_were_changed_in_the_tier_are_not_used(valkey: str, alias: Callable[..., str]) -> None:
    name = alias(of_redis(valkey))
    tier, backend = SharedTier(name, 60), backends[name]
    assert isinstance(backend, BaseCache)
    tier.put("key", b"bytes")
    held = backend.get(shared._name("key"))
    for harmed in (held[:-1], held[:-1] + b"x", b"", "text", 5):
        backend.set(shared._name("key"), harmed)
        assert tier.get("key") is None
    tier.put("large", bytes(shared.MOST + 1))
    assert backend.get(shared._name("large")) is None


def test_a_cache_that_there_is_none_of_is_a_miss(alias: Callable[..., str]) -> None:
    tier = SharedTier(alias({"BACKEND": "there.is.no.such.Cache"}), 60)
    before = value(meters.CACHE_FAILURES, "tiles")
    assert tier.get("key") is None
    assert value(meters.CACHE_FAILURES, "tiles") == before + 1
