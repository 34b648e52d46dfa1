"""The scratch disk of a host is full, and that of the database: faults 20 and 21."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

import psycopg2

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.scenes import scene
from tests.faults.site import Plan, Site
from tests.faults.watching import until
from tests.world.server import NOBODY

ROOT_ONLY = "mounting a small disk (tmpfs) needs root"
#: Bytes of the small disks: too few for one picture of LARGE, and enough for the tables of a small site.
SCRATCH, PLENTY, TABLES = 1 << 20, 2 << 30, 64 << 20
LARGE = (3000, 2200)
HOST = "host-a"
TOLD = "SELECT DISTINCT error_code, error_text FROM jobs_job WHERE error_text <> ''"


@fault("20", "work disk full", f"the scratch room of {HOST} on a disk of {SCRATCH >> 20} MB")
def fault_20(site: Site, figures: Figures, amount: Amount) -> None:
    """Its jobs say what is the matter and are tried again; other hosts go on; with room everything gets done."""
    assert os.geteuid() == 0, ROOT_ONLY
    work = site.folder / HOST / "work"
    work.mkdir(exist_ok=True)
    _mount(work, PLENTY)
    with scene(site, figures, size=LARGE, writes=0.5) as on:
        for turn in range(amount.times):
            until(lambda: _room(work, SCRATCH), "the scratch room is nearly empty for a moment")
            on.send_soon([f"full-{turn}-{number}" for number in range(6)])
            until(lambda: bool(site.query(TOLD)), "a job says that there is no room", 60)
            told = site.query(TOLD)
            figures.must(any(code == "resource" for code, _ in told), f"no job says `resource`: {told}")
            figures.remarks += [f"{code}: {sentence!r}" for code, sentence in told if turn == 0]
            _room(work, PLENTY)
            on.settle()
            figures.times += 1


def _small_tables(site: Site) -> None:
    """All tables and indexes go onto a disk of their own; the log of the database stays where it has room."""
    folder = site.folder.parent / "tables"
    folder.mkdir()
    _mount(folder, TABLES)
    os.chown(folder, NOBODY, NOBODY)
    with contextlib.closing(psycopg2.connect(site.servers["postgresql"].address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
            cursor.execute("ALTER ROLE gcis SET default_tablespace = small")


@fault(
    "21",
    "database disk full",
    f"tables on a disk of {TABLES >> 20} MB that something else fills",
    Plan(prepare=_small_tables),
)
def fault_21(site: Site, figures: Figures, amount: Amount) -> None:
    """Writers are told to come again later, readers go on reading; with room everything resumes, nothing is torn."""
    assert os.geteuid() == 0, ROOT_ONLY
    figures.bound = 10
    ballast = site.folder.parent / "tables" / "ballast"
    with scene(site, figures) as on:
        for turn in range(amount.times):
            on.send_soon([f"room-{turn}-{number}" for number in range(amount.jobs // 2)])
            time.sleep(5)
            later = on.museum.answers.later
            _fill(ballast)
            until(lambda later=later: on.museum.answers.later > later, "a writer is told that there is no room", 60)  # type: ignore[misc]
            time.sleep(amount.away)
            ballast.unlink()
            back = time.monotonic()
            on.museum.send(f"after-room-{turn}")
            figures.recovered(time.monotonic() - back)
            figures.times += 1
        on.settle()
    site.query("SELECT count(*) FROM (SELECT * FROM events_event ORDER BY id) everything")


def _fill(ballast: Path) -> None:
    """Not one page more can be written to the disk that this file is on."""
    with ballast.open("wb", buffering=0) as file:
        piece = bytes(1 << 20)
        while len(piece) > 100:
            try:
                file.write(piece)
            except OSError:
                piece = piece[: len(piece) // 2]


def _mount(folder: Path, size: int) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)


def _room(folder: Path, size: int) -> bool:
    """False while there is more on it than that."""
    return not subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], capture_output=True).returncode
