"""A manifest or a collection as a system sends it, by the system's own keys. Sent twice, it is there once.

What is named and has not been sent yet is recorded as expected, so that things may arrive in any order.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gcis.core.db import DbNow
from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from images import curation as picture_curation
from images import deliveries as pictures
from images.deliveries import Delivery
from manifests import access, curation, services
from manifests.inheritance import settle_images
from manifests.models import Canvas, Collection, Manifest, Member, Painting, Published, Resource
from manifests.payload.delivery import CollectionSent, ManifestSent, MemberSent, PageSent
from redirects import services as names
from redirects.models import Identifier


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: created, updated, unchanged."""

    record: Resource
    what: str


def put_manifest(source: Any, external_id: str, sent: ManifestSent, *, actor: str) -> Outcome:
    """Create the manifest of that key, or bring its source layer and pages to what was sent."""
    return _put(Manifest, source, external_id, sent, actor)


def put_collection(source: Any, external_id: str, sent: CollectionSent, *, actor: str) -> Outcome:
    """Create the collection of that key, or bring its source layer and members to what was sent."""
    return _put(Collection, source, external_id, sent, actor)


def find(model: type[Manifest] | type[Collection], source: Any, external_id: str) -> Any:
    return model.objects.filter(source=source, external_id=external_id).first()


def _put(model: Any, source: Any, external_id: str, sent: ManifestSent | CollectionSent, actor: str) -> Outcome:
    pictures.check_key(external_id)
    try:
        return _record(model, source, external_id, sent, actor)
    except IntegrityError:  # the same key was created since we looked: then it is known now
        if find(model, source, external_id) is None:
            raise
        return _record(model, source, external_id, sent, actor)


@transaction.atomic
def _record(model: Any, source: Any, external_id: str, sent: ManifestSent | CollectionSent, actor: str) -> Outcome:
    """Pictures first, then what they are part of: the order of locks."""
    painted = _pictures(source, sent.pages or (), actor) if isinstance(sent, ManifestSent) else []
    picture_curation.hold({image for image in painted if image})
    found = find(model, source, external_id)
    known = access.lock(found) if found else None
    if known and known.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    new = known is None or services.is_announced(known)
    record = known or _create(model, source, external_id, sent, actor)
    changed = known is not None and _say(record, sent, actor)
    if isinstance(sent, ManifestSent) and sent.pages is not None:
        changed |= _put_pages(record, sent.pages, painted)
    if isinstance(sent, CollectionSent) and sent.members is not None:
        changed |= _put_members(record, source, sent.members, actor)
    if changed or new:
        if known is not None:
            events.record(f"{model._meta.model_name}.sent", record.pk, actor)
        services.touch(services.lock(record))
    return Outcome(services.lock(record), "created" if new else "updated" if changed else "unchanged")


def _create(model: Any, source: Any, external_id: str, sent: ManifestSent | CollectionSent, actor: str) -> Any:
    """What was only expected so far is known by its key."""
    when = sent.publish_when or Published.PublishWhen.COMPLETE
    given = _described(external_id, sent.description)
    made, _ = services.put(
        model, source, external_id, given, actor=actor, identifier=sent.identifier, publish_when=when
    )
    return made


def _described(external_id: str, description: dict[str, Any]) -> dict[str, Any]:
    """Without what is taken away; what has no name is called by its key."""
    given = {name: value for name, value in description.items() if value is not None}
    return {"label": {"none": [external_id]}, **given}


def _say(record: Any, sent: ManifestSent | CollectionSent, actor: str) -> bool:
    """The words that came along; None takes one away. A name that it has or had says nothing new."""
    changed = services.describe(record, _described(record.external_id, {**record.source_layer, **sent.description}))
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


# ------------------------------------------------------------------------------------------------------------ pictures
def _pictures(source: Any, pages: Sequence[PageSent], actor: str) -> list[UUID | None]:
    """The picture of each page, by its key; what nobody has sent yet is fetched if there is an address, else expected.

    SourceFault names all pages whose picture cannot be had.
    """
    known = pictures.find_all(source, (page.picture.external_id for page in pages if page.picture))
    found: list[UUID | None] = []
    faults: list[FieldFault] = []
    for number, page in enumerate(pages):
        try:
            found.append(_picture(source, page, known, actor))
        except SourceFault as fault:
            faults.append(FieldFault(f"canvases.{number}.image", fault.code, fault.sentence))
    if faults:
        raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
    return found


def _picture(source: Any, page: PageSent, known: dict[str, Any], actor: str) -> UUID | None:
    sent = page.picture
    if sent is None:
        return None
    picture = known.get(sent.external_id)
    if picture and picture.withdrawn:
        return picture_curation.successor(picture.pk)
    if picture and (picture.wanted or not sent.url):
        return UUID(str(picture.pk))
    return pictures.put(source, sent.external_id, Delivery(url=sent.url), actor=actor).image


