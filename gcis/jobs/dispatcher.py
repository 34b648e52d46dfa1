"""The pulse of a worker host: ring due jobs, reap lost ones, sweep. Any number of hosts may run it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from gcis.jobs import services
from gcis.jobs.claims import stopping
from gcis.jobs.models import Job

log = logging.getLogger(__name__)

#: Seconds between two looks for expired leases.
REAP_SECONDS = 10


@dataclass
class Sweep:
    """Something to do every so many seconds: quick, idempotent, safe on several hosts at once."""

    work: Callable[[], object]
    every: float
    next_at: float = 0


_sweeps: list[Sweep] = []


def register_sweep(work: Callable[[], object], *, every: float) -> None:
    _sweeps.append(Sweep(work, every, time.monotonic() + every))


def start(ring: Callable[[Job], None]) -> threading.Thread:
    """Run until `stopping` is set, in a thread of its own."""
    thread = threading.Thread(target=_loop, args=(ring,), name="dispatcher", daemon=True)
    thread.start()
    return thread


def ring_due(ring: Callable[[Job], None]) -> int:
    """Announce due jobs, lane by lane, not further ahead than the settings allow."""
    rung = 0
    for lane in Job.Lane.values:
        room = settings.GCIS_RING_AHEAD - services.announced(lane)
        if room <= 0:
            continue
        jobs = services.due(lane, room)
        if jobs:
            services.mark_rung(jobs)
        for job in jobs:
            ring(job)  # two dispatchers may ring for the same job: one claim wins
        rung += len(jobs)
    return rung


def sweep_due() -> None:
    """Do what is due of the things that are done now and then. One that fails does not keep the others from it."""
    for sweep in _sweeps:
        if time.monotonic() >= sweep.next_at:
            sweep.next_at = time.monotonic() + sweep.every
            _guarded(sweep.work)


def _loop(ring: Callable[[Job], None]) -> None:
    while not stopping.wait(settings.GCIS_DISPATCH_SECONDS):
        _guarded(lambda: ring_due(ring))
        sweep_due()
    connection.close()


def _guarded(work: Callable[[], object]) -> None:
    """The pulse must not stop for one bad beat; the next one tries again."""
    try:
        work()
    except Exception:
        log.exception("dispatcher.beat")
        connection.close()


register_sweep(services.reap, every=REAP_SECONDS)
