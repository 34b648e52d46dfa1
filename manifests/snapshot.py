"""Read everything that a document is built from, at one moment.

Documents are for the public: of pictures they show what the public gets, and of collections' members those that it may
see. For other callers they can be built too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from images import services as images
from images.exposure import not_public, seen_by
from images.facts import ImageFacts
from images.policy import PUBLIC, Caller
from manifests.annotated import annotations_of
from manifests.annotation_words import words_of
from manifests.build.facts import CanvasFacts, CollectionFacts, Description, ManifestFacts, PaintingFacts
from manifests.build.references import parsed, reference
from manifests.description import effective, search_text
from manifests.member_facts import members_of, next_opening, next_opening_of_members
from manifests.models import Canvas, Collection, Manifest, Painting
from redirects import services as names

CONVERTING = "This picture is still being converted."
UNUSABLE = "This picture could not be converted."
WITHDRAWN = "This picture was withdrawn."


@dataclass(frozen=True, slots=True)
class ManifestSnapshot(ManifestFacts):
    """`opens` is when the first of those pictures that are not in it because of an embargo can be."""

    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class CollectionSnapshot(CollectionFacts):
    """`opens` is when the first of those members that are not in it because of an embargo can be."""

    opens: datetime | None = None


def manifest_facts(manifest: Manifest, caller: Caller = PUBLIC) -> ManifestSnapshot:
    """The manifest with its canvases in effective order, each with its pictures."""
    now = timezone.now()
    canvases = list(
        manifest.canvases.filter(dropped=None).prefetch_related("paintings").order_by("position", "created")
    )
    pictures = images.facts(
        painting.image for canvas in canvases for painting in canvas.paintings.all() if painting.image
    )
    ordered, description = _in_order(manifest, canvases), effective(manifest)
    identifier = names.current([manifest.pk])[manifest.pk]
    return ManifestSnapshot(
        id=manifest.pk,
        identifier=identifier,
        description=description,
        canvases=tuple(_canvas_facts(canvas, pictures, caller, now) for canvas in ordered),
        annotations=annotations_of(manifest, [canvas.pk for canvas in ordered]),
        names={
            reference("manifest", manifest.pk): identifier,
            **_kept(manifest, ordered, description),
            **_works(manifest, ordered),
        },
        opens=next_opening((picture.policy for picture in pictures.values()), now),
    )


def collection_facts(collection: Collection, caller: Caller = PUBLIC) -> CollectionSnapshot:
    """The collection with those of its members that are published, as they present themselves."""
    now = timezone.now()
    description, identifier = effective(collection), names.current([collection.pk])[collection.pk]
    return CollectionSnapshot(
        id=collection.pk,
        identifier=identifier,
        description=description,
        members=tuple(members_of(collection, description, caller, now)),
        annotations=annotations_of(collection),
        names={reference("collection", collection.pk): identifier},
        opens=next_opening_of_members(collection, now),
    )


def _works(manifest: Manifest, canvases: list[Canvas]) -> dict[str, str]:
    """The names of the works that the pages of a dynamic manifest were found in."""
    if manifest.query is None:
        return {}
    links = {link["id"] for canvas in canvases for link in canvas.source_layer.get("partOf", ())}
    keys = {found[1]: link for link in links if (found := parsed(link)) and found[0] == "manifest"}
    return {keys[key]: name for key, name in names.current(keys).items()}


def _kept(manifest: Manifest, canvases: list[Canvas], description: dict[str, Any]) -> dict[str, str]:
    """The addresses of another server that parts of it keep, by reference."""
    kept = {reference("canvas", canvas.pk): canvas.uri for canvas in canvases if canvas.uri}
    if description.get("structures"):
        ranges = manifest.ranges.exclude(uri="").values_list("pk", "uri")
        kept |= {reference("range", key): uri for key, uri in ranges}
    return kept


def summary_of_manifest(facts: ManifestSnapshot) -> dict[str, Any]:
    """What collections and the gallery show of it, and when it is due again though nothing has changed."""
    first = next((picture for canvas in facts.canvases for picture in canvas.pictures), None)
    return {
        "name": facts.identifier,
        "label": facts.description["label"],
        **_thumbnail(first),
        **_more(facts.description),
        "canvases": len(facts.canvases),
        **_opens(facts.opens),
    }


def search_text_of(facts: ManifestFacts | CollectionFacts) -> str:
    """What the thing can be found by: its own words, those of its pages, and those of its annotations."""
    pages = facts.canvases if isinstance(facts, ManifestFacts) else ()
    said = [search_text(part.description) for part in (facts, *pages)]
    return " ".join(filter(None, [*said, words_of(facts)]))


def summary_of_collection(facts: CollectionSnapshot) -> dict[str, Any]:
    first = next((member.thumbnail for member in facts.members if member.thumbnail), None)
    return {
        "name": facts.identifier,
        "label": facts.description["label"],
        **_thumbnail(first),
        **_more(facts.description),
        "members": len(facts.members),
        **_opens(facts.opens),
    }


def _thumbnail(picture: ImageFacts | None) -> dict[str, Any]:
    """Its size belongs to it: others ask for their thumbnail in that shape."""
    return {
        "image": str(picture.id) if picture else None,
        "size": [picture.width, picture.height] if picture else None,
    }


def _more(description: Description) -> dict[str, Any]:
    """What else a reference to it says (Presentation 3.0 §5.1): its date, its own thumbnail, that it is of parts."""
    more = {name: description[name] for name in ("navDate", "thumbnail") if description.get(name)}
    if "multi-part" in description.get("behavior", ()):
        more["behavior"] = ["multi-part"]
    return {"more": more} if more else {}


def _opens(moment: datetime | None) -> dict[str, Any]:
    """Seconds since 1970, a number that every database compares alike; left out where there is none."""
    return {"opens": moment.timestamp()} if moment else {}


def _in_order(manifest: Manifest, canvases: list[Canvas]) -> list[Canvas]:
    """People's order first; what it does not name follows in the source's order."""
    order = {key: place for place, key in enumerate(manifest.curated_layer.get("canvases", []))}
    return sorted(canvases, key=lambda canvas: order.get(str(canvas.pk), len(order)))


def _canvas_facts(canvas: Canvas, pictures: dict[UUID, ImageFacts], caller: Caller, now: datetime) -> CanvasFacts:
    placed = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
    painted = [facts for painting in placed if (facts := _painting_facts(painting, pictures, caller, now))]
    known = [pictures[painting.image] for painting in placed if painting.image in pictures]
    return CanvasFacts(
        id=canvas.pk,
        description=effective(canvas),
        width=canvas.width,
        height=canvas.height,
        paintings=tuple(painted),
        note=None if painted or _is_blank(canvas, placed) else _why_empty(known, caller, now),
        duration=canvas.duration,
        uri=canvas.uri,
        page_uri=canvas.page_uri,
        proposed=(canvas.proposed["width"], canvas.proposed["height"]) if canvas.proposed else None,
    )


def _painting_facts(
    painting: Painting, pictures: dict[UUID, ImageFacts], caller: Caller, now: datetime
) -> PaintingFacts | None:
    """What can be shown of it; None where its picture is not ready, or not for this caller."""
    seen = None
    if painting.image:
        known = pictures.get(painting.image)
        seen = seen_by(caller, known, now) if known else None
        if seen is None or not seen.ready:
            return None
    return PaintingFacts(
        key=painting.key,
        picture=seen,
        content=painting.content,
        region=painting.region,
        target=painting.target,
        choice=painting.choice,
        body=painting.body,
        annotation=painting.annotation,
        uri=painting.uri,
    )


def _is_blank(canvas: Canvas, placed: list[Painting]) -> bool:
    """Whether nothing is missing on it: it is a page of known size on which nothing is painted."""
    return not placed and bool(canvas.width or canvas.duration)


def _why_empty(pictures: list[ImageFacts], caller: Caller, now: datetime) -> dict[str, list[str]]:
    picture = pictures[0] if pictures else None
    if picture is None:
        return {"en": [CONVERTING]}
    if picture.state == "withdrawn":
        return {"en": [WITHDRAWN]}
    if seen_by(caller, picture, now) is None:
        return {"en": [not_public("picture", picture.policy, now)]}
    if picture.state == "registered":
        return {"en": [CONVERTING]}
    return {"en": [f"{UNUSABLE} {picture.reason}".strip()]}
