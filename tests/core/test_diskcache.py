"""The folder of fetched files: fetched once, within its limit, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gcis.core import diskcache, meters
from gcis.core.diskcache import SAFE_SECONDS, DiskCache
from gcis.core.errors import Unavailable

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "cache", 1000)


def of(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def never(path: Path) -> None:
    raise AssertionError("it is here")


def held(cache: DiskCache) -> list[str]:
    return sorted(path.name for path in (cache.folder / "files").rglob("*") if path.is_file())


def unfinished(cache: DiskCache) -> list[Path]:
    return list((cache.folder / "incoming").iterdir())


def used(path: Path, seconds_ago: float) -> None:
    at = time.time() - seconds_ago
    os.utime(path, (at, at))


def test_a_file_is_fetched_once(cache: DiskCache) -> None:
    path = cache.get("ab/one", of(b"bytes"))
    assert path.read_bytes() == b"bytes"
    assert cache.get("ab/one", never) == path
    assert DiskCache(cache.folder, 1000).get("ab/one", never) == path, "another process, later"
    with pytest.raises(ValueError, match="not a key"):
        cache.get("../one", never)


def test_those_who_ask_at_the_same_time_wait_for_one_fetch(cache: DiskCache) -> None:
    fetched, got = list[float](), list[bytes]()

    def slow(path: Path) -> None:
        fetched.append(time.monotonic())
        path.write_bytes(b"half")
        time.sleep(0.2)
        path.write_bytes(b"whole")

    def ask() -> None:
        got.append(cache.get("ab/one", slow).read_bytes())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1
    assert got == [b"whole"] * 8


ASKS = """
import sys, time
from pathlib import Path
from gcis.core.diskcache import DiskCache
folder, log = map(Path, sys.argv[1:3])
def fetch(path):
    with log.open("a") as told:
        told.write("fetched\\n")
    path.write_bytes(b"half")
    time.sleep(float(sys.argv[3]))
    path.write_bytes(b"whole")
