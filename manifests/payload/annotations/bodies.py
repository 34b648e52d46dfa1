"""What annotations say (Presentation 3.0 §5.6 body; Web Annotation §3.2): texts, things on the web, choices of them."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.annotations.markup import html, text
from manifests.payload.properties.content import CONTENT
from manifests.payload.properties.selectors import selectors, specific
from manifests.payload.properties.shapes import Shape, typed
from manifests.payload.properties.texts import label
from manifests.payload.properties.values import format_, is_uri, language, line, one_of, tree, uri
from manifests.payload.properties.way import MISSING, Json, Spoilt, Way, listed, one_or_many, part

LONGEST_TEXT = 100_000
MOST_BODIES = 200
HTML, PLAIN = "text/html", "text/plain"


def bodies(value: Any, way: Way) -> Any:
    """One body, or a list of them. It keeps the form that it had."""
    return one_or_many(body, MOST_BODIES)(value, way)


def body(value: Any, way: Way) -> Json:
    """By its type: TextualBody, Choice, SpecificResource, or a content resource with id and type."""
    if not isinstance(value, Mapping):
        raise way.fault("body", "It must be an object with a type, such as a TextualBody with a value.")
    kind = value.get("type")
    if kind == "TextualBody":
        return textual(value, way)
    if kind == "Choice":
        return _choice(value, way)
    if kind == "SpecificResource":
        return _specific(value, way)
    if kind == "Feature":
        return _feature(value, way)
    return _content(value, way)


def textual(value: Any, way: Way) -> Json:
    """A text. HTML keeps what IIIF allows; what looks like HTML and is not said to be is a text."""
    found = _textual(value, way)
    said = found.get("format", PLAIN)
    if said == HTML:
        found["value"], lost = html(found["value"])
        if lost and way.lenient:
            way.note("html", "Its HTML holds more than IIIF allows, which was taken out.")
    elif "format" not in found and html(found["value"])[1]:
        found["format"] = PLAIN
    return found


def _value(value: Any, way: Way) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise way.fault("text", f"It must be a text of at most {LONGEST_TEXT} characters.")
    way.spend(value)
    fit = text(value)
    if not fit.strip() and not way.lenient:
        raise way.fault("empty", "There is no text in it.")
    return fit


def _languages(value: Any, way: Way) -> str:
    return language(value, way)


_textual = Shape(
    {
        "id": uri,
        "type": typed("TextualBody"),
        "value": _value,
        "format": format_,
        "language": _languages,
        "processingLanguage": _languages,
        "textDirection": one_of(("ltr", "rtl", "auto")),
        "purpose": one_or_many(line, 20),
        "label": label,
        "creator": tree,
        "created": line,
        "modified": line,
        "generator": tree,
        "generated": line,
    },
    must=("type", "value"),
)


def _choice(value: Any, way: Way) -> Json:
    """Web Annotation §3.2.7: of the items one is shown, the first unless somebody chooses."""
    found = _choices(value, way)
    if not found["items"]:
        raise way.fault("required", "There is nothing to choose from.")
    return found


def _items(value: Any, way: Way) -> list[Json]:
    found: list[Json] = listed(body, MOST_BODIES, "bodies")(value, way)
    return found


_choices = Shape({"id": uri, "type": typed("Choice"), "items": _items, "label": label}, must=("type", "items"))


def _source(value: Any, way: Way) -> Any:
    if isinstance(value, str):
        return uri(value, way)
    return body(value, way)


def _specific(value: Any, way: Way) -> Json:
    """A part of something, or something in some state, style or role."""
    return _part_of_something(value, way)


_part_of_something = Shape(
    {**specific.parts, "source": _source, "selector": selectors, "id": uri}, must=("type", "source")
)


def _feature(value: Mapping[str, Any], way: Way) -> Json:
    """GeoJSON (RFC 7946): taken as it is, with an address of its own if it has one."""
    found: Json = {}
    for name, each in value.items():
        read = part(uri if name == "id" else tree, each, way, name)
        if read is MISSING:
            raise Spoilt
        found[name] = read
    if not isinstance(found.get("geometry"), dict):
        raise way.fault("required", "A Feature needs a geometry.")
    return found


def _content(value: Mapping[str, Any], way: Way) -> Json:
    """§5.7: something on the web, a file of captions or a picture."""
    if not is_uri(value.get("id")) and not way.lenient:
        raise way.at("id").fault("required", "A body that is no TextualBody needs an http or https address as its id.")
    return _thing(value, way)


_thing = Shape({**CONTENT, "purpose": one_or_many(line, 20), "creator": tree}, must=("id", "type"))
