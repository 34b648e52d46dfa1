"""How a value is read: strictly, so that what is wrong is told to the sender, or leniently, so that the rest is kept.

A reader takes a value and a way, and returns the value in Presentation 3.0 shape or raises Faulty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

#: Parts (objects, members of lists) and characters in one property.
MOST_PARTS = 200_000
MOST_CHARACTERS = 20_000_000
#: Steps from a property down to its innermost part.
DEEPEST = 64
#: How much of what is wrong in a property is told.
MOST_FAULTS = 1_000


class Faulty(Exception):
    """A part is wrong; `place` is where it lies in what was being read. `remark`: it says no more than it says."""

    def __init__(self, code: str, sentence: str, place: str = "", *, remark: bool = False) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.place, self.remark = code, sentence, place, remark


class TooMuch(Faulty):
    """There is no room for more: the whole property cannot be used."""


class Spoilt(Exception):
    """A part cannot be used because of parts in it, of which all that is wrong is noted already."""


@dataclass(slots=True)
class Room:
    """What may still come in a property."""

    parts: int = MOST_PARTS
    characters: int = MOST_CHARACTERS


@dataclass(frozen=True, slots=True)
class Way:
    """`language` is that of texts without one, `kind` the type of the resource that has the property ("" = any).

    `noted` gathers what is wrong: in a strict reading all of it is the sender's to mend; in a lenient one it is what
    was left out, or changed so that something of it is lost.
    """

    language: str = "none"
    lenient: bool = False
    kind: str = ""
    place: str = ""
    steps: int = 0
    noted: list[Faulty] = field(default_factory=list)
    room: Room = field(default_factory=Room)

    def at(self, step: str | int, kind: str | None = None) -> "Way":
        """The way of a part. Faulty when there are too many of them, or too many within each other."""
        self.room.parts -= 1
        if self.room.parts < 0:
            raise TooMuch("too_many", f"There are more than {MOST_PARTS} parts in it.", self.place)
        if self.steps >= DEEPEST:
            raise self.fault("too_deep", f"There are more than {DEEPEST} parts within each other.")
        kind = self.kind if kind is None else kind
        return Way(self.language, self.lenient, kind, f"{self.place}.{step}", self.steps + 1, self.noted, self.room)

    def spend(self, text: str) -> None:
        self.room.characters -= len(text)
        if self.room.characters < 0:
            raise TooMuch("too_long", f"There are more than {MOST_CHARACTERS} characters in it.", self.place)

    def fault(self, code: str, sentence: str) -> Faulty:
        return Faulty(code, sentence, self.place)

    def note(self, code: str, sentence: str) -> None:
        """What is wrong, without ending the reading of this part."""
        self.add(Faulty(code, sentence, self.place, remark=True))

    def add(self, fault: Faulty) -> None:
        if len(self.noted) < MOST_FAULTS:
            self.noted.append(fault)


Reader = Callable[[Any, Way], Any]


class _Missing:
    """What a part is that could not be read."""


MISSING: Final = _Missing()


def part(reader: Reader, value: Any, way: Way, step: str | int) -> Any:
    """A part that may be absent: MISSING, and what is wrong is noted, if it cannot be read."""
    try:
        return reader(value, way.at(step))
    except TooMuch:
        raise
    except Faulty as fault:
        way.add(fault)
    except Spoilt:
        if way.lenient:
            way.add(Faulty("spoilt", "It cannot be used because of that.", f"{way.place}.{step}", remark=True))
    return MISSING


def listed(reader: Reader, most: int, called: str = "entries") -> Reader:
    """A list of what `reader` reads; one without a list is a list of one."""

    def read(value: Any, way: Way) -> list[Any]:
        given = [value] if isinstance(value, Mapping) else value
        if not isinstance(given, list) or len(given) > most:
            raise way.fault("list", f"It must be a list of at most {most} {called}.")
        found = [part(reader, each, way, number) for number, each in enumerate(given)]
        return [each for each in found if each is not MISSING]

    return read


def one_or_many(reader: Reader, most: int) -> Reader:
    """What Web Annotations allow in most places: one, or a list of them. It keeps the form that it had."""

    def read(value: Any, way: Way) -> Any:
        return listed(reader, most)(value, way) if isinstance(value, list) else reader(value, way)

    return read
