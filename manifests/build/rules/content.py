"""Rules for services, links, agents and content resources (Presentation 3.0 §3.1, §3.3, §5.7)."""

from typing import Any

from manifests.build.rules.kinds import CLASS, Kind, a, any_type
from manifests.build.rules.report import Place, Report
from manifests.build.rules.selectors import selector, state
from manifests.build.rules.values import (
    behavior,
    dimension,
    duration,
    identity,
    language,
    language_map,
    many,
    media_type,
    obj,
    one_of,
    one_or_many,
    pair,
    rights,
    text,
)

# ------------------------------------------------------------------------------------------------------------- services


def _size(report: Report, place: Place, value: Any) -> None:
    """Image API §5.3 sizes: a width and a height."""
    for name in ("width", "height"):
        dimension(report, (place, name), value.get(name) if isinstance(value, dict) else None)


def service(report: Report, place: Place, value: Any) -> None:
    """§3.3.1 service: id and type, or @id and @type of older APIs; never both, which the official schema refuses."""
    older = isinstance(value, dict) and "@id" in value and "id" not in value
    if not older and isinstance(value, dict) and {"@id", "@type"} <= value.keys():
        report.error(place, "it has id and @id, and a service has one of them.", "service")
    (_OLDER if older else _SERVICE)(report, place, value)


def _image_service(report: Report, place: Place, value: Any) -> None:
    """§3.3.1: an image service must say its profile."""
    kind = value.get("type", value.get("@type"))
    if isinstance(kind, str) and kind.startswith("ImageService") and "profile" not in value:
        report.error((place, "profile"), "there is none.", "image-service")


_IN_SERVICE = {"width": dimension, "height": dimension, "sizes": many(_size), "profile": text, "service": many(service)}
#: A service may have a context of its own, which §4.8 has for older ones.
_NEWER = {name: rule for name, rule in CLASS.items() if name != "@context"}
_SERVICE = Kind("service", ("id", "type"), {**_NEWER, **_IN_SERVICE}, whole=(_image_service,))
_OLDER = Kind("service", ("@id", "@type"), {"@id": identity, "@type": any_type, **_IN_SERVICE}, whole=(_image_service,))
services = many(service)

# ---------------------------------------------------------------------------------------------------------------- links
_LINK = {**CLASS, "format": media_type, "profile": text}
#: §3.3.1 homepage: id, type and label.
homepage = many(Kind("homepage", ("id", "type", "label"), {**_LINK, "language": many(language)}))
#: §3.3.1 rendering: id, type and label.
rendering = many(Kind("rendering", ("id", "type", "label"), _LINK))
#: §3.3.1 seeAlso: id and type.
see_also = many(Kind("seeAlso", ("id", "type"), _LINK))
#: §3.3.2 partOf: id and type.
part_of = many(Kind("resource", ("id", "type"), CLASS))

# ------------------------------------------------------------------------------------------------------------- contents
CONTENT = Kind("content resource", ("id", "type"), {})


def web_agent(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §3.3.1 creator, generator: an address, a name, or an Agent."""
    if not isinstance(value, str):
        _WEB_AGENT(report, place, value)


_WEB_AGENT = Kind(
    "Agent",
    (),
    {"type": one_or_many(text), **dict.fromkeys(("id", "name", "nickname", "email", "email_sha1", "homepage"), text)},
)


_TEXTUAL_BODY = Kind(
    "TextualBody",
    ("type", "value"),
    {
        "id": identity,
        "value": text,
        "format": media_type,
        "language": text,
        "processingLanguage": text,
        "textDirection": one_of("ltr", "rtl", "auto"),
        "purpose": one_or_many(text),
        "creator": web_agent,
        "created": text,
        "modified": text,
        "label": language_map,
    },
)


def content(report: Report, place: Place, value: Any) -> None:
    """§5.7, Web Annotation §3.2: anything that can be a body, a thumbnail or a logo."""
    kind = value.get("type") if isinstance(value, dict) else None
    known = _BODIES.get(kind, CONTENT) if isinstance(kind, str) else CONTENT
    known(report, place, value)
    if kind == "Choice" and "id" in value:
        report.error((place, "id"), "the official schema allows none to a Choice in a list.", "choice")


def body(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §3.2 body: one, or a list of them."""
    if isinstance(value, dict) and value.get("type") == "Choice":
        choice(report, place, value)
    else:
        one_or_many(content)(report, place, value)


def source(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §4: what it is a part of, by address or by id and type."""
    (identity if isinstance(value, str) else content)(report, place, value)


def _options(report: Report, place: Place, value: Any) -> None:
    """§5.7 Choice: one at least; the first is the default."""
    many(content)(report, place, value)
    if value == []:
        report.error(place, "there are none.", "choice")


choice = Kind(
    "Choice",
    ("type", "items"),
    {"id": identity, "items": _options, "label": language_map, "behavior": behavior("Choice")},
)
specific = Kind(
    "SpecificResource",
    ("type", "source"),
    {
        "id": identity,
        "type": a("SpecificResource"),
        "source": source,
        "selector": one_or_many(selector),
        "format": media_type,
        "scope": identity,
        "state": one_or_many(state),
        "styleClass": one_or_many(text),
        "renderedVia": one_or_many(obj),
        "purpose": one_or_many(text),
        "accessibility": text,
        "behavior": behavior("SpecificResource"),
    },
)
_geometry = Kind("geometry", ("type", "coordinates"), {"type": any_type, "coordinates": many(lambda *_: None)})
#: Extension navPlace 1.0, RFC 7946 §3.2.
feature = Kind(
    "Feature", ("type", "geometry"), {"id": identity, "type": a("Feature"), "properties": obj, "geometry": _geometry}
)
nav_place = Kind(
    "FeatureCollection", ("type",), {"id": identity, "type": a("FeatureCollection"), "features": many(feature)}
)
_BODIES = {"TextualBody": _TEXTUAL_BODY, "SpecificResource": specific, "Choice": choice, "Feature": feature}
contents = many(content)

CONTENT.properties = {
    **CLASS,
    "height": dimension,
    "width": dimension,
    "duration": duration,
    "language": text,
    "rendering": rendering,
    "service": services,
    "format": media_type,
    "thumbnail": contents,
    "homepage": homepage,
    "seeAlso": see_also,
    "partOf": part_of,
    "metadata": many(pair),
    "summary": language_map,
    "requiredStatement": pair,
    "rights": rights,
}

# --------------------------------------------------------------------------------------------------------------- agents


def _logo(report: Report, place: Place, value: Any) -> None:
    """§3.1 provider: a logo is an Image."""
    content(report, place, value)
    if isinstance(value, dict) and value.get("type", "Image") != "Image":
        report.error((place, "type"), f"{value['type']!r} is not Image.", "logo")


#: §3.1 provider: id, type and label.
provider = many(
    Kind(
        "Agent",
        ("id", "type", "label"),
        {**CLASS, "type": a("Agent"), "homepage": homepage, "logo": many(_logo), "seeAlso": see_also},
    )
)
