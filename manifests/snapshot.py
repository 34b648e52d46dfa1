"""Read everything that a document is built from, at one moment."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from images import services as images
from images.facts import ImageFacts
from manifests.build.facts import CanvasFacts, CollectionFacts, ManifestFacts, MemberFacts
from manifests.description import effective, search_text
from manifests.models import Canvas, Collection, Manifest, Member
from redirects import services as names

CONVERTING = "This picture is still being converted."
UNUSABLE = "This picture could not be converted."
WITHDRAWN = "This picture was withdrawn."


def manifest_facts(manifest: Manifest) -> ManifestFacts:
    """The manifest with its canvases in effective order, each with its pictures."""
    canvases = list(manifest.canvases.prefetch_related("paintings").order_by("position", "created"))
    pictures = images.facts(painting.image for canvas in canvases for painting in canvas.paintings.all())
    return ManifestFacts(
        id=manifest.pk,
        identifier=names.current([manifest.pk])[manifest.pk],
        description=effective(manifest),
        canvases=tuple(_canvas_facts(canvas, pictures) for canvas in _in_order(manifest, canvases)),
    )


def collection_facts(collection: Collection) -> CollectionFacts:
    """The collection with those of its members that are published, as they present themselves."""
    members = list(_published_members(collection))
    identifiers = names.current([collection.pk, *(record.pk for record in members)])
    thumbnails = images.facts(UUID(record.publication.summary["image"]) for record in members if _shows(record))
    return CollectionFacts(
        id=collection.pk,
        identifier=identifiers[collection.pk],
        description=effective(collection),
        members=tuple(
            MemberFacts(
                kind="manifest" if isinstance(record, Manifest) else "collection",
                identifier=identifiers[record.pk],
                label=record.publication.summary["label"],
                thumbnail=thumbnails.get(UUID(record.publication.summary["image"])) if _shows(record) else None,
            )
            for record in members
        ),
    )


def summary_of_manifest(facts: ManifestFacts) -> dict[str, Any]:
    """What collections and the gallery show of it."""
    first = next((picture for canvas in facts.canvases for picture in canvas.pictures), None)
    return {
        "label": facts.description["label"],
        **_thumbnail(first),
        "canvases": len(facts.canvases),
    }


def search_text_of(facts: ManifestFacts | CollectionFacts) -> str:
    """What the thing can be found by: its own words, and those of its pages."""
    pages = facts.canvases if isinstance(facts, ManifestFacts) else ()
    return " ".join(search_text(part.description) for part in (facts, *pages))


def summary_of_collection(facts: CollectionFacts) -> dict[str, Any]:
    first = next((member.thumbnail for member in facts.members if member.thumbnail), None)
    return {
        "label": facts.description["label"],
        **_thumbnail(first),
        "members": len(facts.members),
    }


def _thumbnail(picture: ImageFacts | None) -> dict[str, Any]:
    """Its size belongs to it: others ask for their thumbnail in that shape."""
    return {
        "image": str(picture.id) if picture else None,
        "size": [picture.width, picture.height] if picture else None,
    }


def _published_members(collection: Collection) -> Iterator[Any]:
    related = ("manifest__publication", "child__publication")
    for member in Member.objects.filter(collection=collection).select_related(*related).order_by("position"):
        record = member.manifest or member.child
        if record and record.publication_id and not record.withdrawn:
            yield record


def _shows(record: Any) -> bool:
    return bool(record.publication.summary.get("image"))


def _in_order(manifest: Manifest, canvases: list[Canvas]) -> list[Canvas]:
    """People's order first; what it does not name follows in the source's order."""
    order = {key: place for place, key in enumerate(manifest.curated_layer.get("canvases", []))}
    return sorted(canvases, key=lambda canvas: order.get(str(canvas.pk), len(order)))


def _canvas_facts(canvas: Canvas, pictures: dict[UUID, ImageFacts]) -> CanvasFacts:
    placed = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
    known = [pictures[painting.image] for painting in placed if painting.image in pictures]
    usable = tuple(picture for picture in known if picture.ready)
    return CanvasFacts(
        id=canvas.pk,
        description=effective(canvas),
        width=canvas.width,
        height=canvas.height,
        pictures=usable,
        note=None if usable else _why_empty(known),
    )


def _why_empty(pictures: list[ImageFacts]) -> dict[str, list[str]]:
    picture = pictures[0] if pictures else None
    if picture is None or picture.state == "registered":
        return {"en": [CONVERTING]}
    if picture.state == "withdrawn":
        return {"en": [WITHDRAWN]}
    return {"en": [f"{UNUSABLE} {picture.reason}".strip()]}
