"""Hosts that are stopped as they should be, and a site whose every pulse has stopped: faults 29 and 30."""

import time

import requests

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.scenes import scene
from tests.faults.site import Site
from tests.faults.times import START
from tests.faults.watching import conversions_held, running, until, until_over_or_free

#: Seconds that a host may take to stop (DESIGN §7), and until somebody must be told that nobody works.
GRACE = 30.0
ALARM = 120.0
ATTEMPTS = "SELECT count(*) FROM jobs_job WHERE attempts > 1 OR losses > 0"


@fault("29", "graceful stop", "SIGTERM of every worker host while it converts")
def fault_29(site: Site, figures: Figures, amount: Amount) -> None:
    """What is under way is finished or given back within the time; no attempt is counted for it."""
    figures.bound = GRACE
    hosts = list(site.workers.values())
    with scene(site, figures, size=(2000, 1400)) as on:
        for turn in range(amount.times):
            on.send_soon([f"stopped-{turn}-{number}" for number in range(amount.jobs // 2)])
            until(lambda: len(running(site)) >= 2, "nothing runs")
            for host in hosts:
                figures.recovered(host.stop(GRACE + 10))
            figures.must(not running(site), f"jobs of stopped hosts: {running(site)}")
            for host in hosts:
                site.supervisor.start(host)
            on.settle()
            figures.times += 1
        figures.must(not site.count(ATTEMPTS), "attempts or losses were counted for jobs that were given back")


@fault("30", "reaper dead", "kill -9 of every worker host, and with them of every dispatcher")
def fault_30(site: Site, figures: Figures, amount: Amount) -> None:
    """Nobody works. The API accepts, the health page says so in time, and `reap` from cron frees what was held."""
    figures.bound = ALARM
    hosts = list(site.workers.values())
    with scene(site, figures) as on:
        for turn in range(amount.times):
            with conversions_held(hosts):
                on.queue_up([f"reaped-{turn}-{number}" for number in range(amount.jobs // 2)])
                held = running(site)
                for host in hosts:
                    host.wanted = False
                    host.kill()
            killed = time.monotonic()
            until(lambda: not _work_is_well(site), "nobody is told that nobody works", ALARM + 10)
            figures.recovered(time.monotonic() - killed)
            time.sleep(max(0.0, site.times.lease + 1 - (time.monotonic() - killed)))
            site.manage("reap")
            until_over_or_free(site, held, killed)
            figures.must(not running(site), f"reap left running: {running(site)}")
            for host in hosts:
                site.supervisor.start(host)
            on.settle()
            figures.recovered(until(lambda: _work_is_well(site), "ready again", START + 30))
            figures.times += 1


def _work_is_well(site: Site) -> bool:
    """What the health page says of it."""
    return bool(requests.get(f"{site.base}/readyz", timeout=20).json()["parts"]["work"]["ok"])
