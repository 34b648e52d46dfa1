"""Warnings about where things are: on a canvas, on the map."""

import re
from collections.abc import Iterator
from typing import Any

from manifests.build.rules.painted import paintings
from manifests.build.rules.parts import dicts, items
from manifests.build.rules.report import Json, Place, Warned

_RECTANGLE = re.compile(r"xywh=(?:pixel:)?([\d.]+),([\d.]+),([\d.]+),([\d.]+)")


def _paintings_are_inside(document: Json) -> Warned:
    """§5.3: nothing is painted outside the canvas."""
    for place, canvas in items(document, "Manifest"):
        width, height = canvas.get("width"), canvas.get("height")
        if not isinstance(width, int) or not isinstance(height, int):
            continue
        for where, annotation in paintings(place, canvas):
            target = annotation.get("target")
            if isinstance(target, str) and "#" in target and _is_outside(target, width, height):
                yield (where, "target"), f"it reaches beyond the canvas of {width} by {height}.", "outside"


def _is_outside(target: str, width: int, height: int) -> bool:
    found = _RECTANGLE.search(target.partition("#")[2])
    try:
        x, y, w, h = map(float, found.groups()) if found else (0.0, 0.0, 0.0, 0.0)
    except ValueError:  # what is no number is told by nobody: fragments are free text in the specification
        return False
    return x + w > width + 0.5 or y + h > height + 0.5


def _places_are_on_earth(document: Json) -> Warned:
    """Extension navPlace 1.0 (WGS 84): longitude first, within 180, latitude within 90."""
    holders = [(None, document), *items(document, "Manifest")]
    for holder, resource in holders:
        place: Place = (holder, "navPlace")
        given = resource.get("navPlace")
        for where, feature in dicts(given.get("features") if isinstance(given, dict) else None, (place, "features")):
            geometry = feature.get("geometry")
            if isinstance(geometry, dict) and not all(map(_is_on_earth, _positions(geometry.get("coordinates")))):
                yield where, "a position is not on the map: longitude comes first, then latitude.", "navPlace"


def _positions(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, list) and value and isinstance(value[0], list):
        for each in value:
            yield from _positions(each)
    elif isinstance(value, list):
        yield value


def _is_on_earth(position: list[Any]) -> bool:
    numbers = [each for each in position[:2] if isinstance(each, int | float)]
    return len(numbers) == 2 and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90


def _points_are_for_the_schema(document: Json) -> Warned:
    """§5.6 PointSelector may be 0 or a fraction, which the official schema refuses."""
    for place, canvas in items(document, "Manifest"):
        for page_place, page in dicts(canvas.get("annotations"), (place, "annotations")):
            for where, annotation in dicts(page.get("items"), (page_place, "items")):
                target = annotation.get("target")
                selectors = target.get("selector") if isinstance(target, dict) else None
                for each in selectors if isinstance(selectors, list) else [selectors]:
                    if isinstance(each, dict) and each.get("type") == "PointSelector" and _is_odd(each):
                        sentence = "the official schema wants whole numbers above 0 in a point."
                        yield ((where, "target"), "selector"), sentence, "point"


def _is_odd(point: Json) -> bool:
    places = [point[name] for name in ("x", "y") if name in point]
    moment = point.get("t")
    return any(type(each) is not int or each <= 0 for each in places) or moment == 0


WARNINGS = (_paintings_are_inside, _places_are_on_earth, _points_are_for_the_schema)
