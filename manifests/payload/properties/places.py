"""Where on earth (extension navPlace 1.0): a GeoJSON FeatureCollection, longitude before latitude."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.values import anything, uri
from manifests.payload.properties.way import Json, Way, listed

MOST_FEATURES = 10_000
#: GeoJSON (RFC 7946 §3.1): the kinds of geometry, and in how many lists their positions lie.
GEOMETRIES = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def coordinates(value: Any, way: Way, lists: int) -> Any:
    """Positions [longitude, latitude] or [longitude, latitude, height], in so many lists."""
    if not isinstance(value, list) or not value:
        raise way.fault("coordinates", "It must be a list.")
    if lists:
        return [coordinates(each, way.at(number), lists - 1) for number, each in enumerate(value)]
    if not 2 <= len(value) <= 4 or not all(_is_number(each) for each in value):
        raise way.fault("coordinates", "A position is [longitude, latitude], as numbers.")
    return list(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def geometry(value: Any, way: Way) -> Json:
    """RFC 7946 §3.1. The official schema allows no GeometryCollection."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in GEOMETRIES:
        raise way.fault("choice", f"It must be an object with one of the types {', '.join(GEOMETRIES)}.")
    shape = Shape(
        {
            "type": typed(kind),
            "coordinates": lambda given, at: coordinates(given, at, GEOMETRIES[kind]),
            "bbox": anything,
        },
        must=("type", "coordinates"),
    )
    return shape(value, way)


def properties(value: Any, way: Way) -> Json:
    """RFC 7946 §3.2: whatever is said of the feature; its label is a language map in IIIF."""
    if not isinstance(value, Mapping):
        raise way.fault("object", "It must be an object.")
    found: Json = anything(value, way)
    return found


feature = Shape(
    {"id": uri, "type": typed("Feature"), "properties": properties, "geometry": geometry, "bbox": anything},
    must=("type", "geometry"),
)


def _has_features(found: Json, way: Way) -> None:
    if not found.get("features") and "id" not in found:
        raise way.at("features").fault("required", "There are no features, and no address to fetch them from.")


#: Embedded with its features, or the address of one. Ids may be missing.
nav_place = Shape(
    {
        "id": uri,
        "type": typed("FeatureCollection"),
        "features": listed(feature, MOST_FEATURES, "features"),
        "bbox": anything,
    },
    must=("type",),
    check=_has_features,
)
