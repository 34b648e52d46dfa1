"""HTML in texts: what Presentation 3.0 §4.5 lets stand, and nothing else."""

import re
from html import unescape

import nh3

from manifests.build.text import plain

#: §4.5: the HTML that may stand in a summary, a metadata value, a required statement.
_TAGS = {"a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "img": {"src", "alt"}}
#: What does no harm beside them: an import keeps it, since §4.5 leaves it to clients to take it out.
_HARMLESS = {**_ATTRIBUTES, "*": {"title", "lang", "dir"}}
_SCHEMES = {"http", "https", "mailto"}
#: What may not stand there and ends a line all the same.
_BLOCK_END = re.compile(r"</(?:h[1-6]|li|div|tr|dt|dd|blockquote)\s*>", re.IGNORECASE)
_OUTER_BREAKS = re.compile(r"^(?:<br>|\s)+|(?:<br>|\s)+$")

#: Tags in the one way of writing that no two parsers understand differently, and the text between them.
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[A-Za-z]+)(?P<attributes>(?:\s+[A-Za-z]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*/?>|(?P<text>[^<]+)"
)
_ATTRIBUTE = re.compile(r"([A-Za-z]+)=(?:\"([^\"]*)\"|'([^']*)')")
_NUMBERED = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+))")

_Tokens = list[tuple[str, ...]]


def cleaned(text: str, *, harmless: bool = False) -> tuple[str, bool]:
    """Text, or HTML without anything but what §4.5 allows (and what is harmless); whether something was taken out.

    HTML in which nothing is to be changed comes back as it was written. A space behind it says that it is text,
    however it looks: so we mark such texts ourselves (`plain`).
    """
    if not (text.lstrip().startswith("<") and text.rstrip("\r\n\t").endswith(">")):
        return plain(text), False
    written = plain(text).rstrip()
    html = nh3.clean(
        _BLOCK_END.sub(r"\g<0><br>", written),
        tags=_TAGS,
        attributes=_HARMLESS if harmless else _ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value.strip(),
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    if _same(written, html):
        return written, False
    tidy = _OUTER_BREAKS.sub("", plain(html).rstrip())  # entities may have stood for what is no character of a text
    if "<" not in tidy:
        return plain(unescape(tidy)), True
    return tidy if tidy.startswith("<") and tidy.endswith(">") else f"<span>{tidy}</span>", True


def _same(written: str, html: str) -> bool:
    """Whether cleaning has changed no more than how the same is written."""
    tokens = _tokens(written)
    return tokens is not None and tokens == _tokens(html) and written.startswith("<") and written.endswith(">")


def _tokens(html: str) -> _Tokens | None:
    """Tags, attributes and texts; None where it is written in a way that leaves doubt."""
    if any(_is_control(*found) for found in _NUMBERED.findall(html)):
        return None
    found: _Tokens = []
    position = 0
    while position < len(html):
        token = _TOKEN.match(html, position)
        if not token:
            return None
        position = token.end()
        found.append(_token(token))
    return found


def _token(token: re.Match[str]) -> tuple[str, ...]:
    if token["text"] is not None:
        return ("", unescape(token["text"]))
    attributes = _ATTRIBUTE.findall(token["attributes"])
    pairs = sorted((name.lower(), unescape(double or single)) for name, double, single in attributes)
    return (f"{token['end']}{token['tag'].lower()}", *(part for pair in pairs for part in pair))


def _is_control(hexadecimal: str, decimal: str) -> bool:
    """Numbers of characters that no text may hold, which parsers read in different ways."""
    if len(hexadecimal or decimal) > 7:
        return True
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return number < 32 or 127 <= number < 160 or 0xD800 <= number < 0xE000 or number > 0x10FFFF
