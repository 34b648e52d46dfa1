"""Publish what is there once more: a person says what, by name or by the thousand."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from gcis.core.errors import SourceFault
from gcis.jobs.models import Job
from manifests import services
from manifests.models import Collection, Manifest

WITHDRAWN = "This is withdrawn. Restore it first."
#: What is out, or has been tried: drafts are published by their own rule, or when somebody names them.
_TRIED = Q(publication__isnull=False) | ~Q(publish_error="")


def published_before() -> list[UUID]:
    """Every manifest and collection that a bulk order may be about, manifests first."""
    return _keys(Q())


def behind() -> list[UUID]:
    """Those of them whose published documents do not hold their last changes."""
    return _keys(Q(published__lt=F("dirty")))


def standing(keys: Iterable[UUID]) -> dict[UUID, tuple[str, bool]]:
    """What its source calls each of these records, and whether it is withdrawn and cannot be published."""
    wanted = list(keys)
    found: dict[UUID, tuple[str, bool]] = {}
    for model in (Manifest, Collection):
        for start in range(0, len(wanted), 1000):
            rows = model.objects.filter(pk__in=wanted[start : start + 1000])
            for key, external_id, withdrawn in rows.values_list("pk", "external_id", "withdrawn"):
                found[key] = (external_id, withdrawn is not None)
    return found


@transaction.atomic
def publish_again(key: UUID) -> Job:
    """Build and publish it now, also where nothing has changed: its stored bytes may have been lost."""
    record = services.find(key)
    assert record, "the key of a record"
    row = services.lock(record)
    if row.withdrawn:
        raise SourceFault("withdrawn", WITHDRAWN)
    if row.published >= row.dirty:
        services.write(row, dirty=F("dirty") + 1)
    return services.publish_now(row)


def _keys(condition: Q) -> list[UUID]:
    found: list[UUID] = []
    for model in (Manifest, Collection):
        rows = model.objects.filter(_TRIED, condition, withdrawn=None)
        found += rows.order_by("created", "pk").values_list("pk", flat=True)
    return found
