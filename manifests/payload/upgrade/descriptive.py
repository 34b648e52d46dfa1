"""The properties that any resource may have (P2 §3.1 to §3.4), in the order of Presentation 3.0 §3."""

from typing import Any

from manifests.build.rights import rights_uri
from manifests.build.rules import NAV_DATE
from manifests.payload.upgrade.links import container, homepage, image, linked, provider, rendering, see_also
from manifests.payload.upgrade.reading import LICENSE, Json, Resource, is_http
from manifests.payload.upgrade.services import services
from manifests.payload.upgrade.texts import attribution, metadata, text

DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
#: P3 §3.2 behavior, those that P2 §3.3 viewingHint has, and where they mean something.
_BEHAVIORS = {
    "Collection": ("individuals", "multi-part", "unordered", "continuous", "paged"),
    "Manifest": ("individuals", "paged", "continuous"),
    "Range": ("individuals", "paged", "continuous"),
    "Canvas": ("non-paged", "facing-pages"),
}


def descriptive(resource: Resource, within: str = "Collection") -> Json:
    """Label to links. `within`: the type of what it is part of, where the document does not say it."""
    statement = attribution(resource)
    return {
        "label": text(resource, "label"),
        "summary": text(resource, "description", rich=True),
        "metadata": metadata(resource),
        "requiredStatement": statement,
        **licences(resource),
        "provider": provider(resource, statement and statement["value"]),
        "thumbnail": linked(resource, "thumbnail", image),
        "homepage": linked(resource, "related", homepage),
        "seeAlso": linked(resource, "seeAlso", see_also),
        "rendering": linked(resource, "rendering", rendering),
        "service": services(resource),
        "partOf": linked(resource, "within", container(within)),
    }


def licences(resource: Resource) -> Json:
    """P2 §3.2 license: the first that P3 §3.1 rights takes is it; the others are kept beside it."""
    rights: str | None = None
    others: list[str] = []
    for each in resource.take_list("license"):
        uri = each.get("@id") if isinstance(each, dict) else each
        normal = rights_uri(uri) if isinstance(uri, str) else None
        if isinstance(each, dict) and len(each.keys() - {"@id", "@type"}):
            resource.keep("license", [each])
        elif normal and rights is None:
            rights = normal
        elif is_http(uri):
            others.append(uri)
        else:
            resource.keep("license", [each])
    return {"rights": rights, LICENSE: others or None}


def behavior(resource: Resource, type_: str) -> list[str] | None:
    """P2 §3.3 viewingHint: what is no behavior of such a resource is kept for 2.1 only."""
    hints = resource.take_list("viewingHint")
    known = [each for each in dict.fromkeys(filter(_is_text, hints)) if each in _BEHAVIORS[type_]]
    if others := [each for each in hints if each not in known]:
        resource.keep("viewingHint", others if known or len(others) > 1 else others[0])
    return known or None


def direction(resource: Resource) -> str | None:
    """P2 §3.3 viewingDirection."""
    said = resource.take("viewingDirection")
    if said is None or said in DIRECTIONS:
        return said and str(said)
    (resource.place / "viewingDirection").fault("choice", f"It must be one of {', '.join(DIRECTIONS)}.")
    return None


def nav_date(resource: Resource) -> str | None:
    """P2 §3.3 navDate: a date and time with time zone."""
    said = resource.peek("navDate")
    if isinstance(said, str) and NAV_DATE.fullmatch(said):
        return str(resource.take("navDate"))
    if said is not None:
        (resource.place / "navDate").lose("It is no date and time with time zone, so it is kept for 2.1 only.")
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
