"""Everything of the embedded installation is killed while it imports a folder: fault 1, on SQLite."""

import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.catalogue import Amount, fault_elsewhere
from tests.faults.figures import Figures
from tests.faults.museum import image
from tests.journeys.demo import RunningDemo, family, leftovers, query, with_no_such_process
from tests.journeys.test_kill import effects

VICTIMS = ("child", "worker", "web", "supervisor", "everything")
SEED = 1
#: The lease is not waited for: whoever starts a worker again frees what it held.
BOUND = 75.0
RUNNING = "SELECT id, token FROM jobs_job WHERE state = 'running'"
DONE = "SELECT count(*) FROM images_image WHERE current_id IS NOT NULL"
#: Pictures per folder, each of which becomes a manifest.
PER_FOLDER = 10


@fault_elsewhere(
    "1b", "worker killed (SQLite, embedded)", "kill -9 of the child, the worker, the web server, the supervisor, all"
)
def fault_01b(figures: Figures, amount: Amount) -> None:
    """As on PostgreSQL: every picture of the folder has one effect, whatever was killed how often."""
    figures.jobs, figures.bound = amount.jobs, BOUND
    with tempfile.TemporaryDirectory(prefix="gcis-embedded-", ignore_cleanup_errors=True) as base:
        folder, home = Path(base) / "pictures", Path(base) / "home"
        for number in range(amount.jobs):
            _write(folder / f"Folder {number // PER_FOLDER}" / f"{number}.jpg", number)
        with _looking(home) as slowest:
            killed = _kill_at_random(folder, home, amount)
            demo = RunningDemo(home, folder)
            demo.ready()
            demo.summary(600)
            status = demo.stop()
        figures.recovered(slowest[0])
        _judge(figures, home, amount.jobs, status)
    figures.times = len(killed)
    figures.remarks.append("killed: " + ", ".join(f"{killed.count(each)} × {each}" for each in VICTIMS))


def _kill_at_random(folder: Path, home: Path, amount: Amount) -> list[str]:
    """Kill spread over the whole of the work, starting again whenever the whole is gone."""
    chance = random.Random(SEED)
    order = [VICTIMS[number % len(VICTIMS)] for number in range(amount.kills)]
    chance.shuffle(order)
    demo = RunningDemo(home, folder)
    try:
        for number, victim in enumerate(order):
            _until_done(home, amount.jobs * number // (amount.kills + 2))
            time.sleep(chance.uniform(0.1, 1.5))
            _kill(demo, victim)
            if victim in ("supervisor", "everything"):
                demo.process.wait(10)
                _all_gone(home)
                demo = RunningDemo(home, folder)
    finally:
        demo.process.kill()  # it may have started just now, and hold no lock to be known by
        demo.kill_everything()
        demo.process.wait(10)
    return order


def _kill(demo: RunningDemo, victim: str) -> None:
    if victim == "everything":
        demo.kill_everything()
        return
    deadline = time.monotonic() + 60
    while not (found := demo.processes()[victim]):
        assert time.monotonic() < deadline, f"there is no {victim}"
        time.sleep(0.02)
    with_no_such_process(found[0].kill)


def _until_done(home: Path, count: int) -> None:
    """Until so many pictures are converted and the next is under way."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if _rows(home, DONE) >= [(count,)] and _rows(home, RUNNING):
            return
        time.sleep(0.05)
    raise AssertionError(f"{count} pictures are not converted in time")


@contextmanager
def _looking(home: Path) -> Iterator[list[float]]:
    """`slowest[0]` becomes the longest time for which one attempt stood as running: done, or left so."""
    done, slowest = threading.Event(), [0.0]

    def look() -> None:
        since: dict[tuple[str, int], float] = {}
        while not done.wait(0.1):
            held = {(key, token) for key, token in _rows(home, RUNNING)}
            since = {attempt: since.get(attempt, time.monotonic()) for attempt in held}
            slowest[0] = max([slowest[0], *(time.monotonic() - begun for begun in since.values())])

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield slowest
    finally:
        done.set()
        thread.join()


def _rows(home: Path, sql: str) -> list[tuple[int, ...]]:
    """What the database says; nothing while there is none."""
    try:
        return query(home, sql)
    except sqlite3.OperationalError:
        return []


def _all_gone(home: Path) -> None:
    """Nothing outlives its supervisor: an orphan would go on working beside the next start."""
    deadline = time.monotonic() + 5
    while orphans := family(home):
        assert time.monotonic() < deadline, f"still alive: {orphans}"
        time.sleep(0.05)


def _judge(figures: Figures, home: Path, pictures: int, status: int) -> None:
    found = effects(home)
    counted = ("images", "ready events", "masters", "master files", "generations", "jobs succeeded")
    figures.lost = sum(max(0, pictures - found[what]) for what in counted)
    figures.doubled = sum(max(0, found[what] - pictures) for what in counted)
    wanted = dict.fromkeys(counted, pictures) | {"jobs unfinished": 0, "unpublished changes": 0}
    figures.must(found == wanted, f"{found}, not {wanted}")
    figures.must(status == 0, f"the last start ended with {status}")
    figures.must(not leftovers(home), f"leftovers: {leftovers(home)}")
    figures.must(not family(home), f"orphans: {family(home)}")


def _write(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image(f"{number}", 2000, 1400))
