"""Embargoes end by themselves: what shows something that has become public meanwhile is published again."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from manifests import services
from manifests.models import Collection, Manifest


def due_openings(limit: int = 200) -> int:
    """Touch what was published before the end of an embargo that shows in it: a sweep. Returns how many.

    Every publication says when the first of the things that are missing in it opens (`manifests.snapshot`). What is
    dirty already will be published anyway, when its own rule says so.
    """
    passed = {"publication__summary__opens__lte": timezone.now().timestamp()}
    found = 0
    for model in (Manifest, Collection):
        due = model.objects.filter(withdrawn=None, published__gte=F("dirty"), **passed)
        for record in due.order_by("created", "pk")[:limit]:
            with transaction.atomic():
                services.follow(record)
            found += 1
    return found
