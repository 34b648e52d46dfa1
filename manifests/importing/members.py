"""The members of a collection, brought to what its document says. Under the locks of all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from manifests import access, services
from manifests.description import effective
from manifests.models import Collection, Manifest, Member, Resource
from manifests.payload.iiif.shapes import Json
from manifests.payload.iiif.words import kept, sent

_BATCH = 500


def matched(
    collection: Collection | None, members: Sequence[Json], here: Mapping[str, Resource]
) -> tuple[list[Resource | Json], list[str]]:
    """For each reference the record that is here, else the reference; and what is lost by that."""
    found: list[Resource | Json] = []
    losses: list[str] = []
    seen: set[Any] = set()
    for number, each in enumerate(members):
        record = here.get(each["id"])
        if record is None or record.withdrawn or record.pk in seen or _kind(record) != each["type"]:
            found.append(each)
        elif collection and isinstance(record, Collection) and access.is_above(record, collection):
            losses.append(f"items.{number}: It is left out: a collection cannot be inside itself.")
        else:
            seen.add(record.pk)
            found.append(record)
    return found, losses


def references(members: Sequence[Json], here: Mapping[str, Resource]) -> tuple[dict[str, Json], list[str]]:
    """What the collection says of members that are here in other words than they do themselves, by their uuids."""
    said: dict[str, Json] = {}
    losses: list[str] = []
    for number, each in enumerate(members):
        if record := here.get(each["id"]):
            words, lost = kept(sent(each), each["type"])
            losses += [f"items.{number}.{sentence}" for sentence in lost]
            own = effective(record)
            if other := {name: value for name, value in words.items() if own.get(name) != value}:
                said[str(record.pk)] = other
    return said, losses


def put(collection: Collection, wanted: Sequence[Resource | Json]) -> bool:
    """These are the members, in this order. Those that people have added stay behind them. True when that is news."""
    row = services.lock(collection)
    have = list(row.members.order_by("position", "pk"))
    by_key = {str(each.manifest_id or each.child_id): each for each in have if each.foreign is None}
    foreign = [each for each in have if each.foreign is not None]
    new: list[Member] = []
    moved: list[Member] = []
    staying: set[int] = set()
    said: list[str] = []
    for position, each in enumerate(wanted):
        if isinstance(each, dict):
            member = next((one for one in foreign if one.foreign == each and one.pk not in staying), None)
        else:
            said.append(str(each.pk))
            member = by_key.get(str(each.pk))
            if member is None and str(each.pk) in row.source_members:
                continue  # people have taken it out, and that it is named again is nothing new
        if member is None:
            new.append(Member(collection=row, position=position, **_column(each)))
            continue
        staying.add(member.pk)
        if member.position != position:
            member.position = position
            moved.append(member)
    left = [each for each in have if each.pk not in staying]
    gone = [each for each in left if each.foreign or str(each.manifest_id or each.child_id) in row.source_members]
    for place, member in enumerate([each for each in left if each not in gone], start=len(wanted)):
        if member.position != place:
            member.position = place
            moved.append(member)
    Member.objects.filter(pk__in=[each.pk for each in gone]).delete()
    Member.objects.bulk_update(moved, ["position"], batch_size=_BATCH)
    Member.objects.bulk_create(new, batch_size=_BATCH)
    if row.source_members != said:
        services.write(row, source_members=said)
    if new or moved or gone:
        services.place_members(row)
    return bool(new or moved or gone)


def _column(each: Resource | Json) -> dict[str, Any]:
    return {"foreign": each} if isinstance(each, dict) else dict(services.side_of(each))


def _kind(record: Resource) -> str:
    return "Manifest" if isinstance(record, Manifest) else "Collection"
