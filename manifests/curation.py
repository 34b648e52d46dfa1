"""What is decided about a manifest or collection as a whole: its name, its withdrawal, who may see it."""

from typing import Any

from django.db import transaction
from django.db.models import F

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.events.models import Event
from images.curation import Restriction
from manifests import access, members, services
from manifests.access import settle_and_touch
from manifests.models import Resource
from redirects import services as names
from redirects.models import Identifier

KIND = Identifier.Kind.PRESENTATION


@transaction.atomic
def rename(record: Resource, value: str, *, actor: str, reason: str = "") -> bool:
    """Give it another identifier; the old one leads here for ever. False when it is called so already."""
    row = access.lock(record)
    was = names.rename(KIND, row.pk, value, actor=actor, reason=reason)
    if was is None:
        return False
    _edited(row)
    events.record(f"{_kind(row)}.renamed", row.pk, actor, was=was, now=value, reason=reason)
    _touch_with_parents(row)
    return True


@transaction.atomic
def merge(record: Resource, into: Resource, *, actor: str, reason: str = "") -> None:
    """It is the same as another: its names and its places in collections go there, and it is withdrawn for good."""
    if record.pk == into.pk or type(record) is not type(into):
        raise SourceFault("merge_itself", "Only two manifests, or two collections, can be merged.")
    services.lock_all([record, into])
    rows = {each.pk: services.lock(each) for each in (record, into)}
    row, kept = rows[record.pk], rows[into.pk]
    if kept.withdrawn:
        raise SourceFault("withdrawn", "What is withdrawn cannot take over another's names. Restore it first.")
    moved = names.merge(row.pk, kept.pk, actor=actor, reason=reason)
    if not moved:
        raise SourceFault("merged", "This was merged into something else, which has its names now.")
    _edited(row, withdrawn=DbNow(), withdrawn_reason=reason[:300])
    _edited(kept)
    for parent in services.parents(row):
        members.hand_over(parent, row, kept, actor=actor)
    events.record(f"{_kind(row)}.merged", row.pk, actor, into=str(kept.pk), names=moved, reason=reason)
    events.record(f"{_kind(row)}.took_over", kept.pk, actor, names=moved, reason=reason)
    settle_and_touch(row)
    services.follow(row)


def successor(record: Resource) -> Resource:
    """What it was merged into, itself if it never was. There are no circles: what was merged stays so."""
    merges = Event.objects.filter(subject=record.pk, kind=f"{_kind(record)}.merged")
    data = merges.order_by("-id").values_list("data", flat=True).first()
    return successor(type(record).objects.get(pk=data["into"])) if data else record


@transaction.atomic
def withdraw(record: Resource, *, actor: str, reason: str) -> bool:
    """Nobody gets it any more; its address says that it is gone, and why. Pictures shown nowhere else close with it."""
    row = access.lock(record)
    if row.withdrawn:
        return False
    names.withdraw(row.pk, actor=actor, reason=reason)
    _edited(row, withdrawn=DbNow(), withdrawn_reason=reason[:300])
    events.record(f"{_kind(row)}.withdrawn", row.pk, actor, reason=reason)
    settle_and_touch(row)
    _touch_with_parents(row)
    return True


@transaction.atomic
def restore(record: Resource, *, actor: str, reason: str = "") -> bool:
    """Back as it was, under its last name. False when it was not withdrawn."""
    row = access.lock(record)
    if not row.withdrawn:
        return False
    names.restore(row.pk, actor=actor, reason=reason)
    _edited(row, withdrawn=None, withdrawn_reason="")
    events.record(f"{_kind(row)}.restored", row.pk, actor, reason=reason)
    settle_and_touch(row)
    _touch_with_parents(row)
    return True


def _edited(row: Resource, **columns: Any) -> None:
    services.write(row, revision=F("revision") + 1, **columns)


def _touch_with_parents(row: Resource) -> None:
    """Its own document, and those that name it."""
    services.follow(row)
    for parent in services.parents(row):
        services.follow(parent)


@transaction.atomic
def restrict(record: Resource, restriction: Restriction, *, actor: str) -> bool:
    """Its own word on who may see it; everything below follows. False when that was its word already."""
    row, columns = access.lock(record, everything=True), restriction.as_columns()
    if all(getattr(row, name) == value for name, value in columns.items()):
        return False
    _edited(row, **columns)
    opens = restriction.opens.isoformat() if restriction.opens else None
    given = {"access": restriction.access, "edge": restriction.edge, "opens": opens}
    events.record(f"{_kind(row)}.restricted", row.pk, actor, **given)
    settle_and_touch(row, everything=True)
    _touch_with_parents(row)
    return True


def _kind(row: Resource) -> str:
    return str(row._meta.model_name)
