"""Read everything that a document is built from, at one moment.

Documents are for the public: of pictures they show what the public gets, and of collections' members those that it may
see. For other callers they can be built too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from images import services as images
from images.exposure import not_public, seen_by
from images.facts import ImageFacts
from images.policy import PUBLIC, Caller, Policy
from manifests.build.facts import CanvasFacts, CollectionFacts, ManifestFacts, MemberFacts
from manifests.description import effective, search_text
from manifests.exposure import is_public, is_published
from manifests.models import Canvas, Collection, Manifest, Member
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
    pictures = images.facts(painting.image for canvas in canvases for painting in canvas.paintings.all())
    return ManifestSnapshot(
        id=manifest.pk,
        identifier=names.current([manifest.pk])[manifest.pk],
        description=effective(manifest),
        canvases=tuple(_canvas_facts(canvas, pictures, caller, now) for canvas in _in_order(manifest, canvases)),
        opens=_next_opening((picture.policy for picture in pictures.values()), now),
    )


def collection_facts(collection: Collection, caller: Caller = PUBLIC) -> CollectionSnapshot:
    """The collection with those of its members that are published, as they present themselves."""
    now = timezone.now()
    everything = list(_published_members(collection))
    members = [record for record in everything if caller.sees_all or is_public(record, now)]
    identifiers = names.current([collection.pk, *(record.pk for record in members)])
    thumbnails = images.facts(UUID(record.publication.summary["image"]) for record in members if _shows(record))
    return CollectionSnapshot(
        id=collection.pk,
        identifier=identifiers[collection.pk],
        description=effective(collection),
        members=tuple(
            MemberFacts(
                kind="manifest" if isinstance(record, Manifest) else "collection",
                identifier=identifiers[record.pk],
                label=record.publication.summary["label"],
                thumbnail=_thumbnail_of(record, thumbnails, caller, now),
            )
            for record in members
        ),
        opens=_next_opening((record.policy for record in everything), now),
    )


def summary_of_manifest(facts: ManifestSnapshot) -> dict[str, Any]:
    """What collections and the gallery show of it, and when it is due again though nothing has changed."""
    first = next((picture for canvas in facts.canvases for picture in canvas.pictures), None)
    return {
        "label": facts.description["label"],
        **_thumbnail(first),
        "canvases": len(facts.canvases),
        **_opens(facts.opens),
    }


def search_text_of(facts: ManifestFacts | CollectionFacts) -> str:
    """What the thing can be found by: its own words, and those of its pages."""
    pages = facts.canvases if isinstance(facts, ManifestFacts) else ()
    return " ".join(search_text(part.description) for part in (facts, *pages))


def summary_of_collection(facts: CollectionSnapshot) -> dict[str, Any]:
    first = next((member.thumbnail for member in facts.members if member.thumbnail), None)
    return {
        "label": facts.description["label"],
        **_thumbnail(first),
        "members": len(facts.members),
        **_opens(facts.opens),
    }


def _thumbnail(picture: ImageFacts | None) -> dict[str, Any]:
    """Its size belongs to it: others ask for their thumbnail in that shape."""
    return {
        "image": str(picture.id) if picture else None,
        "size": [picture.width, picture.height] if picture else None,
    }


def _opens(moment: datetime | None) -> dict[str, Any]:
    """Seconds since 1970, a number that every database compares alike; left out where there is none."""
    return {"opens": moment.timestamp()} if moment else {}


def _next_opening(policies: Iterable[Policy], now: datetime) -> datetime | None:
    """When the first of these opens by itself."""
    return min((opens for policy in policies if (opens := policy.opening(now))), default=None)


def _published_members(collection: Collection) -> Iterator[Any]:
    related = ("manifest__publication", "child__publication")
    for member in Member.objects.filter(collection=collection).select_related(*related).order_by("place", "pk"):
        record = member.manifest or member.child
        if record and is_published(record):
            yield record


def _shows(record: Any) -> bool:
    return bool(record.publication.summary.get("image"))


def _thumbnail_of(record: Any, thumbnails: dict[UUID, ImageFacts], caller: Caller, now: datetime) -> ImageFacts | None:
    """The picture that stands for a member, as far as it may be seen."""
    picture = thumbnails.get(UUID(record.publication.summary["image"])) if _shows(record) else None
    return seen_by(caller, picture, now) if picture else None


def _in_order(manifest: Manifest, canvases: list[Canvas]) -> list[Canvas]:
    """People's order first; what it does not name follows in the source's order."""
    order = {key: place for place, key in enumerate(manifest.curated_layer.get("canvases", []))}
    return sorted(canvases, key=lambda canvas: order.get(str(canvas.pk), len(order)))


def _canvas_facts(canvas: Canvas, pictures: dict[UUID, ImageFacts], caller: Caller, now: datetime) -> CanvasFacts:
    placed = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
    known = [pictures[painting.image] for painting in placed if painting.image in pictures]
    seen = (seen_by(caller, picture, now) for picture in known)
    usable = tuple(picture for picture in seen if picture and picture.ready)
    return CanvasFacts(
        id=canvas.pk,
        description=effective(canvas),
        width=canvas.width,
        height=canvas.height,
        pictures=usable,
        note=None if usable else _why_empty(known, caller, now),
    )


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