# --------------------------------------------------------------------------------------------------------------- pages
def _put_pages(manifest: Manifest, pages: Sequence[PageSent], painted: Sequence[UUID | None]) -> bool:
    """These are the pages, in this order. Those that are not named any more leave the document, and may come back."""
    have = list(manifest.canvases.prefetch_related("paintings").order_by("position", "created"))
    choice = _Canvases(have, {page.key for page in pages if page.key})
    left = {canvas.pk for canvas in have if canvas.dropped is None}
    moved: set[UUID] = set()
    changed = False
    for position, (page, image) in enumerate(zip(pages, painted, strict=True)):
        canvas, news = _put_page(manifest, choice.take(page, image), page, position)
        left.discard(canvas.pk)
        pictures_of_it = _paint(canvas, image)
        moved |= pictures_of_it
        changed |= news or bool(pictures_of_it)
    for canvas in have:
        if canvas.pk in left:
            Canvas.objects.filter(pk=canvas.pk).update(dropped=DbNow())
    changed |= bool(left)
    if changed:
        access.settle_pictures(manifest)
        access.touch_all([other for other in settle_images(moved) if other.pk != manifest.pk])
    return changed


class _Canvases:
    """The pages that a manifest has, for those that are sent: by the source's key, else by the picture; each once."""

    def __init__(self, have: Sequence[Canvas], keys: set[str]) -> None:
        self.by_key = {canvas.external_id: canvas for canvas in have if canvas.external_id}
        self.by_picture: dict[UUID, list[Canvas]] = defaultdict(list)
        for canvas in sorted(have, key=lambda canvas: canvas.dropped is not None):
            if canvas.external_id not in keys:  # those are kept for whom they belong to
                for painting in canvas.paintings.all():
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
    wanted = {"position": position, "source_layer": page.description, "external_id": page.key, "dropped": None}
    if canvas is None:
        return Canvas.objects.create(manifest=manifest, **wanted), True
    if all(getattr(canvas, name) == value for name, value in wanted.items()):
        return canvas, False
    Canvas.objects.filter(pk=canvas.pk).update(**wanted)
    return canvas, True


def _paint(canvas: Canvas, image: UUID | None) -> set[UUID]:
    """This picture is on the page; without one, the page stays as it is. Returns the pictures that came and went."""
    if image is None:
        return set()
    painting = min(canvas.paintings.all(), key=lambda each: each.position, default=None)
    if painting is None:
        Painting.objects.create(canvas=canvas, image=image)
    elif painting.image != image:
        Painting.objects.filter(pk=painting.pk).update(image=image)
    else:
        return set()
    services.fit(canvas, image)
    return {image} if painting is None else {image, painting.image}


# ------------------------------------------------------------------------------------------------------------- members
def _put_members(collection: Collection, source: Any, sent: Sequence[MemberSent], actor: str) -> bool:
    """These are the members by the source's word, in this order; members that people added stay behind them."""
    records = _members(source, sent, actor)
    faults = [
        FieldFault(f"members.{number}", "circle", "A collection cannot be inside itself.")
        for number, record in enumerate(records)
        if isinstance(record, Collection) and access.is_above(record, collection)
    ]
    if faults:
        raise SourceFault("circle", "A collection cannot be inside itself.", tuple(faults))
    before = _member_keys(collection)
    named = {str(record.pk) for record in records}
    gone = _drop(collection, [key for key in collection.source_members if key not in named])
    changed = services.put_members(collection, records) or bool(gone)
    new = _member_keys(collection) - before
    for record in [*(record for record in records if record.pk in new), *gone]:
        access.settle_and_touch(record)
    return changed


def _member_keys(collection: Collection) -> set[UUID]:
    return {one or other for one, other in collection.members.values_list("manifest", "child")}


def _drop(collection: Collection, keys: Sequence[str]) -> list[Resource]:
    """Members that the source named once and does not name any more."""
    if not keys:
        return []
    wanted, related = set(keys), collection.members.select_related("manifest", "child")
    found = [member for member in related if str(member.manifest_id or member.child_id) in wanted]
    for member in found:
        Member.objects.filter(pk=member.pk).delete()
    return [record for member in found if (record := member.manifest or member.child)]


def _members(source: Any, sent: Sequence[MemberSent], actor: str) -> list[Resource]:
    """The members of those keys, each once; what nobody has sent yet is expected under its key."""
    known: dict[tuple[str, str], Any] = {}
    for kind, model in (("manifest", Manifest), ("collection", Collection)):
        keys = [each.external_id for each in sent if each.kind == kind]
        for start in range(0, len(keys), 1000):
            rows: Any = model.objects.filter(source=source, external_id__in=keys[start : start + 1000])
            known.update({(kind, row.external_id): row for row in rows})
    found = (known.get((each.kind, each.external_id)) or _announce(source, each, actor) for each in sent)
    return list(dict.fromkeys(curation.successor(record) if record.withdrawn else record for record in found))


def _announce(source: Any, sent: MemberSent, actor: str) -> Any:
    pictures.check_key(sent.external_id)
    model: Any = Manifest if sent.kind == "manifest" else Collection
    label = {"label": {"none": [sent.external_id]}}
    return services.put(model, source, sent.external_id, label, actor=actor)[0]
