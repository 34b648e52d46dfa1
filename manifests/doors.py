"""What the public doors, documents and pages, ask alike about a manifest or collection before they answer."""

from datetime import datetime

from django.http import HttpRequest

from gcis.core.tombstones import Tombstone
from gcis.tokens import callers
from images.policy import Caller
from manifests.models import Resource
from redirects.models import Identifier
from redirects.services import Name


def caller(request: HttpRequest, record: Resource, now: datetime) -> Caller:
    """Who asks, as far as that matters: what is not shut is the same for all, and nobody looks at cookies or tokens."""
    return Caller(sees_all=record.policy.is_shut(now) and callers.sees_all(request))


def tombstone(record: Resource, name: Name) -> Tombstone | None:
    """What to say of it where it was withdrawn."""
    if not record.withdrawn and name.status != Identifier.Status.WITHDRAWN:
        return None
    return Tombstone(str(record._meta.verbose_name), record.withdrawn_reason, record.withdrawn)
