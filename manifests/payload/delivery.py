"""What a system sends about a manifest or a collection, checked and as values. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gcis.core.errors import FieldFault, SourceFault
from gcis.core.ids import LONGEST_IDENTIFIER, check_identifier
from manifests.payload import painted
from manifests.payload.description import read
from manifests.payload.painted import PaintingSent, PictureSent
from manifests.payload.structure import written_out

MOST_PAGES = 20_000
MOST_MEMBERS = 100_000
PUBLISH_WHEN = ("when_complete", "when_first", "manual")
#: What a body may hold beside the description.
MANIFEST_FIELDS = ("identifier", "publish_when", "canvases")
COLLECTION_FIELDS = ("identifier", "publish_when", "members")
CANVAS_FIELDS = ("id", "image", "images", "width", "height", "duration")
#: What may be said of canvases, collections and manifests, in the terms of Presentation 3.0, and `license` and `tags`.
CANVAS_DESCRIPTIVE = (
    *("label", "summary", "metadata", "requiredStatement", "rights", "license", "provider", "homepage", "seeAlso"),
    *("rendering", "thumbnail", "navDate", "navPlace", "behavior", "service", "partOf"),
    *("placeholderCanvas", "accompanyingCanvas"),
)
COLLECTION_DESCRIPTIVE = (*CANVAS_DESCRIPTIVE, "viewingDirection", "services", "tags")
MANIFEST_DESCRIPTIVE = (*COLLECTION_DESCRIPTIVE, "start", "structures")
SIZES = ("width", "height", "duration")
LARGEST = {"width": 2**31 - 1, "height": 2**31 - 1, "duration": 10**9}


@dataclass(frozen=True, slots=True)
class PageSent:
    """A page. `key` is what the sender calls it; without one it is known by its first picture.

    `paintings` is empty where nothing is said of what is painted on it. `size` has those of width, height, duration
    that were sent.
    """

    key: str
    paintings: tuple[PaintingSent, ...]
    description: dict[str, Any]
    size: dict[str, Any] = field(default_factory=dict)

    @property
    def picture(self) -> PictureSent | None:
        """Its first picture."""
        return next((each.picture for each in self.paintings if each.picture), None)


@dataclass(frozen=True, slots=True)
class ManifestSent:
    """None means that nothing was said."""

    description: dict[str, Any]
    identifier: str | None = None
    publish_when: str | None = None
    pages: tuple[PageSent, ...] | None = None


@dataclass(frozen=True, slots=True)
class MemberSent:
    """`kind` is manifest or collection."""

    kind: str
    external_id: str


@dataclass(frozen=True, slots=True)
class CollectionSent:
    """None means that nothing was said."""

    description: dict[str, Any]
    identifier: str | None = None
    publish_when: str | None = None
    members: tuple[MemberSent, ...] | None = None


@dataclass
class Reader:
    """Collects what is wrong, so that all of it is told at once. `language` is that of texts that name none."""

    language: str = "none"
    faults: list[FieldFault] = field(default_factory=list)

    def fault(self, place: str, code: str, sentence: str) -> None:
        self.faults.append(FieldFault(place.removeprefix("."), code, sentence))

    def description(self, body: Mapping[str, Any], under: str = "", kind: str = "Manifest") -> dict[str, Any]:
        found, faults = read(written_out(body), under, kind=kind, language=self.language)
        self.faults += faults
        return found

    def known(self, body: Mapping[str, Any], names: tuple[str, ...], under: str = "") -> None:
        for name in body:
            if name not in names:
                self.fault(f"{under}{name}", "unknown", "There is no such field here.")

    def text(self, body: Mapping[str, Any], name: str, under: str = "", longest: int = 1000) -> str | None:
        value = body.get(name)
        if value is None or (isinstance(value, str) and 0 < len(value) <= longest and _is_line(value)):
            return value
        sentence = f"It must be a text of 1 to {longest} characters, without control characters."
        self.fault(f"{under}{name}", "text", sentence)
        return None

    def identifier(self, body: Mapping[str, Any]) -> str | None:
        value = self.text(body, "identifier", longest=LONGEST_IDENTIFIER)
        try:
            return check_identifier(value) if value else None
        except SourceFault as fault:
            self.fault("identifier", fault.code, fault.sentence)
            return None

    def choice(self, body: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str | None:
        value = body.get(name)
        if value is None or value in choices:
            return value
        self.fault(name, "choice", f"It must be one of {', '.join(choices)}.")
        return None

    def listed(self, body: Mapping[str, Any], name: str, most: int) -> list[Any] | None:
        value = body.get(name)
        if value is None or (isinstance(value, list) and len(value) <= most):
            return value
        self.fault(name, "list", f"It must be a list of at most {most}.")
        return None

    def check_once(self, keys: Iterator[tuple[str, str]], sentence: str) -> None:
        """Pairs of place and key: which keys came before."""
        seen: Counter[str] = Counter()
        for place, key in keys:
            seen[key] += 1
            if seen[key] > 1:
                self.fault(place, "twice", sentence)

    def done(self) -> None:
        if self.faults:
            raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(self.faults))


def manifest(body: Mapping[str, Any], language: str = "none") -> ManifestSent:
    """SourceFault names everything that is wrong. Texts that name no language are in this one."""
    _check_object(body)
    reader = Reader(language)
    reader.known(body, (*MANIFEST_FIELDS, *MANIFEST_DESCRIPTIVE))
    pages = reader.listed(body, "canvases", MOST_PAGES)
    sent = ManifestSent(
        reader.description(body),
        reader.identifier(body),
        reader.choice(body, "publish_when", PUBLISH_WHEN),
        None if pages is None else tuple(_page(reader, page, f"canvases.{n}") for n, page in enumerate(pages)),
    )
    _check_pages(reader, sent.pages or ())
    reader.done()
    return sent


def canvas(body: Any, language: str = "none") -> tuple[PageSent, int | None]:
    """A page more, and its place from 0. SourceFault names everything that is wrong."""
    _check_object(body)
    reader = Reader(language)
    place = body.get("place")
    if place is not None and (isinstance(place, bool) or not isinstance(place, int) or not 0 <= place <= MOST_PAGES):
        reader.fault("place", "number", f"It must be a number from 0 to {MOST_PAGES}.")
    sent = _page(reader, {name: value for name, value in body.items() if name != "place"}, "")
    reader.done()
    return sent, place


def canvas_changes(body: Any, language: str = "none") -> tuple[PageSent, dict[str, Any]]:
    """What is to change of a page, and the words of it, of which None is taken away. SourceFault as above."""
    _check_object(body)
    reader = Reader(language)
    reader.known(body, ("image", "images", *SIZES, *CANVAS_DESCRIPTIVE))
    described = reader.description(body, kind="Canvas")
    sent = PageSent("", _paintings(reader, body, ""), {}, _size(reader, body, ""))
    reader.done()
    return sent, described


def collection(body: Mapping[str, Any], language: str = "none") -> CollectionSent:
    """As `manifest`."""
    _check_object(body)
    reader = Reader(language)
    reader.known(body, (*COLLECTION_FIELDS, *COLLECTION_DESCRIPTIVE))
    members = reader.listed(body, "members", MOST_MEMBERS)
    sent = CollectionSent(
        reader.description(body, kind="Collection"),
        reader.identifier(body),
        reader.choice(body, "publish_when", PUBLISH_WHEN),
        None if members is None else tuple(_member(reader, each, f"members.{n}") for n, each in enumerate(members)),
    )
    keys = ((f"members.{n}", f"{each.kind} {each.external_id}") for n, each in _there(sent.members))
    reader.check_once(keys, "This member is named before.")
    reader.done()
    return sent


def _check_object(body: Any) -> None:
    if not isinstance(body, Mapping):
        raise SourceFault("invalid", "It must be an object.")


def _there(members: tuple[MemberSent, ...] | None) -> Iterator[tuple[int, MemberSent]]:
    """Those that could be read, with their places."""
    return ((number, each) for number, each in enumerate(members or ()) if each.external_id)


def _is_line(text: str) -> bool:
    """Fit for a line of text, and for every database."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def _page(reader: Reader, sent: Any, place: str) -> PageSent:
    if not isinstance(sent, Mapping):
        reader.fault(place, "object", "It must be an object.")
        return PageSent("", (), {})
    under = f"{place}." if place else ""
    reader.known(sent, (*CANVAS_FIELDS, *CANVAS_DESCRIPTIVE), under)
    described = {name: value for name, value in sent.items() if name not in CANVAS_FIELDS}
    found = {name: value for name, value in reader.description(described, under, "Canvas").items() if value is not None}
    if all(sent.get(name) is None for name in ("id", "image", "images")):
        reader.fault(place, "page", "A page needs an image, or an id until it has one.")
    key = reader.text(sent, "id", under) or ""
    return PageSent(key, _paintings(reader, sent, place), found, _size(reader, sent, place))


