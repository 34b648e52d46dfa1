"""The converter dies, needs more memory than it may have, or hangs: faults 2 and 4."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyvips

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.hosts import open_files
from tests.faults.museum import image
from tests.faults.scenes import Scene, scene
from tests.faults.site import Plan, Site
from tests.faults.watching import each_child, until

#: Seconds and bytes that a conversion may take here, and the picture that needs more (200 Mpx, interlaced).
LIMIT = 6.0
MEMORY = 300 << 20
#: Pixels of a picture whose conversion lasts long enough to be met in it.
LONG = (4000, 3000)
OVER = ("dead", "failed", "succeeded")
EDGE = 14_142
#: Tries of what the tool dies of (docs/adr/0003).
MOST_TRIES = 3
LAST = """
SELECT attempts, crashes, state, job.error_code, job.error_text
FROM jobs_job job JOIN images_image image ON image.id = subject
WHERE kind = 'images.convert' AND external_id = %s ORDER BY job.created DESC LIMIT 1
"""


#: So that the one child that there is takes the next picture.
ONE_THREAD = Plan(("host-a",), threads=1, settings={"host-a": {"GCIS_CONVERT_SECONDS": str(LIMIT)}})
LITTLE_MEMORY = Plan(settings={name: {"GCIS_CONVERT_MEMORY": str(MEMORY)} for name in ("host-a", "host-b")})


@fault("2", "converter killed", "kill -9 of the child; once, then each time; and 200 Mpx with 300 MB", LITTLE_MEMORY)
def fault_02(site: Site, figures: Figures, amount: Amount) -> None:
    """A death is counted and tried again; what dies each time is given up with a reason. Workers live on."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    before = [host.pid for host in site.workers.values()]
    failing = frozenset({"poison", "too-large"})
    with scene(site, figures, failing=failing) as on:
        for turn in range(amount.times):
            _killed_once(on, figures, f"once-{turn}")
            figures.times += 1
        with _killing(site, "poison"):
            on.museum.send_file("poison", image("poison", *LONG))
            until(lambda: _job(site, "poison")[2] in OVER, "a job that always dies is given up")
        _given_up(site, figures, "poison", ("dead",))
        on.museum.send_file("too-large", _large())
        until(lambda: _job(site, "too-large")[2] in OVER, "a job that is too large is given up")
        _given_up(site, figures, "too-large", ("dead", "failed"))
    figures.must(before == [host.pid for host in site.workers.values()], "a worker died with its child")


def _killed_once(on: Scene, figures: Figures, key: str) -> None:
    with _killing(on.site, key, most=1):
        on.museum.send_file(key, image(key, *LONG))
        until(lambda: _job(on.site, key)[1] >= 1, "the death of a child is counted")
    since = time.monotonic()
    until(lambda: _job(on.site, key)[2] == "succeeded", "a picture whose converter died is converted")
    figures.recovered(time.monotonic() - since)
    attempts, crashes = _job(on.site, key)[:2]
    figures.must((attempts, crashes) == (2, 1), f"{key}: {attempts} attempts, {crashes} crashes")


def _given_up(site: Site, figures: Figures, key: str, states: tuple[str, ...]) -> None:
    attempts, _, state, code, sentence = _job(site, key)
    figures.remarks.append(f"{key}: {state} ({code}) after {attempts} tries: {sentence!r}")
    figures.must(state in states, f"{key} ended {state}")
    figures.must(attempts <= MOST_TRIES, f"{key} was tried {attempts} times, not {MOST_TRIES}")
    figures.must(len(sentence) > 20 and sentence.endswith("."), f"{key}: no sentence for people: {sentence!r}")


@contextlib.contextmanager
def _killing(site: Site, key: str, most: int = 1000) -> Iterator[None]:
    """Kill the child that converts that picture, so many times at most."""
    done, killed = threading.Event(), set[int]()

    def watch() -> None:
        while not done.wait(0.02) and len(killed) < most:
            if _job(site, key)[2] == "running":
                for child in _converting(site, key):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
                        killed.add(child.pid)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _converting(site: Site, key: str) -> list[psutil.Process]:
    """The child that has the scratch folder of that picture's job open."""
    sql = "SELECT job.id::text FROM jobs_job job JOIN images_image image ON image.id = subject WHERE external_id = %s"
    jobs = [job for (job,) in site.query(sql, key)]
    busy = [child for host in site.workers.values() for child in host.busy_children()]
    return [child for child in busy if any(job in path for job in jobs for path in open_files(child))]


@fault("4", "converter hangs", f"SIGSTOP of the child for ever; conversions may take {LIMIT:.0f} s", ONE_THREAD)
def fault_04(site: Site, figures: Figures, amount: Amount) -> None:
    """The child is killed at its limit, the job says why, nothing of it stays, and the worker goes on."""
    figures.bound = LIMIT + 15
    keys = [f"hung-{turn}" for turn in range(amount.times)]
    with scene(site, figures, writes=0, failing=frozenset(keys)) as on:
        for key in keys:
            stopped = each_child(list(site.workers.values()), psutil.Process.suspend)
            assert stopped, "no child is there to be stopped"
            on.museum.send(key)
            until(lambda key=key: _job(site, key)[2] == "running", "it is taken up")  # type: ignore[misc]
            since = time.monotonic()
            until(lambda key=key: _job(site, key)[2] in OVER, "a hanging conversion is given up")  # type: ignore[misc]
            figures.recovered(time.monotonic() - since)
            figures.must(not any(child.is_running() for child in stopped), "the hanging child is still there")
            figures.remarks.append(f"{key}: {_job(site, key)[2]} ({_job(site, key)[3]}): {_job(site, key)[4]!r}")
            figures.times += 1
        on.send_soon(["after-it"])


def _job(site: Site, key: str) -> tuple[int, int, str, str, str]:
    rows = site.query(LAST, key)
    return rows[0] if rows else (0, 0, "", "", "")  # type: ignore[return-value]


def _large() -> bytes:
    """An interlaced PNG: it has to be in memory as a whole before its first line is known (PNG §8.2)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.png"
        plain = pyvips.Image.black(EDGE, EDGE, bands=3) + 90
        plain.cast("uchar").pngsave(str(path), interlace=True, compression=1)
        return path.read_bytes()
