"""Rules for annotations, their pages and collections (Presentation 3.0 §5.5, §5.6, §5.8)."""

from typing import Any

from manifests.build.rules.content import (
    CONTENT,
    body,
    contents,
    part_of,
    provider,
    rendering,
    services,
    specific,
    web_agent,
)
from manifests.build.rules.kinds import CLASS, Kind, a, at_the_top
from manifests.build.rules.report import Place, Report, Rule
from manifests.build.rules.values import (
    behavior,
    count,
    identity,
    language_map,
    many,
    one_or_many,
    pair,
    rights,
    text,
)


def reference(report: Report, place: Place, value: Any) -> None:
    """§4.2: what is fetched elsewhere, by id and type, without its items."""
    _REFERENCE(report, place, value)
    if isinstance(value, dict) and "items" in value:
        report.error((place, "items"), "what is only named here has none.", "reference")


_REFERENCE = Kind("reference", ("id", "type"), {**CLASS, "thumbnail": contents, "partOf": part_of})


def target(report: Report, place: Place, value: Any) -> None:
    """§5.6, Web Annotation §4: an address, a canvas or manifest by id and type, or a part of something."""
    if isinstance(value, str):
        identity(report, place, value)
    elif isinstance(value, dict) and value.get("type") in ("Canvas", "Manifest"):
        reference(report, place, value)
    elif isinstance(value, dict) and "type" in value and value["type"] != "SpecificResource":
        sentence = f"the official schema allows a {value['type']} as an address only."
        report.error(place, sentence, "target")
    else:
        specific(report, place, value)


_AUDIENCE = Kind("Audience", ("type",), {"id": text, "type": text})
_STYLESHEET = Kind("CssStylesheet", ("type",), {"id": text, "type": a("CssStylesheet"), "value": text})


def _stylesheet(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §4.4: an address, or a style sheet."""
    if not isinstance(value, str):
        _STYLESHEET(report, place, value)


#: §5.6: what it says (body) about what (target), and why (motivation).
annotation = Kind(
    "Annotation",
    ("id", "type", "motivation", "target"),
    {
        **CLASS,
        "type": a("Annotation"),
        "motivation": one_or_many(text),
        "body": body,
        "target": one_or_many(target),
        "behavior": behavior("Annotation"),
        "creator": one_or_many(web_agent),
        "generator": one_or_many(web_agent),
        "audience": one_or_many(_AUDIENCE),
        "stylesheet": _stylesheet,
        "via": one_or_many(text),
        **dict.fromkeys(("created", "modified", "generated", "bodyValue", "canonical"), text),
        "service": services,
        "rendering": rendering,
        "thumbnail": contents,
    },
    defines=True,
)


def page_reference(report: Report, place: Place, value: Any) -> None:
    """§5.5, §5.8: an annotation page that is fetched: its address, or id and type."""
    if isinstance(value, str):
        identity(report, place, value)
        return
    reference(report, place, value)
    if isinstance(value, dict) and value.get("type") != "AnnotationPage":
        report.error((place, "type"), f"{value.get('type')!r} is not AnnotationPage.", "type")


_NEIGHBOURS: dict[str, Rule] = dict.fromkeys(("next", "prev", "first", "last"), page_reference)

#: §5.8: annotation pages that belong together.
collection = Kind(
    "AnnotationCollection",
    ("id", "type"),
    {
        **CLASS,
        "type": a("AnnotationCollection"),
        "metadata": many(pair),
        "summary": language_map,
        "requiredStatement": pair,
        "rights": rights,
        "rendering": rendering,
        "provider": provider,
        "partOf": part_of,
        "service": services,
        "thumbnail": contents,
        "total": count,
        "behavior": behavior("AnnotationCollection"),
        **_NEIGHBOURS,
    },
)

#: §5.5: with its annotations. The official schema has a closed list of properties.
page = Kind(
    "AnnotationPage",
    ("id", "type", "items"),
    {
        "@context": at_the_top,
        "id": identity,
        "type": a("AnnotationPage"),
        "label": language_map,
        "rendering": rendering,
        "service": services,
        "thumbnail": contents,
        "items": many(annotation),
        "partOf": many(collection),
        **_NEIGHBOURS,
    },
    closed=True,
    defines=True,
)


def _page_or_reference(report: Report, place: Place, value: Any) -> None:
    (page if isinstance(value, dict) and "items" in value else page_reference)(report, place, value)


#: §3.3.2 annotations: pages, with their annotations or to be fetched.
annotations = many(_page_or_reference)
CONTENT.properties = {**CONTENT.properties, "annotations": annotations}


def motivations(value: Any) -> list[Any]:
    """Those of an annotation, as a list."""
    given = value.get("motivation") if isinstance(value, dict) else None
    return given if isinstance(given, list) else [given]


def no_painting(report: Report, place: Place, value: Any) -> None:
    """§5.3: what is painted is in a canvas's items, never in its annotations."""
    for number, each in enumerate(value if isinstance(value, list) else ()):
        items = each.get("items") if isinstance(each, dict) else None
        for position, one in enumerate(items if isinstance(items, list) else ()):
            if "painting" in motivations(one):
                where = ((((place, number), "items"), position), "motivation")
                report.error(where, "what is painted belongs in the items of its canvas.", "painting")
