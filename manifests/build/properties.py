"""One function per IIIF property that comes from a description; None where there is nothing to say.

They pass on what the description holds. Whether that is right, `rules` says before anything is published.
"""

from typing import Any

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
    """Presentation 3.0 §3.1 requiredStatement: the one pair that clients must show."""
    return description.get("requiredStatement") or None


def rights(description: Description) -> str | None:
    """Presentation 3.0 §3.1 rights: one URI of Creative Commons or RightsStatements.org."""
    return description.get("rights") or None


def nav_date(description: Description) -> str | None:
    """Presentation 3.0 §3.1 navDate: a date and time with time zone, for navigation only."""
    return description.get("navDate") or None


def viewing_direction(description: Description) -> str | None:
    """Presentation 3.0 §3.2 viewingDirection: manifests, collections and ranges only."""
    return description.get("viewingDirection") or None


def behavior(description: Description) -> list[str] | None:
    """Presentation 3.0 §3.2 behavior: a list, even of one."""
    return description.get("behavior") or None


def part_of(collections: tuple[str, ...], form: Form) -> list[Json] | None:
    """Presentation 3.0 §3.3.2 partOf: the collections it is in, in this document's form."""
    return [
        {"id": form.presentation.collection(identifier, form.version), "type": "Collection"}
        for identifier in collections
    ] or None
