"""Plain text: one block of lines that may be anywhere on the page."""

import re
import unicodedata

from gcis.core.errors import SourceFault
from manifests.payload.texts.shapes import Block, Line, PageText
from manifests.payload.texts.source import chosen

#: The longest text of a page, in characters.
MOST_CHARACTERS = 1_000_000
#: What no text has; a form feed divides pages.
_NOT_TEXT = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")


def page(text: str, number: int) -> PageText:
    """The page with this number, from 0, of those that form feeds divide. Raises SourceFault."""
    if _NOT_TEXT.search(text):
        raise SourceFault("not_ocr", "It is neither ALTO nor hOCR nor plain text.")
    page = chosen(text.rstrip("\f\n\r ").split("\f"), number)
    if len(page) > MOST_CHARACTERS:
        raise SourceFault("too_large", f"It has more than the {MOST_CHARACTERS} letters that are read of one page.")
    lines = [_printed(line) for line in re.split(r"\r\n|\r|\n", page.strip("\r\n"))]
    block = Block(None, tuple(Line(None, (), line, None, line) for line in lines))
    return PageText("text", None, None, None, (block,) if any(lines) else ())


def _printed(line: str) -> str:
    """Composed; with its inner spaces, which are the author's."""
    kept = "".join(c for c in line.replace("\t", " ") if unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).rstrip()
