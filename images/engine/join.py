"""Several tiles, or parts of them, as one JPEG without decoding any: their segments copied in the order of the whole.

Any region of a level at its own scale can be had that begins where a segment begins and is a whole number of segments
wide: at an interval of one MCU all that begin on the grid of MCUs, at one row of a tile blocks of whole tiles.
"""

from dataclasses import dataclass
from itertools import cycle, islice

from images.engine import segments
from images.engine.pyramid import BrokenPyramid, Level, Pyramid
from images.engine.segments import Frame
from images.engine.splice import as_file, can_splice, is_plain
from images.iiif.derivative import Derivative

#: At the far edge a picture may end this much beside where it should, in pixels; what is more is drawn.
_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis of a level: pixels of the full image, of this level and of its tiles, and how much one of its covers.

    `held` is how many of its pixels the tiles hold: one more than `shown` where the full image has an odd rest.
    """

    full: int
    shown: int
    held: int
    scale: float


@dataclass(frozen=True, slots=True)
class _Box:
    """A region, in pixels of a level."""

    x: int
    y: int
    width: int
    height: int


def joined(pyramid: Pyramid, asked: Derivative) -> bytes | None:
    """The derivative joined from tiles; None where it is not a region of a level at its own scale that can be copied.

    Where the full image has an odd rest at the right or bottom edge, the level's own scale is the nearest whole number
    of pixels, as viewers ask for tiles; and the size of the level itself, as info.json lists it. Raises BrokenPyramid
    where a tile does not hold together.
    """
    if not is_plain(asked):
        return None
    for level in pyramid.levels:
        box = _box(pyramid, level, asked)
        if box:
            return _join(pyramid, level, box) if can_splice(pyramid, level) else None
    return None


def _box(pyramid: Pyramid, level: Level, asked: Derivative) -> _Box | None:
    across = _axis(level, pyramid.width, level.width, level.columns * level.tile_width, level.scale_x)
    down = _axis(level, pyramid.height, level.height, level.rows * level.tile_height, level.scale_y)
    x = _start(across, asked.x, asked.w, asked.width)
    y = _start(down, asked.y, asked.h, asked.height)
    return None if x is None or y is None else _Box(x, y, asked.width, asked.height)


def _axis(level: Level, full: int, shown: int, coded: int, scale: float) -> _Axis:
    continued = segments.CONTINUED in level.jpeg_tables
    return _Axis(full, shown, min(-int(-full // scale), coded) if continued else shown, scale)


def _start(axis: _Axis, start: int, length: int, wanted: int) -> int | None:
    """Where on the level the region begins; None where it does not lie there pixel by pixel."""
    first = start / axis.scale
    if not first.is_integer():
        return None
    if start + length == axis.full:
        listed = start == 0 and wanted == axis.shown
        near = abs(length / axis.scale - wanted) <= _NEAR
        fits = first + wanted in (axis.shown, axis.held) and (listed or near)
    else:
        fits = length == wanted * axis.scale and first + wanted <= axis.shown
    return int(first) if fits else None


def _join(pyramid: Pyramid, level: Level, box: _Box) -> bytes | None:
    columns = range(box.x // level.tile_width, -(-(box.x + box.width) // level.tile_width))
    rows = range(box.y // level.tile_height, -(-(box.y + box.height) // level.tile_height))
    first = pyramid.tile(level, columns[0], rows[0])
    frame = segments.frame(first)
    if frame is None or not _can_copy(level, frame, box):
        return None
    parts: list[bytes] = []
    for row in rows:
        tiles = [pyramid.tile(level, column, row) for column in columns]
        if not all(tile.startswith(frame.head, 2) for tile in tiles):
            return None
        parts += _of_row(level, frame, box, row, [_split(tile, level, frame) for tile in tiles])
    marked = [b""] * (2 * len(parts))
    marked[::2] = parts
    marked[1::2] = islice(cycle(segments.RESTARTS), len(parts))
    marked[-1] = segments.EOI
    return as_file(pyramid, level, frame.sized(box.width, box.height) + b"".join(marked))


def _split(tile: bytes, level: Level, frame: Frame) -> list[bytes]:
    try:
        return segments.split(tile, frame)
    except BrokenPyramid as error:
        raise BrokenPyramid(f"level {level.page}: {error}") from error


def _can_copy(level: Level, frame: Frame, box: _Box) -> bool:
    """Whether the region begins where a segment does, and its rows end where one does."""
    step = frame.mcu_width * frame.interval
    whole = (frame.width, frame.height) == (level.tile_width, level.tile_height) and not level.tile_width % step
    return whole and not (box.x % step or box.y % frame.mcu_height or -(-box.width // frame.mcu_width) % frame.interval)


def _of_row(level: Level, frame: Frame, box: _Box, row: int, tiles: list[list[bytes]]) -> list[bytes]:
    """The segments of the region in one row of tiles, in the order of the whole."""
    step = frame.mcu_width * frame.interval
    each = level.tile_width // step
    first = box.x % level.tile_width // step
    last = first + -(-box.width // step)
    top = row * level.tile_height
    from_line = max(box.y - top, 0) // frame.mcu_height
    past_line = -(-min(box.y + box.height - top, level.tile_height) // frame.mcu_height)
    found: list[bytes] = []
    for line in range(from_line, past_line):
        for n, parts in enumerate(tiles):
            left, right = max(first - n * each, 0), min(last - n * each, each)
            found += parts[line * each + left : line * each + right]
    return found
