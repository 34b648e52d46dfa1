"""What things in a document are called: in the document, among our records, and in what is published of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from gcis.core.errors import SourceFault
from manifests.build.references import mapped, reference
from manifests.payload.iiif.document import LONGEST_ID
from manifests.payload.iiif.shapes import Json

#: Properties that are passed on as they are: words, and links to things on the web.
WORDS = {
    *("label", "summary", "metadata", "requiredStatement", "rights", "navDate", "navPlace", "provider", "homepage"),
    *("seeAlso", "rendering", "thumbnail", "logo", "_presentation2", "_license", "presentation2", "license"),
}
#: What is referred to by its id all over a document, and has the same address in all versions.
_PLACES = ("canvas", "range")


@dataclass(frozen=True, slots=True)
class Thing:
    """`kind` as in internal references, and "painting". `name` is its id, or where it has none of its own that of its
    holder and its place there. `elsewhere`: it is only referred to."""

    kind: str
    path: str
    name: str
    id: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """`uri` is the one that it keeps; "" where it is published under ours."""

    key: UUID
    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How the ids of a document are taken over.

    `own` is the internal reference of its record. With `keep` foreign ids stay; `given` has the keys that are settled
    already: those of rows that are here, and those under our addresses that are free. `ours` begins all our addresses.
    `pictures` has the pictures of ours by the URIs of their services.
    """

    record: UUID
    own: str
    keep: bool
    ours: str
    given: Mapping[tuple[str, str], UUID] = field(default_factory=dict)
    pictures: Mapping[str, UUID] = field(default_factory=dict)


class Naming:
    def __init__(self, rule: Rule, document_id: str, things: Iterable[Thing]) -> None:
        self.rule = rule
        self.by_path = {thing.path: self._named(thing) for thing in things}
        self.references = {document_id: rule.own}
        for thing in things:
            named = self.by_path[thing.path]
            if thing.id and (thing.kind in _PLACES or self._is_ours_now(thing, named)):
                self.references[thing.id] = reference(thing.kind, named.key)

    def at(self, path: str) -> Named:
        return self.by_path[path]

    def minted(self, kind: str, name: str) -> UUID:
        """The same for the same record and name, so that a second import finds it."""
        return self.rule.given.get((kind, name)) or uuid5(self.rule.record, f"{kind} {name}")

    def uri(self, given: Any) -> str:
        """The id that a thing keeps."""
        is_foreign = isinstance(given, str) and given.startswith("http") and not given.startswith(self.rule.ours)
        return given if is_foreign and self.rule.keep else ""

    def internal(self, tree: Any) -> Any:
        """The tree with references to what is in the document, instead of ids."""
        if isinstance(tree, dict):
            return {name: value if name in WORDS else self.internal(value) for name, value in tree.items()}
        if isinstance(tree, list):
            return [self.internal(each) for each in tree]
        return mapped(tree, self._reference)

    def _reference(self, text: str) -> str:
        if text in self.references:
            return self.references[text]
        bare, mark, fragment = text.partition("#")
        return f"{self.references[bare]}#{fragment}" if mark and bare in self.references else text

    def _named(self, thing: Thing) -> Named:
        return Named(self.minted(thing.kind, thing.name), thing.name, self.uri(thing.id))

    @staticmethod
    def _is_ours_now(thing: Thing, named: Named) -> bool:
        """Whether its address is made of its uuid. What is painted is named below its canvas."""
        return not named.uri and not thing.elsewhere and thing.kind != "painting"


def things(tree: Json) -> list[Thing]:
    """Everything in the document that becomes a row with a name, in its order. SourceFault: an id is too long."""
    found = list(_Walk().document(tree))
    if long := next((thing for thing in found if len(thing.name) > LONGEST_ID), None):
        raise SourceFault("id_too_long", f"The id at {long.path} is longer than {LONGEST_ID} characters.")
    return found


class _Walk:
    """Once through a document. An id that was there before is nobody else's."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def document(self, tree: Json) -> Iterator[Thing]:
        if tree.get("type") == "AnnotationPage":
            yield from self._page(tree, "", "")
            return
        if tree.get("type") == "Manifest":
            for number, each in objects(tree.get("items")):
                yield from self._canvas(each, f"items.{number}")
            for number, each in objects(tree.get("structures")):
                yield from self._range(each, f"structures.{number}", "")
        yield from self._pages(tree, "", "")

    def _canvas(self, tree: Json, path: str) -> Iterator[Thing]:
        canvas = self._thing("canvas", tree, path)
        yield canvas
        for page_number, page in objects(tree.get("items")):
            for number, each in objects(page.get("items")):
                place = f"{page_number}.items.{number}"
                yield self._thing("painting", each, f"{path}.items.{place}", canvas.name, place)
        yield from self._pages(tree, path, canvas.name)

    def _range(self, tree: Json, path: str, holder: str) -> Iterator[Thing]:
        found = self._thing("range", tree, path, holder)
        yield found
        for number, each in objects(tree.get("items")):
            if is_range(each):
                yield from self._range(each, f"{path}.items.{number}", found.name)
        yield from self._pages(tree, path, found.name)

    def _pages(self, tree: Json, path: str, holder: str) -> Iterator[Thing]:
        for number, each in objects(tree.get("annotations")):
            yield from self._page(each, below(path, f"annotations.{number}"), holder)

    def _page(self, tree: Json, path: str, holder: str) -> Iterator[Thing]:
        page = self._thing("annotations", tree, path, holder)
        yield page
        for number, each in objects(tree.get("items")):
            yield self._thing("annotation", each, below(path, f"items.{number}"), page.name)

    def _thing(self, kind: str, tree: Json, path: str, holder: str = "", place: str = "") -> Thing:
        name = tree.get("id")
        if not isinstance(name, str) or not name.startswith("http") or name in self._seen:
            return Thing(kind, path, f"{holder} {kind} {place or path.rpartition('.')[2]}".strip(), "")
        elsewhere = kind == "annotations" and "items" not in tree
        if not elsewhere:  # a reference to a page may be there many times
            self._seen.add(name)
        return Thing(kind, path, name, name, elsewhere)


def below(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def is_range(item: Json) -> bool:
    """Whether it is a range with its parts, not a reference to one."""
    return item.get("type") == "Range" and "items" in item


def objects(value: Any) -> Iterator[tuple[int, Json]]:
    """The objects in a list, with their places; of anything else none."""
    listed = value if isinstance(value, list) else []
    return ((number, each) for number, each in enumerate(listed) if isinstance(each, dict))
