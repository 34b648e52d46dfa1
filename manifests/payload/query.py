"""What a dynamic manifest or collection is made of: a saved query over records, or a list of things to show. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gcis.core.ids import LONGEST_IDENTIFIER
from manifests.build.rules import NAV_DATE
from manifests.payload.delivery import MOST_MEMBERS, MOST_PAGES, Reader

#: What a query may find, and how many of them.
MOST = {"manifests": MOST_MEMBERS, "collections": MOST_MEMBERS, "images": MOST_PAGES}
ORDERS = ("label", "date", "created", "identifier")
MATCHES = ("is", "contains")
FIELDS = ("of", "source", "collection", "metadata", "text", "tag", "date", "order", "limit")
MOST_PAIRS, MOST_TAGS, LONGEST_TEXT = 20, 50, 200
_DATE = re.compile(r"-?\d{4,6}(-\d\d(-\d\d)?)?")
_BOX = re.compile(r"(\d{1,9}),(\d{1,9}),([1-9]\d{0,8}),([1-9]\d{0,8})", re.ASCII)
_DIGITS = re.compile(r"\d+")

#: A moment as it is written, without its time zone: year, month, day, hour, minute, second; or the first of these.
Moment = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of metadata: of that label (empty: any), whose value is this or has this in it (empty: any value)."""

    label: str = ""
    value: str = ""
    match: str = "is"


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that is said counts together. `collection` is a uuid or a name; `since` and `until` are included.

    `limit` None is as many as there may be.
    """

    of: str
    source: str = ""
    collection: str = ""
    metadata: tuple[Pair, ...] = ()
    text: str = ""
    tags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    order: str = "label"
    limit: int | None = None

    @property
    def most(self) -> int:
        return self.limit or MOST[self.of]

    @property
    def dated(self) -> bool:
        return bool(self.since or self.until)

    @property
    def worded(self) -> bool:
        """Whether it asks for more than a record's own columns tell."""
        return bool(self.metadata or self.text or self.tags or self.dated or self.collection)


@dataclass(frozen=True, slots=True)
class Item:
    """One page of a list: a picture (its id or name) or a canvas, and the part of it: "x,y,w,h" in its pixels."""

    image: str = ""
    canvas: UUID | None = None
    region: str = ""

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        found = _BOX.fullmatch(self.region)
        return (int(found[1]), int(found[2]), int(found[3]), int(found[4])) if found else None


@dataclass(frozen=True, slots=True)
class Listed:
    """The pages of a dynamic manifest, in their order."""

    items: tuple[Item, ...] = field(default=())


Content = Query | Listed


def content(sent: Mapping[str, Any], kinds: Sequence[str]) -> Content:
    """The `query` (of one of these kinds) or the `items` of what was sent. SourceFault names all that is wrong."""
    reader = Reader()
    both = [name for name in ("query", "items") if name in sent]
    if both == ["items"] and "images" in kinds:
        found: Content | None = Listed(_items(reader, sent["items"]))
    elif both == ["query"]:
        found = _query(reader, sent["query"], kinds)
    else:
        what = "a query, or items: not both" if "images" in kinds else "a query"
        reader.fault("query", "required", f"It needs {what}.")
        found = None
    reader.done()
    assert found is not None, "else something was wrong"
    return found


def stored(found: Content) -> dict[str, Any]:
    """As it is kept, and sent again: what says nothing is left out."""
    if isinstance(found, Listed):
        return {"items": [_stored_item(each) for each in found.items]}
    dates = {name: value for name, value in (("from", found.since), ("to", found.until)) if value}
    said = {
        "of": found.of,
        "source": found.source,
        "collection": found.collection,
        "metadata": [_stored_pair(each) for each in found.metadata],
        "text": found.text,
        "tag": list(found.tags),
        "date": dates,
        "order": found.order,
        "limit": found.limit,
    }
    return {name: value for name, value in said.items() if value}


def kept(value: Mapping[str, Any]) -> Content:
    """What `stored` has written."""
    return content(value if "items" in value else {"query": value}, tuple(MOST))


def _stored_item(item: Item) -> dict[str, str]:
    what = {"canvas": str(item.canvas)} if item.canvas else {"image": item.image}
    return {**what, "region": item.region} if item.region else what


def _stored_pair(pair: Pair) -> dict[str, str]:
    said = {"label": pair.label, "value": pair.value, "match": pair.match if pair.value else ""}
    return {name: value for name, value in said.items() if value}


# -------------------------------------------------------------------------------------------------------------- reading
def _query(reader: Reader, sent: Any, kinds: Sequence[str]) -> Query | None:
    if not isinstance(sent, Mapping):
        reader.fault("query", "object", "It must be an object.")
        return None
    reader.known(sent, FIELDS, "query.")
    of = sent.get("of")
    if of not in kinds:
        reader.fault("query.of", "choice", f"It must be {'one of ' * (len(kinds) > 1)}{', '.join(kinds)}.")
        return None
    since, until = _dates(reader, sent.get("date"))
    return Query(
        of=str(of),
        source=reader.text(sent, "source", "query.", 60) or "",
        collection=reader.text(sent, "collection", "query.", LONGEST_IDENTIFIER) or "",
        metadata=_pairs(reader, sent.get("metadata")),
        text=" ".join((reader.text(sent, "text", "query.", LONGEST_TEXT) or "").split()),
        tags=_tags(reader, sent.get("tag")),
        since=since,
        until=until,
        order=_choice(reader, sent.get("order"), "query.order", ORDERS),
        limit=_limit(reader, sent.get("limit"), MOST[str(of)]),
    )


