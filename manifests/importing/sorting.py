"""The order in which documents are imported that belong together."""

from collections.abc import Sequence
from typing import Any, TypeVar

Named = TypeVar("Named")

_FIRST = {"Manifest": 0, "sc:Manifest": 0, "Collection": 1, "sc:Collection": 1}
_MEMBERS = ("items", "members", "collections", "manifests")


def sorted_documents(documents: Sequence[tuple[Named, Any]]) -> list[tuple[Named, Any]]:
    """What is named before what names it: manifests, collections from the innermost on, then annotation pages."""
    collections = {_id(document): document for _, document in documents if _rank(document) == 1}
    depth: dict[str, int] = {}

    def level(name: str, above: tuple[str, ...] = ()) -> int:
        if name not in depth:
            below = [each for each in _named(collections[name]) if each in collections and each not in above]
            depth[name] = 1 + max((level(each, (*above, name)) for each in below), default=0)
        return depth[name]

    def place(entry: tuple[Named, Any]) -> tuple[int, int]:
        rank = _rank(entry[1])
        return rank, level(_id(entry[1])) if rank == 1 else 0

    return sorted(documents, key=place)


def _rank(document: Any) -> int:
    kind = document.get("type") or document.get("@type") if isinstance(document, dict) else None
    return _FIRST.get(kind, 2) if isinstance(kind, str) else 2


def _id(document: Any) -> str:
    return str(document.get("id") or document.get("@id"))


def _named(document: Any) -> list[str]:
    """The ids of what it lists."""
    listed = [each for name in _MEMBERS for each in document.get(name) or () if isinstance(each, dict)]
    return [_id(each) for each in listed]
