"""Parts of masters: each block is read once, little is held, and errors reach everybody who waits."""

import hashlib
import os
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import pyvips
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from gcis.core import meters
from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from images import ranges
from images.addresses import master_key
from images.engine.pyramid import Pyramid
from images.ranges import AT_ONCE, BLOCK, STRAIGHT, Blocks, Reader, RemoteBytes, runs
from tests.images.cold import libvips_master, our_master
from tests.images.engine.masters import photograph, write_master

DATA = os.urandom(5 * BLOCK + 1000)
KEY = master_key(uuid.UUID(int=1), hashlib.sha256(DATA).hexdigest())


class Slow(MemoryStore):
    """Takes its time for parts, and remembers what was asked for."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds
        self.asked: list[tuple[int, int | None]] = []
        self.fails: Exception | None = None

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        self.asked.append((start, length))
        time.sleep(self.seconds)
        if self.fails:
            raise self.fails
        return super().read(key, start, length)


@pytest.fixture
def elsewhere() -> Iterator[Slow]:
    settings.GCIS_STORES = {**settings.GCIS_STORES, "masters": {"BACKEND": "tests.images.test_ranges.Slow"}}
    store.cache_clear()
    masters = store("masters")
    assert isinstance(masters, Slow)
    masters.put(KEY, DATA)
    yield masters


def remote(limit: int = 8 * 8 * BLOCK) -> RemoteBytes:
    return RemoteBytes(KEY, len(DATA), Blocks(limit))


def value(meter: meters.Counter, cache: str = "") -> float:
    counter = meter.labels(cache) if cache else meter
    return float(counter._value.get())


def test_slices_are_those_of_the_bytes(elsewhere: Slow) -> None:
    data = remote()
    assert len(data) == len(DATA)

    @given(st.integers(-7 * BLOCK, 7 * BLOCK), st.integers(-7 * BLOCK, 7 * BLOCK))
    def holds(start: int, stop: int) -> None:
        assert data[start:stop] == DATA[start:stop]

    holds()
    assert len(elsewhere.asked) <= 6, "six blocks, each read once at most"
    with pytest.raises(ValueError, match="lie together"):
        data[0:10:2]


def test_neighbours_are_read_by_one_request(elsewhere: Slow) -> None:
    data = remote()
    before = value(meters.RANGE_READS), value(meters.RANGE_BYTES)
    _ = data[BLOCK + 5 : 3 * BLOCK + 1]
    assert elsewhere.asked == [(BLOCK, 3 * BLOCK)]
    _ = data[2 * BLOCK : 5 * BLOCK]
    assert elsewhere.asked[1:] == [(4 * BLOCK, BLOCK)], "only what is not here yet"
    assert (value(meters.RANGE_READS), value(meters.RANGE_BYTES)) == (before[0] + 2, before[1] + 4 * BLOCK)


@given(st.sets(st.integers(0, 40)))
def test_runs_are_stretches_without_gaps(numbers: set[int]) -> None:
    found = list(runs(sorted(numbers)))
    assert [n for first, past in found for n in range(first, past)] == sorted(numbers)
    assert all(past < first for (_, past), (first, _) in pairwise(found))


def test_what_several_want_is_read_once(elsewhere: Slow) -> None:
    elsewhere.seconds = 0.2
    data = remote()
    waits = value(meters.CACHE_WAITS, "ranges")
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: data[n : n + BLOCK], range(8)))
    assert got == [DATA[n : n + BLOCK] for n in range(8)]
    assert sum(length or 0 for _, length in elsewhere.asked) == 2 * BLOCK
    assert value(meters.CACHE_WAITS, "ranges") > waits


def test_blocks_that_nobody_uses_leave(elsewhere: Slow) -> None:
    blocks = Blocks(8 * BLOCK)  # a block may take an eighth
    for number in range(20):
        blocks.read(KEY, len(DATA), number * BLOCK % len(DATA), number * BLOCK % len(DATA) + 10)
    for number in range(20):
        key = f"{KEY[:-4]}-{number}.tif"
        elsewhere.put(key, DATA)
        RemoteBytes(key, len(DATA), blocks)[0 : 3 * BLOCK]
    assert blocks._kept.used <= 8 * BLOCK
    assert blocks._under_way == {}


def test_a_long_part_is_read_straight(elsewhere: Slow) -> None:
    key, long = KEY.replace("0", "1"), os.urandom(STRAIGHT + 3 * BLOCK)
    elsewhere.put(key, long)
    blocks = Blocks(64 * BLOCK)
    data = RemoteBytes(key, len(long), blocks)
    assert data[5 : STRAIGHT + BLOCK] == long[5 : STRAIGHT + BLOCK]
    assert elsewhere.asked == [(5, STRAIGHT + BLOCK - 5)]
    assert blocks._kept.used == 0


@pytest.mark.parametrize("error", [Unavailable("store_unavailable", "Not now."), FileNotFoundError(KEY), Damaged()])
def test_an_error_reaches_all_who_wait_and_the_next_one_asks_again(elsewhere: Slow, error: Exception) -> None:
    data = remote()
    elsewhere.seconds, elsewhere.fails = 0.2, error
    caught = list[Exception]()

    def ask() -> None:
        try:
            _ = data[0:10]
        except (Unavailable, FileNotFoundError) as found:
            caught.append(found)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(each) for each in caught] == [type(error)] * 5
    elsewhere.fails = None
    assert data[0:10] == DATA[:10]


def test_a_store_that_hangs_does_not_hold_every_thread(elsewhere: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "PLACE_SECONDS", 0.1)
    blocks, later = Blocks(64 * BLOCK), list[str]()
    data = RemoteBytes(KEY, len(DATA), blocks)
    assert data[0:10] == DATA[:10]
    elsewhere.seconds = 1.0

    def ask(number: int) -> None:
        try:
            _ = data[BLOCK + number : BLOCK + number + 10]
        except Unavailable as busy:
            later.append(busy.code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(AT_ONCE + 3)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    assert data[0:10] == DATA[:10], "what is in memory is not waited for"
    assert time.monotonic() - began < 0.5
    for thread in threads:
        thread.join()
    assert later == ["busy"] * 3


def test_a_part_that_comes_short_is_not_used(elsewhere: Slow) -> None:
    longer = RemoteBytes(KEY, len(DATA) + 100, Blocks(64 * BLOCK))
    with pytest.raises(Damaged):
        _ = longer[len(DATA) - 10 : len(DATA) + 100]
    assert longer[0:10] == DATA[:10]


# ------------------------------------------------------------------------------------------------- what the engine does
@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("layouts")
    pictured = write_master(
        folder / "pictured.tif", photograph(1403, 1021), xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
    )
    return [our_master(folder / "ours.tif", 9, 6), libvips_master(folder / "vips.tif", 2500, 1700), pictured.path]


def test_a_pyramid_by_parts_is_the_one_in_the_file(elsewhere: Slow, layouts: list[Path]) -> None:
    for path in layouts:
        held = path.read_bytes()
        key = master_key(uuid.UUID(int=2), hashlib.sha256(held).hexdigest())
        elsewhere.put(key, held)
        by_parts, whole = Pyramid(RemoteBytes(key, len(held), Blocks(256 * BLOCK))), Pyramid(held)
        assert by_parts.levels == whole.levels
        assert by_parts.profile == whole.profile
        assert by_parts.metadata() == whole.metadata()
        for level in whole.levels:
            for row in range(level.rows):
                for column in range(level.columns):
                    assert by_parts.tile(level, column, row) == whole.tile(level, column, row)


def test_libvips_draws_from_parts_what_it_draws_from_the_file(elsewhere: Slow, layouts: list[Path]) -> None:
    for path in layouts:
        held = path.read_bytes()
        key = master_key(uuid.UUID(int=3), hashlib.sha256(held).hexdigest())
        elsewhere.put(key, held)
        reader = Reader(RemoteBytes(key, len(held), Blocks(256 * BLOCK)))
        source = pyvips.SourceCustom()
        source.on_read(reader.read)
        source.on_seek(reader.seek)
        by_parts = pyvips.Image.new_from_source(source, "", page=1)
        from_file = pyvips.Image.new_from_file(str(path), page=1)
        assert np.array_equal(by_parts.numpy(), from_file.numpy())
        reader.check()


def test_a_part_that_cannot_be_had_is_told_after_drawing(elsewhere: Slow, layouts: list[Path]) -> None:
    held = layouts[0].read_bytes()
    key = master_key(uuid.UUID(int=4), hashlib.sha256(held).hexdigest())
    elsewhere.put(key, held)
    reader = Reader(RemoteBytes(key, len(held), Blocks(256 * BLOCK)))
    source = pyvips.SourceCustom()
    source.on_read(reader.read)
    source.on_seek(reader.seek)
    picture = pyvips.Image.new_from_source(source, "", page=0)
    elsewhere.fails = Unavailable("store_unavailable", "Not now.")
    with suppress(pyvips.Error):
        picture.write_to_memory()
    with pytest.raises(Unavailable, match="Not now"):
        reader.check()
