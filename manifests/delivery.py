"""A manifest or a collection as a system sends it, by the system's own keys. Sent twice, it is there once.

What is named and has not been sent yet is recorded as expected, so that things may arrive in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from gcis.core.db import DbNow
from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from images import curation as picture_curation
from images import deliveries as pictures
from images.policy import OPEN
from manifests import access, curation, fitting, following, named, painting, services, structuring
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Canvas, Collection, Manifest, Member, Published, Resource
from manifests.named import find
from manifests.painting import Said
from manifests.payload.delivery import CollectionSent, ManifestSent, PageSent
from manifests.payload.structure import FIELDS as STRUCTURE
from redirects import services as names
from redirects.models import Identifier

#: Raises what is to be raised when the record, locked, is not as the sender knew it. None: there is none.
Check = Callable[[Resource | None], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: created, updated, unchanged."""

    record: Resource
    what: str


def unasked(record: Resource | None) -> None:
    """The sender does not care what it was."""


def put_manifest(source: Any, external_id: str, sent: ManifestSent, *, actor: str, check: Check = unasked) -> Outcome:
    """Create the manifest of that key, or bring its source layer and pages to what was sent."""
    return _put(Manifest, source, external_id, sent, actor, check)


def put_collection(
    source: Any, external_id: str, sent: CollectionSent, *, actor: str, check: Check = unasked
) -> Outcome:
    """Create the collection of that key, or bring its source layer and members to what was sent."""
    return _put(Collection, source, external_id, sent, actor, check)


def patch(record: Resource, sent: ManifestSent | CollectionSent, *, actor: str, check: Check = unasked) -> Outcome:
    """Bring only what was sent to a record that is there; what it names is known by the keys of its own source."""
    if record.source is None and _names_others(sent):
        raise SourceFault("no_source", "It belongs to no source: nothing can be named by the key of one.")
    return _record(type(record), record.source, record.external_id, sent, actor, check, record)


def _put(
    model: Any, source: Any, external_id: str, sent: ManifestSent | CollectionSent, actor: str, check: Check
) -> Outcome:
    pictures.check_key(external_id)
    try:
        return _record(model, source, external_id, sent, actor, check)
    except IntegrityError:  # the same key was created since we looked: then it is known now
        if find(model, source, external_id) is None:
            raise
        return _record(model, source, external_id, sent, actor, check)


@transaction.atomic
def _record(
    model: Any,
    source: Any,
    external_id: str,
    sent: ManifestSent | CollectionSent,
    actor: str,
    check: Check,
    record_there: Resource | None = None,
) -> Outcome:
    """Pictures first, then what they are part of: the order of locks."""
    hold(lambda: _pictures(source, sent, record_there or find(model, source, external_id)))
    painted = named.painted(source, sent.pages or (), actor) if isinstance(sent, ManifestSent) else []
    members = _members(source, sent, actor)
    picture_curation.hold({image for said in painted for _, image in said if image})
    found: Any = record_there or find(model, source, external_id)
    services.lock_all([*_coming_and_going(found, members), *([found] if found else [])])
    known = services.lock(found) if found else None
    check(known)
    if known and known.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    if known and known.query is not None and (members is not None or getattr(sent, "pages", None) is not None):
        raise SourceFault("dynamic", "What is in it is what its query or its list says: change that.")
    new = known is None or services.is_announced(known)
    record = known or _create(model, source, external_id, sent, actor)
    changed = known is not None and _say(record, sent, actor)
    if isinstance(sent, ManifestSent) and sent.pages is not None:
        changed |= _put_pages(record, sent.pages, painted)
    changed |= isinstance(record, Manifest) and _structure(record, sent.description)
    if members is not None:
        changed |= _put_members(record, members)
    if changed or new:
        if known is not None:
            events.record(f"{model._meta.model_name}.sent", record.pk, actor)
        services.touch(services.lock(record))
    return Outcome(services.lock(record), "created" if new else "updated" if changed else "unchanged")


