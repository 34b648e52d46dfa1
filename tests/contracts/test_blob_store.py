"""What every blob store promises, run on each implementation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gcis.core.blobs.local import LocalStore
from gcis.core.blobs.memory import MemoryStore
from gcis.core.blobs.protocol import BlobStore


@pytest.fixture(params=["local", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    yield LocalStore(tmp_path / "store") if request.param == "local" else MemoryStore()


def test_what_is_put_can_be_read(blobs: BlobStore) -> None:
    blobs.put("ab/one", b"data")
    assert blobs.read("ab/one") == b"data"
    with blobs.open("ab/one") as file:
        assert file.read() == b"data"
    assert blobs.size("ab/one") == 4


def test_an_object_is_never_overwritten(blobs: BlobStore) -> None:
    blobs.put("ab/one", b"first")
    blobs.put("ab/one", b"second")
    assert blobs.read("ab/one") == b"first"


def test_adopting_takes_the_file_away(blobs: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "finished"
    for content in (b"first", b"again"):
        file.write_bytes(content)
        blobs.adopt("ab/two", file)
        assert not file.exists()
    assert blobs.read("ab/two") == b"first"


def test_what_is_not_there(blobs: BlobStore) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.read("ab/none")
    with pytest.raises(FileNotFoundError):
        blobs.open("ab/none")
    assert blobs.size("ab/none") is None
    assert blobs.age("ab/none") is None
    assert blobs.local_path("ab/none") is None
    blobs.delete("ab/none")


def test_keys_by_prefix_and_deletion(blobs: BlobStore) -> None:
    for key in ("ab/one", "ab/two", "cd/one"):
        blobs.put(key, b"x")
    assert sorted(blobs.keys("ab/")) == ["ab/one", "ab/two"]
    blobs.delete("ab/one")
    assert sorted(blobs.keys()) == ["ab/two", "cd/one"]


def test_age_counts_from_storing(blobs: BlobStore) -> None:
    blobs.put("ab/one", b"x")
    age = blobs.age("ab/one")
    assert age is not None
    assert -1 < age < 60


@pytest.mark.parametrize(
    "key", ["../x", "/etc/passwd", "a/../b", "a//b", "", "a/", ".hidden", "a\x00b", "A/b", "a/b\n"]
)
def test_keys_that_could_lead_astray_are_refused(blobs: BlobStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        blobs.put(key, b"x")
    with pytest.raises(ValueError, match="not a key"):
        blobs.read(key)


def test_local_store_leaves_nothing_half_written(tmp_path: Path) -> None:
    blobs = LocalStore(tmp_path)
    blobs.put("ab/one", b"x")
    (tmp_path / ".incoming" / "left-behind").write_bytes(b"half")
    assert sorted(blobs.keys()) == ["ab/one"]
    assert blobs.sweep_incoming() == 1
    assert blobs.sweep_incoming() == 0
