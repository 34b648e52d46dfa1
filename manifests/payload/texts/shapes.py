"""What the text of a page is, whatever kind of file it came in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["alto", "hocr", "text"]


class Box(NamedTuple):
    """A rectangle from the top left corner of the page, in the unit in which the file gives the page's size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word as printed; of a divided one the part in this line. `confidence` is from 0 (unsure) to 1 (sure)."""

    box: Box | None
    text: str
    confidence: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed. Without a box it is somewhere in its block.

    `running` is the line in running text: a word that is divided between two lines is whole in the first.
    """

    box: Box | None
    words: tuple[Word, ...]
    text: str
    language: str | None = None
    running: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. Without a box it is somewhere on the page."""

    box: Box | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page in reading order. `width` and `height` are None where the file gives coordinates in pixels
    of the picture, or none at all. Languages are BCP 47 tags, None where not known."""

    kind: Kind
    width: int | None
    height: int | None
    language: str | None
    blocks: tuple[Block, ...]


def spoken(blocks: Iterable[Block]) -> str | None:
    """The language of most words, of lines where there are no words; None where none is known."""
    lines = [line for block in blocks for line in block.lines]
    words = Counter(word.language for line in lines for word in line.words if word.language)
    found = words or Counter(line.language for line in lines if line.language)
    return found.most_common(1)[0][0] if found else None


def between(left: float, top: float, right: float, bottom: float) -> Box | None:
    """The box between four edges, rounded; None where they are the wrong way round."""
    if right < left or bottom < top:
        return None
    x, y = round(left), round(top)
    return Box(x, y, round(right) - x, round(bottom) - y)


def around(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box that holds all of these; None for none."""
    there = [box for box in boxes if box is not None]
    if not there:
        return None
    x, y = min(box.x for box in there), min(box.y for box in there)
    right, bottom = max(box.x + box.width for box in there), max(box.y + box.height for box in there)
    return Box(x, y, right - x, bottom - y)
