"""Bring a document in: what is new, what its source says otherwise now. All of it in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier, mint
from gcis.events import services as events
from images import curation as picture_curation
from images import sources
from manifests import access, curation, following, services
from manifests.build.references import reference
from manifests.importing import annotations, here, lone, members, rows
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Collection, Manifest, Published, Resource
from manifests.payload.iiif.annotated import layers_of
from manifests.payload.iiif.collection import collection
from manifests.payload.iiif.document import Opened, opened
from manifests.payload.iiif.manifest import manifest
from manifests.payload.iiif.naming import Rule, things
from manifests.payload.iiif.painted import services as services_in
from manifests.payload.iiif.shapes import Json, ManifestRead
from redirects import services as names
from redirects.models import Identifier

#: The source of documents of which nobody says where they belong.
IMPORTS = "imports"
MODES = ("keep", "mint")
#: What is counted, of which there is one.
_ONE = {
    "canvases": "canvas",
    "pictures": "picture",
    "ranges": "range",
    "annotation pages": "annotation page",
    "annotations": "annotation",
    "targets": "target",
    "members": "member",
    "members here": "member here",
}


@dataclass(frozen=True, slots=True)
class Request:
    """How a document is brought in. With ids "keep" its parts keep their URIs, with "mint" they get ours.

    `identifier` is what a new record is to be called; `source` the slug of the system that its key belongs to.
    """

    ids: str = "keep"
    identifier: str = ""
    source: str = IMPORTS
    publish_when: str = Published.PublishWhen.COMPLETE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: created, updated, unchanged. `counts` of what is in it; `losses` what could not be kept."""

    record: Resource
    kind: str
    what: str
    identifier: str
    label: Json
    counts: dict[str, int]
    losses: tuple[str, ...] = field(default_factory=tuple)

    @property
    def holds(self) -> str:
        """What is in it, for people: "1 canvas, 3 ranges"."""
        return ", ".join(
            f"{number} {_ONE.get(thing, thing) if number == 1 else thing}" for thing, number in self.counts.items()
        )


def bring(document: Any, request: Request, *, actor: str) -> Outcome:
    """SourceFault says why it cannot be imported at all."""
    if request.ids not in MODES:
        raise SourceFault("ids", "The ids of its parts are either kept (keep) or made anew (mint).")
    found = opened(document)
    if found.kind == "AnnotationPage":
        return _lone(found, request, actor)
    source = _source(request.source, actor)
    write = _manifest if found.kind == "Manifest" else _collection
    try:
        return write(found, source, request, actor)
    except IntegrityError:  # somebody else was quicker with the same document: then it is known now
        return write(found, source, request, actor)


def forecast(document: Any, request: Request, *, actor: str) -> Outcome:
    """What would become of it: it is done, and taken back before anybody sees it. Nothing is changed."""
    with transaction.atomic():
        outcome = bring(document, request, actor=actor)
        transaction.set_rollback(True)
    return outcome


def _source(slug: str, actor: str) -> Any:
    if slug == IMPORTS:
        return sources.find(IMPORTS) or sources.put_system(IMPORTS, "Imported documents", actor=actor)[0]
    if source := sources.of_system(slug):
        return source
    raise SourceFault("source_unknown", f"There is no source with the slug {slug!r}.")


# ------------------------------------------------------------------------------------------------------------ manifests
def _manifest(document: Opened, source: Any, request: Request, actor: str) -> Outcome:
    found = _find(Manifest, document, source, request)
    key = found.pk if found else mint()
    read = manifest(document.tree, _rule(document, key, request, "manifest"), here.addresses().canvas)
    described, *canvases = here.without_made(read)
    described, losses = _described(described, key, document)
    pictures = {each.image for canvas in read.canvases for each in canvas.paintings if each.image}

    def write(record: Manifest) -> bool:
        changed, moved = rows.put_canvases(record, read.canvases, canvases)
        rows.put_ranges(record, read.ranges)
        changed |= annotations.put_pages(record, read.pages)
        if pictures:
            changed |= following.follow(services.lock(record), by_source=True)[0]
        if moved:
            access.settle_pictures(record)
            access.touch_all([other for other in settle_images(moved) if other.pk != record.pk])
        return changed

    record, what = _put(Manifest, document, source, request, actor, key, described, pictures, write)
    return _outcome(record, what, document, _counts(read), [*document.losses, *read.losses, *losses])


def _counts(read: ManifestRead) -> dict[str, int]:
    return {
        "canvases": len(read.canvases),
        "pictures": sum(bool(each.image) for canvas in read.canvases for each in canvas.paintings),
        "ranges": len(read.ranges),
        "annotation pages": len(read.pages),
        "annotations": sum(len(page.annotations) for page in read.pages),
    }


