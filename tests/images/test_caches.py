"""Local copies of access masters whose store is elsewhere."""

import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pyvips
from django.conf import settings

from gcis.core import meters
from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.blobs.streams import hashed
from gcis.core.errors import Unavailable
from images import caches, services
from images.addresses import master_key
from images.copies import MOST_WAITING, Copies
from images.engine.pyramid import Pyramid, open_pyramid
from images.facts import ImageFacts
from images.iiif.derivative import Derivative
from images.ranges import Reader
from tests.contracts.s3_access import stores_of_a_test
from tests.images.cold import first_screen, libvips_master, our_master
from tests.work import an_image, convert
from tests.world.proxy import Proxy

DATA = b"a pyramid" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()
KEY = master_key(uuid.UUID(int=1), DIGEST)


@pytest.fixture
def elsewhere() -> Iterator[MemoryStore]:
    """Masters in a store that has no files on this host."""
    settings.GCIS_STORES = {**settings.GCIS_STORES, "masters": {"BACKEND": "gcis.core.blobs.memory.MemoryStore"}}
    store.cache_clear()
    masters = store("masters")
    assert isinstance(masters, MemoryStore)
    yield masters


def facts(key: str = KEY, digest: str = DIGEST) -> ImageFacts:
    return ImageFacts(uuid.UUID(int=1), "map", "ready", master_key=key, digest=digest)


def copies() -> list[Path]:
    """What is or becomes one."""
    found = [settings.GCIS_MASTER_CACHE_DIR / name for name in ("files", "incoming")]
    return [path for folder in found for path in folder.rglob("*") if path.is_file()]


def test_a_master_that_lies_elsewhere_is_brought_here_once(elsewhere: MemoryStore) -> None:
    elsewhere.put(KEY, DATA)
    path = services.master_path(facts())
    assert path.read_bytes() == DATA
    elsewhere.delete(KEY)
    assert services.master_path(facts()) == path, "the store is not asked again"
    assert copies() == [path]


