"""What people and machines say about a thing, checked and brought into Presentation 3.0 shape. Pure.

Texts may be sent as a string, as {language: text} or as {language: [text, …]}; they are kept as the last.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import nh3

from gcis.core.errors import FieldFault, SourceFault
from manifests.build.rights import rights_uri
from manifests.build.rules import NAV_DATE
from manifests.build.text import LanguageMap, is_language_tag, plain

LONGEST_TEXT = 20_000
MOST_PAIRS = 500
DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
#: Presentation 3.0 §3.2 behavior, those that mean something on what we publish.
BEHAVIORS = (
    *("auto-advance", "no-auto-advance", "repeat", "no-repeat", "unordered", "individuals", "continuous", "paged"),
    *("facing-pages", "non-paged", "multi-part", "together", "sequence", "thumbnail-nav", "no-nav", "hidden"),
)

#: Presentation 3.0 §4.5: the HTML that may stand in a summary, a metadata value, a required statement.
_TAGS = {"a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "img": {"src", "alt"}}
_SCHEMES = {"http", "https", "mailto"}
#: What may not stand there and ends a line all the same.
_BLOCK_END = re.compile(r"</(?:h[1-6]|li|div|tr|dt|dd|blockquote)\s*>", re.IGNORECASE)
_OUTER_BREAKS = re.compile(r"^(?:<br>|\s)+|(?:<br>|\s)+$")


class Faulty(Exception):
    """One part is wrong; `place` is below the part that was being read."""

    def __init__(self, code: str, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.place = code, sentence, place


def description(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The IIIF properties among what was sent; None stays None (take it away). SourceFault names all that is wrong."""
    if not isinstance(sent, Mapping):
        raise SourceFault("description", "It must be an object with IIIF properties.")
    found, faults = read(sent)
    if faults:
        raise SourceFault("description", "Some of what was sent cannot be used.", tuple(faults))
    return found


def read(sent: Mapping[str, Any], under: str = "") -> tuple[dict[str, Any], list[FieldFault]]:
    """The properties that could be read, and what is wrong with the others; `under` begins their places."""
    found: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name, reader in PROPERTIES.items():
        if name not in sent:
            continue
        try:
            found[name] = None if sent[name] is None else reader(sent[name])
        except Faulty as fault:
            faults.append(FieldFault(f"{under}{name}{fault.place}", fault.code, fault.sentence))
    return found, faults


def label(value: Any) -> LanguageMap:
    """A name: text only, never HTML."""
    return _language_map(value, plain)


def rich(value: Any) -> LanguageMap:
    """A text that may be HTML: when it starts with < and ends with >, without a space behind it."""
    return _language_map(value, _cleaned)


def pair(value: Any) -> dict[str, LanguageMap]:
    if not isinstance(value, Mapping) or set(value) != {"label", "value"}:
        raise Faulty("pair", "It must have a label and a value, and nothing else.")
    return {"label": _inside("label", label, value["label"]), "value": _inside("value", rich, value["value"])}


def pairs(value: Any) -> list[dict[str, LanguageMap]]:
    if not isinstance(value, list) or len(value) > MOST_PAIRS:
        raise Faulty("list", f"It must be a list of at most {MOST_PAIRS} pairs of label and value.")
    return [_inside(str(number), pair, each) for number, each in enumerate(value)]


def rights(value: Any) -> str:
    uri = rights_uri(value) if isinstance(value, str) else None
    if uri is None:
        raise Faulty("rights", "It must be an address of Creative Commons or RightsStatements.org.")
    return uri


def nav_date(value: Any) -> str:
    if not isinstance(value, str) or not NAV_DATE.fullmatch(value) or not _is_a_moment(value):
        raise Faulty("date", "It must be a date and time with time zone, such as 1921-05-01T00:00:00Z.")
    return value


def _is_a_moment(text: str) -> bool:
    """Whether there is such a day and time; years may have a minus or more than four digits (XML Schema dateTime)."""
    day, _, time = text.removeprefix("-").partition("T")
    if not text.isascii():
        return False
    year, month, date = map(int, day.split("-"))
    hour, minute, second = map(int, (time[0:2], time[3:5], time[6:8]))
    zone = [int(part) for part in time[-5:].split(":")] if time[-1] != "Z" else [0, 0]
    in_year = 1 <= month <= 12 and 1 <= date <= monthrange(2000 + year % 400, month)[1]
    return in_year and hour <= 23 and minute <= 59 and second <= 59 and zone <= [14, 0] and zone[1] <= 59


def viewing_direction(value: Any) -> str:
    if value not in DIRECTIONS:
        raise Faulty("choice", f"It must be one of {', '.join(DIRECTIONS)}.")
    return str(value)


def behavior(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(each in BEHAVIORS for each in listed):
        raise Faulty("choice", f"It must be a list of some of {', '.join(BEHAVIORS)}.")
    return list(dict.fromkeys(listed))


PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "label": label,
    "summary": rich,
    "metadata": pairs,
    "requiredStatement": pair,
    "rights": rights,
    "navDate": nav_date,
    "viewingDirection": viewing_direction,
    "behavior": behavior,
}


def _inside(place: str, reader: Callable[[Any], Any], value: Any) -> Any:
    """Read a part, and say where it lies if it is wrong."""
    try:
        return reader(value)
    except Faulty as fault:
        raise Faulty(fault.code, fault.sentence, f".{place}{fault.place}") from None


def _language_map(value: Any, clean: Callable[[str], str]) -> LanguageMap:
    """§4.4. What has no language is under `none`."""
    if isinstance(value, str | list):
        value = {"none": value}
    if not isinstance(value, Mapping) or not value:
        raise Faulty("text", 'It must be a text, or texts by language such as {"en": ["…"]}.')
    found: LanguageMap = {}
    for tag, texts in value.items():
        if not isinstance(tag, str) or not is_language_tag(tag):
            raise Faulty("language", f"{str(tag)[:40]!r} is not a language tag.")
        listed = [texts] if isinstance(texts, str) else texts
        if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
            raise Faulty("text", "It must be a text or a list of texts.", f".{tag}")
        if any(len(text) > LONGEST_TEXT for text in listed):
            raise Faulty("too_long", f"A text has at most {LONGEST_TEXT} characters.", f".{tag}")
        if kept := [text for text in map(clean, listed) if text.strip()]:
            found[tag] = kept
    if not found:
        raise Faulty("empty", "There is no text in it.")
    return found


def _cleaned(text: str) -> str:
    """Text, or HTML without anything but what §4.5 allows.

    A space behind it says that it is text, however it looks: so we mark such texts ourselves (`plain`).
    """
    if not (text.lstrip().startswith("<") and text.rstrip("\r\n\t").endswith(">")):
        return plain(text)
    html = nh3.clean(
        _BLOCK_END.sub(r"\g<0><br>", plain(text).rstrip()),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value.strip(),
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    tidy = _OUTER_BREAKS.sub("", plain(html).rstrip())  # entities may have stood for what is no character of a text
    if "<" not in tidy:
        return plain(unescape(tidy))
    return tidy if tidy.startswith("<") and tidy.endswith(">") else f"<span>{tidy}</span>"
