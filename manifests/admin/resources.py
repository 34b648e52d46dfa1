"""Resources elsewhere (links, organisations, a place) as rows of a form, and back. Pure.

A row has what people edit, and as `kept` the whole resource as JSON, so that what the form does not show is not lost.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from manifests.build.text import LanguageMap

Json = dict[str, Any]
Texts = Callable[[Any], LanguageMap | None]
Rows = Callable[[LanguageMap | None], list[list[str]]]

#: What the inputs of a row are called, beside its label.
PARTS = {
    "links": ("id", "format"),
    "agents": ("id", "homepage", "logo"),
    "place": ("latitude", "longitude"),
}
#: Content types by the beginning of a format (Presentation 3.0 §3.2 type).
_TYPES = {"text/html": "Text", "application/pdf": "Text", "text/plain": "Text", "image/": "Image", "audio/": "Sound"}
_TYPES |= {"video/": "Video", "application/epub+zip": "Text"}


@dataclass(frozen=True, slots=True)
class Labels:
    """How texts become rows, and rows texts."""

    rows: Rows
    texts: Texts


def link_row(resource: Mapping[str, Any], labels: Labels) -> Json:
    return _row(resource, labels, id=resource.get("id", ""), format=resource.get("format", ""))


def link(name: str, row: Mapping[str, Any], labels: Labels) -> Json:
    """A homepage, seeAlso or rendering (§3.3)."""
    kept, format_ = _kept(row), row["format"].strip()
    if name == "homepage" and not format_ and not kept:
        format_ = "text/html"
    said = {"id": row["id"].strip(), "type": kept.get("type") or _type(name, format_), "format": format_}
    return _present({**kept, **said, "label": labels.texts(row["label"])})


def agent_row(agent: Mapping[str, Any], labels: Labels) -> Json:
    return _row(agent, labels, id=agent.get("id", ""), homepage=_first(agent, "homepage"), logo=_first(agent, "logo"))


def agent(row: Mapping[str, Any], labels: Labels) -> Json:
    """An organisation (§3.1 provider); known by the address of its homepage where it has no other."""
    kept, label = _kept(row), labels.texts(row["label"])
    homepage, logo = row["homepage"].strip(), row["logo"].strip()
    page = {"type": "Text", "format": "text/html", "label": label}
    said = {"id": row["id"].strip() or homepage, "type": "Agent", "label": label}
    lists = {"homepage": _with(kept, "homepage", homepage, page), "logo": _with(kept, "logo", logo, {"type": "Image"})}
    return _present({**kept, **said, **lists})


def place_row(places: Mapping[str, Any] | None, labels: Labels) -> Json:
    """A single point; of anything else the row says nothing but keeps it."""
    feature = _point(places)
    longitude, latitude = feature["geometry"]["coordinates"][:2] if feature else ("", "")
    label = (feature or {}).get("properties", {}).get("label")
    return {
        "latitude": str(latitude),
        "longitude": str(longitude),
        "label": labels.rows(label),
        "kept": _written(places),
    }


def place(row: Mapping[str, Any], labels: Labels) -> Json | None:
    """Extension navPlace 1.0: a point with a label. What is no single point stays while nothing is typed."""
    kept = _kept(row)
    latitude, longitude = (_number(row[name]) for name in ("latitude", "longitude"))
    feature = _point(kept)
    if latitude == "" and longitude == "":
        return kept if kept and not feature else None
    label = labels.texts(row["label"])
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    said = {"type": "Feature", "properties": _present({**(feature or {}).get("properties", {}), "label": label})}
    return {
        **(kept if feature else {}),
        "type": "FeatureCollection",
        "features": [{**(feature or {}), **said, "geometry": geometry}],
    }


def is_filled(kind: str, row: Mapping[str, Any]) -> bool:
    return bool(row["label"]) or any(row[name].strip() for name in PARTS[kind])


def _row(resource: Mapping[str, Any], labels: Labels, **parts: str) -> Json:
    return {**parts, "label": labels.rows(resource.get("label")), "kept": _written(resource)}


def _written(resource: Any) -> str:
    return json.dumps(resource, sort_keys=True) if resource else ""


def _kept(row: Mapping[str, Any]) -> Json:
    """ValueError or TypeError for what is no object."""
    return dict(json.loads(row["kept"])) if row["kept"] else {}


def _first(resource: Mapping[str, Any], name: str) -> str:
    listed = resource.get(name) or [{}]
    return str(listed[0].get("id", ""))


def _with(kept: Json, name: str, address: str, otherwise: Json) -> list[Json] | None:
    """The list with this address in the first place; without the first where there is no address any more."""
    listed = list(kept.get(name) or [])
    if not address:
        return listed[1:] or None
    first = listed[0] if listed else otherwise
    return [{**first, "id": address}, *listed[1:]]


def _type(name: str, format_: str) -> str:
    """The content type (§3.2) that goes with the format."""
    otherwise = "Text" if name == "homepage" else "Dataset"
    return next((kind for start, kind in _TYPES.items() if format_.startswith(start)), otherwise)


def _present(resource: Mapping[str, Any]) -> Json:
    return {name: value for name, value in resource.items() if value not in (None, "", {})}


def _point(places: Any) -> Json | None:
    features = places.get("features") if isinstance(places, Mapping) else None
    if not isinstance(features, list) or len(features) != 1 or not isinstance(features[0], dict):
        return None
    geometry = features[0].get("geometry")
    return features[0] if isinstance(geometry, dict) and geometry.get("type") == "Point" else None


def _number(text: str) -> float | int | str:
    """What was typed, as a number if it is one; else as it is, for the reader of the property to refuse."""
    tidy = text.strip().replace(",", ".")
    try:
        number = float(tidy)
    except ValueError:
        return tidy
    return int(number) if number.is_integer() else number
