"""The description of a resource as an import keeps it: every word as it was written."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from manifests.build.references import mapped
from manifests.build.text import plain
from manifests.payload.description import read_leniently
from manifests.payload.iiif.shapes import Json

#: What came by way of an upgrade, and what a description calls it.
PRIVATE = {"_presentation2": "presentation2", "_license": "license"}
_STRUCTURE = ("id", "type", "items", "annotations")
_SPACES = "\t\n\r"


def sent(tree: Json) -> Json:
    """What of a resource is its description, under the names that descriptions have for it."""
    return {PRIVATE.get(name, name): value for name, value in tree.items() if name not in _STRUCTURE}


def kept(description: Json, kind: str) -> tuple[Json, list[str]]:
    """What can be kept of a description that was sent, and a sentence for each thing that cannot.

    People's words are tidied when they are read: spaces around them, the way that letters are composed. In a document
    that others have published they stay as they are.
    """
    found, losses = read_leniently(description, kind)
    written = {plain(text): text for text in _texts(description) if plain(text) != text and not _has_controls(text)}
    tree: Json = mapped(found, lambda text: written.get(text, text)) if written else found
    return tree, losses


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list | dict):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(each)


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(each) in ("Cc", "Cs") and each not in _SPACES for each in text)