def _pictures(source: Any, sent: ManifestSent | CollectionSent, record: Resource | None) -> set[UUID]:
    """Those that are on pages of the manifest, and those that are named and known, with all pages of their files."""
    there = set(pictures_of([record])) if isinstance(record, Manifest) else set()
    if isinstance(sent, CollectionSent) or not sent.pages:
        return there
    return there | named.pictures_behind(source, sent.pages)


def _members(source: Any, sent: ManifestSent | CollectionSent, actor: str) -> list[Resource] | None:
    if isinstance(sent, ManifestSent) or sent.members is None:
        return None
    return named.members(source, sent.members, actor)


def _names_others(sent: ManifestSent | CollectionSent) -> bool:
    if isinstance(sent, CollectionSent):
        return bool(sent.members)
    return any(each.picture for page in sent.pages or () for each in page.paintings)


def _create(model: Any, source: Any, external_id: str, sent: ManifestSent | CollectionSent, actor: str) -> Any:
    """What was only expected so far is known by its key."""
    when = sent.publish_when or Published.PublishWhen.COMPLETE
    given = _described(external_id, _unstructured(sent.description))
    return services.create(
        model, source, external_id, given, actor=actor, identifier=sent.identifier, publish_when=when
    )


def _described(external_id: str, description: dict[str, Any]) -> dict[str, Any]:
    """Without what is taken away; what has no name is called by its key."""
    given = {name: value for name, value in description.items() if value is not None}
    return {"label": {"none": [external_id]}, **given}


def _unstructured(description: dict[str, Any]) -> dict[str, Any]:
    """Without what can be said only when the canvases are known (`_structure`)."""
    return {name: value for name, value in description.items() if name not in STRUCTURE}


def _structure(manifest: Manifest, description: dict[str, Any]) -> bool:
    """What was sent about ranges and where to begin, tied to the canvases that there are now."""
    sent = {name: description[name] for name in STRUCTURE if name in description}
    if not sent:
        return False
    row = services.lock(manifest)
    found = structuring.settle(row, sent)
    layer = {name: value for name, value in {**row.source_layer, **found}.items() if value is not None}
    return services.describe(row, layer)


def _say(record: Any, sent: ManifestSent | CollectionSent, actor: str) -> bool:
    """The words that came along; None takes one away. A name that it has or had says nothing new."""
    called = record.external_id or str(record.pk)
    changed = services.describe(record, _described(called, {**record.source_layer, **_unstructured(sent.description)}))
    if sent.publish_when and sent.publish_when != record.publish_when:
        services.write(record, publish_when=sent.publish_when)
        if isinstance(record, Manifest):
            access.settle_pictures(record)  # it has become a draft, or is none any more
        changed = True
    if sent.identifier:
        known = names.find(Identifier.Kind.PRESENTATION, sent.identifier)
        if known is None or known.resource != record.pk:
            changed |= curation.rename(record, sent.identifier, actor=actor, reason="sent by its source")
    return changed


def _put_pages(manifest: Manifest, pages: Sequence[PageSent], painted: Sequence[list[Said]]) -> bool:
    """These are the pages, in this order. Those that are not named any more leave the document, and may come back."""
    have = list(manifest.canvases.prefetch_related("paintings").order_by("position", "created"))
    choice = _Canvases(have, {page.key for page in pages if page.key})
    shown = [_pictures_said(said) for said in painted]
    left = {canvas.pk for canvas in have if canvas.dropped is None} - _following(have, shown)
    room = following.room(image for images in shown for image in images)
    moved: set[UUID] = set()
    changed, position = False, 0
    for page, said, images in zip(pages, painted, shown, strict=True):
        canvas, news = _put_page(manifest, choice.take(page, images[0] if images else None), page, position)
        position += 1 + max((room.get(image, 0) for image in images), default=0)
        left.discard(canvas.pk)
        other, pictures_of_it = _paint(canvas, said)
        moved |= pictures_of_it
        changed |= news or other
    for canvas in have:
        if canvas.pk in left:
            Canvas.objects.filter(pk=canvas.pk).update(dropped=DbNow())
    changed |= bool(left)
    changed |= following.follow(manifest, by_source=True)[0]
    if changed:
        access.settle_pictures(manifest)
        access.touch_all([other for other in settle_images(moved) if other.pk != manifest.pk])
    return changed


