"""What stands in trees for the sake of 2.1 alone, and in no 3.0 document."""

from collections.abc import Iterable, Mapping
from typing import Any

from manifests.build.facts import CollectionFacts, Description, ManifestFacts

#: The names under which it stands in a tree.
PRIVATE = ("_presentation2", "_license", "_attribution")
#: The names under which a description has it.
_SAID = ("presentation2", "license")
#: Texts: there is nothing private in them, and they are most of what there is.
_TEXTS = frozenset(("label", "summary", "metadata", "requiredStatement", "rights", "behavior", "navDate", "navPlace"))


def public_tree(tree: dict[str, Any], facts: ManifestFacts | CollectionFacts) -> dict[str, Any]:
    """The 3.0 document of these facts' tree. Most hold nothing private: then it is the same object."""
    return _without(tree) if any(map(_is_private, _parts(facts))) else tree


def _parts(facts: ManifestFacts | CollectionFacts) -> Iterable[Description]:
    """Every description in the facts, and whatever else was taken as it came."""
    yield facts.description
    yield from (page.description for pages in facts.annotations.values() for page in pages)
    yield from (note.extra for pages in facts.annotations.values() for page in pages for note in page.annotations)
    yield from (
        {"body": note.body} for pages in facts.annotations.values() for page in pages for note in page.annotations
    )
    if isinstance(facts, CollectionFacts):
        yield from (member.foreign for member in facts.members if member.foreign)
        return
    for canvas in facts.canvases:
        yield canvas.description
        for painting in canvas.paintings:
            if painting.content or painting.body or painting.annotation:
                yield {"content": painting.content, "body": painting.body, "annotation": painting.annotation}


def _is_private(description: Description) -> bool:
    if any(name in description for name in (*_SAID, *PRIVATE)):
        return True
    return any(_holds_private(value) for name, value in description.items() if name not in _TEXTS)


def _holds_private(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_private, value))
    return isinstance(value, Mapping) and _is_private(value)


def _without(tree: Any) -> Any:
    if isinstance(tree, list):
        items = [_without(each) for each in tree]
        return tree if all(new is old for new, old in zip(items, tree, strict=True)) else items
    if isinstance(tree, dict):
        values = {name: _without(value) for name, value in tree.items() if name not in PRIVATE}
        return tree if len(values) == len(tree) and all(values[name] is tree[name] for name in values) else values
    return tree
