"""IIIF properties as rows of a form, and back. Pure.

A text in several languages is a list of [tag, text], an empty tag for none; a pair is {"label": rows, "value": rows}.
What came from a browser may be anything: what has not the shape of a form is a SourceFault.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gcis.core.errors import SourceFault
from manifests.admin import resources
from manifests.admin.resources import PARTS, Labels
from manifests.build.text import LanguageMap

Rows = list[list[str]]

#: The properties in the order of the form, by what kind of field they need.
FIELDS = {
    "label": "text",
    "summary": "text",
    "metadata": "pairs",
    "requiredStatement": "pair",
    "rights": "rights",
    "license": "lines",
    "provider": "agents",
    "homepage": "links",
    "seeAlso": "links",
    "rendering": "links",
    "tags": "lines",
    "navDate": "line",
    "navPlace": "place",
    "start": "page",
    "viewingDirection": "choice",
    "behavior": "choices",
}
_DAY = re.compile(r"-?\d{4,}-\d\d-\d\d")


def rows(name: str, value: Any) -> Any:
    """A property as its field shows it; of nothing (None) an empty field."""
    kind = FIELDS[name]
    if kind == "text":
        return _text_rows(value)
    if kind == "pair":
        return _pair_rows(value or {})
    if kind == "pairs":
        return [_pair_rows(pair) for pair in value or []]
    if kind == "links":
        return [resources.link_row(each, _LABELS) for each in value or []]
    if kind == "agents":
        return [resources.agent_row(each, _LABELS) for each in value or []]
    if kind == "place":
        return resources.place_row(value, _LABELS)
    if kind == "lines":
        return "\n".join(value or [])
    if kind == "page":
        return _page_row(value)
    return list(value or []) if kind == "choices" else value or ""


def value(name: str, said: Any) -> Any:
    """What a field says, as a property; None when it is empty. It is not checked yet."""
    kind = FIELDS[name]
    if kind == "text":
        return language_map(said)
    if kind == "pair":
        return _pair(said) if _is_filled(said) else None
    if kind == "pairs":
        return [_pair(pair) for pair in _list(said) if _is_filled(pair)] or None
    if kind == "choices":
        return [each for each in _list(said) if each] or None
    if kind in PARTS:
        return _resources(name, kind, said)
    text = _string(said).strip()
    if kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()] or None
    if kind == "page":
        return _page(text)
    return (f"{text}T00:00:00Z" if name == "navDate" and _DAY.fullmatch(text) else text) or None


def filled(name: str, said: Any) -> Any:
    """The field without rows that say nothing, so that faults are told at the places at which they are shown."""
    kind = FIELDS[name]
    if kind == "text":
        return _said(said)
    if kind == "pair":
        return _filled_pair(said)
    if kind == "pairs":
        return [_filled_pair(pair) for pair in _list(said) if _is_filled(pair)]
    if kind == "place":
        return _filled_row(kind, said)
    if kind in PARTS:
        return [row for each in _list(said) if resources.is_filled(kind, row := _filled_row(kind, each))]
    if kind == "choices":
        return sorted(filter(None, map(_string, _list(said))))
    return _string(said).replace("\r\n", "\n")


def _resources(name: str, kind: str, said: Any) -> Any:
    rows = filled(name, said)
    try:
        if kind == "place":
            return resources.place(rows, _LABELS)
        if kind == "agents":
            return [resources.agent(row, _LABELS) for row in rows] or None
        return [resources.link(name, row, _LABELS) for row in rows] or None
    except (ValueError, TypeError, AttributeError, KeyError):
        raise _unreadable() from None


def _filled_row(kind: str, said: Any) -> dict[str, Any]:
    given = _dict(said)
    parts = {name: _string(given.get(name, "")) for name in (*PARTS[kind], "kept")}
    return {**parts, "label": _said(given.get("label"))}


def _page_row(start: Any) -> str:
    """The reference of a canvas; of anything else (a part of one) all of it."""
    if not start:
        return ""
    plain = set(start) == {"id", "type"} and start["type"] == "Canvas"
    return str(start["id"]) if plain else json.dumps(start, sort_keys=True)


def _page(text: str) -> Any:
    """Presentation 3.0 §3.3.2 start."""
    if not text.startswith("{"):
        return {"id": text, "type": "Canvas"} if text else None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable() from None


def language_map(said: Any) -> LanguageMap | None:
    """The texts by language, in their order; None where there is none."""
    found: LanguageMap = {}
    for tag, text in _said(said):
        found.setdefault(tag or "none", []).append(text)
    return found or None


def _text_rows(texts: LanguageMap | None) -> Rows:
    return [["" if tag == "none" else tag, text] for tag, listed in (texts or {}).items() for text in listed]


def _pair_rows(pair: Mapping[str, Any]) -> dict[str, Rows]:
    return {part: _text_rows(pair.get(part)) for part in ("label", "value")}


def _pair(said: Any) -> dict[str, Any]:
    return {part: language_map(said.get(part)) or {} for part in ("label", "value")}


def _filled_pair(said: Any) -> dict[str, Rows]:
    return {part: _said(_dict(said).get(part)) for part in ("label", "value")}


def _is_filled(said: Any) -> bool:
    return any(_said(_dict(said).get(part)) for part in ("label", "value"))


def _said(said: Any) -> Rows:
    """The rows with a text."""
    found = []
    for row in _list(said or []):
        if not isinstance(row, list) or len(row) != 2:
            raise _unreadable()
        tag, text = _string(row[0]).strip(), _string(row[1]).replace("\r\n", "\n")
        if text.strip():
            found.append([tag, text])
    return found


def _list(said: Any) -> list[Any]:
    if not isinstance(said, list):
        raise _unreadable()
    return said


def _dict(said: Any) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise _unreadable()
    return said


def _string(said: Any) -> str:
    if not isinstance(said, str):
        raise _unreadable()
    return said


def _unreadable() -> SourceFault:
    return SourceFault("form", "This is not what the form sends. Load the page again.")


_LABELS = Labels(_text_rows, language_map)
