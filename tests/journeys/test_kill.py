"""kill -9, at random moments, of everything that the demo is made of; nothing is lost, nothing is done twice.

`GCIS_KILLS` and `GCIS_KILL_PICTURES` make it as long as wanted; `GCIS_KILL_SEED` repeats a run.
"""

import os
import random
import time
from pathlib import Path

import pytest

from tests.journeys.demo import RunningDemo, family, leftovers, query, with_no_such_process
from tests.media.photograph import photograph

KILLS = int(os.environ.get("GCIS_KILLS", "6"))
PICTURES = int(os.environ.get("GCIS_KILL_PICTURES", "16"))
VICTIMS = ("child", "worker", "web", "supervisor", "everything")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("GCIS_KILL_SEED", str(random.randrange(10**6))))
    chance = random.Random(seed)
    folder, home = tmp_path / "pictures", tmp_path / "home"
    for number in range(PICTURES):
        photograph(folder / f"Folder {number % 4}" / f"{number}.jpg", width=3000 + number, height=2000, seed=number)

    killed = _kill_at_random(folder, home, chance)
    demo = RunningDemo(home, folder)
    demo.ready()
    demo.summary(240)
    assert demo.stop() == 0

    with capsys.disabled():
        print(f"\nseed {seed}: killed {', '.join(killed)}")
    assert len(killed) == KILLS
    assert effects(home) == {
        "images": PICTURES,
        "ready events": PICTURES,
        "masters": PICTURES,
        "master files": PICTURES,
        "generations": PICTURES,
        "jobs succeeded": PICTURES,
        "jobs unfinished": 0,
        "unpublished changes": 0,
    }
    assert leftovers(home) == []
    assert family(home) == []


def _kill_at_random(folder: Path, home: Path, chance: random.Random) -> list[str]:
    """Start the demo and kill one kind of process after another, starting again whenever the whole is gone."""
    killed: list[str] = []
    demo: RunningDemo | None = None
    while len(killed) < KILLS:
        if demo is None or demo.process.poll() is not None:
            demo = RunningDemo(home, folder)
            _until_working(demo)
        time.sleep(chance.uniform(0.3, 3.0))
        victim = chance.choice(VICTIMS)
        if _kill(demo, victim):
            killed.append(victim)
        if victim in ("supervisor", "everything"):
            demo.process.wait(10)
            _all_gone(home)
    if demo and demo.process.poll() is None:
        demo.kill_everything()
        demo.process.wait(10)
    return killed


def _kill(demo: RunningDemo, victim: str) -> bool:
    """SIGKILL by pid; False when no such process runs at the moment."""
    if victim == "everything":
        demo.kill_everything()
        return True
    found = demo.processes()[victim]
    for process in found[:1]:
        with_no_such_process(process.kill)
    return bool(found)


def _all_gone(home: Path) -> None:
    """Nothing outlives its supervisor: an orphan would go on working beside the next start."""
    deadline = time.monotonic() + 5
    while orphans := family(home):
        assert time.monotonic() < deadline, f"still alive: {orphans}"
        time.sleep(0.05)


def _until_working(demo: RunningDemo) -> None:
    deadline = time.monotonic() + 60
    while not demo.processes()["worker"]:
        assert time.monotonic() < deadline, "no worker came up"
        time.sleep(0.05)


def effects(home: Path) -> dict[str, int]:
    """What the database and the stores hold after it all."""

    def count(sql: str) -> int:
        return int(query(home, sql)[0][0] or 0)

    return {
        "images": count("SELECT count(*) FROM images_image WHERE current_id IS NOT NULL"),
        "ready events": count("SELECT count(*) FROM events_event WHERE kind = 'image.ready'"),
        "masters": count("SELECT count(*) FROM images_accessmaster"),
        "master files": len(list(home.glob("masters/*/*/*.tif"))),
        "generations": count("SELECT sum(generation) FROM images_image"),
        "jobs succeeded": count("SELECT count(*) FROM jobs_job WHERE kind = 'images.convert' AND state = 'succeeded'"),
        "jobs unfinished": count("SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')"),
        "unpublished changes": count("SELECT sum(dirty - published) FROM manifests_manifest"),
    }
