"""Texts in languages (Presentation 3.0 §4.4) and pairs of them (§3.1 metadata, requiredStatement)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from manifests.build.text import LanguageMap, is_language_tag, plain
from manifests.payload.properties.markup import cleaned
from manifests.payload.properties.way import MISSING, Spoilt, Way, listed, part

LONGEST_TEXT = 20_000
MOST_TEXTS = 1_000
MOST_PAIRS = 500

Clean = Callable[[str], tuple[str, bool]]


def label(value: Any, way: Way) -> LanguageMap:
    """§3.1 label: text only, never HTML."""
    return _language_map(value, way, lambda text: (plain(text), False))


def rich(value: Any, way: Way) -> LanguageMap:
    """§4.5: texts that may be HTML, when they start with < and end with >, without a space behind it."""
    return _language_map(value, way, lambda text: cleaned(text, harmless=way.lenient))


def pair(value: Any, way: Way) -> dict[str, LanguageMap]:
    """§3.1: a label and a value."""
    if not isinstance(value, Mapping) or not {"label", "value"} <= set(value):
        raise way.fault("pair", "It must have a label and a value.")
    if more := sorted(str(name)[:40] for name in set(value) - {"label", "value"}):
        if not way.lenient:
            raise way.fault("pair", "It must have a label and a value, and nothing else.")
        way.note("unknown", f"Beside its label and value it had {', '.join(more)}.")
    found = {"label": part(label, value["label"], way, "label"), "value": part(rich, value["value"], way, "value")}
    if MISSING in found.values():
        raise Spoilt
    return found


def pairs(value: Any, way: Way) -> list[dict[str, LanguageMap]]:
    """§3.1 metadata."""
    if not isinstance(value, list):
        raise way.fault("list", f"It must be a list of at most {MOST_PAIRS} pairs of label and value.")
    found: list[dict[str, LanguageMap]] = listed(pair, MOST_PAIRS, "pairs of label and value")(value, way)
    return found


def language_tag(value: Any, way: Way) -> str:
    """BCP 47, as far as the official schema lets it stand."""
    if not isinstance(value, str):
        raise way.fault("language", "It must be a language tag such as en or de-CH.")
    tag = _usable(value, way) if way.lenient else value
    if not is_language_tag(tag):
        raise way.fault("language", f"{value[:40]!r} is not a language tag.")
    return tag


def _language_map(value: Any, way: Way, clean: Clean) -> LanguageMap:
    """§4.4. What has no language is under the language of the way."""
    if isinstance(value, str | list):
        value = {way.language: value}
    if not isinstance(value, Mapping) or not value:
        raise way.fault("text", 'It must be a text, or texts by language such as {"en": ["…"]}.')
    found: LanguageMap = {}
    for tag, texts in value.items():
        language = language_tag(tag, way)
        if kept := _texts(texts, way.at(language), clean):
            found[language] = [*found.get(language, []), *kept]
    if not found:
        raise way.fault("empty", "There is no text in it.")
    return found


def _texts(value: Any, way: Way, clean: Clean) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise way.fault("text", "It must be a text or a list of texts.")
    if len(given) > MOST_TEXTS:
        raise way.fault("too_many", f"There are at most {MOST_TEXTS} texts in a language.")
    kept = []
    for text in given:
        if len(text) > LONGEST_TEXT:
            raise way.fault("too_long", f"A text has at most {LONGEST_TEXT} characters.")
        way.spend(text)
        fit, lost = clean(text)
        if lost and way.lenient:
            way.note("html", "Its HTML holds more than IIIF allows, which was taken out.")
        if fit.strip():
            kept.append(fit)
    return kept


#: Subtags that the official schema refuses: regions by number (es-419), variants by year (de-1996).
_WITH_DIGITS = re.compile(r"-[A-Za-z]*[0-9][A-Za-z0-9]*")


def _usable(tag: str, way: Way) -> str:
    """The nearest tag that may be published. What other systems write (`en_GB`, `@none`) means the same."""
    if tag in ("", "@none", "und"):
        return tag if tag == "und" else "none"
    dashed = tag.replace("_", "-")
    short = _WITH_DIGITS.sub("", dashed)
    if short != dashed and is_language_tag(short):
        way.note("language", f"The language {tag[:40]} became {short}: the official schema allows no digits in it.")
    return short
