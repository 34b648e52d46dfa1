"""Who may see what by being part of what: what collections and manifests say reaches everything below them.

The strictest word counts. It is written down at every record and picture, so that each can be answered for by itself.
Dynamic collections and manifests say nothing about what is in them: that comes and goes when words are edited.
"""

from typing import Any
from uuid import UUID

from gcis.events import services as events
from images import curation as images
from images.policy import strictest
from manifests import services
from manifests.inheritance import pictures_of, settle_images
from manifests.models import Collection, Manifest, Member, Resource

ACTOR = "access"


def lock(record: Resource, *, everything: bool = False) -> Any:
    """The record as it is now, ours alone, and before it the pictures of a manifest, or everything below."""
    services.lock_all([record, *(below(record) if everything else ())])
    return services.lock(record)


def below(record: Resource) -> list[Resource]:
    """Everything in a collection, at any depth: all that its word on access reaches."""
    found: dict[UUID, Resource] = {}
    level: list[Resource] = [record]
    while level:
        collections = [each for each in level if isinstance(each, Collection)]
        members = Member.objects.filter(collection__in=[each for each in collections if each.query is None])
        members = members.select_related("manifest", "child")
        level = [each for member in members if (each := member.manifest or member.child) and each.pk not in found]
        found.update({each.pk: each for each in level})
    return list(found.values())


def settle(record: Resource, *, everything: bool = False) -> list[Resource]:
    """Write down what the locked record inherits, and what everything below inherits from it.

    `everything`: the record's own word has changed, so what is below is looked at in any case. Returns the records
    whose documents show a difference by it.
    """
    memberships = record.memberships.filter(collection__query__isnull=True)
    parents = [member.collection for member in memberships.select_related("collection").order_by("pk")]
    columns = images.inherited_columns(strictest(*(parent.policy for parent in parents)))
    changed: list[Resource] = []
    if any(getattr(record, name) != value for name, value in columns.items()):
        type(record).objects.filter(pk=record.pk).update(**columns)
        for name, value in columns.items():
            setattr(record, name, value)
        events.record(f"{record._meta.model_name}.inherited", record.pk, ACTOR)
        changed += parents
        everything = True
    if isinstance(record, Manifest):
        return changed + settle_images(pictures_of([record]))
    if everything and record.query is None:
        for member in record.members.filter(foreign__isnull=True).select_related("manifest", "child").order_by("pk"):
            below = member.manifest or member.child
            assert below, "the constraint member_one_thing says so"
            changed += settle(lock(below))
    return changed


def settle_and_touch(record: Resource, *, everything: bool = False) -> None:
    """The same for the record as it is now; and the documents that show a difference are built anew."""
    touch_all(settle(lock(record), everything=everything))


def settle_pictures(manifest: Manifest) -> bool:
    """What the pictures of a manifest inherit, from all manifests that show them. True when its document shows that.

    Other documents that show it are built anew.
    """
    changed = settle_images(pictures_of([manifest]))
    touch_all([other for other in changed if other.pk != manifest.pk])
    return manifest in changed


def touch_all(records: list[Any]) -> None:
    """Each once, in the order of locks."""
    for record in sorted(set(records), key=lambda each: (isinstance(each, Collection), each.pk)):
        services.follow(record)


def is_above(collection: Collection, other: Collection) -> bool:
    """Whether `collection` is `other`, or holds it at any depth."""
    seen: set[UUID] = set()
    level = {other.pk}
    while level:
        if collection.pk in level:
            return True
        seen |= level
        above = Collection.objects.filter(members__child__in=level).values_list("pk", flat=True)
        level = set(above) - seen
    return False
