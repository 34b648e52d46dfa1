"""One function per IIIF property that comes from a description; None where there is nothing to say.

They pass on what the description holds. Whether that is right, `rules` says before anything is published.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from manifests import addresses
from manifests.build.facts import Description
from manifests.build.form import Form
from manifests.build.text import LanguageMap, joined

Json = dict[str, Any]


def present(tree: Json) -> Json:
    """The tree without properties that have nothing to say: IIIF leaves them out rather than giving null."""
    return {name: value for name, value in tree.items() if value is not None}


def descriptive(description: Description, note: LanguageMap | None = None) -> Json:
    """The descriptive properties of any resource, in the order of Presentation 3.0 §3.1."""
    return {
        "label": label(description),
        "summary": summary(description, note),
        "metadata": metadata(description),
        "requiredStatement": required_statement(description),
        "rights": rights(description),
        "navDate": nav_date(description),
        "navPlace": nav_place(description),
        "provider": listed(description, "provider"),
        **private(description),
    }


def linking(description: Description, form: Form) -> Json:
    """The linking properties that any resource has (§3.3), without partOf and start."""
    return {
        "homepage": listed(description, "homepage"),
        "seeAlso": listed(description, "seeAlso"),
        "rendering": listed(description, "rendering"),
        "service": form.public(listed(description, "service")),
    }


def private(description: Description) -> Json:
    """What only 2.1 says; the attribution without the link to a licence, which 2.1 has elsewhere."""
    licences = description.get("license") or None
    return {
        "_presentation2": description.get("presentation2") or None,
        "_license": licences,
        "_attribution": (description.get("requiredStatement") or {}) if licences else None,
    }


def label(description: Description) -> LanguageMap | None:
    """Presentation 3.0 §3.1 label: the name; MUST on manifests and collections."""
    return description.get("label") or None


def summary(description: Description, note: LanguageMap | None = None) -> LanguageMap | None:
    """Presentation 3.0 §3.1 summary: a short text, followed by our note if there is one."""
    return joined(description.get("summary"), note)


def metadata(description: Description) -> list[Json] | None:
    """Presentation 3.0 §3.1 metadata: ordered pairs of label and value, to be shown to people."""
    return description.get("metadata") or None


def required_statement(description: Description) -> Json | None:
    """Presentation 3.0 §3.1 requiredStatement: the one pair that clients must show.

    Licences that `rights` may not name (§3.1: Creative Commons and RightsStatements.org only) are linked in it.
    """
    said: Json = dict(description.get("requiredStatement") or {})
    if licences := description.get("license"):
        links = [f'<a href="{escape(uri)}">{escape(uri)}</a>' for uri in licences]
        said.setdefault("label", {"en": ["Rights"]})
        said["value"] = joined(said.get("value"), {"none": [f"<span>{link}</span>" for link in links]})
    return said or None


def rights(description: Description) -> str | None:
    """Presentation 3.0 §3.1 rights: one URI of Creative Commons or RightsStatements.org."""
    return description.get("rights") or None


def nav_date(description: Description) -> str | None:
    """Presentation 3.0 §3.1 navDate: a date and time with time zone, for navigation only."""
    return description.get("navDate") or None


def nav_place(description: Description) -> Json | None:
    """Extension navPlace 1.0: a GeoJSON FeatureCollection, for maps."""
    return description.get("navPlace") or None


def viewing_direction(description: Description) -> str | None:
    """Presentation 3.0 §3.2 viewingDirection: manifests, collections and ranges only."""
    return description.get("viewingDirection") or None


def behavior(description: Description) -> list[str] | None:
    """Presentation 3.0 §3.2 behavior: a list, even of one."""
    return description.get("behavior") or None


def listed(description: Description, name: str) -> list[Json] | None:
    """A property that is a list of objects: provider (§3.1), homepage, seeAlso, rendering, service (§3.3)."""
    return description.get(name) or None


def start(description: Description, form: Form) -> Json | None:
    """Presentation 3.0 §3.3.2 start: the canvas, or the part of one, to begin with."""
    return form.public(description.get("start")) or None


def part_of(description: Description, collections: Iterable[str], form: Form) -> list[Json] | None:
    """Presentation 3.0 §3.3.2 partOf: the collections it is in, in this document's form, and others' resources."""
    ours = [{"id": form.presentation.collection(each, form.version), "type": "Collection"} for each in collections]
    known = {each["id"] for each in ours}
    others = [each for each in form.public(description.get("partOf")) or [] if each.get("id") not in known]
    return ours + others or None


def shown_instead(description: Description, holder: str, form: Form) -> Json:
    """Presentation 3.0 §3.1 placeholderCanvas and accompanyingCanvas, named after what they belong to."""
    return {
        "placeholderCanvas": _canvas(description.get("placeholderCanvas"), addresses.placeholder(holder), form),
        "accompanyingCanvas": _canvas(description.get("accompanyingCanvas"), addresses.accompanying(holder), form),
    }


def _canvas(given: Json | None, uri: str, form: Form) -> Json | None:
    """A canvas as it was given; what has no name in it gets one, and what is painted is painted on it (§5.6)."""
    if not given:
        return None
    uri = given.get("id") or uri
    pages = [_painting_page(page, uri, number) for number, page in enumerate(given.get("items", []))]
    items = {"items": pages} if pages else {}
    canvas: Json = form.public({"id": uri, "type": "Canvas", **given, **items})
    return canvas


def _painting_page(page: Json, canvas: str, number: int) -> Json:
    name = addresses.painting_page(canvas) + (f"/{number}" if number else "")
    painted = [
        {"id": f"{name}/{place}", "type": "Annotation", "motivation": "painting", "target": canvas, **each}
        for place, each in enumerate(page.get("items", []))
    ]
    return {"id": name, "type": "AnnotationPage", **page, "items": painted}
