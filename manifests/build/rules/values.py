"""Rules for single values."""

import re
from functools import lru_cache
from typing import Any

from manifests.build.rights import rights_uri
from manifests.build.rules.behaviors import BEHAVIORS, VALID_ON, excluding
from manifests.build.rules.report import Place, Report, Rule
from manifests.build.text import is_language_tag

NAV_DATE = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_URI = re.compile(r"https?://[^\s/?#][^\x00-\x1f\x7f-\x9f]*")
_FORMAT = re.compile(r"[a-z]+/.*")
_DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
_is_tag = lru_cache(maxsize=4096)(is_language_tag)


def identity(report: Report, place: Place, value: Any) -> None:
    """§3.2 id: an http(s) address."""
    if not isinstance(value, str) or not _URI.fullmatch(value):
        report.error(place, f"{value!r} is not an http address.", "id")


def language_map(report: Report, place: Place, value: Any) -> None:
    """§4.4: {"language": ["text", …]} with at least one text."""
    if not isinstance(value, dict) or not value:
        report.error(place, "it is not a language map.", "language-map")
        return
    for tag, texts in value.items():
        if not _is_tag(tag):
            report.error(place, f"{tag!r} is not a language tag.", "language-map")
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            report.error(place, f"{tag} has no list of texts.", "language-map")


def label(report: Report, place: Place, value: Any) -> None:
    """§3.1 label: a language map with something in it."""
    if value == {}:
        report.error(place, "there is none.", "label")
    else:
        language_map(report, place, value)


def pair(report: Report, place: Place, value: Any) -> None:
    """§3.1 requiredStatement, and each of metadata: a label and a value."""
    for name in ("label", "value"):
        language_map(report, (place, name), value.get(name) if isinstance(value, dict) else None)


def rights(report: Report, place: Place, value: Any) -> None:
    """§3.1 rights: one URI of Creative Commons or RightsStatements.org, as they write it."""
    if not isinstance(value, str) or rights_uri(value) != value:
        report.error(place, f"{value!r} is not the URI of a licence or rights statement.", "rights")


def nav_date(report: Report, place: Place, value: Any) -> None:
    """§3.1 navDate: an XML Schema dateTime with time zone."""
    if not isinstance(value, str) or not NAV_DATE.fullmatch(value):
        report.error(place, f"{value!r} is not a date and time with time zone.", "navDate")


def viewing_direction(report: Report, place: Place, value: Any) -> None:
    """§3.2 viewingDirection: one of four words."""
    if value not in _DIRECTIONS:
        report.error(place, f"{value!r} is not one of {', '.join(_DIRECTIONS)}.", "viewingDirection")


def dimension(report: Report, place: Place, value: Any) -> None:
    """§3.2 height, width: whole numbers above 0."""
    if type(value) is not int or value <= 0:
        report.error(place, f"{value!r} is not a number of pixels.", "size")


def duration(report: Report, place: Place, value: Any) -> None:
    """§3.2 duration: seconds above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        report.error(place, f"{value!r} is not a number of seconds.", "duration")


def whole_number(report: Report, place: Place, value: Any) -> None:
    """Places in texts and data."""
    if type(value) is not int:
        report.error(place, f"{value!r} is not a whole number.", "number")


def count(report: Report, place: Place, value: Any) -> None:
    """§5.8 total: how many annotations there are."""
    if type(value) is not int or value <= 0:
        report.error(place, f"{value!r} is not a number of annotations.", "total")


def media_type(report: Report, place: Place, value: Any) -> None:
    """§3.2 format."""
    if not isinstance(value, str) or not _FORMAT.fullmatch(value):
        report.error(place, f"{value!r} is not a media type.", "format")


def text(report: Report, place: Place, value: Any) -> None:
    if not isinstance(value, str):
        report.error(place, "it is not a text.", "text")


def language(report: Report, place: Place, value: Any) -> None:
    """§3.2 language, each of the list."""
    if not isinstance(value, str) or not _is_tag(value):
        report.error(place, f"{value!r} is not a language tag.", "language")


def obj(report: Report, place: Place, value: Any) -> None:
    if not isinstance(value, dict):
        report.error(place, "it is not an object.", "object")


def something(report: Report, place: Place, value: Any) -> None:
    """§4.1: what there is nothing to say of is left out."""
    if value is None:
        report.error(place, "it is empty.", "empty")


def many(rule: Rule) -> Rule:
    """§4.3: a list, even of one."""

    def each(report: Report, place: Place, value: Any) -> None:
        if not isinstance(value, list):
            report.error(place, "it is not a list.", "list")
            return
        for number, one in enumerate(value):
            rule(report, (place, number), one)

    return each


def one_or_many(rule: Rule) -> Rule:
    """One, or a list of them (Web Annotation)."""
    listed = many(rule)
    return lambda report, place, value: (listed if isinstance(value, list) else rule)(report, place, value)


def one_of(*words: str) -> Rule:
    def word(report: Report, place: Place, value: Any) -> None:
        if value not in words:
            report.error(place, f"{value!r} is not {' or '.join(words)}.", "word")

    return word


def behavior(kind: str) -> Rule:
    """§3.2 behavior: a list of words that are valid on that kind of resource and do not exclude each other."""

    def words(report: Report, place: Place, value: Any) -> None:
        if not isinstance(value, list):
            report.error(place, "it is not a list.", "list")
            return
        for number, word in enumerate(value):
            if word not in BEHAVIORS:
                report.error((place, number), f"{word!r} is no behavior.", "behavior")
            elif kind not in VALID_ON[word]:
                report.error((place, number), f"{word} is not for a {kind}.", "behavior")
        for group in excluding(word for word in value if isinstance(word, str)):
            report.error(place, f"{' and '.join(group)} exclude each other.", "behavior")

    return words
