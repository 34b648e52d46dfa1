"""What the public doors, documents and pages, ask alike about a manifest or collection before they answer."""

from datetime import datetime

from django.http import HttpRequest

from gcis.core.tombstones import Tombstone
from gcis.tokens import callers
from images.policy import Caller
from manifests.models import Resource
from redirects.models import Identifier
from redirects.services import Name


def is_private(record: Resource, now: datetime) -> bool:
    """Whether the public gets nothing of it: it is shut, or a draft."""
    return record.publication_id is None or record.policy.is_shut(now)


def caller(request: HttpRequest, record: Resource, now: datetime) -> Caller:
    """Who asks, as far as that matters: what is for the public is the same for all: nobody looks at tokens."""
    return Caller(sees_all=is_private(record, now) and callers.sees_all(request))


def tombstone(record: Resource, name: Name) -> Tombstone | None:
    """What to say of it where it was withdrawn."""
    if not record.withdrawn and name.status != Identifier.Status.WITHDRAWN:
        return None
    return Tombstone(str(record._meta.verbose_name), record.withdrawn_reason, record.withdrawn)
