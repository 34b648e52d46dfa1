"""What a system sends about a manifest or a collection, checked and as values. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gcis.core.errors import FieldFault, SourceFault
from gcis.core.ids import LONGEST_IDENTIFIER, check_identifier
from manifests.payload.description import read

MOST_PAGES = 20_000
MOST_MEMBERS = 100_000
PUBLISH_WHEN = ("when_complete", "when_first", "manual")
#: What a body may hold beside the description.
MANIFEST_FIELDS = ("identifier", "publish_when", "canvases")
COLLECTION_FIELDS = ("identifier", "publish_when", "members")
CANVAS_FIELDS = ("id", "image", "label", "summary", "metadata", "requiredStatement", "rights", "behavior")
IMAGE_FIELDS = ("external_id", "url")
LONGEST = {"external_id": 1000, "url": 4000}


@dataclass(frozen=True, slots=True)
class PictureSent:
    """A picture by the sender's key; with an address it may be fetched there when it has not been sent yet."""

    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class PageSent:
    """A page. `key` is what the sender calls it; without one it is known by its picture."""

    key: str
    picture: PictureSent | None
    description: dict[str, Any]


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
    """Collects what is wrong, so that all of it is told at once."""

    faults: list[FieldFault] = field(default_factory=list)

    def fault(self, place: str, code: str, sentence: str) -> None:
        self.faults.append(FieldFault(place, code, sentence))

    def description(self, body: Mapping[str, Any], under: str = "") -> dict[str, Any]:
        found, faults = read(body, under)
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


def manifest(body: Mapping[str, Any]) -> ManifestSent:
    """SourceFault names everything that is wrong."""
    _check_object(body)
    reader = Reader()
    reader.known(body, (*MANIFEST_FIELDS, *DESCRIPTIVE))
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


def collection(body: Mapping[str, Any]) -> CollectionSent:
    """SourceFault names everything that is wrong."""
    _check_object(body)
    reader = Reader()
    reader.known(body, (*COLLECTION_FIELDS, *DESCRIPTIVE))
    members = reader.listed(body, "members", MOST_MEMBERS)
    sent = CollectionSent(
        reader.description(body),
        reader.identifier(body),
        reader.choice(body, "publish_when", PUBLISH_WHEN),
        None if members is None else tuple(_member(reader, each, f"members.{n}") for n, each in enumerate(members)),
    )
    keys = ((f"members.{n}", f"{each.kind} {each.external_id}") for n, each in _there(sent.members))
    reader.check_once(keys, "This member is named before.")
    reader.done()
    return sent


DESCRIPTIVE = ("label", "summary", "metadata", "requiredStatement", "rights", "navDate", "viewingDirection", "behavior")


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
        return PageSent("", None, {})
    reader.known(sent, CANVAS_FIELDS, f"{place}.")
    described = {name: value for name, value in sent.items() if name not in ("id", "image")}
    found = {name: value for name, value in reader.description(described, f"{place}.").items() if value is not None}
    if sent.get("id") is None and sent.get("image") is None:
        reader.fault(place, "page", "A page needs an image, or an id until it has one.")
    return PageSent(reader.text(sent, "id", f"{place}.") or "", _picture(reader, sent.get("image"), place), found)


def _picture(reader: Reader, sent: Any, place: str) -> PictureSent | None:
    if sent is None:
        return None
    if isinstance(sent, str):
        sent = {"external_id": sent}
    if not isinstance(sent, Mapping):
        reader.fault(f"{place}.image", "object", "It must be an external id, or an object with one.")
        return None
    reader.known(sent, IMAGE_FIELDS, f"{place}.image.")
    key, url = (reader.text(sent, name, f"{place}.image.", LONGEST[name]) for name in IMAGE_FIELDS)
    if sent.get("external_id") is None:
        reader.fault(f"{place}.image.external_id", "required", "A picture needs an external id.")
    return PictureSent(key, url or "") if key else None


def _check_pages(reader: Reader, pages: tuple[PageSent, ...]) -> None:
    """A key names one page; a picture is on one page of a manifest."""
    numbered = list(enumerate(pages))
    keys = ((f"canvases.{n}.id", page.key) for n, page in numbered if page.key)
    reader.check_once(keys, "A page before has the same id.")
    pictures = ((f"canvases.{n}.image", page.picture.external_id) for n, page in numbered if page.picture)
    reader.check_once(pictures, "A page before has the same picture.")


def _member(reader: Reader, sent: Any, place: str) -> MemberSent:
    kinds = ("manifest", "collection")
    if not isinstance(sent, Mapping) or len(sent) != 1 or next(iter(sent)) not in kinds:
        reader.fault(place, "member", 'It must be {"manifest": external id} or {"collection": external id}.')
        return MemberSent("", "")
    kind = next(iter(sent))
    if sent[kind] is None:
        reader.fault(f"{place}.{kind}", "required", "A member needs an external id.")
    return MemberSent(kind, reader.text(sent, kind, f"{place}.") or "")