print(DiskCache(folder, 1000).get("ab/one", fetch).read_text())
"""


def asking(cache: DiskCache, log: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ASKS, str(cache.folder), str(log), str(seconds)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def test_other_processes_wait_as_well(cache: DiskCache, tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [asking(cache, log, 0.3) for _ in range(3)]
    assert [process.communicate(timeout=30)[0] for process in processes] == ["whole\n"] * 3
    assert log.read_text() == "fetched\n"


def test_a_fetcher_that_is_killed_leaves_nothing_that_anybody_sees(cache: DiskCache, tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = asking(cache, log, 60)
    deadline = time.monotonic() + 30
    while not log.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(unfinished(cache)) == 1
    cache.get("ab/other", of(b"other"))
    assert unfinished(cache) == []
    assert cache.get("ab/one", of(b"whole")).read_bytes() == b"whole"


def test_what_fails_leaves_nothing_and_is_tried_again(cache: DiskCache) -> None:
    def breaks(path: Path) -> None:
        path.write_bytes(b"half")
        raise Unavailable("store_unavailable", "Not now.")

    def gone(path: Path) -> None:
        raise FileNotFoundError("ab/one")

    with pytest.raises(Unavailable, match="Not now"):
        cache.get("ab/one", breaks)
    with pytest.raises(FileNotFoundError):
        cache.get("ab/one", gone)
    assert (held(cache), unfinished(cache)) == ([], [])
    assert cache.get("ab/one", of(b"bytes")).read_bytes() == b"bytes"


def test_above_the_limit_what_was_used_longest_ago_goes(cache: DiskCache) -> None:
    for number in range(10):
        used(cache.get(f"ab/{number}", of(b"x" * 100)), 1000 - number)
    assert len(held(cache)) == 10, "that is the limit"
    cache.get("ab/0", never)
    cache.get("ab/new", of(b"x" * 100))
    assert held(cache) == ["0", "3", "4", "5", "6", "7", "8", "9", "new"], "down to nine tenths of the limit"


def test_nothing_goes_that_somebody_may_be_about_to_open(cache: DiskCache) -> None:
    for number in range(15):
        used(cache.get(f"ab/{number}", of(b"x" * 100)), SAFE_SECONDS - 60)
    assert len(held(cache)) == 15


def test_use_is_noted_once_a_minute(cache: DiskCache) -> None:
    path = cache.get("ab/one", of(b"bytes"))
    used(path, 30)
    before = path.stat().st_mtime_ns
    cache.get("ab/one", never)
    assert path.stat().st_mtime_ns == before
    used(path, 61)
    cache.get("ab/one", never)
    assert time.time() - path.stat().st_mtime < 30


def test_what_other_processes_brought_counts(cache: DiskCache) -> None:
    used(cache.get("ab/mine", of(b"x" * 10)), 2000)
    other = DiskCache(cache.folder, 1000)
    for number in range(9):
        used(other.get(f"ab/{number}", of(b"x" * 100)), 1000 - number)
    assert len(held(cache)) == 10
    cache.get("ab/again", of(b"x" * 100))
    assert sum(path.stat().st_size for path in (cache.folder / "files").rglob("*") if path.is_file()) <= 900


def test_who_waits_too_long_is_told_so(cache: DiskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diskcache, "PATIENCE", 0.1)
    began, go_on = threading.Event(), threading.Event()

    def stuck(path: Path) -> None:
        began.set()
        go_on.wait(30)
        path.write_bytes(b"late")

    thread = threading.Thread(target=cache.get, args=("ab/one", stuck))
    thread.start()
    try:
        began.wait(30)
        with pytest.raises(Unavailable) as caught:
            cache.get("ab/one", never)
        assert caught.value.code == "cache_busy"
    finally:
        go_on.set()
        thread.join()


def test_a_full_disk_is_said_and_room_is_made_for_the_next(cache: DiskCache) -> None:
    def no_room(path: Path) -> None:
        """As the kernel says it when nothing is left."""
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    for number in range(5):
        used(cache.get(f"ab/{number}", of(b"x" * 100)), 1000 - number)
    with pytest.raises(Unavailable) as caught:
        cache.get("ab/one", no_room)
    assert caught.value.code == "cache_full"
    assert held(cache) == ["1", "2", "3", "4"]
    assert unfinished(cache) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable) as caught:
        DiskCache(tmp_path / "file" / "cache", 1000).get("ab/one", of(b"x"))
    assert caught.value.code == "cache_unavailable"


# ------------------------------------------------------------------------------------------------- beside those who ask
def test_a_file_is_brought_by_one_and_nobody_waits_for_it(cache: DiskCache) -> None:
    began, go_on = threading.Event(), threading.Event()
    assert cache.here("ab/one") is None

    def slow(path: Path) -> None:
        began.set()
        go_on.wait(30)
        path.write_bytes(b"bytes")

    thread = threading.Thread(target=cache.bring, args=("ab/one", slow))
    thread.start()
    began.wait(30)
    started = time.monotonic()
    assert not cache.bring("ab/one", never), "somebody else is at it"
    assert cache.here("ab/one") is None
    assert time.monotonic() - started < 1
    go_on.set()
    thread.join()
    assert cache.bring("ab/one", never)
    found = cache.here("ab/one")
    assert found
    assert found.read_bytes() == b"bytes"


def test_hits_misses_waits_and_bytes_are_counted(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", 250, name="counted")

    def counted() -> list[float]:
        kinds = (meters.CACHE_HITS, meters.CACHE_MISSES, meters.CACHE_STORED_BYTES, meters.CACHE_EVICTIONS)
        return [float(kind.labels("counted")._value.get()) for kind in kinds]

    cache.get("ab/one", of(b"x" * 100))
    assert counted() == [0, 1, 100, 0]
    used(cache.get("ab/one", never), 1000)
    assert counted() == [1, 1, 100, 0]
    cache.get("ab/two", of(b"x" * 200))
    assert counted() == [1, 2, 300, 1]


def test_of_files_that_are_as_idle_the_large_one_leaves(cache: DiskCache) -> None:
    for name, size in (("small", 100), ("large", 700), ("other", 100)):
        used(cache.get(f"ab/{name}", of(b"x" * size)), 1000)
    cache.get("ab/new", of(b"x" * 200))
    assert held(cache) == ["new", "other", "small"]


def test_what_nobody_used_for_long_goes_though_there_is_room(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", 1_000_000, seconds=3600)
    used(cache.get("ab/old", of(b"old")), 3700)
    used(cache.get("ab/young", of(b"young")), 3500)
    assert cache.prune().files == 1
    assert held(cache) == ["young"]
    assert DiskCache(cache.folder, 1_000_000).prune().files == 0, "0 seconds: never"


def test_old_files_are_looked_for_now_and_then(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache", 1_000_000, seconds=3600, interval=0.1)
    used(cache.get("ab/old", of(b"old")), 3700)
    time.sleep(0.15)
    cache.get("ab/new", of(b"new"))
    assert held(cache) == ["new"]


def test_clearing_leaves_what_was_used_just_now(cache: DiskCache) -> None:
    used(cache.get("ab/one", of(b"one")), SAFE_SECONDS + 10)
    path = cache.get("ab/two", of(b"two"))
    with path.open("rb") as reading:
        assert cache.clear().files == 1
        assert held(cache) == ["two"]
        used(path, SAFE_SECONDS + 10)
        assert cache.clear().files == 1
        assert reading.read() == b"two", "who has it open keeps it"
    assert cache.figures().files == 0


def test_a_count_that_cannot_be_written_costs_nobody_the_file(cache: DiskCache) -> None:
    cache.folder.mkdir()
    (cache.folder / "tally").mkdir()
    before = meters.CACHE_FAILURES.labels("files")._value.get()
    assert cache.get("ab/one", of(b"bytes")).read_bytes() == b"bytes"
    assert meters.CACHE_FAILURES.labels("files")._value.get() == before + 1


def test_clearing_disturbs_nobody_who_asks(cache: DiskCache) -> None:
    until = time.monotonic() + 1.0
    wrong = list[bytes]()

    def ask() -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            path = cache.get(f"ab/{number % 5}", of(b"bytes"))
            if path.read_bytes() != b"bytes":
                wrong.append(path.read_bytes())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        cache.clear()
        cache.prune()
    for thread in threads:
        thread.join()
    assert wrong == []
