"""Strings of 2.1 (P2 §4.3) as language maps (P3 §4.4), and the check of the HTML in them (P2 §4.4)."""

import re
from html.parser import HTMLParser
from typing import Any

from manifests.build.text import LanguageMap, is_language_tag
from manifests.payload.upgrade.reading import Json, Place, Resource, as_list

#: P2 §4.4: clients must take these away "and similar"; a document with them is not to be trusted.
_DANGEROUS = {
    *("script", "style", "object", "form", "input", "iframe", "frame", "frameset", "embed", "applet", "button"),
    *("textarea", "select", "link", "meta", "base", "svg", "math"),
}
_ELEMENTS = {
    *("a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "body", "br", "caption"),
    *("center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "i", "img", "ins", "kbd", "li", "main"),
    *("mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"),
}


def text(resource: Resource, name: str, rich: bool = False) -> LanguageMap | None:
    """A property of the resource as a language map; None if it says nothing. `rich`: HTML may stand in it."""
    return language_map(resource.take(name), resource, resource.place / name, rich)


def language_map(value: Any, resource: Resource, place: Place, rich: bool = False) -> LanguageMap | None:
    """String, {"@value", "@language"}, or a list of them. What has no language is under `none`."""
    found: LanguageMap = {}
    for number, each in enumerate(as_list(value)):
        where = place / number if isinstance(value, list) else place
        for tag, string in _strings(each, where):
            if rich:
                _check_html(string, where)
            if string:
                kept = _kept_tag(tag)
                resource.tags.setdefault(kept, set()).add(tag or "none")
                found.setdefault(kept, []).append(string)
    return found or None


def metadata(resource: Resource) -> list[Json] | None:
    """P2 §3.1 metadata: pairs of label and value."""
    found = []
    for number, each in enumerate(resource.take_required_list("metadata")):
        place = resource.place / "metadata" / number
        if not isinstance(each, dict):
            place.fault("pair", "It must be an object with a label and a value.")
            continue
        label = language_map(_written(each.get("label")), resource, place / "label")
        value = language_map(_written(each.get("value")), resource, place / "value", rich=True)
        if label and value:
            found.append({"label": label, "value": value})
        else:
            place.lose("A pair without a label or without a value is not kept.")
        if others := sorted(each.keys() - {"label", "value"}):
            place.lose(f"A pair has a label and a value; {', '.join(others)} is not kept.")
    return found or None


def attribution(resource: Resource) -> Json | None:
    """P2 §3.2 attribution: what has to be shown is 3.0's required statement."""
    value = text(resource, "attribution", rich=True)
    return {"label": {"en": ["Attribution"]}, "value": value} if value else None


def is_html(string: str) -> bool:
    return string.startswith("<") and string.endswith(">")


def _written(value: Any) -> Any:
    """Numbers of people who write {"value": 1850} as the text they mean."""
    if isinstance(value, list):
        return [_written(each) for each in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _strings(value: Any, place: Place) -> list[tuple[str, str]]:
    """(language or nothing, string) for a string or a value object, of which @value may be a list."""
    if isinstance(value, str):
        return [("", value)]
    if not isinstance(value, dict):
        place.fault("text", 'It must be a text, or {"@value": "…", "@language": "…"}.')
        return []
    language = value.get("@language") or ""
    if not isinstance(language, str):
        (place / "@language").fault("language", "It must be a language tag such as en.")
        return []
    strings = as_list(value.get("@value"))
    if not strings or not all(isinstance(each, str) for each in strings):
        (place / "@value").fault("text", "It must be a text.")
        return []
    return [(language, each) for each in strings]


def _kept_tag(tag: str) -> str:
    """The language tag in the letters and hyphens that the official schema allows; `none` if none are left."""
    parts = re.split(r"[-_]", tag)
    while parts and not all(is_language_tag(part) for part in parts):
        parts.pop()
    return "-".join(parts) or "none"


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in _DANGEROUS:
            self.wrong = self.wrong or f"The element {tag} may not stand in it."
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*(javascript|vbscript|data)\s*:", value or "", re.IGNORECASE):
                self.wrong = self.wrong or f"The attribute {name} of {tag} may run a program."

    def handle_comment(self, data: str) -> None:
        self.wrong = self.wrong or "Comments may not stand in it."

    def handle_pi(self, data: str) -> None:
        self.wrong = self.wrong or "Processing instructions may not stand in it."

    def unknown_decl(self, data: str) -> None:
        self.wrong = self.wrong or "CDATA sections may not stand in it."


def _check_html(string: str, place: Place) -> None:
    """P2 §4.4: what starts with < and ends with > is HTML, and then only what cannot do harm."""
    if not is_html(string):
        return
    parser = _Html()
    try:
        parser.feed(string)
        parser.close()
    except AssertionError:  # the parser's answer to a broken declaration such as <![x
        parser.wrong = "It is no HTML."
    if not parser.wrong and not parser.tags & _ELEMENTS:
        parser.wrong = "It starts with < and ends with >, but is no HTML; a space behind it says that it is text."
    if parser.wrong:
        place.fault("html", parser.wrong)
