"""The caches of a host: shown, pruned, cleared, and in the figures."""

import io
import os
import time
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from gcis.core import meters
from gcis.metrics.exposition import text
from images import caches, derivatives, holdings

IMAGE = uuid.UUID(int=1)


@pytest.fixture(autouse=True)
def own(settings: Settings, tmp_path: Path) -> None:
    settings.GCIS_DERIVATIVE_CACHE_DIR = tmp_path / "derivatives"
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 1_000_000
    settings.GCIS_DERIVATIVE_CACHE_ASKED = 1
    settings.GCIS_DERIVATIVE_CACHE_SECONDS = 3600


def said(*arguments: str) -> list[list[str]]:
    out = io.StringIO()
    call_command("caches", *arguments, stdout=out)
    return [line.split("\t") for line in out.getvalue().splitlines()]


def fill() -> None:
    """Two copies of masters, one of them long unused, and three pictures."""
    for name, idle in (("one", 200_000), ("two", 0)):
        path = caches.masters().get(f"ab/{name}", lambda path: path.write_bytes(bytes(1000)))
        os.utime(path, (time.time() - idle,) * 2)
    for number in range(3):
        derivatives.through(f"key {number}", IMAGE, lambda: bytes(500))


def test_every_cache_has_a_line(settings: Settings, tmp_path: Path) -> None:
    fill()
    settings.GCIS_TILE_CACHE = "redis://user:secret@cache.example.org:6379/1"
    rows = {row[0]: row[1:] for row in said()}
    assert list(rows) == ["masters", "derivatives", "ranges", "tiles"]
    assert rows["masters"][:4] == [str(settings.GCIS_MASTER_CACHE_DIR), "2", "2.0 KB", "20.0 GB"]
    assert rows["masters"][-1] == "2 days"
    assert rows["derivatives"][:4] == [str(tmp_path / "derivatives"), "3", "1.5 KB", "976.6 KB"]
    assert rows["derivatives"][-1] in ("now", "1 second", "2 seconds")
    assert rows["ranges"][0] == "memory of each web process"
    assert rows["tiles"][0] == "redis://cache.example.org:6379"
    assert all("secret" not in cell for row in rows.values() for cell in row)


def test_how_often_they_had_it_is_what_the_processes_count() -> None:
    before = {row[0]: row[5:7] for row in said()}["derivatives"]
    fill()
    fill()
    after = {row[0]: row[5:7] for row in said()}["derivatives"]
    start = [0 if cell == "-" else int(cell) for cell in before]
    assert [int(cell) for cell in after] == [start[0] + 3, start[1] + 3]


def test_without_a_place_for_derivatives_there_is_no_line_for_them(settings: Settings) -> None:
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 0
    assert [row[0] for row in said()] == ["masters", "ranges"]
    with pytest.raises(CommandError):
        call_command("caches", "--clear", "ranges", stdout=io.StringIO())


def test_pruning_removes_what_is_too_old(settings: Settings) -> None:
    settings.GCIS_MASTER_CACHE_SECONDS = 100_000
    fill()
    assert said("--prune") == [
        ["pruned  masters: 1 file with 1000 bytes went, 1 file with 1000 bytes stayed"],
        ["pruned  derivatives: 0 files with 0 bytes went, 3 files with 1.5 KB stayed"],
    ]


def test_clearing_masters_clears_what_was_drawn_from_them() -> None:
    fill()
    assert said("--clear", "masters") == [
        ["cleared  masters: 1 file with 1000 bytes went, 1 file with 1000 bytes stayed"],
        ["cleared  derivatives: 3 files with 1.5 KB went, 0 files with 0 bytes stayed"],
    ]
    drawn = list[int]()
    derivatives.through("key 1", IMAGE, lambda: drawn.append(1) or b"anew")
    assert drawn == [1]


def test_clearing_derivatives_leaves_masters() -> None:
    fill()
    assert set(holdings.clear("derivatives")) == {"derivatives"}
    assert caches.masters().figures().files == 2


def test_a_folder_that_cannot_be_used_is_said(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.GCIS_DERIVATIVE_CACHE_DIR = tmp_path / "file" / "cache"
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("caches", "--prune", stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_how_full_they_are_is_in_the_figures() -> None:
    fill()
    disk = derivatives.here().disk
    assert disk
    while disk._pruning.locked():  # the first look at a new folder
        time.sleep(0.01)
    disk.prune()
    meters.RENDERS.labels("cut").inc()
    lines = text().decode().splitlines()
    assert 'gcis_cache_bytes{cache="masters"} 2000.0' in lines
    assert 'gcis_cache_files{cache="derivatives"} 3.0' in lines
    assert 'gcis_cache_limit_bytes{cache="derivatives"} 1e+06' in lines
    assert any(line.startswith('gcis_renders_total{kind="cut"}') for line in lines)
    assert any(line.startswith('gcis_cache_misses_total{cache="derivatives"}') for line in lines)
