"""Strings of 2.1 (§4.3) from language maps of 3.0 (§4.4)."""

from collections.abc import Iterator
from html import escape
from typing import Any

from manifests.build.second.form import Json, one_or_many
from manifests.build.second.markup import is_html, tidy

#: {"en": ["…"], "none": ["…"]}
LanguageMap = dict[str, list[str]]
#: A plain string, {"@value", "@language"}, or a list of both.
Text = str | Json | list[str | Json]
#: What a 2.1 client writes before an attribution by itself, in the languages in which documents come.
_ATTRIBUTION = frozenset(
    (
        *("attribution", "attributions", "attribuzione", "atribución", "atribuição", "atribució", "namensnennung"),
        *("naamsvermelding", "erkännande", "navngivelse", "navngiving", "nimeäminen", "uznanie autorstwa"),
    )
)


def text(value: LanguageMap | None) -> Text | None:
    """2.1 §4.3: strings of no known language plain, the others with their language; None where there is none."""
    return one_or_many(string(rich(words), tag) for tag, words in pairs(value))


def name(value: LanguageMap | None) -> Text | None:
    """2.1 §3.1 label, §4.4: a text that is never HTML; what looks like it gets the space that says so."""
    return one_or_many(string(unmarked(words), tag) for tag, words in pairs(value))


def pairs(value: LanguageMap | None) -> Iterator[tuple[str, str]]:
    """Every string of a language map with its language, in order."""
    for tag, strings in (value or {}).items():
        for each in (strings,) if isinstance(strings, str) else strings:
            if each:
                yield tag, each


def string(words: str, tag: str) -> str | Json:
    """One string; `none` is how 3.0 writes that nobody knows the language."""
    return words if tag in ("none", "@none") else {"@value": words, "@language": tag}


def rich(words: str) -> str:
    """§4.4: a string that may be HTML, with no more of it than 2.1 allows."""
    return tidy(words) if is_html(words) else words


def unmarked(words: str) -> str:
    """§4.4: a string that is not HTML although it begins and ends as if it were, marked as such."""
    return f"{words} " if is_html(words) else words


def labelled(statement: Json) -> list[str | Json]:
    """The strings of a pair of label and value in one: "Label: value".

    Without the label where it only says that this is the attribution, which 2.1 clients write themselves.
    """
    labels = dict(reversed(list(pairs(statement.get("label")))))
    values = ((tag, rich(words)) for tag, words in pairs(statement.get("value")))
    if not labels or any(words.strip().rstrip(":").casefold() in _ATTRIBUTION for words in labels.values()):
        return [string(words, tag) for tag, words in values]
    return [string(_prefixed(_fitting(labels, tag), words), tag) for tag, words in values]


def _fitting(labels: dict[str, str], tag: str) -> str:
    """The label in that language; else the one of no language, the English one, the first."""
    known = (labels[each] for each in (tag, "none", "en") if each in labels)
    return next(known, next(reversed(labels.values())))


def _prefixed(label: str, words: str) -> str:
    """§4.4: HTML stays wrapped in one element, and nothing stands before it."""
    label = label.strip().rstrip(":")
    return f"<span>{escape(label, quote=False)}: {words}</span>" if is_html(words) else f"{label}: {words}"


def contains(strings: list[str | Json], words: str) -> bool:
    """Whether one of the strings says these words already."""
    return any(words.casefold() in value.casefold() for value in map(_value, strings))


def _value(each: Any) -> str:
    return str(each["@value"]) if isinstance(each, dict) else str(each)
