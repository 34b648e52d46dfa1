"""Publish at a moment that a person has set: what never was published waits for it, whatever its rule says."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.jobs import services as jobs
from manifests import access, republish, services
from manifests.models import Collection, Manifest, Resource

log = structlog.get_logger(__name__)
ACTOR = "schedule"


@transaction.atomic
def set_publish_at(record: Resource, at: datetime | None, *, actor: str) -> bool:
    """Have it published at that moment; None: no longer. False when that was so already.

    A moment that has passed publishes it within half a minute. SourceFault for what is withdrawn.
    """
    row = access.lock(record)
    if row.withdrawn and at:
        raise SourceFault("withdrawn", republish.WITHDRAWN)
    if row.publish_at == at:
        return False
    services.write(row, publish_at=at, revision=F("revision") + 1)
    events.record(f"{row._meta.model_name}.publish_at_set", row.pk, actor, at=at.isoformat() if at else None)
    row = services.lock(row)
    if at and not row.publication_id:
        jobs.supersede_queued(services.PUBLISH, row.pk)  # its rule had it published just now
    if isinstance(row, Manifest):
        access.settle_pictures(row)  # it has become a draft, or is none any more
    if row.published < row.dirty:
        services.schedule(row)  # it may have waited for that moment alone
    return True


def waiting() -> dict[str, int]:
    """How many have a day on which they are published, by kind."""
    due = {"publish_at__isnull": False, "withdrawn": None}
    return {
        "manifests": Manifest.objects.filter(**due).count(),
        "collections": Collection.objects.filter(**due).count(),
    }


def publish_due(limit: int = 200) -> int:
    """Publish what is due by now: a sweep. Returns how many."""
    found = 0
    for model in (Manifest, Collection):
        due = model.objects.filter(publish_at__lte=timezone.now(), withdrawn=None)
        for record in due.order_by("publish_at", "pk")[:limit]:
            found += _publish(record)
    return found


@transaction.atomic
def _publish(record: Resource) -> bool:
    """Once, whoever sweeps at the same moment."""
    row = access.lock(record)
    if row.withdrawn or row.publish_at is None or row.publish_at > timezone.now():
        return False
    services.write(row, publish_at=None, revision=F("revision") + 1)
    republish.publish_again(row.pk)
    events.record(f"{row._meta.model_name}.publish_due", row.pk, ACTOR, at=row.publish_at.isoformat())
    log.info("record.publish_due", record=str(row.pk))
    return True
