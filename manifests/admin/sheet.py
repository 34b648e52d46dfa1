"""IIIF properties as rows of a form, and back. Pure.

A text in several languages is a list of [tag, text], an empty tag for none; a pair is {"label": rows, "value": rows}.
What came from a browser may be anything: what has not the shape of a form is a SourceFault.
"""

import re
from collections.abc import Mapping
from typing import Any

from gcis.core.errors import SourceFault
from manifests.build.text import LanguageMap

Rows = list[list[str]]

#: The properties in the order of the form, by what kind of field they need.
FIELDS = {
    "label": "text",
    "summary": "text",
    "metadata": "pairs",
    "requiredStatement": "pair",
    "rights": "rights",
    "navDate": "line",
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
        return _list(said) or None
    text = _string(said).strip()
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
    return _list(said) if kind == "choices" else _string(said)


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
