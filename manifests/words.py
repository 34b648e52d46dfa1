"""What people say about manifests, collections and pages, and their order.

Their words go to the curated layer; a later import changes the source layer below it and is shown as a difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from manifests import services, structuring
from manifests.models import Canvas, Collection, Describable, Manifest, Resource
from manifests.payload.description import description
from manifests.payload.structure import written_out

#: The field under which a layer holds an order: of pages in a manifest, of members in a collection.
PAGES, MEMBERS = "canvases", "members"


@dataclass(frozen=True, slots=True)
class Difference:
    """A curated value under which the source says something new: take it, or keep mine."""

    name: str
    source: Any
    curated: Any


def differences(record: Describable) -> list[Difference]:
    """Where the source has changed its mind since people wrote theirs."""
    return [
        Difference(name, source_value(record, name), curated)
        for name, curated in record.curated_layer.items()
        if source_value(record, name) != record.curated_over.get(name)
    ]


def source_value(record: Describable, name: str) -> Any:
    """What the source says: about order, by the places that it gives."""
    if isinstance(record, Manifest) and name == PAGES:
        pages = record.canvases.filter(dropped=None).order_by("position", "created")
        return [str(key) for key in pages.values_list("pk", flat=True)]
    if isinstance(record, Collection) and name == MEMBERS:
        members = record.members.filter(foreign__isnull=True).order_by("position", "pk")
        return [str(member.manifest_id or member.child_id) for member in members]
    return record.source_layer.get(name)


@transaction.atomic
def describe(record: Describable, sent: Mapping[str, Any], *, actor: str) -> list[str]:
    """Write people's words; None takes a word back, so that the source's counts again. Returns what changed.

    Values as in `payload.description`; SourceFault names everything that is wrong with them.
    """
    return _curate(record, description(written_out(sent), kind=type(record).__name__), actor)


def take_source(record: Describable, name: str, *, actor: str) -> None:
    """Give up the curated value."""
    with transaction.atomic():
        _curate(record, {name: None}, actor)


@transaction.atomic
def keep_mine(record: Describable, name: str, *, actor: str) -> bool:
    """The curated value stays, also over what the source says now. False when the source says nothing new."""
    row = _locked(record)
    if name not in {difference.name for difference in differences(row)}:
        return False
    services.write(row, curated_over={**row.curated_over, name: source_value(row, name)})
    whole = row.manifest if isinstance(row, Canvas) else row
    services.write(whole, revision=F("revision") + 1)
    _record("kept", row, actor, field=name)
    return True


@transaction.atomic
def order(record: Resource, keys: Sequence[UUID], *, actor: str) -> bool:
    """People's order of all pages, or all members. What comes later and is not named follows at the end."""
    name = PAGES if isinstance(record, Manifest) else MEMBERS
    row = services.lock(record)
    wanted = [str(key) for key in keys]
    if sorted(wanted) != sorted(source_value(row, name)):
        raise SourceFault("order", "An order names everything once, and nothing else. Something has changed meanwhile.")
    return bool(_curate(row, {name: wanted}, actor))


def _curate(record: Describable, values: Mapping[str, Any], actor: str) -> list[str]:
    row = _locked(record)
    values = structuring.settle(row, values) if isinstance(row, Manifest) else values
    curated, over, changed = dict(row.curated_layer), dict(row.curated_over), []
    for name, value in values.items():
        source = source_value(row, name)
        if value is None and name in curated:
            _check_named_still(row, name, source)
            del curated[name]
            over.pop(name, None)
        elif value is None or curated.get(name, source) == value:
            continue
        else:
            curated[name], over[name] = value, source
        changed.append(name)
    if changed:
        row.curated_layer, row.curated_over = curated, over
        services.write(row, curated_layer=curated, curated_over=over)
        if MEMBERS in changed:
            services.place_members(row)
        _record("described", row, actor, fields=changed)
        services.touch(services.lock(row.manifest if isinstance(row, Canvas) else row))
    return changed


def _check_named_still(row: Describable, name: str, source: Any) -> None:
    """Presentation 3.0 §3.1: a manifest and a collection must have a label."""
    if name == "label" and not source and not isinstance(row, Canvas):
        sentence = "It needs a label, and its source gives none."
        raise SourceFault("description", sentence, (FieldFault("label", "required", sentence),))


def _locked(record: Describable) -> Any:
    """The row as it is now; a page under the lock of its manifest."""
    if isinstance(record, Canvas):
        services.lock(record.manifest)
        return Canvas.objects.select_related("manifest").get(pk=record.pk)
    return services.lock(record)


def _record(what: str, row: Describable, actor: str, **data: Any) -> None:
    """Told of a page, it happened to its manifest."""
    if isinstance(row, Canvas):
        events.record(f"manifest.page_{what}", row.manifest_id, actor, canvas=str(row.pk), **data)
    else:
        events.record(f"{row._meta.model_name}.{what}", row.pk, actor, **data)
