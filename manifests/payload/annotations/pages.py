"""An annotation page as it is sent: what it hangs on, where it is shown, and what is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gcis.core.errors import FieldFault, SourceFault
from manifests.payload.annotations.around import Around, Spot
from manifests.payload.annotations.reading import AnnotationSent, annotations_sent
from manifests.payload.properties.linked import rendering
from manifests.payload.properties.services import services
from manifests.payload.properties.texts import label
from manifests.payload.properties.values import is_uri, tree
from manifests.payload.properties.way import Faulty, Json, Reader, Spoilt, Way

EMBEDDED, REFERENCED, FOREIGN = PLACES = ("embedded", "referenced", "foreign")
LARGEST_POSITION = 1_000_000
#: What the official schema lets stand in a page beside its annotations.
DESCRIPTIVE: dict[str, Reader] = {"label": label, "rendering": rendering, "thumbnail": tree, "service": services}
#: What belongs to a page as it is told by us, and changes nothing when it is sent back.
_TOLD = ("@context", "id", "type", "next", "prev", "partOf")
FIELDS = ("canvas", "range", "place", "position", "uri", "items", *DESCRIPTIVE)


@dataclass(frozen=True, slots=True)
class PageSent:
    """None means that nothing was said; in `description`, that something is taken away."""

    subject: Spot | None = None
    place: str | None = None
    position: int | None = None
    uri: str | None = None
    description: Json = field(default_factory=dict)
    items: list[AnnotationSent] | None = None


def page_sent(body: Mapping[str, Any], around: Around, present: str = "") -> PageSent:
    """SourceFault names everything that is wrong. `present` is the place of the page that is there already."""
    faults: list[FieldFault] = []
    _check_known(body, faults)
    subject = _subject(body, around, faults)
    about = replace(around, subject=subject or around.subject)
    place = _place(body, faults)
    sent = PageSent(
        subject,
        place,
        _position(body, faults),
        _uri(body, faults),
        _description(body, faults),
        _items(body, about, faults),
    )
    if (place or present or EMBEDDED) == FOREIGN:
        _check_foreign(sent, present, faults)
    elif sent.uri:
        faults.append(FieldFault("uri", "foreign", "Only a page that is foreign has the address of another server."))
    if faults:
        raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
    return sent


def _check_known(body: Mapping[str, Any], faults: list[FieldFault]) -> None:
    unknown = (name for name in body if name not in (*FIELDS, *_TOLD))
    faults += (FieldFault(name, "unknown", "There is no such field here.") for name in unknown)
    if body.get("type", "AnnotationPage") != "AnnotationPage":
        faults.append(FieldFault("type", "choice", "It must be AnnotationPage."))


def _check_foreign(sent: PageSent, present: str, faults: list[FieldFault]) -> None:
    if not sent.uri and present != FOREIGN:
        faults.append(FieldFault("uri", "required", "A foreign page needs its address."))
    if sent.items:
        faults.append(FieldFault("items", "foreign", "What is in a foreign page is on another server."))


def _subject(body: Mapping[str, Any], around: Around, faults: list[FieldFault]) -> Spot | None:
    """What it hangs on: a page, a range; else the work itself, if nothing else is known."""
    named = [name for name in ("canvas", "range") if body.get(name) is not None]
    if len(named) > 1:
        faults.append(FieldFault("range", "twice", "It hangs on one thing: a canvas or a range."))
    for name in named:
        value = body[name]
        spot = around.find(value) if isinstance(value, str) else None
        if spot and spot.reference.startswith(f"gcis:{name}/"):
            return spot
        faults.append(FieldFault(name, "unknown", f"There is no such {name} here."))
    return None


def _place(body: Mapping[str, Any], faults: list[FieldFault]) -> str | None:
    value = body.get("place")
    if value is None or value in PLACES:
        return value
    faults.append(FieldFault("place", "choice", f"It must be one of {', '.join(PLACES)}."))
    return None


def _position(body: Mapping[str, Any], faults: list[FieldFault]) -> int | None:
    value = body.get("position")
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is None or (whole and 0 <= value <= LARGEST_POSITION):
        return value
    faults.append(FieldFault("position", "number", f"It must be a whole number from 0 to {LARGEST_POSITION}."))
    return None


def _uri(body: Mapping[str, Any], faults: list[FieldFault]) -> str | None:
    value = body.get("uri")
    if value is None or (is_uri(value) and len(value) <= 2000):
        return value
    faults.append(FieldFault("uri", "address", "It must be an http or https address of at most 2000 characters."))
    return None


def _description(body: Mapping[str, Any], faults: list[FieldFault]) -> Json:
    found: Json = {}
    way = Way()
    for name, reader in DESCRIPTIVE.items():
        if name in body:
            try:
                found[name] = None if body[name] is None else reader(body[name], way.at(name))
            except Faulty as fault:
                way.noted.append(fault)
            except Spoilt:
                pass  # all that is wrong with it is noted
    faults += [FieldFault(each.place.lstrip("."), each.code, each.sentence) for each in way.noted]
    return found


def _items(body: Mapping[str, Any], around: Around, faults: list[FieldFault]) -> list[AnnotationSent] | None:
    if body.get("items") is None:
        return None
    try:
        return annotations_sent(body["items"], around)
    except SourceFault as fault:
        faults += fault.fields
        return None
