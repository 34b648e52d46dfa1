"""A worker is frozen for longer than its lease and wakes up again: fault 3."""

import signal
import time

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.hosts import Host
from tests.faults.scenes import Scene, scene
from tests.faults.site import Site
from tests.faults.watching import conversions_held, until, until_over_or_free

#: How many leases the worker sleeps.
LEASES = 1.5
FENCED = "job.fenced"


@fault("3", "worker frozen longer than its lease", f"SIGSTOP for {LEASES} leases in the middle of a job, then SIGCONT")
def fault_03(site: Site, figures: Figures, amount: Amount) -> None:
    """Another host does the job. When the sleeper wakes and wants to commit, its token is void: one step, one event."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    sleeper = site.workers["host-a"]
    with scene(site, figures, writes=0) as on:
        for turn in range(amount.times):
            held = _asleep_with_jobs(site, on, sleeper, turn)
            since = time.monotonic()
            figures.recovered(until_over_or_free(site, held, since))
            time.sleep(max(0.0, LEASES * site.times.lease - (time.monotonic() - since)))
            on.settle()
            fenced = sleeper.log.read_text().count(FENCED)
            sleeper.signal(signal.SIGCONT)
            until(lambda fenced=fenced: sleeper.log.read_text().count(FENCED) > fenced, "the sleeper is fenced", 60)  # type: ignore[misc]
            figures.times += 1
        on.send_soon(["awake-0", "awake-1"])
    figures.remarks.append(f"{sleeper.log.read_text().count(FENCED)} late commits fenced off")


def _asleep_with_jobs(site: Site, on: Scene, sleeper: Host, turn: int) -> dict[str, int]:
    """Freeze the host while it holds jobs. They are held long enough for that by holding their children."""
    with conversions_held(list(site.workers.values())):
        on.send_soon([f"frozen-{turn}-{number}" for number in range(4 * site.plan.threads)])
        mine = "SELECT id::text, token FROM jobs_job WHERE state = 'running' AND owner LIKE %s"
        until(lambda: bool(site.query(mine, f"%:{sleeper.pid}")), "the host has a job")
        time.sleep(1)
        held = dict(site.query(mine, f"%:{sleeper.pid}"))
        sleeper.signal(signal.SIGSTOP)
    return held
