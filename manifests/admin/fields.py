"""The form of words: every property as a field, with what the source says under it, and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gcis.core.errors import FieldFault, SourceFault
from manifests import editing
from manifests.admin import sheet
from manifests.admin.vocabulary import BEHAVIORS, rights_name
from manifests.build.references import reference
from manifests.build.rules.behaviors import EXCLUSIVE
from manifests.description import effective
from manifests.gallery import pick
from manifests.models import Manifest, Resource
from manifests.payload.description import DIRECTIONS, belongs
from manifests.sentences import field as called
from manifests.words import differences

_HELP = {
    "summary": "May hold simple HTML when it begins with < and ends with >.",
    "requiredStatement": "Viewers must show it: an attribution, a credit.",
    "license": "Addresses of terms that are neither of Creative Commons nor of RightsStatements.org, one in a line.",
    "provider": "Who has it, with the addresses of the homepage and of a logo.",
    "homepage": "Pages about it, such as that of a catalogue.",
    "seeAlso": "Data about it for machines, such as a record in MODS.",
    "rendering": "Other forms of it for people, such as a PDF.",
    "tags": "One in a line. They are for searching, and stand in no document.",
    "navDate": "Where it stands on a time line: 1921-05-01, or with a time 1921-05-01T12:00:00Z.",
    "navPlace": "Where it stands on a map: a point by its latitude and longitude in degrees.",
    "start": "With which page viewers begin.",
}


#: Kinds of fields whose faults are told at the place where they are.
_LISTS = ("pairs", "links", "agents")


@dataclass(slots=True)
class Field:
    """One property. `shown` is what its inputs hold (see `sheet`), `seen` the value that was there, as JSON.

    `source` is what the source says where people have written over it, None where it says nothing; `theirs` is what
    somebody else has said since the page was opened. `faults` are by the place of a pair, None for the whole.
    """

    name: str
    kind: str
    shown: Any
    seen: str
    title: str
    help: str = ""
    curated: bool = False
    source: str | None = None
    differs: bool = False
    theirs: str | None = None
    choices: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[int | None, list[str]] = field(default_factory=dict)

    @property
    def complaints(self) -> list[str]:
        """What is wrong with the whole of it."""
        return self.faults.get(None, [])

    @property
    def groups(self) -> list[list[tuple[str, str]]]:
        """The choices, those together that exclude each other."""
        said = dict(self.choices)
        together = [[each for each in self.choices if each[0] in group] for group in EXCLUSIVE if group & said.keys()]
        known = {value for group in together for value, _ in group}
        return [*together, *([each] for each in self.choices if each[0] not in known)]

    @property
    def pairs(self) -> list[tuple[Any, list[str]]]:
        """Each pair, or resource, and what is wrong with it."""
        return [(pair, self.faults.get(number, [])) for number, pair in enumerate(self.shown)]


def fields(record: Resource) -> list[Field]:
    """The form as it is when nobody has typed yet."""
    said, differ = effective(record), {difference.name for difference in differences(record)}
    kind = type(record).__name__
    return [_field(record, name, said.get(name), differ) for name in sheet.FIELDS if belongs(name, kind)]


def one(record: Resource, name: str) -> Field:
    return next(field for field in fields(record) if field.name == name)


@dataclass(frozen=True, slots=True)
class Said:
    """What came from the form: what people saw, what their fields hold now, and of that what they have changed."""

    seen: dict[str, Any]
    shown: dict[str, Any]
    sent: dict[str, Any]


def read(text: str) -> Said:
    """The form as it was sent: JSON of {"seen": {name: value}, "said": {name: rows}}. SourceFault for anything else."""
    try:
        given = json.loads(text)
        seen, said = dict(given["seen"]), dict(given["said"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SourceFault("form", "This is not what the form sends. Load the page again.") from None
    names = [name for name in sheet.FIELDS if name in said and name in seen]
    shown = {name: sheet.filled(name, said[name]) for name in names}
    changed = [name for name in names if shown[name] != _filled(name, seen[name])]
    return Said({name: seen[name] for name in names}, shown, {name: sheet.value(name, said[name]) for name in changed})


def refused(record: Resource, said: Said, faults: Sequence[FieldFault], now: Mapping[str, Any]) -> list[Field]:
    """The form with what people have typed, what is wrong with it, and what others have said (`now`) meanwhile.

    What only others have changed is shown as it is now.
    """
    form = fields(record)
    for each in form:
        if each.name in said.sent:
            each.shown = said.shown[each.name]
            each.theirs = plainly(each.name, now[each.name]) if each.name in now else None
    for fault in faults:
        name, _, place = fault.field.partition(".")
        number = place.partition(".")[0]
        for each in form:
            if each.name == name:
                where = int(number) if each.kind in _LISTS and number.isdigit() else None
                each.faults.setdefault(where, []).append(_complaint(each, where, fault))
    return form


def _complaint(field: Field, where: int | None, fault: FieldFault) -> str:
    """Of a pair with a half that is empty, that; else what the fault says."""
    if field.kind not in ("pair", "pairs"):
        part = "the address" if fault.field.endswith(".id") else "the label" if fault.field.endswith(".label") else ""
        return f"{fault.sentence} ({part})" if part and where is not None else fault.sentence
    pair = field.shown if field.kind == "pair" else field.shown[where] if where is not None else {}
    return "It needs both a label and a value." if pair and not all(pair.values()) else fault.sentence


def _filled(name: str, value: Any) -> Any:
    """What a field showed of this value."""
    try:
        return sheet.filled(name, sheet.rows(name, value))
    except (AttributeError, TypeError, ValueError):
        raise SourceFault("form", "This is not what the form sends. Load the page again.") from None


def _field(record: Resource, name: str, value: Any, differ: set[str]) -> Field:
    curated = name in record.curated_layer
    source = record.source_layer.get(name) if curated else None
    return Field(
        name,
        sheet.FIELDS[name],
        sheet.rows(name, value),
        json.dumps(value),
        called(name).capitalize(),
        _HELP.get(name, ""),
        curated,
        plainly(name, source) if curated and source is not None else None,
        name in differ,
        choices=_choices(record, name, value),
    )


def _choices(record: Resource, name: str, value: Any) -> list[tuple[str, str]]:
    if name == "viewingDirection":
        return [("", "as usual"), *((each, each.replace("-", " ")) for each in DIRECTIONS)]
    if name == "start":
        return _pages(record, value)
    if name != "behavior":
        return []
    offered = BEHAVIORS[type(record)]
    others = [each for each in value or [] if each not in offered]
    return [*((each, meaning) for each, meaning in offered.items()), *((each, "") for each in others)]


def _pages(record: Resource, value: Any) -> list[tuple[str, str]]:
    """The pages in their order; and what it is now where that is none of them, such as a part of one."""
    assert isinstance(record, Manifest), "start belongs to manifests"
    rows = {str(row.pk): row for row in record.canvases.filter(dropped=None)}
    found = [("", "the first")]
    for number, key in enumerate(editing.current_order(record), start=1):
        label = pick(effective(rows[key]).get("label"), ()) if key in rows else ""
        found.append((reference("canvas", key), f"{number}: {label}" if label else str(number)))
    now = sheet.rows("start", value)
    return found if now in dict(found) else [*found, (now, "as it is now: a part of a page")]


def plainly(name: str, value: Any) -> str:
    """A property in one line."""
    kind = sheet.FIELDS[name]
    if value is None:
        return "nothing"
    if kind == "text":
        return _texts(value)
    if kind == "pair":
        return _pair(value)
    if kind == "pairs":
        return "; ".join(map(_pair, value))
    if kind in ("choices", "lines"):
        return ", ".join(value)
    if kind in ("links", "agents"):
        return "; ".join(_texts(each.get("label") or {}) or str(each.get("id", "")) for each in value)
    if kind == "place":
        row = sheet.rows(name, value)
        return f"{row['latitude']}, {row['longitude']}" if row["latitude"] else "several places"
    if kind == "page":
        return "a page"
    return rights_name(value) or str(value)


def _pair(pair: Mapping[str, Any]) -> str:
    return f"{_texts(pair.get('label') or {})}: {_texts(pair.get('value') or {})}"


def _texts(texts: Mapping[str, Sequence[str]]) -> str:
    """Each language with its tag, where there is more than one."""
    listed = {tag: " · ".join(values) for tag, values in texts.items()}
    if len(listed) < 2:
        return next(iter(listed.values()), "")
    return " / ".join(text if tag == "none" else f"{tag}: {text}" for tag, text in listed.items())
