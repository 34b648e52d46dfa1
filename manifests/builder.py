"""What documents are made by, and which records were last built by something else."""

from typing import Any

from django.conf import settings
from django.db.models import F, Q

from manifests.build import VERSION
from manifests.models import Collection, Manifest, Published


def builder() -> str:
    """The rules of building, and the base of every id in a document."""
    return f"{VERSION} {settings.GCIS_PUBLIC_URL}"


def outdated(model: type[Manifest] | type[Collection]) -> Any:
    """What other rules or another base have built, or could not build, and nothing else will have built again.

    What has changed since is published by its own rule. Where that waits for a person, so do these.
    """
    up_to_date = Q(publication__isnull=False, published__gte=F("dirty"))
    refused = ~Q(publish_error="") & ~Q(publish_when=Published.PublishWhen.MANUAL)
    now = builder()
    others = Q(builder__lt=now) | Q(builder__gt=now)  # two stretches of the index, and not the whole table
    return model.objects.filter(up_to_date | refused, others, withdrawn=None)
