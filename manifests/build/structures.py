"""Ranges: the structure of a manifest (Presentation 3.0 §5.4)."""

from collections.abc import Mapping
from typing import Any

from manifests.build.annotations import annotation_pages
from manifests.build.facts import AnnotationPageFacts
from manifests.build.form import Form
from manifests.build.properties import (
    Json,
    behavior,
    descriptive,
    linking,
    part_of,
    present,
    shown_instead,
    start,
    viewing_direction,
)
from manifests.build.references import reference

Pages = Mapping[str, tuple[AnnotationPageFacts, ...]]


def structures(trees: list[Json] | None, form: Form, annotations: Pages, canvases: frozenset[str]) -> list[Json] | None:
    """§3.3 structures: the top ranges. `canvases` are the references of those that are in the document."""
    kept = (_pruned(tree, canvases) for tree in trees or [])
    return [range_(tree, form, annotations) for tree in kept if tree] or None


def shown(tree: Json | None, canvases: frozenset[str]) -> Json | None:
    """A canvas or a part of one, unless it is a canvas of ours that is not in the document."""
    return tree if tree and _is_shown(tree, canvases) else None


def _pruned(tree: Json, canvases: frozenset[str]) -> Json | None:
    """The range without what is in no document any more; None where nothing is left of it (§5.4: at least one item)."""
    if "items" not in tree:
        return tree
    items = [
        _pruned(item, canvases) if item.get("type") == "Range" else shown(item, canvases) for item in tree["items"]
    ]
    kept = [item for item in items if item]
    start = {"start": shown(tree["start"], canvases)} if "start" in tree else {}
    return {**tree, **start, "items": kept} if kept else None


def _is_shown(item: Json, canvases: frozenset[str]) -> bool:
    source = item.get("source", item)
    name = source.get("id", "") if isinstance(source, dict) else source
    bare = str(name).partition("#")[0]
    return not bare.startswith(reference("canvas", "")) or bare in canvases


def range_(tree: Json, form: Form, annotations: Pages) -> Json:
    """§5.4: a range with everything in it. Its tree has internal references, also as its id."""
    uri = form.public(tree["id"])
    return present(
        {
            "id": uri,
            "type": "Range",
            **descriptive(tree),
            "thumbnail": tree.get("thumbnail") or None,
            "viewingDirection": viewing_direction(tree),
            "behavior": behavior(tree),
            **linking(tree, form),
            "partOf": part_of(tree, (), form),
            "start": start(tree, form),
            "supplementary": form.public(tree.get("supplementary")) or None,
            **shown_instead(tree, uri, form),
            "items": [_item(each, form, annotations) for each in tree.get("items", [])] or None,
            "annotations": annotation_pages(annotations.get(tree["id"], ()), form),
        }
    )


def _item(item: Any, form: Form, annotations: Pages) -> Any:
    """§5.4: a range within it, or a reference to a canvas, to a part of one, or to a range elsewhere."""
    if item.get("type") == "Range" and "items" in item:
        return range_(item, form, annotations)
    return form.public(item)
