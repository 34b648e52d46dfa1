"""What is in which collection, when people say so."""

from uuid import UUID

from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.events import services as events
from manifests import access, services
from manifests.models import Collection, Member, Resource
from manifests.words import MEMBERS


@transaction.atomic
def put_in(collection: Collection, record: Resource, *, actor: str) -> bool:
    """Add it at the end of the collection. False when it is there already."""
    services.lock_all([collection, record])
    row, side = services.lock(collection), services.side_of(record)
    _check_own(row)
    if row.members.filter(**side).exists():
        return False
    _check_circle(record, row)
    last = row.members.order_by("-position").values_list("position", flat=True).first()
    Member.objects.create(collection=row, position=0 if last is None else last + 1, **side)
    _write_order(row, record.pk, here=True)
    services.place_members(row)
    events.record("collection.member_added", row.pk, actor, member=str(record.pk))
    services.touch(row)
    access.settle_and_touch(record)
    return True


@transaction.atomic
def take_out(collection: Collection, record: Resource, *, actor: str) -> bool:
    """Take it out of the collection; nothing else happens to it. False when it is not there."""
    services.lock_all([collection, record])
    row = services.lock(collection)
    _check_own(row)
    if not row.members.filter(**services.side_of(record)).delete()[0]:
        return False
    _write_order(row, record.pk, here=False)
    events.record("collection.member_removed", row.pk, actor, member=str(record.pk))
    services.touch(row)
    access.settle_and_touch(record)
    return True


@transaction.atomic
def hand_over(collection: Collection, record: Resource, to: Resource, *, actor: str) -> None:
    """Its place in the collection becomes that of another, which may have one there already."""
    row = services.lock(collection)
    if row.query is not None:  # its query finds the other one by itself, or does not
        return
    if row.members.filter(**services.side_of(to)).exists():
        take_out(row, record, actor=actor)
        return
    _check_circle(to, row)
    row.members.filter(**services.side_of(record)).update(**services.side_of(to))
    keys = {str(record.pk): str(to.pk)}
    columns = {name: {**getattr(row, name)} for name in ("curated_layer", "curated_over")}
    for layer in columns.values():
        if MEMBERS in layer:
            layer[MEMBERS] = [keys.get(each, each) for each in layer[MEMBERS]]
    services.write(row, **columns, source_members=[keys.get(each, each) for each in row.source_members])
    events.record("collection.member_removed", row.pk, actor, member=str(record.pk))
    events.record("collection.member_added", row.pk, actor, member=str(to.pk))
    services.touch(row)
    access.settle_and_touch(to)


def _check_own(collection: Collection) -> None:
    if collection.query is not None:
        raise SourceFault("dynamic", "What is in it is what its query finds: change the query, or the other's words.")


def _check_circle(record: Resource, collection: Collection) -> None:
    if isinstance(record, Collection) and access.is_above(record, collection):
        raise SourceFault("circle", "A collection cannot be inside itself.")


def _write_order(row: Collection, key: UUID, *, here: bool) -> None:
    """What people add or take out is no difference between their order and the source's."""
    if MEMBERS not in row.curated_layer:
        return
    for layer in (row.curated_layer, row.curated_over):
        others = [each for each in layer[MEMBERS] if each != str(key)]
        layer[MEMBERS] = [*others, str(key)] if here else others
    services.write(row, curated_layer=row.curated_layer, curated_over=row.curated_over)
