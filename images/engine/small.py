"""Small pictures, and parts as they are: made by Pillow of the few tiles they need.

libvips takes several milliseconds to begin with anything; for thumbnails and small regions that is most of the work.
What is larger, and what is turned by other angles or recoloured, is libvips's (`drawing`).
"""

import io
import math

from PIL import Image

from images.engine.encode import QUALITY
from images.engine.pyramid import BrokenPyramid, Level, Pyramid
from images.engine.resample import INVISIBLE, Span, choose
from images.engine.splice import can_splice, splice
from images.iiif.derivative import Derivative

#: Pixels of the answer up to which this is cheaper than libvips: scaled, and as they are in the level.
SCALED, UNSCALED = 70_000, 600_000
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def small(pyramid: Pyramid, asked: Derivative) -> bytes | None:
    """The picture as JPEG, with the profile of the master; None where it is for libvips. BrokenPyramid as ever."""
    if asked.format != "jpg" or asked.rotation % 90 or not _keeps_colours(pyramid, asked):
        return None
    level, across, down = choose(pyramid.levels, asked)
    most = UNSCALED if _is_unscaled(across) and _is_unscaled(down) else SCALED
    if asked.width * asked.height > most or not can_splice(pyramid, level):
        return None
    picture = _scaled(pyramid, level, across, down)
    if asked.mirror:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if asked.rotation:
        picture = picture.transpose(_TURNS[int(asked.rotation)])
    return _encoded(picture, pyramid.profile)


def _keeps_colours(pyramid: Pyramid, asked: Derivative) -> bool:
    return asked.quality in ("default", "color") or (asked.quality == "gray" and pyramid.levels[0].samples == 1)


def _is_unscaled(span: Span) -> bool:
    return abs(span.length - span.wanted) < INVISIBLE and abs(span.start - round(span.start)) < INVISIBLE


def _scaled(pyramid: Pyramid, level: Level, across: Span, down: Span) -> Image.Image:
    """The region of a level, exactly across.wanted x down.wanted pixels. Regions keep their fractions (`resample`)."""
    if _is_unscaled(across) and _is_unscaled(down):
        return _pixels(pyramid, level, round(across.start), round(down.start), across.wanted, down.wanted)
    left, top = math.floor(across.start), math.floor(down.start)
    right, bottom = across.start + across.length, down.start + down.length
    taken = _pixels(pyramid, level, left, top, math.ceil(right) - left, math.ceil(bottom) - top)
    box = (across.start - left, down.start - top, right - left, bottom - top)
    return taken.resize((across.wanted, down.wanted), Image.Resampling.LANCZOS, box=box)


def _pixels(pyramid: Pyramid, level: Level, left: int, top: int, width: int, height: int) -> Image.Image:
    """A window on a level; where it reaches beyond the edge, the pixels at the edge are repeated."""
    right, bottom = min(left + width, level.width), min(top + height, level.height)
    window = Image.new("L" if level.samples == 1 else "RGB", (width, height))
    for row in range(top // level.tile_height, -(-bottom // level.tile_height)):
        for column in range(left // level.tile_width, -(-right // level.tile_width)):
            tile = _decoded(pyramid, level, column, row)
            window.paste(tile, (column * level.tile_width - left, row * level.tile_height - top))
    _repeat_edge(window, right - left, bottom - top)
    return window


def _repeat_edge(window: Image.Image, width: int, height: int) -> None:
    """Fill what lies beyond width x height with the last column and row: tiles hold padding there."""
    for x in range(width, window.width):
        window.paste(window.crop((width - 1, 0, width, height)), (x, 0))
    for y in range(height, window.height):
        window.paste(window.crop((0, height - 1, window.width, height)), (0, y))


def _decoded(pyramid: Pyramid, level: Level, column: int, row: int) -> Image.Image:
    try:
        tile = Image.open(io.BytesIO(splice(pyramid, level, column, row)), formats=("JPEG",))
        tile.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise BrokenPyramid(f"tile {column}, {row} cannot be decoded: {error}") from error
    if tile.size != (level.tile_width, level.tile_height):
        raise BrokenPyramid(f"tile {column}, {row} is of {tile.width} x {tile.height} pixels")
    return tile


def _encoded(picture: Image.Image, profile: bytes) -> bytes:
    """As libvips writes JPEG here: 4:2:0, the same quality."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, subsampling=2, icc_profile=profile or None)
    return file.getvalue()
