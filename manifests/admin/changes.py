"""What publishing would change, in words and grouped by page, for people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from manifests.build.changes import Change, Part
from manifests.gallery import pick

#: What people call the properties of documents.
WORDS = {
    "id": "Address",
    "label": "Label",
    "summary": "Summary",
    "metadata": "Metadata",
    "requiredStatement": "Required statement",
    "rights": "Rights",
    "provider": "Provider",
    "thumbnail": "Thumbnail",
    "homepage": "Homepage",
    "seeAlso": "See also",
    "rendering": "Other forms",
    "navDate": "Date for navigation",
    "navPlace": "Place",
    "viewingDirection": "Reading direction",
    "behavior": "Behaviour",
    "partOf": "Part of",
    "start": "First page",
    "structures": "Table of contents",
    "annotations": "Annotations",
    "placeholderCanvas": "Placeholder",
    "accompanyingCanvas": "Accompanying page",
    "services": "Services",
    "service": "Services",
    "width": "Width",
    "height": "Height",
    "duration": "Duration",
    "@context": "Context",
}
#: What `items` hold.
_HELD = {"Manifest": "Pages", "Collection": "Members", "Canvas": "Picture", "Range": "Contents"}
_KINDS = {"Canvas": "Page", "Range": "Section", "Manifest": "Manifest", "Collection": "Collection"}
_CAME = {"added": "is new", "removed": "is no longer there"}
#: Longer values are cut off: the page is for reading.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `old` and `new` are text; None: there is nothing to show."""

    said: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A page, section or member with its changes; the record itself has an empty `kind`."""

    kind: str
    title: str
    lines: list[Line] = field(default_factory=list)


def groups(changes: Sequence[Change], languages: Sequence[str]) -> list[Group]:
    """In the order of the document."""
    found = []
    for part, some in groupby(changes, key=lambda change: (change.part.id, change.part.type)):
        own = list(some)
        kind = _KINDS.get(part[1], part[1]) if part[0] else ""
        found.append(Group(kind, _title(own[0].part, languages), _together([_line(change) for change in own])))
    return found


def _together(lines: Sequence[Line]) -> list[Line]:
    """Each once; one thing that goes and one that comes in its place are one line."""
    found: list[Line] = []
    for line in dict.fromkeys(lines):
        before = found[-1] if found else None
        if before and before.said == line.said and before.new is None and line.old is None and before.old is not None:
            found[-1] = Line(line.said, before.old, line.new)
        else:
            found.append(line)
    return found


def _title(part: Part, languages: Sequence[str]) -> str:
    return pick(part.label, languages) or "without a label"


def _line(change: Change) -> Line:
    if change.what == "moved":
        thing = WORDS.get(change.name, change.name) if change.name else "It"
        return Line(f"{thing} moves from place {change.old + 1} to place {change.new + 1}")
    if not change.name:
        return Line(f"It {_CAME[change.what]}")
    name = _HELD.get(change.part.type, "Items") if change.name == "items" else WORDS.get(change.name, change.name)
    return Line(name, _plain(change.old), _plain(change.new))


def _plain(value: Any) -> str | None:
    text = _text(value)
    if text is None or len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}…"


def _text(value: Any) -> str | None:
    """A value in one line: texts as they are, of resources the label or the address."""
    if value is None:
        return None
    if isinstance(value, list):
        return "; ".join(text for each in value if (text := _text(each)))
    if not isinstance(value, Mapping):
        return str(value)
    if {"label", "value"} <= value.keys():
        return f"{_text(value['label'])}: {_text(value['value'])}"
    if "id" in value:
        return _text(value.get("label")) or str(value["id"])
    return "; ".join(text for each in value.values() if (text := _text(each)))
