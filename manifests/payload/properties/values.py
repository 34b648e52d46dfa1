"""Single values: addresses, numbers, words of a list, and JSON that is taken as it is."""

import math
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from typing import Any

from manifests.build.references import parsed
from manifests.build.rights import rights_uri
from manifests.build.rules import NAV_DATE
from manifests.build.text import plain
from manifests.payload.properties.texts import language_tag
from manifests.payload.properties.way import Reader, Way, listed

LONGEST_URI = 4_000
LONGEST_LINE = 1_000
#: Of a text that is no part of a language map: a transcription, an outline as SVG.
LONGEST_VALUE = 1_000_000
LARGEST = 2**53 - 1
DIRECTIONS = ("left-to-right", "right-to-left", "top-to-bottom", "bottom-to-top")
#: An address of the web, with nothing that ends it early where it is written down.
_URI = re.compile(r"https?://[^\s/?#<>\"\\\x00-\x1f\x7f-\x9f\ud800-\udfff][^\s<>\"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]*")
#: The official schema's pattern for media types, and no more than a line.
_FORMAT = re.compile(r"[a-z]+/[!-~]+(; ?[!-~]+)*")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_uri(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_URI and _URI.fullmatch(value) is not None


def uri(value: Any, way: Way) -> str:
    """An http(s) address."""
    text = value.strip() if isinstance(value, str) else value
    if way.lenient and isinstance(text, str):
        text = text.replace(" ", "%20")  # as browsers do it
    if not is_uri(text):
        raise way.fault("address", f"It must be an http or https address of at most {LONGEST_URI} characters.")
    return str(text)


def named(*kinds: str) -> Reader:
    """An http(s) address, or an internal reference to something of one of these kinds (`build.references`)."""

    def read(value: Any, way: Way) -> str:
        found = parsed(value) if isinstance(value, str) and len(value) <= LONGEST_URI else None
        if found and found[0] in kinds and not re.search(r"\s", value):
            return str(value)
        return uri(value, way)

    return read


def line(value: Any, way: Way) -> str:
    """One line of text."""
    fit = plain(value).strip() if isinstance(value, str) and len(value) <= LONGEST_LINE else ""
    if not fit or "\n" in fit:
        raise way.fault("text", f"It must be a text of 1 to {LONGEST_LINE} characters, in one line.")
    way.spend(fit)
    return fit


def one_of(choices: Sequence[str]) -> Reader:
    def read(value: Any, way: Way) -> str:
        if not isinstance(value, str) or value not in choices:
            raise way.fault("choice", f"It must be {'one of ' * (len(choices) > 1)}{', '.join(choices)}.")
        return value

    return read


viewing_direction = one_of(DIRECTIONS)


def dimension(value: Any, way: Way) -> int:
    """§3.2 height, width: whole pixels."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or not 0 < value <= LARGEST:
        raise way.fault("number", "It must be a whole number above 0.")
    if value != int(value):
        raise way.fault("number", "It must be a whole number above 0.")
    return int(value)


def duration(value: Any, way: Way) -> float | int:
    """§3.2 duration: seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST:
        raise way.fault("number", "It must be a number of seconds above 0.")
    return value


def format_(value: Any, way: Way) -> str:
    """§3.2 format: a media type."""
    if not isinstance(value, str) or len(value) > LONGEST_LINE or not _FORMAT.fullmatch(value):
        raise way.fault("format", "It must be a media type such as text/html, in small letters.")
    return value


languages = listed(language_tag, 100, "languages")


def language_list(value: Any, way: Way) -> list[str]:
    """§3.2 language: a list, also of one."""
    return languages([value] if isinstance(value, str) else value, way)  # type: ignore[no-any-return]


def language(value: Any, way: Way) -> str:
    """The one language of a content resource: the official schema lets it have no list."""
    return language_tag(value[0] if isinstance(value, list) and len(value) == 1 else value, way)


def rights(value: Any, way: Way) -> str:
    """§3.1 rights: one URI of Creative Commons or RightsStatements.org."""
    found = rights_uri(value) if isinstance(value, str) else None
    if found is None:
        raise way.fault("rights", "It must be an address of Creative Commons or RightsStatements.org.")
    return found


def nav_date(value: Any, way: Way) -> str:
    """§3.1 navDate: an XML Schema dateTime with time zone."""
    if not isinstance(value, str) or not NAV_DATE.fullmatch(value) or not _is_a_moment(value):
        raise way.fault("date", "It must be a date and time with time zone, such as 1921-05-01T00:00:00Z.")
    return value


def _is_a_moment(text: str) -> bool:
    """Whether there is such a day and time; years may have a minus or more than four digits (XML Schema dateTime)."""
    day, _, time = text.removeprefix("-").partition("T")
    if not text.isascii() or len(text) > 60:
        return False
    year, month, date = map(int, day.split("-"))
    hour, minute, second = map(int, (time[0:2], time[3:5], time[6:8]))
    zone = [int(part) for part in time[-5:].split(":")] if time[-1] != "Z" else [0, 0]
    in_year = 1 <= month <= 12 and 1 <= date <= monthrange(2000 + year % 400, month)[1]
    return in_year and hour <= 23 and minute <= 59 and second <= 59 and zone <= [14, 0] and zone[1] <= 59


def anything(value: Any, way: Way) -> Any:
    """JSON as it is, without what no document and no database can hold."""
    return _json(value, way, ids=False)


def tree(value: Any, way: Way) -> Any:
    """The same, of IIIF resources: each id in it is an http(s) address or an internal reference."""
    return _json(value, way, ids=True)


def _json(value: Any, way: Way, *, ids: bool) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE:
            raise way.fault("too_long", f"A text has at most {LONGEST_VALUE} characters.")
        way.spend(value)
        return _UNFIT.sub("", value)
    if isinstance(value, int | float):
        if abs(value) <= LARGEST or (isinstance(value, float) and math.isfinite(value)):
            return value
        raise way.fault("number", f"A number may be as large as {LARGEST}.")
    if isinstance(value, list):
        return [_json(each, way.at(number), ids=ids) for number, each in enumerate(value)]
    if not isinstance(value, Mapping):
        raise way.fault("json", "It must be JSON.")
    found: dict[str, Any] = {}
    for name, each in value.items():
        step = way.at(key(name, way))
        is_id = ids and name in ("id", "@id") and isinstance(each, str)
        found[key(name, way)] = any_name(each, step) if is_id else _json(each, step, ids=ids)
    return found


def key(name: Any, way: Way) -> str:
    """The name of a property."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_LINE or _UNFIT.search(name):
        raise way.fault("name", f"{str(name)[:40]!r} cannot be the name of a property.")
    return name


any_name = named("canvas", "range", "annotations", "annotation", "layer", "manifest", "collection")
