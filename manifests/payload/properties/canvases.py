"""Canvases in descriptions (Presentation 3.0 §3.1, §3.3.2): where to start, and what is shown instead or beside."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.behaviors import behavior
from manifests.payload.properties.content import provider, thumbnail
from manifests.payload.properties.linked import homepage, part_of, rendering, see_also
from manifests.payload.properties.places import nav_place
from manifests.payload.properties.selectors import specific
from manifests.payload.properties.services import services
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label, pair, pairs, rich
from manifests.payload.properties.values import any_name, dimension, duration, nav_date, rights, tree
from manifests.payload.properties.way import Json, Reader, Way, listed, one_or_many

MOST_PAINTED = 1_000

#: What any resource of ours may have (§3.1, §3.3), beside what depends on its class.
DESCRIPTIVE: dict[str, Reader] = {
    "label": label,
    "summary": rich,
    "metadata": pairs,
    "requiredStatement": pair,
    "rights": rights,
    "navDate": nav_date,
    "navPlace": nav_place,
    "provider": provider,
    "thumbnail": thumbnail,
    "behavior": behavior,
    "homepage": homepage,
    "seeAlso": see_also,
    "rendering": rendering,
    "service": services,
    "partOf": part_of,
}


def content_tree(value: Any, way: Way) -> Any:
    """A body: an object, or a list of them, whose ids are addresses."""
    if not isinstance(value, Mapping) or not value:
        raise way.fault("object", "It must be an object, such as an Image with id and type.")
    return tree(value, way)


def place(value: Any, way: Way) -> Any:
    """A target: an address, or a part of what has one."""
    return any_name(value, way) if isinstance(value, str) else specific_or_reference(value, way)


def specific_or_reference(value: Any, way: Way) -> Json:
    """§5.4, §3.3.2: a canvas by id and type, or a part of one."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind == "SpecificResource":
        return specific(value, way)
    if kind in ("Canvas", "Manifest"):
        return _reference(value, way)
    raise way.fault("choice", "It must be an object of type Canvas or SpecificResource.")


def start(value: Any, way: Way) -> Json:
    """§3.3.2 start: a canvas, or a part of one, such as a moment; an address alone is that of a canvas."""
    given = {"id": value, "type": "Canvas"} if isinstance(value, str) else value
    return specific_or_reference(given, way)


#: Presentation 3.0 lists a canvas, not what is on it, wherever it is only meant (§5.4).
_reference = Shape(
    {
        "id": any_name,
        "type": typed("Canvas", "Manifest"),
        "label": label,
        "partOf": part_of,
        "thumbnail": thumbnail,
        "behavior": behavior,
    },
    must=("id", "type"),
    kind="Canvas",
)

_annotation = Shape(
    {
        "id": any_name,
        "type": typed("Annotation"),
        "label": label,
        "motivation": one_or_many(typed("painting"), 1),
        "body": one_or_many(content_tree, MOST_PAINTED),
        "target": one_or_many(place, MOST_PAINTED),
        "thumbnail": thumbnail,
        "rendering": rendering,
        "service": services,
    },
    must=("type", "body"),
    kind="Annotation",
)
#: §5.5: the official schema has a closed list of properties for it.
_page = Shape(
    {
        "id": any_name,
        "type": typed("AnnotationPage"),
        "label": label,
        "rendering": rendering,
        "service": services,
        "thumbnail": thumbnail,
        "partOf": part_of,
        "items": listed(_annotation, MOST_PAINTED, "annotations"),
    },
    must=("type", "items"),
    closed=True,
    kind="AnnotationPage",
)


def _sized(found: Json, way: Way) -> None:
    """§5.3: height and width together, or a duration."""
    if ("width" in found) != ("height" in found):
        raise way.fault("size", "A canvas has both a width and a height, or neither.")
    if not found.keys() & {"width", "duration"}:
        raise way.fault("size", "A canvas has a width and a height, or a duration.")


#: §3.1 placeholderCanvas, accompanyingCanvas: a whole canvas, without another such canvas within.
canvas = Shape(
    {
        "id": any_name,
        "type": typed("Canvas"),
        **DESCRIPTIVE,
        "width": dimension,
        "height": dimension,
        "duration": duration,
        "items": listed(_page, MOST_PAINTED, "annotation pages"),
        "annotations": listed(content_tree, MOST_PAINTED, "annotation pages"),
    },
    must=("type", "items"),
    check=_sized,
    kind="Canvas",
)


def lone_canvas(value: Any, way: Way) -> Json:
    """A canvas that stands for another: §3.1 says that it has none of its own."""
    if isinstance(value, Mapping) and (inner := value.keys() & {"placeholderCanvas", "accompanyingCanvas"}):
        raise way.at(min(inner)).fault("misplaced", "Such a canvas has no placeholder or accompanying canvas itself.")
    return canvas(value, way)
