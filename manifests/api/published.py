"""What the public knows of a record: what stands in its published document, whatever has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from manifests import publications
from manifests.models import Canvas, Painting, Resource
from manifests.payload.description import PROPERTIES

#: The form that is read: Presentation 3.0 with neutral ids.
FORM = "3n"
#: What stands in documents though nobody has said it.
_MADE = ("thumbnail", "partOf")


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page as its document has it. `image` is the picture that is painted on it."""

    canvas: UUID
    description: dict[str, Any]
    width: int | None
    height: int | None
    image: UUID | None
    painted: int


def description(record: Resource) -> dict[str, Any]:
    """The published words about it."""
    return _words(_document(record))


def pages(record: Resource) -> list[PublishedPage]:
    """The published pages of a manifest, in their order."""
    items = _document(record)["items"]
    kept = dict(Canvas.objects.filter(manifest=record.pk).exclude(uri="").values_list("uri", "pk"))
    keys = [kept.get(item["id"]) or _key(item["id"]) for item in items]
    images = _images(keys)
    return [_page(key, item, images) for key, item in zip(keys, items, strict=True)]


def _document(record: Resource) -> dict[str, Any]:
    assert record.publication, "what the public may see is published"
    document: dict[str, Any] = orjson.loads(publications.read(record.publication, FORM))
    return document


def _words(part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in PROPERTIES if name in part and name not in _MADE}


def _images(canvases: list[UUID]) -> dict[str, UUID]:
    """The pictures that are painted on them, by the end of the annotation's id or the whole of one that is kept."""
    found: dict[str, UUID] = {}
    for start in range(0, len(canvases), 500):
        rows = Painting.pictures.filter(canvas__in=canvases[start : start + 500])
        found.update({uri or str(key): image for uri, key, image in rows.values_list("uri", "key", "image") if image})
    return found


def _page(key: UUID, item: dict[str, Any], images: Mapping[str, UUID]) -> PublishedPage:
    painted = [painting["id"] for page in item.get("items", ()) for painting in page.get("items", ())]
    shown = [images.get(uri) or images.get(uri.rpartition("/")[2]) for uri in painted]
    return PublishedPage(
        canvas=key,
        description=_words(item),
        width=item.get("width"),
        height=item.get("height"),
        image=next((image for image in shown if image), None),
        painted=len(painted),
    )


def _key(uri: str) -> UUID:
    """Addresses of canvases of ours end with the key, whatever they begin with."""
    return UUID(uri.rpartition("/")[2])
