"""How much is waiting in each lane, and for how long: what health checks and metrics ask."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q

from gcis.core.db import DbNow
from gcis.jobs.lanes import LANES
from gcis.jobs.models import Job

QUEUED = Q(state=Job.State.QUEUED)


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs of one lane. `due` of the queued could be done now; the oldest of those has waited for `oldest` seconds."""

    queued: int = 0
    running: int = 0
    due: int = 0
    oldest: float | None = None


def backlog() -> dict[str, Lane]:
    """Every lane, in one query."""
    due = QUEUED & Q(run_at__lte=DbNow())
    rows = (
        Job.objects.filter(state__in=Job.LIVE)
        .values("lane")
        .annotate(
            queued=Count("id", filter=QUEUED),
            running=Count("id", filter=Q(state=Job.State.RUNNING)),
            due=Count("id", filter=due),
            first=Min("run_at", filter=due),
            now=Max(DbNow()),
        )
        .order_by()
        .values_list("lane", "queued", "running", "due", "first", "now")
    )
    found = {
        lane: Lane(queued, running, many, (now - first).total_seconds() if first else None)
        for lane, queued, running, many, first, now in rows
    }
    return {lane: found.get(lane, Lane()) for lane in LANES}


def oldest_due() -> dict[str, float | None]:
    """Seconds for which the job of each lane has waited that is due longest; None where none is due."""
    due = Job.objects.filter(QUEUED, run_at__lte=DbNow()).values("lane").annotate(first=Min("run_at"), now=Max(DbNow()))
    found = {lane: (now - first).total_seconds() for lane, first, now in due.values_list("lane", "first", "now")}
    return {lane: found.get(lane) for lane in LANES}
