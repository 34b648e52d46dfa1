"""Wait until jobs are over, as somebody at a terminal does; and notice when nobody is there to do them."""

import time
from collections.abc import Callable, Iterable, Set
from uuid import UUID

from gcis.core.db import DbNow
from gcis.core.errors import Unavailable
from gcis.jobs.models import Job

#: Seconds between two looks, and that due jobs may lie there without any worker taking up anything.
LOOK_SECONDS = 0.5
PATIENCE = 15
NO_WORKER = (
    "No worker is running: start ./run demo, or ./run manage worker. What was asked for is queued, and is done then."
)
State = Job.State


def live(kind: str, subjects: Set[UUID]) -> set[UUID]:
    """The jobs of that kind that wait or run for these subjects."""
    waiting = Job.objects.filter(kind=kind, state__in=Job.LIVE).values_list("pk", "subject")
    return {key for key, subject in waiting if subject in subjects}


def wait(jobs: Set[UUID], tell: Callable[[int], None]) -> None:
    """Return when none of these jobs waits or runs any more. `tell` hears how many are over.

    Unavailable when some are due and no worker of any kind takes up anything.
    """
    seen, since = len(jobs), time.monotonic()
    while True:
        left = len(jobs & set(Job.objects.filter(state__in=Job.LIVE).values_list("pk", flat=True)))
        tell(len(jobs) - left)
        if not left:
            return
        if left != seen or not _nobody_works():
            seen, since = left, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise Unavailable("no_worker", NO_WORKER)
        time.sleep(LOOK_SECONDS)


def failures(jobs: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """The subjects of those of the jobs that ended without effect, each with the sentence that says why."""
    keys = list(jobs)
    found: list[tuple[UUID, str]] = []
    for start in range(0, len(keys), 1000):
        ended = Job.objects.filter(pk__in=keys[start : start + 1000]).order_by("finished", "pk")
        ended = ended.filter(state__in=(State.FAILED, State.DEAD, State.CANCELLED))
        found += [
            (subject, text or "It was cancelled.") for subject, text in ended.values_list("subject", "error_text")
        ]
    return found


def _nobody_works() -> bool:
    """Something is due, and no worker holds any job. What waits for its next try is nobody's fault."""
    due = Job.objects.filter(state=State.QUEUED, run_at__lte=DbNow())
    return due.exists() and not Job.objects.filter(state=State.RUNNING, lease_until__gt=DbNow()).exists()
