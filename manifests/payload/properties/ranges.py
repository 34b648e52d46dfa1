"""Ranges (Presentation 3.0 §5.4): chapters, articles, other orders of pages; whole structures as trees."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.canvases import DESCRIPTIVE, lone_canvas, specific_or_reference, start
from manifests.payload.properties.own import apart, licence
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label
from manifests.payload.properties.values import any_name, named, tree, viewing_direction
from manifests.payload.properties.way import Json, Reader, Spoilt, Way, listed

MOST_RANGES = 20_000
MOST_ITEMS = 100_000
MOST_PAGES = 1_000


def item(value: Any, way: Way) -> Json:
    """A range within it, a canvas or a part of one; a range without items is a reference to it."""
    if isinstance(value, Mapping) and value.get("type") == "Range":
        return range_(value, way) if "items" in value else _reference(value, way)
    if isinstance(value, str):
        return start(value, way)
    return specific_or_reference(value, way)


#: §5.4, §5.8: the texts of a range, as a collection of annotations.
supplementary = Shape(
    {
        "id": named("layer"),
        "type": typed("AnnotationCollection"),
        **{name: DESCRIPTIVE[name] for name in ("label", "summary", "metadata", "requiredStatement", "rights")},
        "provider": DESCRIPTIVE["provider"],
        "thumbnail": DESCRIPTIVE["thumbnail"],
        "rendering": DESCRIPTIVE["rendering"],
        "service": DESCRIPTIVE["service"],
        "partOf": DESCRIPTIVE["partOf"],
        **dict.fromkeys(("first", "last", "next", "total"), tree),
    },
    must=("id", "type"),
    kind="AnnotationCollection",
)

_reference = Shape(
    {"id": any_name, "type": typed("Range"), "label": label, "thumbnail": DESCRIPTIVE["thumbnail"]},
    must=("id", "type"),
    kind="Range",
)


def items(value: Any, way: Way) -> list[Json]:
    """§5.4: at least one."""
    found: list[Json] = listed(item, MOST_ITEMS, "parts")(value, way)
    if value == []:
        raise way.fault("empty", "A range must have something in it.")
    if not found:
        raise Spoilt
    return found


_PARTS: dict[str, Reader] = {
    "id": named("range"),
    "type": typed("Range"),
    **DESCRIPTIVE,
    "license": licence,
    "viewingDirection": viewing_direction,
    "start": start,
    "supplementary": supplementary,
    "placeholderCanvas": lone_canvas,
    "accompanyingCanvas": lone_canvas,
    "annotations": listed(tree, MOST_PAGES, "annotation pages"),
    "items": items,
}
_range = Shape(_PARTS, must=("type", "items"), kind="Range")


def range_(value: Any, way: Way) -> Json:
    """§5.4. Without an id it is to get one of ours."""
    return _range(apart(value) if isinstance(value, Mapping) else value, way)


#: §3.3.2 structures: the ranges at the top; others are within them.
structures = listed(range_, MOST_RANGES, "ranges")
