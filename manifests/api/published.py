"""What the public knows of a record: what stands in its published document, whatever has changed since."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from manifests import publish
from manifests.models import Resource
from manifests.payload.description import PROPERTIES

#: The form that is read: Presentation 3.0 with neutral ids.
FORM = "3n"


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page as its document has it. `image` is the picture that is painted on it."""

    canvas: UUID
    description: dict[str, Any]
    width: int | None
    height: int | None
    image: UUID | None


def description(record: Resource) -> dict[str, Any]:
    """The published words about it."""
    return _words(_document(record))


def pages(record: Resource) -> list[PublishedPage]:
    """The published pages of a manifest, in their order."""
    return [_page(item) for item in _document(record)["items"]]


def _document(record: Resource) -> dict[str, Any]:
    assert record.publication, "what the public may see is published"
    document: dict[str, Any] = orjson.loads(publish.read(record.publication, FORM))
    return document


def _words(part: dict[str, Any]) -> dict[str, Any]:
    return {name: part[name] for name in PROPERTIES if name in part}


def _page(item: dict[str, Any]) -> PublishedPage:
    painted = [painting["id"] for page in item.get("items", ()) for painting in page.get("items", ())]
    return PublishedPage(
        canvas=_key(item["id"]),
        description=_words(item),
        width=item.get("width"),
        height=item.get("height"),
        image=_key(painted[0]) if painted else None,
    )


def _key(uri: str) -> UUID:
    """Addresses of canvases and of what is painted on them end with the key, whatever they begin with."""
    return UUID(uri.rpartition("/")[2])
