"""Internal references: how stored IIIF names what is ours, whatever its public address is or becomes.

`gcis:canvas/<uuid>`, with a fragment if it needs one (`gcis:canvas/<uuid>#xywh=0,0,10,10`).
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

SCHEME = "gcis:"
KINDS = ("canvas", "range", "annotations", "annotation", "layer", "manifest", "collection")
_REFERENCE = re.compile(rf"{SCHEME}(?P<kind>{'|'.join(KINDS)})/(?P<key>[0-9a-f-]{{36}})(?P<fragment>#.*)?", re.DOTALL)

#: The public address of what a reference without fragment names; None: there is no such thing.
Address = Callable[[str], str | None]


def reference(kind: str, key: UUID | str) -> str:
    """The reference to what is ours of that kind."""
    return f"{SCHEME}{kind}/{key}"


def parsed(text: str) -> tuple[str, UUID, str] | None:
    """Kind, key and fragment ("" or from "#" on) of a reference; None for any other text."""
    found = _REFERENCE.fullmatch(text)
    return (found["kind"], UUID(found["key"]), found["fragment"] or "") if found else None


def mapped(tree: Any, change: Callable[[str], str]) -> Any:
    """The tree with every text in it changed; what nothing changes in is the same object."""
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, list):
        items = [mapped(each, change) for each in tree]
        return tree if all(new is old for new, old in zip(items, tree, strict=True)) else items
    if isinstance(tree, dict):
        values = {name: mapped(value, change) for name, value in tree.items()}
        return tree if all(values[name] is tree[name] for name in tree) else values
    return tree


def public(tree: Any, address: Address) -> Any:
    """The tree with public addresses where it has references. What is not there any more keeps its reference."""

    if not tree:
        return tree

    def change(text: str) -> str:
        if not text.startswith(SCHEME):
            return text
        bare, mark, fragment = text.partition("#")
        found = address(bare)
        return f"{found}{mark}{fragment}" if found else text

    return mapped(tree, change)
