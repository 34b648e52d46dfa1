"""What goes when a folder is too full, and what the processes of a host know of it together."""

import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcis.core.diskroom import LOW_WATER, Figures, HeldFile, Limits, Room, leaving, noted, score

NOW = 1_000_000.0
FILES = st.lists(st.tuples(st.integers(1, 10**9), st.floats(0, 10**6)), max_size=60)


def held(files: list[tuple[int, float]]) -> list[HeldFile]:
    return [HeldFile(Path(str(n)), size, NOW - idle) for n, (size, idle) in enumerate(files)]


@given(FILES, st.integers(0, 10**10))
def test_the_highest_scores_go_and_no_more_than_needed(files: list[tuple[int, float]], excess: int) -> None:
    given_ = held(files)
    going = leaving(given_, excess, Limits(0), NOW)
    scores = [score(file.size, NOW - file.used) for file in going]
    staying = [score(file.size, NOW - file.used) for file in given_ if file not in going]
    assert scores == sorted(scores, reverse=True)
    assert min(scores, default=0) >= max(staying, default=0) or not going
    freed = sum(file.size for file in going)
    assert freed >= min(excess, sum(file.size for file in given_))
    assert not going or freed - going[-1].size < excess


@given(FILES, st.floats(1, 10**6))
def test_what_is_too_old_goes_though_there_is_room(files: list[tuple[int, float]], seconds: float) -> None:
    given_ = held(files)
    going = leaving(given_, 0, Limits(10**12, seconds), NOW)
    assert set(going) == {file for file in given_ if NOW - file.used > seconds}


def test_of_two_that_are_as_idle_the_large_one_goes() -> None:
    small, large = held([(1_000, 3600), (1_000_000, 3600)])
    assert leaving([small, large], 1, Limits(0), NOW) == [large]


def test_idleness_counts_more_than_size() -> None:
    seen, forgotten = held([(500_000_000, 600), (5_000_000, 30 * 86400)])
    assert leaving([seen, forgotten], 1, Limits(0), NOW) == [forgotten]


def test_what_is_safe_stays_whatever_is_needed() -> None:
    fresh, other = held([(10**9, 60), (10, 300)])
    assert leaving([fresh, other], 10**9, Limits(0, safe=120), NOW) == [other]


def test_a_file_of_the_future_may_go() -> None:
    """The clock was put back."""
    (future,) = held([(10, -3600)])
    assert leaving([future], 10, Limits(0, safe=120), NOW) == [future]


# ------------------------------------------------------------------------------------------------------------- a folder
def fill(room: Room, count: int, size: int = 100) -> bool:
    room.files.mkdir(parents=True, exist_ok=True)
    random.seed(count)
    told = False
    for number in range(count):
        path = room.files / f"{number}"
        path.write_bytes(b"x" * size)
        at = time.time() - 1000 + number
        os.utime(path, (at, at))
        told = room.added(size)
    return told


def test_all_processes_count_together(tmp_path: Path) -> None:
    room = Room(tmp_path, "test", Limits(1000))
    room.make()
    assert not fill(room, 5)
    other = Room(tmp_path, "test", Limits(1000))
    assert other.known() == Figures(5, 500)
    assert not other.added(500)
    assert other.added(1), "above the limit"
    assert room.known() == Figures(7, 1001)


def test_room_is_made_down_to_the_low_water(tmp_path: Path) -> None:
    room = Room(tmp_path, "test", Limits(1000))
    fill(room, 15)
    assert room.make() == Figures(6, 600)
    assert room.figures().bytes == 1000 * LOW_WATER == room.known().bytes
    assert sorted(path.name for path in room.files.iterdir()) == sorted(str(n) for n in range(6, 15))
    assert room.make() == Figures(0, 0)


def test_a_full_disk_makes_room_below_the_limit(tmp_path: Path) -> None:
    room = Room(tmp_path, "test", Limits(10_000))
    fill(room, 10)
    assert room.make(full=True) == Figures(1, 100)


def test_a_count_that_is_wrong_is_put_right(tmp_path: Path) -> None:
    """As after a process that was killed between a file and its note."""
    room = Room(tmp_path, "test", Limits(1000, interval=0.2))
    fill(room, 5)
    room.make()
    (room.files / "unnoted").write_bytes(b"x" * 50)
    assert room.known().bytes == 500
    time.sleep(0.25)
    assert room.added(1), "it is time to count"
    room.make()
    assert room.known() == Figures(6, 550)


def test_a_folder_that_was_there_before_is_counted_first(tmp_path: Path) -> None:
    room = Room(tmp_path, "test", Limits(10_000))
    fill(room, 5)
    (tmp_path / "tally").unlink()
    assert room.added(1)


def test_clearing_leaves_what_somebody_may_be_about_to_open(tmp_path: Path) -> None:
    room = Room(tmp_path, "test", Limits(10_000, safe=120))
    fill(room, 5)
    os.utime(room.files / "3")
    assert room.clear() == Figures(4, 400)
    assert [path.name for path in room.files.iterdir()] == ["3"]
    assert room.known() == Figures(1, 100)


def test_figures_of_nothing(tmp_path: Path) -> None:
    room = Room(tmp_path / "none", "test", Limits(1))
    assert room.figures() == room.known() == Figures(0, 0)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("idle", "is_noted"), [(30, False), (90, True)])
def test_use_is_noted_once_a_minute(tmp_path: Path, idle: float, is_noted: bool) -> None:
    path = tmp_path / "file"
    path.touch()
    os.utime(path, (time.time() - idle,) * 2)
    assert noted(path)
    assert (time.time() - path.stat().st_mtime < 5) is is_noted
    assert not noted(tmp_path / "other")
