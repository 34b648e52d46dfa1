"""Small pieces in a folder: whatever goes wrong with it is a miss."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gcis.core import diskbytes, meters
from gcis.core.diskbytes import DiskBytes
from gcis.core.diskroom import Figures, Limits

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path) -> DiskBytes:
    return DiskBytes(tmp_path / "cache", Limits(1_000_000), name="test")


def failures() -> float:
    return float(meters.CACHE_FAILURES.labels("test")._value.get())


def files(cache: DiskBytes) -> list[Path]:
    return [path for path in (cache.folder / "files").rglob("*") if path.is_file()]


def unfinished(cache: DiskBytes) -> list[Path]:
    return list((cache.folder / "incoming").glob("*"))


def wait_for_pruning(cache: DiskBytes) -> None:
    deadline = time.monotonic() + 30
    while cache._pruning.locked():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_was_put_is_found_again_also_by_others(cache: DiskBytes) -> None:
    assert cache.get("a key\0of any kind/../x") is None
    cache.put("a key\0of any kind/../x", b"bytes")
    cache.put("empty", b"")
    assert cache.get("a key\0of any kind/../x") == b"bytes"
    assert cache.get("empty") == b""
    assert DiskBytes(cache.folder, Limits(1_000_000), name="test").get("a key\0of any kind/../x") == b"bytes"
    assert unfinished(cache) == []


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "zeros", "other's"])
def test_an_entry_that_is_not_what_was_put_is_a_miss_and_goes(cache: DiskBytes, harm: str) -> None:
    cache.put("key", b"bytes" * 100)
    (path,) = files(cache)
    held = bytearray(path.read_bytes())
    if harm == "flip":
        held[random.randrange(len(held))] ^= 1 << random.randrange(8)
    elif harm == "cut":
        held = held[: len(held) // 2]
    elif harm == "empty":
        held = bytearray()
    elif harm == "zeros":
        held = bytearray(len(held))
    else:
        cache.put("other", b"other's bytes")
        held = bytearray(next(each for each in files(cache) if each != path).read_bytes())
    path.write_bytes(held)
    before = failures()
    assert cache.get("key") is None
    assert failures() == before + 1
    assert not path.exists()
    cache.put("key", b"again")
    assert cache.get("key") == b"again"


def test_an_entry_that_cannot_be_read_is_a_miss(cache: DiskBytes) -> None:
    cache.put("key", b"bytes")
    (path,) = files(cache)
    path.unlink()
    path.mkdir()
    before = failures()
    assert cache.get("key") is None
    assert failures() == before + 1


def test_a_folder_that_cannot_be_made_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = DiskBytes(tmp_path / "file" / "cache", Limits(1_000_000), name="test")
    before = failures()
    cache.put("key", b"bytes")
    assert cache.get("key") is None
    assert failures() == before + 1
    cache.put("key", b"bytes")
    assert failures() == before + 1, "it is not tried again at once"


def test_above_the_limit_what_is_worth_least_goes(tmp_path: Path) -> None:
    cache = DiskBytes(tmp_path / "cache", Limits(100_000), name="test")
    for number in range(60):
        cache.put(f"key {number}", os.urandom(2000))
        wait_for_pruning(cache)
        for path in files(cache):
            at = path.stat().st_mtime - 10
            os.utime(path, (at, at))
    sizes = [path.stat().st_size for path in files(cache)]
    assert 70_000 < sum(sizes) <= 100_000
    assert cache.get("key 59") is not None
    assert cache.get("key 0") is None
    assert cache.room.known() == Figures(len(sizes), sum(sizes))


def test_what_is_larger_than_an_eighth_is_not_kept(cache: DiskBytes) -> None:
    cache.put("large", bytes(125_001))
    assert cache.get("large") is None


def test_what_is_asked_for_stays(cache: DiskBytes) -> None:
    cache.put("key", b"bytes")
    (path,) = files(cache)
    os.utime(path, (time.time() - 3600,) * 2)
    cache.get("key")
    assert time.time() - path.stat().st_mtime < 5


WRITES = """
import sys
from pathlib import Path
import structlog
from gcis.core.diskbytes import DiskBytes
from gcis.core.diskroom import Limits
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
cache = DiskBytes(Path(sys.argv[1]), Limits(400_000), name="test")
n = 0
while True:
    key = str(n % 50)
    cache.put(key, (key.encode() * 20_000)[: 20_000 + n % 50])
    if n == 10:
        print("under way", flush=True)
    n += 1
"""


@contextmanager
def writers(cache: DiskBytes) -> Iterator[None]:
    """Two processes that write without end, until the block ends: then they are killed."""
    command = [sys.executable, "-c", WRITES, str(cache.folder)]
    started = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for writer in started:
            assert writer.stdout
            assert writer.stdout.readline() == "under way\n"
        yield
    finally:
        for writer in started:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()


def test_processes_that_are_killed_at_any_moment_leave_only_whole_entries(tmp_path: Path) -> None:
    cache = DiskBytes(tmp_path / "cache", Limits(400_000), name="test")
    for _ in range(2):
        with writers(cache):
            time.sleep(random.random() / 10)
        before = failures()
        found = [cache.get(str(n)) for n in range(50)]
        assert failures() == before, "nothing was half there"
        for n, data in enumerate(found):
            assert data is None or data == (str(n).encode() * 20_000)[: 20_000 + n]
        assert any(found)
    for path in unfinished(cache):
        os.utime(path, (0, 0))
    cache.prune()
    assert unfinished(cache) == []
    assert cache.figures().bytes <= 400_000


def test_readers_and_writers_in_threads_see_whole_entries(tmp_path: Path) -> None:
    cache = DiskBytes(tmp_path / "cache", Limits(200_000), name="test")
    until, wrong = time.monotonic() + 1.0, list[bytes]()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < until:
            key = str(chance.randrange(30))
            if chance.random() < 0.5:
                cache.put(key, key.encode() * 5000)
            elif (data := cache.get(key)) is not None and data != key.encode() * 5000:
                wrong.append(data)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for_pruning(cache)
    assert wrong == []
    cache.prune()
    assert cache.figures().bytes <= 200_000


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "gcis-test", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be made here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_costs_nothing_and_room_is_made(tiny_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diskbytes, "REST", 0.0)
    cache = DiskBytes(tiny_disk / "cache", Limits(100_000_000), name="test")
    before = failures()
    for number in range(60):
        cache.put(str(number), os.urandom(40_000))
        wait_for_pruning(cache)
    assert failures() > before
    found = [number for number in range(60) if cache.get(str(number))]
    assert found
    assert max(found) > 40, "new ones go on being kept"
    assert unfinished(cache) == []


def test_a_disk_that_somebody_else_filled_is_a_miss(tiny_disk: Path) -> None:
    cache = DiskBytes(tiny_disk / "cache", Limits(100_000_000), name="test")
    for number in range(20):
        cache.put(f"before {number}", b"bytes")
    (tiny_disk / "others").write_bytes(bytes(500_000))
    subprocess.run(["dd", "if=/dev/zero", f"of={tiny_disk}/more"], capture_output=True, check=False)
    before = failures()
    cache.put("key", os.urandom(40_000))
    assert cache.get("key") is None
    wait_for_pruning(cache)
    assert failures() == before + 1
    assert len([number for number in range(20) if cache.get(f"before {number}")]) >= 17, "a tenth went"
