"""How far a manifest or collection is on its way to the public, of records in hand and as conditions of queries."""

from django.db.models import F, Q

from manifests.models import Resource

#: The first that holds is the state; they are written so that no two do.
STATES = {
    "withdrawn": Q(withdrawn__isnull=False),
    "failed": Q(withdrawn=None) & ~Q(publish_error=""),
    "draft": Q(withdrawn=None, publish_error="", publication=None),
    "outstanding": Q(withdrawn=None, publish_error="", publication__isnull=False, published__lt=F("dirty")),
    "published": Q(withdrawn=None, publish_error="", publication__isnull=False, published__gte=F("dirty")),
}


def state(record: Resource) -> str:
    """`failed`: the last try to publish it; `outstanding`: what is published does not hold its last changes."""
    if record.withdrawn:
        return "withdrawn"
    if record.publish_error:
        return "failed"
    if record.publication_id is None:
        return "draft"
    return "outstanding" if record.published < record.dirty else "published"
