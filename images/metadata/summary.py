"""Metadata as people and programs read it: names and values, as JSON. Pure."""

import json
import math
from fractions import Fraction
from typing import Any

from lxml import etree

from images.metadata import exif, iptc, spaces, tags, tiff, xmp
from images.metadata.fields import numbers, text
from images.metadata.found import Metadata
from images.metadata.spaces import RDF, XML_LANG
from images.metadata.tiff import Directory, Field

#: Characters of a text, values of a list, structures in one another, and bytes of JSON in all that are shown.
_MOST_TEXT = 2000
_MOST_VALUES = 100
_MOST_DEPTH = 5
_MOST_JSON = 64 << 10
#: Numbers of a binary value that mean something only to programs are left out from this many on.
_MOST_NUMBERS = 16
_CONTAINERS = tuple(f"{{{RDF}}}{kind}" for kind in ("Bag", "Seq", "Alt"))
_COMMENT = 37510
_WINDOWS_TEXTS = frozenset({40091, 40092, 40093, 40094, 40095})
_CHARSETS = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16-le", b"\0" * 8: "", b"JIS\0\0\0\0\0": "iso2022_jp"}


def summary(metadata: Metadata) -> dict[str, Any]:
    """{"exif": {...}, "iptc": {...}, "xmp": {...}}, safe for JSON and for PostgreSQL, at most 64 KB of JSON.

    EXIF and IPTC have ExifTool's names, XMP has prefix:name. Numbers are numbers (ExposureTime 0.004), repeated values
    lists, texts in several languages and structures are dicts. Binary values and what is beyond the limits are missing.
    """
    budget = _MOST_JSON - 100
    made: dict[str, Any] = {}
    for kind, values in (("exif", _exif(metadata)), ("iptc", _iptc(metadata)), ("xmp", _xmp(metadata))):
        made[kind] = {}
        for name, value in values.items():
            budget -= (size := len(json.dumps({name: value})))
            if budget < 0:
                budget += size
                continue
            made[kind][name] = value
    return made


def _exif(metadata: Metadata) -> dict[str, Any]:
    known, _ = exif.parse(metadata.exif)
    made: dict[str, Any] = {}
    for names, directory in ((tags.MAIN, known.main), (tags.EXIF, known.photo), (tags.GPS, known.gps)):
        made |= _directory(names, directory)
    return made


def _directory(names: dict[int, str], directory: Directory) -> dict[str, Any]:
    values = {names[tag]: _value(tag, field) for tag, field in directory.items() if tag in names}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _value(tag: int, field: Field) -> Any:
    if tag in _WINDOWS_TEXTS:
        return _clean(field.data.decode("utf-16-le", errors="replace"))
    if tag == _COMMENT:
        return _comment(field.data)
    if field.kind == tiff.ASCII:
        return _clean(text(field.data))
    if field.kind == tiff.UNDEFINED:
        return _clean(text(field.data)) if field.data.isascii() and text(field.data).isprintable() else None
    found = [_number(one) for one in numbers(field)]
    if len(found) > _MOST_NUMBERS:
        return None
    return found[0] if len(found) == 1 else found


def _comment(data: bytes) -> str:
    """EXIF 3.0 §4.6.6.4 (UserComment): eight bytes say the character set."""
    charset = _CHARSETS.get(data[:8])
    if not charset:
        return _clean(text(data[8:] if charset is not None else data))
    return _clean(data[8:].decode(charset, errors="replace"))


def _number(one: int | float | Fraction | None) -> int | float | None:
    if one is None or isinstance(one, int):
        return one
    whole = float(one)
    if not math.isfinite(whole):
        return None
    return int(whole) if whole.is_integer() and abs(whole) < 1e15 else float(f"{whole:.8g}")


def _iptc(metadata: Metadata) -> dict[str, Any]:
    made: dict[str, Any] = {}
    datasets, _ = iptc.to_utf8(iptc.parse(metadata.iptc)[0])
    for dataset in datasets:
        if not dataset.is_text or dataset.number not in iptc.NAMES:
            continue
        words = _clean(iptc.text(dataset))
        if dataset.name not in made:
            made[dataset.name] = words
        elif isinstance(known := made[dataset.name], list):
            known.extend([words][: _MOST_VALUES - len(known)])
        else:
            made[dataset.name] = [known, words]
    return made


def _xmp(metadata: Metadata) -> dict[str, Any]:
    try:
        rdf, _ = xmp.parse(metadata.xmp) if metadata.xmp else (xmp.empty(), ())
    except xmp.BadXmp:
        return {}
    found = {_clean(spaces.name(of)): _property(value) for _, of, value in xmp.properties(rdf)}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _property(value: etree._Element | str, depth: int = 0) -> Any:
    """An array as list or, in languages, as dict; a structure as dict; else a text."""
    if isinstance(value, str):
        return _clean(value)
    if depth == _MOST_DEPTH:
        return None
    container = next((child for child in value if child.tag in _CONTAINERS), None)
    if container is not None:
        return _items(container, depth)
    if len(value) or _attributes(value):
        inner = value.find(f"{{{RDF}}}Description")
        return _structure(value if inner is None else inner, depth)
    return _clean(value.text or value.get(f"{{{RDF}}}resource") or "")


def _attributes(element: etree._Element) -> dict[str, str]:
    """Those that are properties and not syntax."""
    syntax = (f"{{{RDF}}}", "{http://www.w3.org/XML/")
    return {str(of): str(words) for of, words in element.attrib.items() if not str(of).startswith(syntax)}


def _items(container: etree._Element, depth: int) -> Any:
    items = container.findall(f"{{{RDF}}}li")[:_MOST_VALUES]
    if container.tag == _CONTAINERS[2] and any(item.get(XML_LANG) for item in items):
        languages = {str(item.get(XML_LANG, "x-default"))[:40]: _clean(item.text or "") for item in items}
        return languages["x-default"] if list(languages) == ["x-default"] else languages
    return [value for value in (_property(item, depth + 1) for item in items) if value not in (None, "")]


def _structure(element: etree._Element, depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {_clean(spaces.name(of)): _clean(words) for of, words in _attributes(element).items()}
    for child in list(element)[:_MOST_VALUES]:
        if isinstance(child.tag, str):
            made[_clean(spaces.name(child.tag))] = _property(child, depth + 1)
    return made


def _clean(words: str) -> str:
    """Without NUL and other control characters, without halves of characters, and not longer than anybody reads."""
    words = "".join(letter for letter in words[: _MOST_TEXT + 1] if letter >= " " or letter in "\n\t")
    words = words.encode(errors="replace").decode().strip()
    return words if len(words) <= _MOST_TEXT else words[: _MOST_TEXT - 1] + "…"
