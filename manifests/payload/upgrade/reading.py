"""Reading one 2.1 document: where we are in it, what is wrong with it, and what of it has been used.

A property that nothing has taken is kept on the 3.0 resource under `_presentation2`, so nothing is lost by oversight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from gcis.core.errors import FieldFault

Json = dict[str, Any]

#: What only Presentation 2.1 can say, on the 3.0 resource that it belongs to.
PRIVATE = "_presentation2"
#: Licence URIs that are neither Creative Commons nor RightsStatements.org.
LICENSE = "_license"

#: The official schema: ids begin with http. Presentation 2.1 allows others for what is not fetched.
_HTTP = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(slots=True)
class Notes:
    """What is wrong with the document, and what of it cannot be kept: sentences with their places."""

    faults: list[FieldFault] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the document, such as sequences.0.canvases.3."""

    path: str
    notes: Notes

    def __truediv__(self, part: str | int) -> Place:
        return Place(f"{self.path}.{part}" if self.path else str(part), self.notes)

    def fault(self, code: str, sentence: str) -> None:
        self.notes.faults.append(FieldFault(self.path, code, sentence))

    def lose(self, sentence: str) -> None:
        self.notes.losses.append(f"{self.path}: {sentence}" if self.path else sentence)


class Resource:
    """One JSON object of the document. In JSON-LD null says the same as nothing."""

    def __init__(self, tree: Json, place: Place) -> None:
        self.place = place
        self.private: Json = {}
        #: 3.0 language tag → the tags that it stands for
        self.tags: dict[str, set[str]] = {}
        self._left = {name: value for name, value in tree.items() if value is not None}
        # The context of an embedded object says what its plain 2.1 form says without it (P2 §4.5).
        self._left.pop("@context", None)
        self.said_type = self._left.pop("@type", None)
        self.types = [each for each in as_list(self.said_type) if isinstance(each, str)]

    def peek(self, name: str) -> Any:
        return self._left.get(name)

    def take(self, name: str) -> Any:
        return self._left.pop(name, None)

    def take_list(self, name: str) -> list[Any]:
        """A value or a list of values (P2 §4.2) as a list."""
        return as_list(self.take(name))

    def take_required_list(self, name: str) -> list[Any]:
        """What has to be a list, even of one; nothing is an empty list."""
        value = self.take(name)
        if value is None or isinstance(value, list):
            return value or []
        (self.place / name).fault("list", "It must be a list.")
        return []

    def take_if(self, name: str, kind: type) -> Any:
        """The value if it is of that kind; else it stays, to be kept for 2.1 only."""
        return self.take(name) if isinstance(self.peek(name), kind) else None

    def take_uri(self) -> str | None:
        """@id where 3.0 takes it; others (urn:, blank nodes) are kept for 2.1 only."""
        return self.take("@id") if is_http(self.peek("@id")) else None

    def need_uri(self) -> str | None:
        uri = self.take("@id")
        if is_http(uri):
            return uri
        missing = uri is None
        (self.place / "@id").fault("id", "It is missing." if missing else "It must be an http or https address.")
        return None

    def keep(self, name: str, value: Any) -> None:
        """For 2.1 only; lists add up."""
        if isinstance(value, list) and name in self.private:
            value = as_list(self.private[name]) + value
        self.private[name] = value

    def done(self, found: Json) -> Json:
        """The 3.0 resource, with what is left of the 2.1 one."""
        result = {name: value for name, value in found.items() if value is not None}
        private = {**self._left, **self.private, **self._languages()}
        for name in self._left.keys() & self.private.keys():
            private[name] = as_list(self._left[name]) + as_list(self.private[name])
        if private:
            result[PRIVATE] = private
        return result

    def _languages(self) -> Json:
        told = {tag: said.copy().pop() for tag, said in self.tags.items() if len(said) == 1 and said != {tag}}
        for tag, said in self.tags.items():
            if len(said) > 1:
                others = ", ".join(sorted(each for each in said if each != tag))
                self.place.lose(f"Texts in the languages {others} are all under {tag}.")
        return {"languages": told} if told else {}


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def is_http(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _HTTP.fullmatch(value) is not None


def local(name: str) -> str:
    """Image for dctypes:Image; a full URI gives its last part."""
    return re.split(r"[:/#]", name)[-1]


def without_private(tree: Any) -> Any:
    """The tree without our private keys: plain Presentation 3.0."""
    if isinstance(tree, dict):
        return {name: without_private(value) for name, value in tree.items() if name not in (PRIVATE, LICENSE)}
    return [without_private(each) for each in tree] if isinstance(tree, list) else tree
