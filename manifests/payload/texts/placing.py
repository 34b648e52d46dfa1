"""Where text lies, on its own page and on a canvas."""

from gcis.core.errors import SourceFault
from manifests.payload.texts.shapes import Box, PageText

#: How many of a page's lines may lie outside of it. Specks at the edge do; where more do, the sizes are not the page's.
MOST_OUTSIDE = 0.1


def check_inside(text: PageText, width: int, height: int) -> None:
    """SourceFault where so much lies outside that these cannot be the width and height of its page."""
    boxes = [box for box in _boxes(text) if box is not None]
    outside = sum(not _meets(box, width, height) for box in boxes)
    if outside > MOST_OUTSIDE * len(boxes):
        raise SourceFault(
            "outside",
            f"Of the {len(boxes)} places of its text {outside} lie outside of the page, which is {width} x {height}.",
        )


def _boxes(text: PageText) -> list[Box | None]:
    """Of lines; of words where lines have none."""
    lines = [line for block in text.blocks for line in block.lines]
    return [box for line in lines for box in ([line.box] if line.box else [word.box for word in line.words])]


def _meets(box: Box, width: int, height: int) -> bool:
    return box.x <= width and box.y <= height and box.x + box.width >= 0 and box.y + box.height >= 0


def on_canvas(box: Box, page: tuple[int, int], canvas: tuple[int, int]) -> Box:
    """The box of a page of this width and height on a canvas: its edges rounded, within it, at least 1 pixel."""
    x, width = _side(box.x, box.width, page[0], canvas[0])
    y, height = _side(box.y, box.height, page[1], canvas[1])
    return Box(x, y, width, height)


def _side(start: int, length: int, whole: int, canvas: int) -> tuple[int, int]:
    first = min(max(_scaled(start, whole, canvas), 0), canvas - 1)
    last = min(max(_scaled(start + length, whole, canvas), first + 1), canvas)
    return first, last - first


def _scaled(place: int, whole: int, canvas: int) -> int:
    """In whole numbers, halves up: exact for pages of any size."""
    return (2 * place * canvas + whole) // (2 * whole)
