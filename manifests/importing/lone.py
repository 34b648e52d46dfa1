"""Annotation pages that are documents of their own: they come to what they are about, if that is here."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from gcis.core.errors import SourceFault
from gcis.events import services as events
from manifests import services
from manifests.build.references import parsed, reference
from manifests.importing import annotations, here
from manifests.models import AnnotationPage, Canvas, Resource
from manifests.payload.iiif.annotated import layers_of
from manifests.payload.iiif.naming import Rule, things
from manifests.payload.iiif.page import page, targets
from manifests.payload.iiif.shapes import Json

Brought = tuple[Resource, str, dict[str, int], tuple[str, ...]]


def bring(tree: Json, *, keep: bool, actor: str) -> Brought:
    """Record, what became of it, counts and losses. SourceFault where nothing here is what it is about."""
    about = targets(tree)
    waiting = _waiting(tree["id"])
    record = _owner(waiting) if waiting else _record(about)
    if record is None:
        sentence = "Its annotations are about nothing that is here. Import the manifest first."
        raise SourceFault("target_unknown", sentence)
    known = _known(record, about)
    subject = waiting.subject if waiting else _subject(about, known)
    own = reference(str(record._meta.model_name), record.pk)
    listed = things(tree)
    given = here.keys(record.pk, listed, layers_of(tree), keep=keep)
    if waiting:
        given["annotations", tree["id"]] = waiting.pk
    rule = Rule(record=record.pk, own=own, keep=keep, ours=here.base(), given=given)
    read, losses = page(tree, rule, known, subject)
    return _put(record, read, len(about), losses, actor)


@transaction.atomic
def _put(record: Resource, read: Any, about: int, losses: tuple[str, ...], actor: str) -> Brought:
    services.lock_all([record])
    locked = services.lock(record)
    row = locked.annotation_pages.filter(pk=read.key).first()
    last = locked.annotation_pages.order_by("-position").values_list("position", flat=True).first()
    position = row.position if row else 0 if last is None else last + 1
    place = row.place if row and row.place == AnnotationPage.Place.EMBEDDED else AnnotationPage.Place.REFERENCED
    read = replace(read, uri=read.uri if place == AnnotationPage.Place.EMBEDDED else "")  # it is fetched from us
    new = row is None or row.place == AnnotationPage.Place.FOREIGN
    changed = annotations.put_page(locked, row, read, place, position)
    if changed:
        counted = {"what": "added", "added": len(read.annotations)} if new else {"changed": len(read.annotations)}
        events.record(f"{locked._meta.model_name}.annotated", locked.pk, actor, **counted)
        services.touch(locked)
    what = "created" if new else "updated" if changed else "unchanged"
    return services.lock(record), what, {"annotations": len(read.annotations), "targets": about}, losses


def _waiting(name: str) -> AnnotationPage | None:
    """The row that stands for this page: a reference in a manifest, or the page as it was imported before."""
    rows = AnnotationPage.objects.filter(Q(uri=name) | Q(external_id=name), by=AnnotationPage.By.SOURCE)
    return rows.select_related("manifest", "collection").order_by("pk").first()


def _owner(row: AnnotationPage) -> Any:
    return row.manifest or row.collection


def _record(about: list[str]) -> Resource | None:
    """The one record that it is all about, as far as that is here."""
    canvases = Canvas.objects.filter(_called(about), dropped=None).select_related("manifest").order_by("pk")
    if canvas := canvases.first():
        return canvas.manifest
    return next((record for uri in about if (record := _document(uri))), None)


def _document(uri: str) -> Resource | None:
    """The record that was imported from this address, or is published at it."""
    if record := here.record_at(uri):
        return record
    return next(iter(here.records_called(uri)), None)


def _called(about: list[str]) -> Q:
    ours = here.addresses().canvas("")
    keys = [uri.removeprefix(ours) for uri in about if uri.startswith(ours)]
    own = [named[1] for key in keys if (named := parsed(reference("canvas", key)))]
    return Q(uri__in=about) | Q(external_id__in=about) | Q(pk__in=own)


def _known(record: Resource, about: list[str]) -> dict[str, str]:
    """The internal references of what is here of the record, by the ids that others know it by."""
    known: dict[str, str] = {}
    if record.external_id.startswith("http"):
        known[record.external_id] = reference(str(record._meta.model_name), record.pk)
    canvases = Canvas.objects.filter(manifest=record.pk).values_list("pk", "uri", "external_id")
    for key, uri, external_id in canvases:
        named = (uri, external_id, here.addresses().canvas(key))
        known.update({name: reference("canvas", key) for name in named if name.startswith("http")})
    return {name: own for name, own in known.items() if name in about or name == record.external_id}


def _subject(about: list[str], known: dict[str, str]) -> str:
    """The one canvas that it is about; of several, or of the whole, it is the record."""
    found = {known.get(uri, "") for uri in about}
    one = found.pop() if len(found) == 1 else ""
    return one if one.startswith(reference("canvas", "")) else ""
