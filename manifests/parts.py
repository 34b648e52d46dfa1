"""Cut a canvas or a range out of a published document. Pure."""

from collections.abc import Iterator
from typing import Any

from manifests.versions import Version

Json = dict[str, Any]


def cut(document: Json, version: Version, kind: str, key: str, uri: str) -> Json | None:
    """The "canvas" or "range" as a document of its own, None where it is not in there.

    It is known by `uri`, else by `key` at the end of its id, so that what was published under another base is found.
    """
    id_name = "@id" if version.number == 2 else "id"
    for part in _parts(document, version, kind):
        if part.get(id_name) == uri or part.get(id_name, "").endswith(f"/{kind}/{key}"):
            return {"@context": _contexts(document, version), **part, **_whole(document, version)}
    return None


def _parts(document: Json, version: Version, kind: str) -> Iterator[Json]:
    if version.number == 2:
        if kind == "range":
            yield from document.get("structures", ())
        else:
            yield from (canvas for sequence in document.get("sequences", ()) for canvas in sequence.get("canvases", ()))
    elif kind == "canvas":
        yield from document.get("items", ())
    else:
        yield from _ranges(document.get("structures", ()))


def _ranges(items: Any) -> Iterator[Json]:
    """Those that are embedded, at any depth, without recursion: other people's structures are deep."""
    waiting = [iter(items)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, dict) and item.get("type") == "Range":
            yield item
            waiting.append(iter(item.get("items", ())))


def _contexts(document: Json, version: Version) -> Any:
    """All of the document's: a part may hold what they define."""
    return document.get("@context", version.context)


def _whole(document: Json, version: Version) -> Json:
    """What it is part of (3.0 §3.3, 2.1 §3.5)."""
    if version.number == 2:
        return {"within": document["@id"]}
    return {"partOf": [{"id": document["id"], "type": "Manifest", "label": document["label"]}]}
