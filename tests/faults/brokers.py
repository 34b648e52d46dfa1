"""The broker forgets, dies, hangs, repeats itself: faults 5, 6, 7 and 27."""

import random
import time

import celery

from gcis.jobs.doorbell import RUN
from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.scenes import Scene, scene
from tests.faults.site import Site
from tests.faults.watching import conversions_held, now, standstill, waiting
from tests.world.valkey import Valkey

#: Seconds within which the API has to answer whatever the broker does.
PUBLISH_P99 = 3.0
#: How often each doorbell is rung.
REPEATED = 5


@fault("5", "broker flushed", "FLUSHALL with jobs queued")
def fault_05(site: Site, figures: Figures, amount: Amount) -> None:
    """The broker forgets every message while jobs wait. All of them are done: workers look for themselves."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    with scene(site, figures) as on:
        for turn in range(amount.times):
            with conversions_held(list(site.workers.values())):
                on.queue_up([f"flushed-{turn}-{number}" for number in range(amount.jobs)])
                forgotten = waiting(site)
                _valkey(site).client().flushall()
            _resumes(site, figures, on, forgotten)
            figures.remarks.append(f"{len(forgotten)} jobs waited when it forgot them")


@fault("6", "broker dead", "kill -9 of the broker, started again later", seconds=60)
def fault_06(site: Site, figures: Figures, amount: Amount) -> None:
    """The broker is gone for a while. The API accepts as before, visitors notice nothing, all work is done."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    with scene(site, figures) as on:
        for turn in range(amount.times):
            on.send_soon([f"dead-{turn}-{number}" for number in range(amount.jobs // 4)])
            site.servers["broker"].kill()
            time.sleep(amount.away)
            site.servers["broker"].start()
            _resumes(site, figures, on, waiting(site))
    figures.must(not figures.later, f"the API said 503 {figures.later} times: it does not need the broker")
    figures.must((figures.p99 or 99) < PUBLISH_P99, f"API p99 {figures.p99:.1f} s")
    figures.remarks.append(f"away for {amount.away:.0f} s")


@fault("7", "broker hung", "SIGSTOP of the broker", seconds=30)
def fault_07(site: Site, figures: Figures, amount: Amount) -> None:
    """The broker takes connections and answers nothing. The API does not wait for it."""
    figures.expect_within(site.times.worker_lost, site.times.lease)
    with scene(site, figures) as on:
        for _ in range(amount.times):
            site.servers["broker"].freeze()
            time.sleep(amount.away)
            site.servers["broker"].thaw()
            _resumes(site, figures, on, waiting(site))
    figures.must(not figures.later, f"the API said 503 {figures.later} times: it does not need the broker")
    figures.must((figures.p99 or 99) < PUBLISH_P99, f"API p99 {figures.p99:.1f} s")
    figures.remarks.append(f"hung for {amount.away:.0f} s")


@fault("27", "doorbells doubled and shuffled", f"each sent {REPEATED} times in random order")
def fault_27(site: Site, figures: Figures, amount: Amount) -> None:
    """Every message comes several times, in any order. Each job has one effect."""
    bells = celery.Celery(broker=site.servers["broker"].address)
    with scene(site, figures) as on:
        for turn in range(amount.times):
            on.send_soon([f"rung-{turn}-{number}" for number in range(amount.jobs)])
            lanes = [lane for (lane,) in site.query("SELECT lane FROM jobs_job")] * REPEATED
            random.Random(turn).shuffle(lanes)
            for lane in lanes:
                bells.send_task(RUN, queue=lane)
            on.settle()
            figures.times += 1
    bells.close()


def _resumes(site: Site, figures: Figures, on: Scene, jobs: list[str]) -> None:
    """From now on everything is well: for how long does the work on these stand still?"""
    back = now(site)
    on.settle()
    figures.recovered(standstill(site, jobs, back))
    figures.times += 1


def _valkey(site: Site) -> Valkey:
    broker = site.servers["broker"]
    assert isinstance(broker, Valkey)
    return broker
