"""Build again what other rules or another base have built: in portions, behind everything else that is to be done.

Nothing is remembered between portions but the records themselves, so it may be stopped and begun again at any time.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from manifests.builder import outdated
from manifests.models import Collection, Manifest
from manifests.services import PUBLISH

#: So many wait at a time: the queue stays short however many there are.
MOST_WAITING = 1000
#: So many are locked at a time, for as long as it takes to write their jobs.
PORTION = 100


def queue(most: int = MOST_WAITING) -> int:
    """Queue the next of them, until so many wait: a sweep. Returns how many were queued."""
    room = most - Job.objects.filter(kind=PUBLISH, lane=Job.Lane.BULK, state__in=Job.LIVE).count()
    queued = 0
    for model in (Manifest, Collection):
        while queued < room and (keys := _next(model, min(PORTION, room - queued))):
            queued += _queue(model, keys)
    return queued


def count() -> int:
    """How many there are that have no job yet."""
    return sum(_unqueued(model).count() for model in (Manifest, Collection))


def _unqueued(model: type[Manifest] | type[Collection]) -> Any:
    live = Job.objects.filter(kind=PUBLISH, subject=OuterRef("pk"), state__in=Job.LIVE)
    return outdated(model).filter(~Exists(live))


def _next(model: type[Manifest] | type[Collection], most: int) -> list[UUID]:
    return list(_unqueued(model).order_by("pk").values_list("pk", flat=True)[:most])


@transaction.atomic
def _queue(model: type[Manifest] | type[Collection], keys: list[UUID]) -> int:
    """Those that are still outdated. Their jobs have keys of their own: a person's order never waits for them."""
    rows = outdated(model).select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    model.objects.filter(pk__in=found).update(dirty=F("dirty") + 1)
    args = {"kind": model._meta.model_name}
    for key in found:
        jobs.add(PUBLISH, f"republish:{key}", key, args=args, lane=Job.Lane.BULK, priority=-1)
    return len(found)