def test_a_master_on_this_host_is_not_copied(tmp_path: Path) -> None:
    settings.GCIS_STORES = {"masters": {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": tmp_path}}}
    store.cache_clear()
    store("masters").put(KEY, DATA)
    assert services.master_path(facts()) == tmp_path / KEY
    assert copies() == []


def test_only_the_bytes_that_the_record_names_are_taken(elsewhere: MemoryStore) -> None:
    elsewhere.put(KEY, b"something else")
    with pytest.raises(Damaged) as caught:
        services.master_path(facts())
    assert caught.value.code == "checksum"
    assert copies() == []
    right = settings.GCIS_MASTER_CACHE_DIR.parent / "right"
    right.write_bytes(DATA)
    elsewhere.mend(KEY, right)
    assert services.master_path(facts()).read_bytes() == DATA


def test_a_master_that_nobody_has_is_waited_for(elsewhere: MemoryStore) -> None:
    with pytest.raises(Unavailable) as caught:
        services.master_path(facts())
    assert caught.value.code == "master_missing"
    with pytest.raises(FileNotFoundError):
        caches.master_copy(KEY, DIGEST)
    assert copies() == []


@pytest.mark.django_db
def test_a_master_in_s3_is_served_from_a_copy(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GCIS_TEST_STORES", "s3")
    monkeypatch.setenv("GCIS_TEST_S3_URL", s3)
    settings.GCIS_STORES = stores_of_a_test(tmp_path)
    store.cache_clear()
    image = an_image()
    convert(image)
    found = services.facts([image])[image]
    path = services.master_path(found)
    assert path.is_relative_to(settings.GCIS_MASTER_CACHE_DIR)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == found.digest
    store("masters").delete(found.master_key)
    assert services.master_path(found) == path


# ---------------------------------------------------------------------------------------- large ones that lie elsewhere
@pytest.fixture
def in_s3(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Proxy]:
    """Stores in S3, by way of a proxy. A store that hangs is not waited for long."""
    monkeypatch.setenv("GCIS_TEST_STORES", "s3")
    monkeypatch.setenv("GCIS_TEST_S3_URL", s3)
    port = urlsplit(s3).port
    assert port
    with Proxy(port) as proxy:
        stores = stores_of_a_test(tmp_path)
        for chosen in stores.values():
            chosen["OPTIONS"] |= {"endpoint": f"http://127.0.0.1:{proxy.port}", "read_seconds": 2, "attempts": 1}
        settings.GCIS_STORES = stores
        store.cache_clear()
        caches._remote.cache_clear()
        caches._copies.cache_clear()
        yield proxy


@dataclass(frozen=True)
class Cold:
    """A master that lies elsewhere, and the file that it was made of."""

    key: str
    digest: str
    size: int
    path: Path


def cold(path: Path) -> Cold:
    with path.open("rb") as file:
        found = hashed(file)
    key = master_key(uuid.uuid4(), found.digest)
    with path.open("rb") as file:
        store("masters").write(key, file)
    return Cold(key, found.digest, found.size, path)


def read_so_far() -> tuple[float, float]:
    return meters.RANGE_READS._value.get(), meters.RANGE_BYTES._value.get()


def screen(master: Cold) -> int:
    """Read what the first screen of a viewer shows, and compare it with the file; returns how many tiles that were."""
    whole = open_pyramid(master.path)
    pyramid = caches.opened(master.key, master.digest, master.size).pyramid
    tiles = list(first_screen(whole))
    for level, column, row in tiles:
        assert pyramid.tile(level, column, row) == whole.tile(level, column, row)
    return len(tiles)


def wait_for(is_so: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_copied(master: Cold) -> bool:
    return (settings.GCIS_MASTER_CACHE_DIR / "files" / master.key).exists()


@pytest.mark.parametrize(
    "layout",
    [
        "ours",
        "libvips",
        pytest.param("500 MB", marks=pytest.mark.long),
        pytest.param("libvips, 500 MB", marks=pytest.mark.long),
    ],
)
def test_the_first_screen_of_a_cold_master_is_few_requests_and_bytes(in_s3: Proxy, tmp_path: Path, layout: str) -> None:
    made = {
        "ours": lambda: our_master(tmp_path / "made.tif", 56, 40),
        "libvips": lambda: libvips_master(tmp_path / "made.tif", 6000, 4000),
        "500 MB": lambda: our_master(tmp_path / "made.tif", 106, 86),
        "libvips, 500 MB": lambda: libvips_master(tmp_path / "made.tif", 27_000, 22_000),
    }[layout]()
    master = cold(made)
    settings.GCIS_MASTER_CACHE_BYTES = 0  # no copy: what is counted here are parts alone
    requests, size = read_so_far()
    tiles = screen(master)
    requests, size = read_so_far()[0] - requests, read_so_far()[1] - size
    print(f"{layout}: {master.size / 1e6:.0f} MB, {tiles} tiles, {requests:.0f} requests, {size / 1e6:.2f} MB")
    assert tiles > 30
    assert requests <= tiles / 2
    assert size <= 5_000_000


def test_a_second_request_does_not_wait_for_the_copy(in_s3: Proxy, tmp_path: Path) -> None:
    master = cold(our_master(tmp_path / "made.tif", 32, 32))
    in_s3.mode = "slow:8000000"
    for _ in range(2):
        began = time.monotonic()
        found = caches.opened(master.key, master.digest, master.size)
        level = found.pyramid.levels[-2]
        assert found.path is None
        assert found.pyramid.tile(level, 0, 0) == open_pyramid(master.path).tile(level, 0, 0)
        assert time.monotonic() - began < 5
        wait_for(lambda: list((settings.GCIS_MASTER_CACHE_DIR / "incoming").glob("*")))
    assert not is_copied(master), "the copy takes five seconds"
    in_s3.mode = "pass"
    wait_for(lambda: is_copied(master))
    before = read_so_far()
    found = caches.opened(master.key, master.digest, master.size)
    assert found.path is not None
    assert found.path.read_bytes() == master.path.read_bytes()
    assert screen(master)
    assert read_so_far() == before, "from now on nothing is read from the store"


def test_parts_that_cannot_be_had_are_said_to_be_unavailable(in_s3: Proxy, tmp_path: Path) -> None:
    master = cold(our_master(tmp_path / "made.tif", 16, 16))
    settings.GCIS_MASTER_CACHE_BYTES = 0
    pyramid = caches.opened(master.key, master.digest, master.size).pyramid
    for mode in ("500", "hang", "rst"):
        in_s3.mode = mode
        with pytest.raises(Unavailable) as caught:
            pyramid.tile(pyramid.levels[0], 8, 8)
        assert caught.value.code == "store_unavailable"
    in_s3.mode = "pass"
    assert pyramid.tile(pyramid.levels[0], 8, 8) == open_pyramid(master.path).tile(pyramid.levels[0], 8, 8)


def test_a_copy_that_is_damaged_is_refused_and_so_are_its_parts(elsewhere: MemoryStore, tmp_path: Path) -> None:
    data = bytearray(our_master(tmp_path / "made.tif", 16, 16).read_bytes())
    digest = hashlib.sha256(data).hexdigest()
    key = master_key(uuid.uuid4(), digest)
    data[100_000] ^= 1
    elsewhere.put(key, bytes(data))
    assert caches.opened(key, digest).path is None, "nobody can tell yet"

    def refused() -> bool:
        try:
            caches.opened(key, digest)
        except Damaged:
            return True
        return False

    wait_for(refused)
    assert copies() == []


def test_a_master_that_is_larger_than_the_cache_is_read_by_parts_only(elsewhere: MemoryStore, tmp_path: Path) -> None:
    settings.GCIS_MASTER_CACHE_BYTES = 3_000_000
    master = cold(our_master(tmp_path / "made.tif", 12, 12))
    assert master.size > 3_000_000
    assert screen(master)
    assert caches.opened(master.key, master.digest).path is None
    assert copies() == []


def test_a_disk_that_takes_nothing_costs_nobody_the_picture(elsewhere: MemoryStore, tmp_path: Path) -> None:
    settings.GCIS_MASTER_CACHE_DIR = tmp_path / "in the way" / "cache"
    (tmp_path / "in the way").write_text("a file")
    small = cold(our_master(tmp_path / "small.tif", 3, 3))
    large = cold(our_master(tmp_path / "large.tif", 16, 16))
    assert small.size < caches.SMALL < large.size
    assert screen(small)
    assert screen(large)


def test_a_small_master_is_fetched_at_once(elsewhere: MemoryStore, tmp_path: Path) -> None:
    master = cold(our_master(tmp_path / "small.tif", 3, 3))
    before = read_so_far()
    assert caches.opened(master.key, master.digest).path == settings.GCIS_MASTER_CACHE_DIR / "files" / master.key
    assert read_so_far() == before


def test_a_copy_that_leaves_is_brought_again(elsewhere: MemoryStore, tmp_path: Path) -> None:
    master = cold(our_master(tmp_path / "small.tif", 3, 3))
    found = caches.opened(master.key, master.digest)
    assert found.path
    os.utime(found.path, (0, 0))
    assert caches.masters().clear().files == 1
    assert caches.opened(master.key, master.digest).path == found.path
    assert found.path.exists()


def test_no_such_master(elsewhere: MemoryStore) -> None:
    with pytest.raises(FileNotFoundError):
        caches.opened(KEY, DIGEST)


def test_few_copies_are_made_at_a_time(tmp_path: Path) -> None:
    copies, at_once, most, go_on = Copies(2), list[int](), list[int](), threading.Event()
    lock = threading.Lock()

    def bring() -> bool:
        with lock:
            at_once.append(1)
            most.append(len(at_once))
        go_on.wait(10)
        with lock:
            at_once.pop()
        return True

    for number in range(MOST_WAITING + 20):
        copies.want(f"key-{number}", bring)
    copies.want("key-0", bring)
    assert len(copies._waiting) == MOST_WAITING
    go_on.set()
    wait_for(lambda: not copies._running)
    assert len(most) == MOST_WAITING + 2, "those beyond were left to the next who asks"
    assert max(most) == 2


def test_a_copy_that_failed_is_not_tried_again_at_once() -> None:
    tried = list[int]()

    def fails() -> bool:
        tried.append(1)
        raise Unavailable("store_unavailable", "Not now.")

    copies = Copies(1)
    for _ in range(3):
        copies.want("key", fails)
        wait_for(lambda: not copies._running)
    assert len(tried) == 1


# ---------------------------------------------------------------------------------------- what is drawn of cold masters
def whole(pyramid: Pyramid, width: int) -> Derivative:
    height = max(1, round(pyramid.height * width / pyramid.width))
    return Derivative(0, 0, pyramid.width, pyramid.height, width, height)


def test_few_parts_are_enough_for_a_thumbnail(elsewhere: MemoryStore, tmp_path: Path) -> None:
    settings.GCIS_MASTER_CACHE_BYTES = 0
    master = cold(our_master(tmp_path / "made.tif", 40, 40))
    found = caches.opened(master.key, master.digest)
    before = read_so_far()[1]
    assert found.within_reach(whole(found.pyramid, 200)) is found
    assert isinstance(found.file, Reader)
    picture = found.file
    source = pyvips.SourceCustom()
    source.on_read(picture.read)
    source.on_seek(picture.seek)
    drawn = pyvips.Image.new_from_source(source, "", page=len(found.pyramid.levels) - 1)
    assert drawn.avg() == pyvips.Image.new_from_file(str(master.path), page=len(found.pyramid.levels) - 1).avg()
    assert read_so_far()[1] - before < 1_000_000


def test_for_a_large_part_the_copy_is_waited_for(elsewhere: MemoryStore, tmp_path: Path) -> None:
    master = cold(our_master(tmp_path / "made.tif", 32, 32))
    found = caches.opened(master.key, master.digest).without(1)
    assert found.path is None
    assert found.within_reach(whole(found.pyramid, 400)) is found
    large = replace(found, pyramid=caches.opened(master.key, master.digest).pyramid, skipped=0)
    brought = large.within_reach(whole(large.pyramid, large.pyramid.width))
    assert brought.path == brought.file == settings.GCIS_MASTER_CACHE_DIR / "files" / master.key
    assert brought.pyramid.levels == large.pyramid.levels


def test_where_there_is_no_room_even_large_ones_are_made_of_parts(elsewhere: MemoryStore, tmp_path: Path) -> None:
    settings.GCIS_MASTER_CACHE_DIR = tmp_path / "in the way" / "cache"
    (tmp_path / "in the way").write_text("a file")
    master = cold(our_master(tmp_path / "made.tif", 32, 32))
    found = caches.opened(master.key, master.digest)
    assert found.within_reach(whole(found.pyramid, found.pyramid.width)) is found