# ---------------------------------------------------------------------------------------------------------- collections
def _collection(document: Opened, source: Any, request: Request, actor: str) -> Outcome:
    found = _find(Collection, document, source, request)
    key = found.pk if found else mint()
    read = collection(document.tree, _rule(document, key, request, "collection"))
    known = here.records_of(source, (each["id"] for each in read.members))
    wanted, circles = members.matched(found, read.members, known)
    ours = {each["id"]: known[each["id"]] for each in read.members if known.get(each["id"]) in wanted}
    said, lost = members.references(read.members, ours)
    described, losses = _described(read.description, key, document)
    if said:
        described["references"] = said
    records = [each for each in wanted if not isinstance(each, dict)]

    def write(record: Collection) -> bool:
        before = {each.pk for each in _held(record)}
        changed = members.put(record, wanted)
        moved = [each for each in records if each.pk not in before]
        for each in sorted(moved, key=lambda one: (isinstance(one, Collection), one.pk)):
            access.settle_and_touch(each)
        return changed | annotations.put_pages(record, read.pages)

    record, what = _put(Collection, document, source, request, actor, key, described, set(), write, records)
    counts = {"members": len(wanted), "members here": len(records), "annotation pages": len(read.pages)}
    return _outcome(record, what, document, counts, [*document.losses, *read.losses, *circles, *lost, *losses])


def _held(collection: Collection) -> list[Resource]:
    listed = collection.members.select_related("manifest", "child")
    return [record for member in listed if (record := member.manifest or member.child)]


# ----------------------------------------------------------------------------------------------------- annotation pages
def _lone(document: Opened, request: Request, actor: str) -> Outcome:
    record, what, counts, losses = lone.bring(document.tree, keep=request.ids == "keep", actor=actor)
    return _outcome(record, what, document, counts, [*document.losses, *losses])


# --------------------------------------------------------------------------------------------------------------- common
def _find(model: Any, document: Opened, source: Any, request: Request) -> Any:
    """The record of this document. SourceFault where our own document is of a record that was never imported."""
    if found := model.objects.filter(source=source, external_id=_external_id(document, model)).first():
        return found
    own = here.record_at(document.id)
    if own is None or request.identifier:
        return None
    if own.source_id == source.pk and isinstance(own, model):
        return own
    raise SourceFault(
        "here", "This is a document of what is here already. Give another identifier to import it as a copy."
    )


def _external_id(document: Opened, model: Any) -> str:
    """The id of the document; of ours that which it has in no version."""
    identifier = here.identifier_in(document.id)
    if identifier is None:
        return document.id
    addresses = here.addresses()
    return addresses.manifest(identifier) if model is Manifest else addresses.collection(identifier)


def _rule(document: Opened, key: UUID, request: Request, kind: str) -> Rule:
    keep = request.ids == "keep"
    return Rule(
        record=key,
        own=reference(kind, key),
        keep=keep,
        ours=here.base(),
        given=here.keys(key, things(document.tree), layers_of(document.tree), keep=keep),
        pictures=here.pictures(services_in(document.tree)),
    )


def _described(description: Json, key: UUID, document: Opened) -> tuple[Json, list[str]]:
    """What its source says of the record, and what is lost of that."""
    described, losses = here.without_memberships(description, key)
    if not described.get("label"):
        losses.append("label: It has none, so it is called by its address.")
        described = {"label": {"none": [document.id]}, **described}
    return described, losses


@transaction.atomic
def _put(
    model: Any,
    document: Opened,
    source: Any,
    request: Request,
    actor: str,
    key: UUID,
    description: Json,
    pictures: set[UUID],
    write: Callable[[Any], bool],
    others: list[Resource] | None = None,
) -> tuple[Any, str]:
    """The record of that key, created or brought to the document. Pictures first, then what they are part of."""
    found = model.objects.filter(pk=key).first()
    hold(
        lambda: {*pictures, *following.behind(pictures), *(pictures_of([found]) if model is Manifest and found else ())}
    )
    services.lock_all([*([found] if found else []), *(others or ())])
    picture_curation.hold(pictures)
    known = services.lock(found) if found else None
    if known and known.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    changed = services.describe(known, description) if known else True
    record = known or _create(model, document, source, request, actor, key, description)
    if known and request.identifier and _is_another(request.identifier, key):
        changed |= curation.rename(known, request.identifier, actor=actor, reason="imported under this name")
    changed |= write(record)
    if changed:
        events.record(f"{model._meta.model_name}.imported", key, actor, document=document.id)
        services.touch(services.lock(record))
    return services.lock(record), "updated" if known and changed else "unchanged" if known else "created"


def _is_another(identifier: str, record: UUID) -> bool:
    row = names.find(Identifier.Kind.PRESENTATION, identifier)
    return row is None or row.resource != record


def _create(
    model: Any, document: Opened, source: Any, request: Request, actor: str, key: UUID, description: Json
) -> Any:
    """With the name that was asked for; else the one in an address of ours, if it can be had."""
    return services.create(
        model,
        source,
        _external_id(document, model),
        description,
        actor=actor,
        identifier=request.identifier or _own_identifier(document),
        publish_when=request.publish_when,
        key=key,
    )


def _own_identifier(document: Opened) -> str | None:
    identifier = here.identifier_in(document.id)
    if identifier is None or names.taken(Identifier.Kind.PRESENTATION, identifier):
        return None
    return check_identifier(identifier)


def _outcome(record: Resource, what: str, document: Opened, counts: dict[str, int], losses: list[str]) -> Outcome:
    return Outcome(
        record=record,
        kind={"Manifest": "manifest", "Collection": "collection"}.get(document.kind, "annotation page"),
        what=what,
        identifier=names.current([record.pk])[record.pk],
        label=record.source_layer["label"] if document.kind != "AnnotationPage" else document.tree.get("label") or {},
        counts={name: number for name, number in counts.items() if number or name in ("canvases", "members")},
        losses=tuple(losses),
    )
