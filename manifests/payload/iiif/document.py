"""From the bytes of a document to a Presentation 3.0 tree, its kind and its id."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from gcis.core.errors import SourceFault
from manifests.payload.iiif.shapes import Json
from manifests.payload.upgrade import is_second, upgrade

#: Objects and lists within each other; a manifest with a deep table of contents has about forty.
DEEPEST = 100
LONGEST_ID = 1000
KINDS = ("Manifest", "Collection", "AnnotationPage")
#: What others send in the hope that it is a document of its own, and what to do with it.
_PARTS = {
    "Canvas": "A canvas comes with its manifest: import that.",
    "Range": "A range comes with its manifest: import that.",
    "Annotation": "A single annotation is none of the documents that can be imported.",
    "AnnotationCollection": "An annotation collection comes with its pages: import those.",
    "ImageService2": "This is the description of a picture, no manifest.",
    "ImageService3": "This is the description of a picture, no manifest.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """`second`: it was sent in Presentation 2. `losses` are those of bringing it to 3.0."""

    kind: str
    id: str
    tree: Json
    second: bool
    losses: tuple[str, ...]


def parsed(data: bytes) -> Any:
    """The JSON that is written there. SourceFault for what is none, or cannot be kept in any database."""
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceFault("no_json", f"It is no JSON in UTF-8: {error}.") from None


def opened(document: Any) -> Opened:
    """SourceFault says why it is nothing that can be imported."""
    if not isinstance(document, dict):
        raise SourceFault("no_document", "It must be a JSON object: a manifest, a collection or an annotation page.")
    _check(document)
    second = is_second(document)
    upgraded = upgrade(document) if second else None
    tree = upgraded.document if upgraded else document
    kind, name = _kind(tree), tree.get("id")
    if not isinstance(name, str) or not name.startswith(("http://", "https://")) or len(name) > LONGEST_ID:
        raise SourceFault("no_id", f"Its id must be an http or https address of at most {LONGEST_ID} characters.")
    return Opened(kind, name, tree, second, upgraded.losses if upgraded else ())


def _kind(tree: Json) -> str:
    kind = tree.get("type")
    if kind in KINDS:
        return str(kind)
    if isinstance(kind, str) and kind in _PARTS:
        raise SourceFault("wrong_kind", _PARTS[kind])
    raise SourceFault(
        "no_document",
        "It is no Presentation 2 or 3 document: its type is none of Manifest, Collection and AnnotationPage.",
    )


def _check(document: Json) -> None:
    """Level by level, so that no depth exhausts the stack; NUL is what PostgreSQL cannot hold."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise SourceFault("too_deep", f"Its objects and lists lie within each other more than {DEEPEST} deep.")


def _inside(value: Any) -> Iterator[Any]:
    """What is in an object or a list, as far as there is something in that again."""
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    for part in parts:
        if isinstance(part, dict | list):
            yield part
        elif isinstance(part, str) and "\x00" in part:
            raise SourceFault("nul", "There is a NUL character in one of its texts.")
