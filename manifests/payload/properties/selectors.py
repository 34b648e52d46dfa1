"""Parts of resources (Web Annotation SpecificResource and selectors, as the official schema has them)."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.values import LARGEST, any_name, anything, format_, line, tree, uri
from manifests.payload.properties.way import Reader, Way, one_or_many

MOST_SELECTORS = 50


def coordinate(value: Any, way: Way) -> float | int:
    """A place on a canvas, or in time: 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise way.fault("number", "It must be a number, 0 or more.")
    return value


def whole(value: Any, way: Way) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise way.fault("number", "It must be a whole number, 0 or more.")
    return value


def text(value: Any, way: Way) -> str:
    found = anything(value, way) if isinstance(value, str) else ""
    if not found:
        raise way.fault("text", "It must be a text.")
    return str(found)


def selector(value: Any, way: Way) -> Any:
    """One of the kinds that the official schema knows, or the address of one."""
    if isinstance(value, str):
        return uri(value, way)
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in SELECTORS:
        raise way.fault("choice", f"It must be an object with one of the types {', '.join(SELECTORS)}.")
    return SELECTORS[kind](value, way)


selectors = one_or_many(selector, MOST_SELECTORS)


def _shape(kind: str, must: Mapping[str, Reader], may: Mapping[str, Reader] | None = None) -> Shape:
    known = {"id": uri, "type": typed(kind), **must, **(may or {}), "refinedBy": selectors}
    return Shape(known, must=("type", *must))


SELECTORS: dict[str, Shape] = {
    "PointSelector": _shape("PointSelector", {}, {"x": coordinate, "y": coordinate, "t": coordinate}),
    "FragmentSelector": _shape("FragmentSelector", {"value": text}, {"conformsTo": uri}),
    "SvgSelector": _shape("SvgSelector", {"value": text}),
    "ImageApiSelector": _shape(
        "ImageApiSelector", {}, dict.fromkeys(("region", "size", "rotation", "quality", "format"), line)
    ),
    "XPathSelector": _shape("XPathSelector", {"value": text}),
    "CssSelector": _shape("CssSelector", {"value": text}),
    "TextQuoteSelector": _shape("TextQuoteSelector", {"exact": text}, {"prefix": anything, "suffix": anything}),
    "TextPositionSelector": _shape("TextPositionSelector", {"start": whole, "end": whole}),
    "DataPositionSelector": _shape("DataPositionSelector", {"start": whole, "end": whole}),
    "RangeSelector": _shape("RangeSelector", {"startSelector": selector, "endSelector": selector}),
}


def source(value: Any, way: Way) -> Any:
    """What it is a part of: an address, or an object with id and type."""
    if isinstance(value, str):
        return any_name(value, way)
    if not isinstance(value, Mapping):
        raise way.fault("object", "It must be an address, or an object with id and type.")
    any_name(value.get("id"), way.at("id"))
    typed()(value.get("type"), way.at("type"))
    return tree(value, way)


#: Web Annotation SpecificResource: a part of a resource, or a resource in some state or style.
specific = Shape(
    {
        "id": any_name,
        "type": typed("SpecificResource"),
        "source": source,
        "selector": selectors,
        "label": tree,
        "format": format_,
        "state": tree,
        "scope": uri,
        "styleClass": anything,
        "renderedVia": tree,
        "purpose": anything,
        "accessibility": anything,
    },
    must=("type", "source"),
)
