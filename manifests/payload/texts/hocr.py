"""hOCR: OCR as HTML, the way Tesseract, OCRopus, Kraken and the Internet Archive write it (hOCR 1.2).

Elements are known by their class, whatever their names; places and confidence stand in `title`.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from manifests.payload.texts.running import DraftBlock, DraftLine, blocks
from manifests.payload.texts.shapes import Box, PageText, Word, around, between, spoken
from manifests.payload.texts.source import check_parts, chosen
from manifests.payload.texts.wording import clean, joined, language

Role = Literal["block", "float", "line", "word"]

_ROLES: dict[str, Role] = {
    "ocr_carea": "block",
    "ocrx_block": "block",
    "ocr_par": "block",
    "ocr_line": "line",
    "ocrx_line": "line",
    # Tesseract says so of lines, others of blocks with lines in them.
    "ocr_header": "float",
    "ocr_footer": "float",
    "ocr_caption": "float",
    "ocr_textfloat": "float",
    "ocr_pageno": "float",
    "ocrx_word": "word",
}
#: Where places are counted from on a page that does not say where it lies itself.
NOWHERE = Box(0, 0, 0, 0)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_QUOTED = re.compile(r'"[^"]*"')
_PLACE = r"[\s,]+(-?[0-9]{1,7}(?:\.[0-9]{1,20})?)"
_BBOX = re.compile(rf"(?:^|;)\s*bbox{_PLACE * 4}(?![0-9.])")
_CONFIDENCE = re.compile(r"(?:^|;)\s*x_wconf\s+([0-9]{1,3}(?:\.[0-9]{1,20})?)(?![0-9.])")


def all_pages(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter("*") if "ocr_page" in _classes(element)]


def page(pages: list[etree._Element], number: int) -> PageText:
    """The page with this number, from 0, of those of `all_pages`. Raises SourceFault."""
    element = chosen(pages, number)
    said = next((tag for each in (element, *element.iterancestors()) if (tag := _language(each, None))), None)
    box = _box(element)
    for broken in element.iter("{*}br"):
        broken.tail = f" {broken.tail or ''}"
    sized = box is not None and box.width > 0 and box.height > 0
    reader = _Reader(element, said, box if box and sized else NOWHERE)
    width, height = (box.width, box.height) if box and sized else (None, None)
    found = blocks(reader.drafts)
    return PageText("hocr", width, height, spoken(found) or said, found)


@dataclass(slots=True)
class _Open:
    """An element that is open, and what was found in it so far. `held`: other blocks or lines were."""

    element: etree._Element
    role: Role
    box: Box | None
    language: str | None
    words: list[Word] = field(default_factory=list)
    draft: DraftBlock | None = None
    held: bool = False


class _Reader:
    """One walk over a page; a line belongs to the innermost block around it.

    Words outside of lines become a line without a box, and so does the text of a block without lines and words.
    Every element is looked at once however they are nested, so that time grows with the size of the file alone.
    """

    def __init__(self, page: etree._Element, said: str | None, origin: Box) -> None:
        self.drafts: list[DraftBlock] = []
        self._origin = origin
        self._parts = 0
        self._open = [_Open(page, "block", None, said)]
        walk = etree.iterwalk(page, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
            elif self._start(element):
                walk.skip_subtree()

    def _start(self, element: etree._Element) -> bool:
        """Whether all of the element has been read."""
        role = next((_ROLES[name] for name in _classes(element) if name in _ROLES), None)
        outer = self._open[-1]
        if role is None or (role != "word" and outer.role == "line"):
            return False
        self._parts += 1
        check_parts(self._parts)
        said = _language(element, outer.language)
        box = _box(element, self._origin)
        if role == "word":
            outer.words.append(Word(box, _letters(element), _confidence(element), said))
            return True
        self._flush(outer)
        if outer.role == "float":
            outer.role = "block"
        outer.held = True
        self._open.append(_Open(element, role, box, said))
        return False

    def _end(self, element: etree._Element) -> None:
        closed = self._open[-1]
        if closed.element is not element:
            return
        if closed.role == "block":
            self._flush(closed)
            if not closed.held:
                self._add(closed, DraftLine(None, (), _text(element), closed.language))
            self._open.pop()
            return
        self._open.pop()
        words = _with_text(closed.words)
        text = joined(word.text for word in words) if closed.words else _text(element)
        box = closed.box or around(word.box for word in words)
        self._add(self._open[-1], DraftLine(box, words, text, closed.language))

    def _flush(self, block: _Open) -> None:
        """Words that stand in a block without a line."""
        if words := _with_text(block.words):
            self._add(block, DraftLine(None, words, joined(word.text for word in words), block.language))
        block.held = block.held or bool(block.words)
        block.words = []

    def _add(self, block: _Open, line: DraftLine) -> None:
        """A block that goes on after one that stands in it is taken up again, so that the order stays."""
        if not line.text:
            return
        if block.draft is None or self.drafts[-1] is not block.draft:
            block.draft = DraftBlock(block.box)
            self.drafts.append(block.draft)
        block.draft.lines.append(line)


def _classes(element: etree._Element) -> list[str]:
    return element.get("class", "").split()


def _language(element: etree._Element, inherited: str | None) -> str | None:
    return language(element.get("lang") or element.get(_XML_LANG)) or inherited


def _title(element: etree._Element) -> str:
    """The properties; without names of files, which may hold anything."""
    return _QUOTED.sub("", element.get("title", ""))


def _box(element: etree._Element, origin: Box = NOWHERE) -> Box | None:
    """`bbox left top right bottom` in pixels of the picture, from the page's corner."""
    found = _BBOX.search(_title(element))
    if found is None:
        return None
    left, top, right, bottom = (float(number) for number in found.groups())
    return between(left - origin.x, top - origin.y, right - origin.x, bottom - origin.y)


def _confidence(element: etree._Element) -> float | None:
    """`x_wconf` is from 0 to 100."""
    found = _CONFIDENCE.search(_title(element))
    return min(float(found[1]) / 100, 1.0) if found else None


def _text(element: etree._Element) -> str:
    return clean("".join(str(part) for part in element.itertext()))


def _letters(word: etree._Element) -> str:
    """Its text; letters that have elements of their own may stand on lines of their own."""
    letters = [each for each in word.iterchildren("*") if "ocrx_cinfo" in _classes(each)] if len(word) else []
    return clean("".join(_text(each) for each in letters)) if letters else _text(word)


def _with_text(words: list[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if word.text)
