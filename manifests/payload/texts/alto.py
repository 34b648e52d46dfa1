"""ALTO, versions 1 to 4: the file format of digitised books and newspapers (https://www.loc.gov/standards/alto/).

Elements are known by their names in whatever namespace, since each version has its own and the first had several.
Rotations (ROTATION) are of what stands in a block; coordinates are those of the page as it lies, and are taken so.
"""

import re

from lxml import etree

from gcis.core.errors import SourceFault
from manifests.payload.texts.running import DraftBlock, DraftLine, blocks
from manifests.payload.texts.shapes import Box, PageText, Word, around, between, spoken
from manifests.payload.texts.source import check_parts, chosen
from manifests.payload.texts.wording import clean, joined, language

#: No page is larger in any unit; what is said to lie farther away lies nowhere.
FARTHEST = 1e7
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,3})?")
#: HYP often holds a sign that is not seen at the end of a line; on the page there is a hyphen.
_UNSEEN = ("", "\xad", "\xac")


def page(alto: etree._Element, number: int) -> PageText:
    """The page with this number, from 0, of an `alto` element. Raises SourceFault."""
    element = chosen(list(alto.iter("{*}Page")), number)
    width, height = _size(element)
    if (width is None or height is None) and _unit(alto) != "pixel":
        raise SourceFault("page_size", "Its coordinates are not in pixels, and it does not say how large the page is.")
    check_parts(sum(1 for _ in element.iter("{*}TextBlock", "{*}TextLine", "{*}String")))
    said = _language(element, None)
    drafts = [_block(block, said) for block in element.iter("{*}TextBlock")]
    text = blocks(drafts)
    return PageText("alto", width, height, spoken(text) or said, text)


def _unit(alto: etree._Element) -> str:
    """pixel, mm10 or inch1200; without one it is mm10 (version 1)."""
    element = next(alto.iter("{*}MeasurementUnit"), None)
    return (element.text or "").strip().lower() if element is not None else "mm10"


def _size(element: etree._Element) -> tuple[int, int] | tuple[None, None]:
    width, height = (round(_number(element.get(name)) or 0) for name in ("WIDTH", "HEIGHT"))
    return (width, height) if width > 0 and height > 0 else (None, None)


def _block(element: etree._Element, inherited: str | None) -> DraftBlock:
    said = _language(element, inherited)
    lines = (_line(line, said) for line in element.iterchildren("{*}TextLine"))
    return DraftBlock(_box(element), [line for line in lines if line.text])


def _line(element: etree._Element, inherited: str | None) -> DraftLine:
    said = _language(element, inherited)
    strings = list(element.iterchildren("{*}String"))
    words = tuple(word for word in (_word(string, said) for string in strings) if word.text)
    text = joined(word.text for word in words)
    hyphen = next(element.iterchildren("{*}HYP"), None)
    if hyphen is not None and text and not text.endswith("-"):
        sign = clean(hyphen.get("CONTENT", ""))
        text += "-" if sign in _UNSEEN else sign
    line = DraftLine(_box(element) or around(word.box for word in words), words, text, said, hyphen is not None)
    if strings and strings[-1].get("SUBS_TYPE") == "HypPart1":
        line.whole = clean(strings[-1].get("SUBS_CONTENT", ""))
    line.rest = bool(strings) and strings[0].get("SUBS_TYPE") == "HypPart2"
    return line


def _word(element: etree._Element, inherited: str | None) -> Word:
    """A String. Its ALTERNATIVE, Glyph and Variant elements are other readings, and are left out."""
    sure = _number(element.get("WC"))
    confidence = None if sure is None else min(max(sure, 0.0), 1.0)
    return Word(_box(element), clean(element.get("CONTENT", "")), confidence, _language(element, inherited))


def _language(element: etree._Element, inherited: str | None) -> str | None:
    """LANG since version 2.1, `language` before."""
    return language(element.get("LANG") or element.get("language")) or inherited


def _box(element: etree._Element) -> Box | None:
    """HPOS, VPOS, WIDTH and HEIGHT; where one is missing, what is around the polygon (since version 3.1)."""
    x, y, width, height = (_number(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    if x is not None and y is not None and width is not None and height is not None:
        return between(x, y, x + width, y + height)
    polygon = element.find("{*}Shape/{*}Polygon")
    return _around(polygon.get("POINTS", "")) if polygon is not None else None


def _around(points: str) -> Box | None:
    """The box around `x y x y` or `x,y x,y`."""
    numbers = [_number(text) for text in points.replace(",", " ").split()]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or len(known) < 4 or len(known) % 2:
        return None
    xs, ys = known[::2], known[1::2]
    return between(min(xs), min(ys), max(xs), max(ys))


def _number(text: str | None) -> float | None:
    """An xsd:float that can be a place on a page."""
    if text is None or not _NUMBER.fullmatch(text.strip()):
        return None
    value = float(text)
    return value if abs(value) <= FARTHEST else None
