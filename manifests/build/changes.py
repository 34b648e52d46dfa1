"""What sets two documents of the same thing apart: pages, ranges, members and annotations are known by their ids.

A page that has another place has moved, and nothing in it has changed by that.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from manifests.build.properties import Json
from manifests.build.text import LanguageMap

#: What people know as a thing of its own; a change is told of the innermost of these that it is in.
PARTS = ("Manifest", "Collection", "Canvas", "Range")
What = Literal["added", "removed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a change is in, or what came or went: the document itself has an empty id."""

    id: str = ""
    type: str = ""
    label: LanguageMap | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` is a JSON pointer into the new document, of what was removed into the old one.

    `name` is the property of the part that it is about; empty where the part itself came, went or moved. `old` and
    `new` are its values, None for nothing; of something that moved, its places counted from 0.
    """

    what: What
    path: str
    part: Part
    name: str = ""
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    part: Part
    name: str

    def at(self, step: str | int) -> "_Place":
        """Below it; the first step below a part is the property that changes are about."""
        return _Place(f"{self.path}/{escaped(step)}", self.part, self.name or str(step))


def changes(old: Json | None, new: Json | None) -> list[Change]:
    """What is to be done to the old document to make it the new one; None is no document."""
    if old is None or new is None:
        one = new if old is None else old
        what: What = "added" if old is None else "removed"
        return [Change(what, "", Part("", one["type"], one.get("label")))] if one else []
    return list(_objects(_Place("", Part("", new.get("type", ""), new.get("label")), ""), old, new))


def escaped(step: str | int) -> str:
    """A step of a JSON pointer (RFC 6901 §3)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def _objects(place: _Place, old: Json, new: Json) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        yield from _values(place.at(name), old.get(name), new.get(name))


def _values(place: _Place, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.get("id") == new.get("id"):
        yield from _objects(place, old, new)
    elif (olds := _by_key(old)) is not None and (news := _by_key(new)) is not None:
        yield from _lists(place, olds, news)
    elif old is None or new is None:
        yield Change("added" if old is None else "removed", place.path, place.part, place.name, old, new)
    else:
        yield Change("changed", place.path, place.part, place.name, old, new)


def _lists(place: _Place, olds: Mapping[str, Json], news: Mapping[str, Json]) -> Iterator[Change]:
    """Lists of things with names of their own."""
    for number, (key, each) in enumerate(olds.items()):
        if key not in news:
            yield _whole("removed", place.at(number), each, each, None)
    stayed = _in_order(list(olds), list(news))
    numbers = {key: number for number, key in enumerate(olds)}
    for number, (key, each) in enumerate(news.items()):
        at = place.at(number)
        if key not in olds:
            yield _whole("added", at, each, None, each)
            continue
        part = _part(each)
        inside = _Place(at.path, part, "") if part else at
        if key not in stayed:
            yield Change("moved", inside.path, inside.part, inside.name, numbers[key], number)
        yield from _values(inside, olds[key], each)


def _whole(what: What, at: _Place, each: Json, old: Any, new: Any) -> Change:
    """Something came or went. Of pages and their like it is enough to say which."""
    if part := _part(each):
        return Change(what, at.path, part)
    return Change(what, at.path, at.part, at.name, old, new)


def _part(each: Json) -> Part | None:
    return Part(each.get("id", ""), each["type"], each.get("label")) if each.get("type") in PARTS else None


def _by_key(value: Any) -> dict[str, Json] | None:
    """A list of objects by what they are known by: the id, or the label of a pair. None where there is no such list."""
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return None
    named = {_key(each): each for each in value}
    return named if len(named) == len(value) and "" not in named else None


def _key(each: Json) -> str:
    return str(each["id"]) if "id" in each else str(each.get("label") or "")


def _in_order(olds: Sequence[str], news: Sequence[str]) -> set[str]:
    """The most that can have stayed in place: a longest stretch of what is in both in the same order."""
    places = {key: number for number, key in enumerate(olds)}
    common = [key for key in news if key in places]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, key in enumerate(common):
        length = bisect_left(tails, places[key])
        tails[length : length + 1] = [places[key]]
        ends[length : length + 1] = [number]
        before.append(ends[length - 1] if length else -1)
    found: set[str] = set()
    number = ends[-1] if ends else -1
    while number >= 0:
        found.add(common[number])
        number = before[number]
    return found
