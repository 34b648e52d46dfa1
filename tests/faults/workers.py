"""Processes are killed while they work: fault 1, on PostgreSQL and Valkey."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable

import psutil

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.hosts import Host
from tests.faults.scenes import Scene, scene
from tests.faults.site import Site
from tests.faults.watching import running, until, until_over_or_free

SEED = 1
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE client_port IS NOT NULL AND pid <> pg_backend_pid()"
#: So many pictures are on their way at a time, so that something is always being done and always waits.
BACKLOG = 14
#: Seconds that clients of a killed web process may notice it.
WEB_GAP = 2.0
#: Within so many seconds after the death of a process granian may give up the others, and is started again as a whole.
ALL_OF_IT = 8.0


@fault(
    "1a",
    "worker killed",
    "kill -9 of a worker host, its child, a web process, the web server, the broker, a database backend",
)
def fault_01(site: Site, figures: Figures, amount: Amount) -> None:
    """Everything is killed at random moments while pictures are converted. Each has one effect, whatever died."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    chance = random.Random(SEED)
    keys = [f"killed-{number}" for number in range(amount.jobs)]
    with scene(site, figures, size=(2000, 1400)) as on:
        sender = threading.Thread(target=_send_all, args=(site, on, keys), daemon=True)
        sender.start()
        order = [victim for _ in range(amount.kills) for victim in VICTIMS][: amount.kills]
        chance.shuffle(order)
        for number, victim in enumerate(order):
            due = len(keys) * (number + 1) // (amount.kills + 1)
            until(lambda due=due: _known(site) >= due, "pictures are not accepted any more", 300)  # type: ignore[misc]
            time.sleep(chance.uniform(0.1, 1.5))
            _kill(site, on, figures, victim, chance)
        sender.join()
        on.settle()
    killed = {victim: order.count(victim) for victim in VICTIMS}
    figures.times, figures.jobs = len(order), amount.jobs
    figures.remarks.append("killed: " + ", ".join(f"{count} × {victim}" for victim, count in killed.items() if count))


def _kill(site: Site, on: Scene, figures: Figures, victim: str, chance: random.Random) -> None:
    until(lambda: bool(running(site)), "nothing is being done")
    held, began, starts = running(site), time.monotonic(), site.web.starts
    VICTIMS[victim](site, chance)
    figures.recovered(until_over_or_free(site, held, began))
    if victim.startswith("web"):
        _until_the_web_is_back(site, victim, starts)
        on.excused.append((began - 1, time.monotonic() + WEB_GAP))


def _until_the_web_is_back(site: Site, victim: str, starts: int) -> None:
    if victim == "web":
        until(lambda: site.web.starts > starts, "the web server is started again")
    else:
        time.sleep(ALL_OF_IT)
    site.until_the_web_answers()


def _send_all(site: Site, on: Scene, keys: list[str]) -> None:
    for start in range(0, len(keys), 5):
        on.send_soon(keys[start : start + 5])
        on.sent()
        until(lambda: _backlog(site) < BACKLOG, "the backlog does not shrink", 300)


def _backlog(site: Site) -> int:
    return site.count("SELECT count(*) FROM images_image WHERE converted < wanted")


def _known(site: Site) -> int:
    return site.count("SELECT count(*) FROM images_image WHERE external_id LIKE 'killed-%%' AND wanted > 0")


# ---------------------------------------------------------------------------------------------------------- the victims
def _child(site: Site, chance: random.Random) -> None:
    children: list[psutil.Process] = []

    def found() -> bool:
        children[:] = [child for host in site.workers.values() for child in host.busy_children()]
        return bool(children)

    until(found, "no child converts")
    with contextlib.suppress(psutil.NoSuchProcess):  # it may have been about to leave
        chance.choice(children).kill()


def _worker(site: Site, chance: random.Random) -> None:
    host: Host = chance.choice(list(site.workers.values()))
    host.kill()


def _web_process(site: Site, chance: random.Random) -> None:
    chance.choice(site.web.family()).kill()


def _web(site: Site, chance: random.Random) -> None:
    site.web.kill()


def _broker(site: Site, chance: random.Random) -> None:
    site.servers["broker"].kill()
    time.sleep(1)
    site.servers["broker"].start()


def _database(site: Site, chance: random.Random) -> None:
    """One of its processes dies, and PostgreSQL throws everybody out and repairs itself."""
    for _ in range(20):
        (pid,) = chance.choice(site.query(BACKENDS))
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # its client has just gone
            continue
        return


VICTIMS: dict[str, Callable[[Site, random.Random], None]] = {
    "worker": _worker,
    "child": _child,
    "broker": _broker,
    "database": _database,
    "web process": _web_process,
    "web": _web,
}
