"""What people ask of a manifest or collection as a whole: publish it, now or by a rule; forget its cached pictures."""

from django.db import transaction
from django.db.models import F

from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.jobs.models import Job
from images import curation as pictures
from manifests import access, lookup, republish, services
from manifests.models import Manifest, Published, Resource
from redirects.models import Identifier


@transaction.atomic
def set_publish_when(record: Resource, when: str, *, actor: str) -> bool:
    """By which rule it is published. False when it was that one already."""
    if when not in Published.PublishWhen.values:
        raise SourceFault("publish_when", f"It must be one of {', '.join(Published.PublishWhen.values)}.")
    row = access.lock(record)
    if row.publish_when == when:
        return False
    services.write(row, publish_when=when, revision=F("revision") + 1)
    events.record(f"{row._meta.model_name}.publish_when_set", row.pk, actor, when=when)
    row = services.lock(row)
    if isinstance(row, Manifest):
        access.settle_pictures(row)  # it has become a draft, or is none any more
    if row.published < row.dirty:
        services.schedule(row)
    return True


@transaction.atomic
def publish(record: Resource, *, actor: str) -> Job:
    """Have it published now, whatever its rule says."""
    job = republish.publish_again(record.pk)
    events.record(f"{record._meta.model_name}.publish_asked", record.pk, actor)
    return job


@transaction.atomic
def purge(record: Resource, *, actor: str, reason: str = "") -> int:
    """Make every cached byte of its pictures unreachable, of a collection those of all in it. Returns how many."""
    there = lookup.Found(Identifier.Kind.PRESENTATION, record.pk, "", record.withdrawn is not None, record)
    keys = lookup.pictures(there)
    pictures.hold(keys)
    row = services.lock(record)
    if keys:
        pictures.purge(row.pk, keys, actor=actor, reason=reason)
    events.record(f"{row._meta.model_name}.purged", row.pk, actor, count=len(keys), reason=reason)
    return len(keys)
