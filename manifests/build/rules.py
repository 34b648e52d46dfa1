"""What a document must satisfy before we publish it, beside the official schema (Presentation 3.0).

Every rule is a small generator of sentences for people; a sentence starts with the place in the document.
"""

import re
from collections.abc import Iterator
from typing import Any

from manifests.build.form import CONTEXT
from manifests.build.properties import Json
from manifests.build.rights import rights_uri
from manifests.build.text import is_language_tag

#: Resources that are named once in a document; images and services may be used by many.
_UNIQUE = ("Manifest", "Collection", "Canvas", "AnnotationPage", "Annotation")
_NESTED = ("items", "thumbnail", "body", "service", "partOf")
NAV_DATE = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def problems(document: Json) -> list[str]:
    """Why this manifest or collection may not be published; empty if it may."""
    found = list(_top(document))
    seen: set[str] = set()
    for place, key, resource in _resources("", "", document):
        found += _identified(place, resource)
        if key != "partOf":
            found += _named_once(place, resource, seen)
        found += _described(place, resource)
        found += _sized(place, resource)
        if resource.get("type") == "Canvas":
            found += _painted(place, resource)
    return found


def _resources(place: str, key: str, resource: Json) -> Iterator[tuple[str, str, Json]]:
    """Every resource with its place and the property that holds it, the document first."""
    yield place, key, resource
    for name in _NESTED:
        value = resource.get(name)
        for number, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, dict):
                yield from _resources(f"{place}/{name}/{number}", name, each)


def _top(document: Json) -> Iterator[str]:
    """§4.6 @context; §5.1, §5.2: type, label and items of the document itself and of a collection's members."""
    if next(iter(document), None) != "@context" or document["@context"] != CONTEXT:
        yield f"/: @context must come first and be {CONTEXT}."
    kind, items = document.get("type"), document.get("items")
    if kind not in ("Manifest", "Collection"):
        yield f"/type: it is {kind!r}, not a Manifest or a Collection."
    if not document.get("label"):
        yield "/label: there is none."
    if not isinstance(items, list) or (kind == "Manifest" and not items):
        yield "/items: there are none."
        return
    allowed = ("Canvas",) if kind == "Manifest" else ("Manifest", "Collection")
    for number, item in enumerate(items):
        if item.get("type") not in allowed:
            yield f"/items/{number}/type: {item.get('type')!r} does not belong in a {kind}."
        if kind == "Collection" and not item.get("label"):
            yield f"/items/{number}/label: there is none."


def _identified(place: str, resource: Json) -> Iterator[str]:
    """§3.2 id and type: both, and an http(s) address; §5.3: a canvas has no fragment."""
    name = resource.get("id")
    if not isinstance(name, str) or not name.startswith(("http://", "https://")):
        yield f"{place}/id: {name!r} is not an http address."
    elif resource.get("type") == "Canvas" and "#" in name:
        yield f"{place}/id: {name} has a fragment."
    if not resource.get("type"):
        yield f"{place}/type: there is none."


def _named_once(place: str, resource: Json, seen: set[str]) -> Iterator[str]:
    """§3.2 id: two things in a document must not share one."""
    name = resource.get("id")
    if resource.get("type") not in _UNIQUE or not isinstance(name, str):
        return
    if name in seen:
        yield f"{place}/id: {name} is used twice."
    seen.add(name)


def _described(place: str, resource: Json) -> Iterator[str]:
    """§3.1: the shapes of descriptive properties."""
    for name in ("label", "summary"):
        if name in resource:
            yield from _language_map(f"{place}/{name}", resource[name])
    pairs = [(f"{place}/metadata/{number}", pair) for number, pair in enumerate(resource.get("metadata", []))]
    if "requiredStatement" in resource:
        pairs.append((f"{place}/requiredStatement", resource["requiredStatement"]))
    for where, pair in pairs:
        for part in ("label", "value"):
            yield from _language_map(f"{where}/{part}", pair.get(part) if isinstance(pair, dict) else None)
    rights = resource.get("rights")
    if rights is not None and (not isinstance(rights, str) or rights_uri(rights) != rights):
        yield f"{place}/rights: {rights!r} is not the URI of a licence or rights statement."
    date = resource.get("navDate")
    if date is not None and not (isinstance(date, str) and NAV_DATE.fullmatch(date)):
        yield f"{place}/navDate: {date!r} is not a date and time with time zone."


def _language_map(place: str, value: Any) -> Iterator[str]:
    """§4.4: {"language": ["text", …]} with at least one text."""
    if not isinstance(value, dict) or not value:
        yield f"{place}: it is not a language map."
        return
    for tag, texts in value.items():
        if not is_language_tag(tag):
            yield f"{place}: {tag!r} is not a language tag."
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            yield f"{place}: {tag} has no list of texts."


def _sized(place: str, resource: Json) -> Iterator[str]:
    """§3.2 height and width: whole numbers above 0; on a canvas with pictures both are there (§5.3)."""
    sizes = [(place, resource)]
    sizes += [(f"{place}/sizes/{number}", size) for number, size in enumerate(resource.get("sizes", []))]
    for where, thing in sizes:
        for name in ("width", "height"):
            value = thing.get(name)
            required = thing.get("type") == "Canvas" or thing is not resource
            if (required or name in thing) and (type(value) is not int or value <= 0):
                yield f"{where}/{name}: {value!r} is not a number of pixels."


def _painted(place: str, canvas: Json) -> Iterator[str]:
    """§5.3, §5.6: what is in a canvas's items is painted on that canvas; §5.7: by an image, not by its service."""
    for page_number, page in enumerate(canvas.get("items", [])):
        for number, annotation in enumerate(page.get("items", [])):
            where = f"{place}/items/{page_number}/items/{number}"
            body = annotation.get("body") or {}
            if annotation.get("motivation") != "painting":
                yield f"{where}/motivation: it must be painting."
            if annotation.get("target") != canvas.get("id"):
                yield f"{where}/target: it is not the canvas."
            if not body or body.get("id") in [service.get("id") for service in body.get("service", [])]:
                yield f"{where}/body: it must be an image."