def _choice(reader: Reader, value: Any, place: str, choices: Sequence[str]) -> str:
    """One of them; the first where nothing was said."""
    if value is None:
        return choices[0]
    if value not in choices:
        reader.fault(place, "choice", f"It must be one of {', '.join(choices)}.")
        return choices[0]
    return str(value)


def _limit(reader: Reader, value: Any, most: int) -> int | None:
    if value is None:
        return None
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())  # 5.0 is an integer in JSON
    if isinstance(value, bool) or not whole or not 0 < value <= most:
        reader.fault("query.limit", "number", f"It must be a number from 1 to {most}.")
        return None
    return int(value)


def _pairs(reader: Reader, sent: Any) -> tuple[Pair, ...]:
    if sent is None:
        return ()
    if not isinstance(sent, list) or len(sent) > MOST_PAIRS:
        reader.fault("query.metadata", "list", f"It must be a list of at most {MOST_PAIRS} pairs.")
        return ()
    return tuple(_pair(reader, each, f"query.metadata.{number}") for number, each in enumerate(sent))


def _pair(reader: Reader, sent: Any, place: str) -> Pair:
    if not isinstance(sent, Mapping):
        reader.fault(place, "object", "It must be an object with a label, a value, or both.")
        return Pair()
    reader.known(sent, ("label", "value", "match"), f"{place}.")
    label, value = ((reader.text(sent, name, f"{place}.", 1000) or "").strip() for name in ("label", "value"))
    if not label and not value:
        reader.fault(place, "required", "It needs a label, a value, or both.")
    return Pair(label, value, _choice(reader, sent.get("match"), f"{place}.match", MATCHES))


def _tags(reader: Reader, sent: Any) -> tuple[str, ...]:
    given = [sent] if isinstance(sent, str) else sent
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MOST_TAGS:
        reader.fault("query.tag", "list", f"It must be a list of at most {MOST_TAGS} tags.")
        return ()
    texts = (reader.text({str(number): each}, str(number), "query.tag.", 200) for number, each in enumerate(given))
    return tuple(dict.fromkeys(text.strip() for text in texts if text and text.strip()))


def _dates(reader: Reader, sent: Any) -> tuple[str, str]:
    if sent is None:
        return "", ""
    if not isinstance(sent, Mapping) or not sent:
        reader.fault("query.date", "object", 'It must be an object with "from", "to", or both.')
        return "", ""
    reader.known(sent, ("from", "to"), "query.date.")
    since, until = (_date(reader, sent.get(name), f"query.date.{name}") for name in ("from", "to"))
    if since and until and moment(since) > moment(until) and not is_within(moment(since), "", until):
        reader.fault("query.date", "range", "It ends before it begins.")
    return since, until


def _date(reader: Reader, value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not (_DATE.fullmatch(value) or NAV_DATE.fullmatch(value)):
        reader.fault(
            place, "date", "It must be a year, a month (1850-06), a day (1850-06-30) or a whole date and time."
        )
        return ""
    return value


def _items(reader: Reader, sent: Any) -> tuple[Item, ...]:
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_PAGES:
        reader.fault("items", "list", f"It must be a list of 1 to {MOST_PAGES} things to show.")
        return ()
    found = tuple(_item(reader, each, f"items.{number}") for number, each in enumerate(sent))
    places = ((f"items.{number}", repr(each)) for number, each in enumerate(found))
    if not reader.faults:
        reader.check_once(places, "This is in the list already.")
    return found


def _item(reader: Reader, sent: Any, place: str) -> Item:
    if not isinstance(sent, Mapping):
        reader.fault(place, "object", "It must be an object with an image or a canvas.")
        return Item()
    reader.known(sent, ("image", "canvas", "region"), f"{place}.")
    if ("image" in sent) == ("canvas" in sent):
        reader.fault(place, "required", "It needs an image or a canvas: not both.")
        return Item()
    region = reader.text(sent, "region", f"{place}.", 50) or ""
    if region and not _BOX.fullmatch(region):
        reader.fault(f"{place}.region", "region", 'It must be "x,y,width,height", in whole pixels.')
    if "canvas" in sent:
        return Item(canvas=_uuid(reader, sent["canvas"], f"{place}.canvas"), region=region)
    image = reader.text(sent, "image", f"{place}.", LONGEST_IDENTIFIER)
    if image is None and sent["image"] is None:
        reader.fault(f"{place}.image", "required", "It must be the id or the name of an image.")
    return Item(image=image or "", region=region)


def _uuid(reader: Reader, value: Any, place: str) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        reader.fault(place, "uuid", "It must be the id of a canvas.")
        return None


# ---------------------------------------------------------------------------------------------------------------- dates
def moment(text: str) -> Moment:
    """A date as it is written: whoever dates a thing 1850 at home means that, wherever it is asked for."""
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    date, _, time = digits.partition("T")
    year, *rest = (int(each) for each in _DIGITS.findall(date))
    return (sign * year, *rest, *(int(each) for each in _DIGITS.findall(time[:8])))


def is_within(there: Moment, since: str, until: str) -> bool:
    """Whether a date lies between these; 1850 goes on until its end."""
    if since and there < moment(since):
        return False
    return not until or there[: len(last := moment(until))] <= last
