"""What annotations are about (Presentation 3.0 §5.6 target): parts of things of ours, as internal references."""

from collections.abc import Iterator, Mapping
from typing import Any

from manifests.build.references import SCHEME, parsed
from manifests.payload.annotations.around import Around, Spot, check_point, region
from manifests.payload.annotations.svg import outline
from manifests.payload.properties.selectors import SELECTORS, coordinate, specific, text
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.values import dimension, duration, is_uri, tree, uri
from manifests.payload.properties.way import Json, Reader, Way, listed, one_or_many

MOST_TARGETS = 200
_LONGEST = 4_000
#: Media fragments of what has none of our sizes are taken as they are.
_ANYTHING = Spot("")


def target(around: Around) -> Reader:
    """One or several: a name with or without a region, an object with an id, or a SpecificResource."""

    def one(value: Any, way: Way) -> Any:
        if isinstance(value, str):
            return _named(value, around, way)[0]
        if not isinstance(value, Mapping):
            raise way.fault("target", "It must be what is annotated: its address, or an object with it.")
        if value.get("type") == "SpecificResource" or value.keys() & {"source", "selector"}:
            return _specific(value, around, way)
        return _object(value, around, way)

    return one_or_many(one, MOST_TARGETS)


def references(value: Any) -> Iterator[str]:
    """The references, without fragments, of all that a target is about."""
    for each in value if isinstance(value, list) else [value]:
        name = each.get("source", each.get("id")) if isinstance(each, dict) else each
        name = name.get("id") if isinstance(name, dict) else name
        if isinstance(name, str) and name.startswith(SCHEME):
            yield name.partition("#")[0]


def _named(value: str, around: Around, way: Way) -> tuple[str, Spot]:
    """The reference of what has this name, with its region; what is elsewhere keeps its address."""
    if len(value) > _LONGEST:
        raise way.fault("target", "This name is too long.")
    if whole := around.find(value):
        return whole.reference, whole
    name, mark, fragment = value.rpartition("#")
    spot = (around.find(name) if name else around.subject) if mark else None
    if spot:
        return f"{spot.reference}#{region(fragment, spot, way)}", spot
    if is_uri(value):
        return value, _ANYTHING
    reference = parsed(value)
    what = reference[0] if reference else "page"
    raise way.fault("unknown", f"There is no {what} {value[:100]!r} here.")


def _object(value: Mapping[str, Any], around: Around, way: Way) -> Json:
    def named(name: Any, inner: Way) -> str:
        if not isinstance(name, str):
            raise inner.fault("target", "It must be an address.")
        return _named(name, around, inner)[0]

    parts = {"id": named, "type": typed(), "partOf": listed(_whole(around), 100), "label": tree}
    return Shape(parts, must=("id", "type"))(value, way)


def _whole(around: Around) -> Reader:
    """What it is part of, which may be ours."""

    def read(value: Any, way: Way) -> Any:
        found = tree(value, way)
        name = found.get("id") if isinstance(found, dict) else None
        spot = around.find(name) if isinstance(name, str) else None
        return {**found, "id": spot.reference} if spot else found

    return read


def _specific(value: Mapping[str, Any], around: Around, way: Way) -> Json:
    found = {"spot": around.subject or _ANYTHING}

    def source(name: Any, inner: Way) -> Any:
        if isinstance(name, Mapping):
            whole = _object(name, around, inner)
            found["spot"] = around.find(whole["id"]) or _ANYTHING
            return whole
        if not isinstance(name, str):
            raise inner.fault("target", "It must be an address, or an object with one.")
        reference, found["spot"] = _named(name, around, inner)
        return reference

    def selector(name: Any, inner: Way) -> Any:
        return selectors(found["spot"])(name, inner)

    ordered = {name: value[name] for name in sorted(value, key=lambda name: name != "source")}
    if "source" not in ordered and around.subject:
        ordered = {"source": around.subject.reference, **ordered}
    shape = Shape({**specific.parts, "source": source, "selector": selector}, must=("type", "source"))
    made = shape({"type": "SpecificResource", **ordered}, way)
    return {name: made[name] for name in dict.fromkeys((*value, *made)) if name in made}


def selectors(spot: Spot) -> Reader:
    """One or several selectors of parts of it, each within it."""

    def one(value: Any, way: Way) -> Any:
        if isinstance(value, str):
            return uri(value, way)
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in SELECTORS:
            raise way.fault("choice", f"It must be an object with one of the types {', '.join(SELECTORS)}.")
        return _SHAPES.get(kind, lambda _: SELECTORS[kind])(spot)(value, way)

    return one_or_many(one, 50)


def _fragment(spot: Spot) -> Shape:
    def value(given: Any, way: Way) -> str:
        said = text(given, way)
        return region(said, spot, way) if spot.reference else said

    return _shape("FragmentSelector", spot, {"value": value}, ("value",), {"conformsTo": uri})


def _svg(spot: Spot) -> Shape:
    return _shape("SvgSelector", spot, {"value": outline}, ("value",))


def _point(spot: Spot) -> Shape:
    """The official schema wants whole numbers above 0; what is imported keeps what it has."""

    def place(given: Any, way: Way) -> Any:
        return coordinate(given, way) if way.lenient else dimension(given, way)

    def check(found: Json, way: Way) -> None:
        check_point(found.get("x"), found.get("y"), spot, way)

    parts = {"x": place, "y": place, "t": coordinate_of_time}
    return Shape({"id": uri, "type": typed("PointSelector"), **parts, "refinedBy": selectors(spot)}, ("type",), check)


def coordinate_of_time(given: Any, way: Way) -> Any:
    return coordinate(given, way) if way.lenient else duration(given, way)


def _shape(
    kind: str,
    spot: Spot,
    parts: Mapping[str, Reader],
    must: tuple[str, ...],
    may: Mapping[str, Reader] | None = None,
) -> Shape:
    def refined(value: Any, way: Way) -> Any:
        return selectors(spot)(value, way)

    known = {"id": uri, "type": typed(kind), **parts, **(may or {}), "refinedBy": refined}
    return Shape(known, ("type", *must))


_SHAPES = {"FragmentSelector": _fragment, "SvgSelector": _svg, "PointSelector": _point}
