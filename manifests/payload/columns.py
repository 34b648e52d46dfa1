"""The columns of metadata.csv: what their titles mean, and what a cell becomes in IIIF."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from manifests.build.rights import rights_uri
from manifests.build.text import LanguageMap, is_language_tag, plain

#: Titles with a meaning; every other title is the label of a metadata pair.
KNOWN = ("file", "label", "summary", "order", "rights", "attribution", "identifier", "navdate")
SEPARATOR = "|"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is one of KNOWN or metadata; `language` a language tag or none; `title` the label of a metadata pair."""

    kind: str
    language: str
    title: str


def column(title: str) -> tuple[Column, str]:
    """What a column's title means, and a warning or "". `label@de` is the label in German."""
    name, at, tag = plain(title).rpartition("@")
    if not at:
        name, tag = tag, "none"
    warning = ""
    if not is_language_tag(tag):
        warning = f"The column “{plain(title)}” names no language that we know; its texts are kept without one."
        tag = "none"
    name = plain(name)
    kind = name.casefold() if name.casefold() in KNOWN else "metadata"
    return Column(kind, _canonical(tag), name), warning


def _canonical(tag: str) -> str:
    """BCP 47 §2.1.1: de, de-CH, zh-Hant; so that label@DE and label@de are one."""
    first, *others = tag.split("-")
    styles = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(styles.get(len(part), str.lower)(part) for part in others)])


class Cells:
    """What the cells of one row become, gathered column by column."""

    def __init__(self) -> None:
        self.order = ""
        self.identifier = ""
        self.warnings: list[str] = []
        self._label: LanguageMap = {}
        self._summary: LanguageMap = {}
        self._attribution: LanguageMap = {}
        self._pairs: dict[str, LanguageMap] = {}
        self._single: dict[str, str] = {}

    def add(self, column: Column, cell: str) -> None:
        text = plain(cell)
        if not text:
            return
        match column.kind:
            case "label":
                self._label.setdefault(column.language, []).append(text)
            case "summary":
                self._summary.setdefault(column.language, []).append(text)
            case "attribution":
                self._attribution.setdefault(column.language, []).append(text)
            case "order":
                self.order = text
            case "identifier":
                self.identifier = text
            case "rights":
                self._one(
                    "rights", rights_uri(text), text, "Rights", "no address of a Creative Commons licence or the like"
                )
            case "navdate":
                self._one("navDate", nav_date(text), text, "Date", "no date like 1850, 1850-03 or 1850-03-31")
            case "metadata":
                self._pair(column.title, column.language, cell)

    def description(self) -> dict[str, Any]:
        """IIIF properties, without those that nothing was said about."""
        pairs = [{"label": {"none": [title]}, "value": value} for title, value in self._pairs.items()]
        statement = {"label": {"en": ["Attribution"]}, "value": self._attribution}
        given = {
            "label": self._label,
            "summary": self._summary,
            "metadata": pairs,
            "requiredStatement": statement if self._attribution else None,
            **self._single,
        }
        return {name: value for name, value in given.items() if value}

    def _one(self, name: str, value: str | None, text: str, title: str, fault: str) -> None:
        """A property of one value; what cannot be one is kept for people to read."""
        if value:
            self._single[name] = value
        else:
            self.warnings.append(f"“{text}” is {fault}; it is shown as “{title}”.")
            self._pair(title, "none", text)

    def _pair(self, title: str, language: str, cell: str) -> None:
        values = [text for text in map(plain, cell.split(SEPARATOR)) if text]
        if values:
            self._pairs.setdefault(title, {}).setdefault(language, []).extend(values)


def nav_date(text: str) -> str | None:
    """Presentation 3.0 §3.1 navDate from a year, month or day (its first moment), or None."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return f"{date(*(int(part or 1) for part in found.groups())).isoformat()}T00:00:00Z"
    except ValueError:
        return None
