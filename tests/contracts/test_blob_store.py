"""What every blob store promises, run on each implementation."""

import hashlib
import io
import os
import threading
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcis.core.blobs.local import LocalStore
from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import BlobStore, Stored
from gcis.core.blobs.s3 import S3Store
from tests.contracts.s3_access import access
from tests.world.s3 import BUCKETS

#: Smallest part that S3 takes, so that little is sent in several.
PART = 5 << 20
DATA = bytes(range(256)) * 4
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["local", "memory", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    if request.param == "local":
        yield LocalStore(tmp_path / "store")
    elif request.param == "memory":
        yield MemoryStore()
    else:
        made = S3Store(
            BUCKETS[1],
            f"contract-{uuid.uuid4().hex}",
            scratch=tmp_path,
            part_size=PART,
            **access(request.getfixturevalue("s3")),
        )
        yield made
        for key in made.keys():  # noqa: SIM118  a store is no dictionary
            made.delete(key)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(data: bytes) -> Path:
        path = tmp_path / f"finished-{uuid.uuid4().hex}"
        path.write_bytes(data)
        return path

    return written


# ---------------------------------------------------------------------------------------------------- in and out again
def test_what_is_put_can_be_read(blobs: BlobStore) -> None:
    blobs.put("ab/one", DATA)
    assert blobs.read("ab/one") == DATA
    with blobs.open("ab/one") as stream:
        assert stream.read() == DATA
    assert blobs.size("ab/one") == len(DATA)


def test_an_object_may_be_empty(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put("ab/empty", b"")
    assert (blobs.size("ab/empty"), blobs.read("ab/empty"), blobs.read("ab/empty", 0, 10)) == (0, b"", b"")
    assert blobs.fetch("ab/empty", tmp_path / "empty") == Stored(hashlib.sha256(b"").hexdigest(), 0)


def test_adopting_takes_the_file_away(blobs: BlobStore, file: Callable[[bytes], Path]) -> None:
    for content in (b"first", b"again"):
        path = file(content)
        blobs.adopt("ab/two", path)
        assert not path.exists()
    assert blobs.read("ab/two") == b"first"


def test_a_stream_is_stored_and_hashed_as_it_passes(blobs: BlobStore) -> None:
    assert blobs.write("ab/stream", io.BytesIO(DATA)) == Stored(DIGEST, len(DATA))
    assert blobs.read("ab/stream") == DATA
    other = blobs.write("ab/stream", io.BytesIO(b"other"))
    assert other == Stored(hashlib.sha256(b"other").hexdigest(), 5)
    assert blobs.read("ab/stream") == DATA


def test_a_stream_that_breaks_off_leaves_nothing(blobs: BlobStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100:
                raise TimeoutError("the sender is gone")
            return super().read(200)

    with pytest.raises(TimeoutError):
        blobs.write("ab/stream", Broken(DATA))
    assert blobs.size("ab/stream") is None
    assert list(blobs.keys()) == []


def test_an_object_comes_in_pieces(blobs: BlobStore) -> None:
    blobs.put("ab/one", DATA)
    with blobs.open("ab/one") as stream:
        pieces = [stream.read(1000), stream.read(24), stream.read(1)]
    assert pieces == [DATA[:1000], DATA[1000:], b""]


def test_a_stream_need_not_be_read_to_its_end(blobs: BlobStore) -> None:
    blobs.put("ab/one", DATA)
    for _ in range(3):
        with blobs.open("ab/one") as stream:
            assert stream.read(10) == DATA[:10]


@pytest.mark.parametrize(
    ("start", "length"), [(0, 10), (10, 20), (1000, None), (1000, 1000), (1023, 1), (1024, 1), (5000, None), (7, 0)]
)
def test_a_part_is_like_a_slice(blobs: BlobStore, start: int, length: int | None) -> None:
    blobs.put("ab/one", DATA)
    assert blobs.read("ab/one", start, length) == DATA[start : None if length is None else start + length]


def test_fetching_replaces_the_file_whole(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put("ab/one", DATA)
    target, told = tmp_path / "fetched", list[int]()
    target.write_bytes(b"what was there before")
    assert blobs.fetch("ab/one", target, told.append) == Stored(DIGEST, len(DATA))
    assert target.read_bytes() == DATA
    assert told[-1] == len(DATA)


def test_fetching_that_is_ended_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put("ab/one", DATA)
    folder = tmp_path / "target"
    folder.mkdir()

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blobs.fetch("ab/one", folder / "fetched", stop)
    with pytest.raises(FileNotFoundError):
        blobs.fetch("ab/none", folder / "fetched")
    assert list(folder.iterdir()) == []


def test_what_is_not_there(blobs: BlobStore) -> None:
    blobs.put("ab/deep/one", b"x")
    for key in ("ab/none", "ab", "ab/deep"):
        for ask in (blobs.read, blobs.open, lambda key: blobs.read(key, 5, 5), lambda key: blobs.read(key, 5, 0)):
            with pytest.raises(FileNotFoundError):
                ask(key)
        assert (blobs.size(key), blobs.age(key), blobs.local_path(key)) == (None, None, None)
    blobs.delete("ab/none")


def test_age_counts_from_storing(blobs: BlobStore, file: Callable[[bytes], Path]) -> None:
    blobs.put("ab/one", b"x")
    old = file(b"x")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    blobs.adopt("ab/two", old)
    for key in ("ab/one", "ab/two"):
        age = blobs.age(key)
        assert age is not None
        assert -1 < age < 60


# ------------------------------------------------------------------------------------------------------------- for ever
def test_an_object_is_never_overwritten(blobs: BlobStore) -> None:
    blobs.put("ab/one", b"first")
    blobs.put("ab/one", b"second")
    assert blobs.read("ab/one") == b"first"


def test_of_several_writers_at_once_one_wins(blobs: BlobStore, file: Callable[[bytes], Path]) -> None:
    said = [f"writer {number}".encode() * 100 for number in range(8)]
    start = threading.Barrier(len(said))
    failed: list[Exception] = []

    def write(number: int) -> None:
        start.wait()
        try:
            if number % 2:
                blobs.put("ab/contested", said[number])
            else:
                blobs.adopt("ab/contested", file(said[number]))
        except Exception as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(said))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    first = blobs.read("ab/contested")
    assert first in said
    blobs.put("ab/contested", b"late")
    assert blobs.read("ab/contested") == first


def test_only_mending_changes_an_object(blobs: BlobStore, file: Callable[[bytes], Path]) -> None:
    blobs.put("ab/one", b"damaged")
    with blobs.open("ab/one") as before:
        before.read(1)
        for key in ("ab/one", "ab/lost"):
            right = file(DATA)
            blobs.mend(key, right)
            assert not right.exists()
            assert blobs.read(key) == DATA
    assert sorted(blobs.keys()) == ["ab/lost", "ab/one"]


# --------------------------------------------------------------------------------------------------------- many of them
def test_keys_by_prefix_and_deletion(blobs: BlobStore) -> None:
    for key in ("ab/one", "ab/two", "abc/three", "cd/one"):
        blobs.put(key, b"x")
    assert sorted(blobs.keys("ab/")) == ["ab/one", "ab/two"]
    assert sorted(blobs.keys("ab")) == ["ab/one", "ab/two", "abc/three"]
    assert sorted(blobs.keys("ab/t")) == ["ab/two"]
    assert list(blobs.keys("../")) == []
    blobs.delete("ab/one")
    assert sorted(blobs.keys()) == ["ab/two", "abc/three", "cd/one"]


def test_what_lies_under_whole_segments_goes_together(blobs: BlobStore) -> None:
    for key in ("ab/1/one", "ab/1/two", "ab/1/deep/three", "ab/12/one", "cd/1/one"):
        blobs.put(key, b"x")
    assert blobs.delete_prefix("ab/1/") == 3
    assert blobs.delete_prefix("ab/1/") == 0
    assert sorted(blobs.keys()) == ["ab/12/one", "cd/1/one"]
    for prefix in ("", "/", "ab", "ab/1", "../", "ab//"):
        with pytest.raises(ValueError, match="whole segments"):
            blobs.delete_prefix(prefix)
    assert len(list(blobs.keys())) == 2


@pytest.mark.parametrize(
    "key", ["../x", "/etc/passwd", "a/../b", "a//b", "", "a/", ".hidden", "a\x00b", "A/b", "a/b\n"]
)
def test_keys_that_could_lead_astray_are_refused(blobs: BlobStore, key: str, file: Callable[[bytes], Path]) -> None:
    asked: list[Callable[[], object]] = [
        lambda: blobs.put(key, b"x"),
        lambda: blobs.adopt(key, file(b"x")),
        lambda: blobs.write(key, io.BytesIO(b"x")),
        lambda: blobs.mend(key, file(b"x")),
        lambda: blobs.read(key),
        lambda: blobs.open(key),
        lambda: blobs.fetch(key, file(b"x")),
        lambda: blobs.size(key),
        lambda: blobs.delete(key),
        lambda: blobs.local_path(key),
    ]
    for ask in asked:
        with pytest.raises(ValueError, match="not a key"):
            ask()


def test_sweeping_touches_no_object(blobs: BlobStore) -> None:
    blobs.put("ab/one", DATA)
    assert blobs.sweep(0) == 0
    assert blobs.read("ab/one") == DATA


def test_large_objects_do_not_go_through_memory(blobs: BlobStore, tmp_path: Path) -> None:
    if isinstance(blobs, MemoryStore):
        pytest.skip("memory is where it keeps them")
    block, large = os.urandom(1 << 20), tmp_path / "large"
    with large.open("wb") as writing:
        for _ in range(24):
            writing.write(block)
    blobs.put("warm/up", b"x")
    blobs.read("warm/up")
    tracemalloc.start()
    try:
        with large.open("rb") as stream:
            written = blobs.write("ab/large", stream)
        fetched = blobs.fetch("ab/large", tmp_path / "fetched")
        blobs.adopt("ab/other", large)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert written == fetched
    assert fetched.size == blobs.size("ab/other") == 24 << 20
    assert peak < 4 << 20


# -------------------------------------------------------------------------------------------------------- local only
def test_local_store_leaves_nothing_half_written(tmp_path: Path) -> None:
    blobs = LocalStore(tmp_path)
    blobs.put("ab/one", b"x")
    left = tmp_path / ".incoming" / "left-behind"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    young = tmp_path / ".incoming" / "being-written"
    young.write_bytes(b"half")
    assert sorted(blobs.keys()) == ["ab/one"]
    assert blobs.sweep(3600) == 1
    assert young.exists()
    assert blobs.sweep(0) == 1
    assert blobs.sweep(0) == 0