def _paintings(reader: Reader, sent: Mapping[str, Any], place: str) -> tuple[PaintingSent, ...]:
    if sent.get("image") is not None and sent.get("images") is not None:
        reader.fault(f"{place}.images", "twice", "A page has one image, or images: not both.")
        return ()
    if sent.get("images") is not None:
        return painted.paintings(reader, sent["images"], f"{place}.images")
    if sent.get("image") is None:
        return ()
    picture = painted.picture(reader, sent["image"], f"{place}.image")
    return (PaintingSent(picture),) if picture else ()


def _size(reader: Reader, sent: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Presentation 3.0 §5.3: width and height both or none, whole pixels; duration in seconds."""
    given = {name: sent[name] for name in SIZES if sent.get(name) is not None}
    for name, value in given.items():
        kinds = int | float if name == "duration" else int
        if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value <= LARGEST[name]:
            reader.fault(f"{place}.{name}", "number", "It must be a number above 0, in pixels or seconds.")
    if ("width" in given) != ("height" in given):
        reader.fault(place, "size", "A page has a width and a height, or neither.")
    return given


def _check_pages(reader: Reader, pages: tuple[PageSent, ...]) -> None:
    """A key names one page; a picture is on one page of a manifest."""
    numbered = list(enumerate(pages))
    keys = ((f"canvases.{n}.id", page.key) for n, page in numbered if page.key)
    reader.check_once(keys, "A page before has the same id.")
    shown = {page.picture.external_id for page in pages if page.picture and not page.key}
    numbers = [(n, page.picture.external_id) for n, page in numbered if page.picture]
    # What is known by its picture alone needs a picture of its own; pages with keys may share one.
    pictures = ((f"canvases.{n}.image", key) for n, key in numbers if key in shown)
    reader.check_once(pictures, "Another page has the same picture, and one of them no id.")


def _member(reader: Reader, sent: Any, place: str) -> MemberSent:
    kinds = ("manifest", "collection")
    if not isinstance(sent, Mapping) or len(sent) != 1 or next(iter(sent)) not in kinds:
        reader.fault(place, "member", 'It must be {"manifest": external id} or {"collection": external id}.')
        return MemberSent("", "")
    kind = next(iter(sent))
    if sent[kind] is None:
        reader.fault(f"{place}.{kind}", "required", "A member needs an external id.")
    return MemberSent(kind, reader.text(sent, kind, f"{place}.") or "")
