"""Objects with known properties: what must be in them, what may be, and what becomes of anything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from manifests.payload.properties.values import key, one_of, tree
from manifests.payload.properties.way import MISSING, Json, Reader, Spoilt, Way, part

#: Looks at the whole of what was read, and raises Faulty if its parts do not go together.
Check = Callable[[Json, Way], None]


def _fine(found: Json, way: Way) -> None:
    """Nothing more is asked."""


@dataclass(frozen=True)
class Shape:
    """A class of resource: readers of its properties by name, and which of them must be there.

    `closed`: the official schema allows no property beside them.
    """

    parts: Mapping[str, Reader]
    must: tuple[str, ...] = ()
    check: Check = field(default=_fine)
    closed: bool = False
    kind: str = ""

    def __call__(self, value: Any, way: Way) -> Json:
        if not isinstance(value, Mapping):
            raise way.fault("object", "It must be an object.")
        before = len(way.noted)
        found, spoilt = self._parts(value, way)
        for name in self.must:
            if value.get(name) is None:
                way.at(name).note("required", f"There is no {name}, and there must be one.")
                spoilt = True
        if spoilt:
            raise Spoilt
        if way.lenient or len(way.noted) == before:  # else what goes together is no question yet
            self.check(found, way)
        return found

    def _parts(self, value: Mapping[Any, Any], way: Way) -> tuple[Json, bool]:
        """What could be read, and whether something is missing that must be there."""
        found: Json = {}
        spoilt = False
        inner = Way(way.language, way.lenient, self.kind or way.kind, way.place, way.steps, way.noted, way.room)
        for given, each in value.items():
            name = key(given, way)
            if each is None:
                continue
            read = part(self.parts.get(name) or self._unknown(name), each, inner, name)
            if read is not MISSING:
                found[name] = read
            elif name in self.must:
                spoilt = True
        return found, spoilt

    def _unknown(self, name: str) -> Reader:
        """Terms of extensions (`dcterms:source`) are kept; an import keeps all that the official schema lets stand."""

        def read(value: Any, way: Way) -> Any:
            extension = ":" in name and not name.startswith("@")
            if self.closed or name.startswith("@") or not (extension or way.lenient):
                raise way.fault("unknown", f"There is no such property here. There are {', '.join(self.parts)}.")
            return tree(value, way)

        return read


def typed(*types: str) -> Reader:
    """The type of a resource: one of these; any name if there are none."""
    return one_of(types) if types else _type


def _type(value: Any, way: Way) -> str:
    if not isinstance(value, str) or not value or not value.isascii() or not value.replace(":", "").isalnum():
        raise way.fault("type", "It must be the name of a class, such as Text or Dataset.")
    return value