def _pictures_said(said: Sequence[Said]) -> list[UUID]:
    return [image for _, image in said if image]


def _following(have: Sequence[Canvas], shown: Sequence[list[UUID]]) -> set[UUID]:
    """The pages that are there because their file is: nobody has to name them."""
    behind = following.behind(image for images in shown for image in images)
    return {canvas.pk for canvas in have if any(painting.image in behind for painting in canvas.paintings.all())}


class _Canvases:
    """The pages that a manifest has, for those that are sent: by the source's key, else by the picture; each once."""

    def __init__(self, have: Sequence[Canvas], keys: set[str]) -> None:
        self.by_key = {canvas.external_id: canvas for canvas in have if canvas.external_id}
        self.by_picture: dict[UUID, list[Canvas]] = defaultdict(list)
        for canvas in sorted(have, key=lambda canvas: canvas.dropped is not None):
            if canvas.external_id not in keys:  # those are kept for whom they belong to
                for painting in canvas.paintings.all():
                    if painting.image:
                        self.by_picture[painting.image].append(canvas)
        self.taken: set[UUID] = set()

    def take(self, page: PageSent, image: UUID | None) -> Canvas | None:
        named = self.by_key.get(page.key) if page.key else None
        shown = self.by_picture.get(image, []) if image else []
        for canvas in [named, *shown] if named else shown:
            if canvas.pk not in self.taken:
                self.taken.add(canvas.pk)
                return canvas
        return None


def _put_page(manifest: Manifest, canvas: Canvas | None, page: PageSent, position: int) -> tuple[Canvas, bool]:
    said = {"source_layer": page.description, "external_id": page.key, **page.size}
    wanted = {"position": position, "dropped": None, **said}
    if canvas is None:
        return Canvas.objects.create(manifest=manifest, **wanted), True
    if all(getattr(canvas, name) == value for name, value in wanted.items()):
        return canvas, False
    Canvas.objects.filter(pk=canvas.pk).update(**wanted)
    return canvas, True


def _paint(canvas: Canvas, said: list[Said]) -> tuple[bool, set[UUID]]:
    """This is on the page; where nothing was said of that, the page stays as it is. As `painting.paint`."""
    if not said:
        return False, set()
    changed, moved = painting.paint(canvas, said)
    if moved and len(said) == 1 and said[0][1]:
        fitting.fit(canvas, said[0][1])
    return changed, moved


# -------------------------------------------------------------------------------------------------------------- members
def _put_members(collection: Collection, records: Sequence[Resource]) -> bool:
    """These are the members by the source's word, in this order; members that people added stay behind them."""
    faults = [
        FieldFault(f"members.{number}", "circle", "A collection cannot be inside itself.")
        for number, record in enumerate(records)
        if isinstance(record, Collection) and access.is_above(record, collection)
    ]
    if faults:
        raise SourceFault("circle", "A collection cannot be inside itself.", tuple(faults))
    moving, dropped = _coming_and_going(collection, records), _dropped(collection, records)
    for member in dropped:
        Member.objects.filter(pk=member.pk).delete()
    changed = services.put_members(collection, records) or bool(dropped)
    if collection.policy != OPEN:
        for record in moving:
            access.settle_and_touch(record)
    return changed


def _coming_and_going(collection: Collection | None, records: Sequence[Resource] | None) -> list[Resource]:
    """What is not among its members and is named, and what its source named once and does not name any more."""
    if collection is None or records is None:
        return list(records or ())
    there = {one or other for one, other in collection.members.values_list("manifest", "child")}
    gone = (member.manifest or member.child for member in _dropped(collection, records))
    return [*(each for each in records if each.pk not in there), *(each for each in gone if each)]


def _dropped(collection: Collection, records: Sequence[Resource]) -> list[Member]:
    """The members that its source named once and does not name any more."""
    keys = sorted(set(collection.source_members) - {str(record.pk) for record in records})
    found: list[Member] = []
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        members = collection.members.filter(Q(manifest__in=some) | Q(child__in=some))
        found += members.select_related("manifest", "child").order_by("position")
    return found
