"""A native tile as a JPEG file of its own, without decoding it.

In a TIFF the tables that all tiles of a level share stand apart (tag JPEGTables; TIFF Technical Note 2). A tile becomes
a file again as SOI, application segments, the tables without their SOI and EOI, the tile without its SOI.
"""

import struct

from images.engine.pyramid import GREY, JPEG, RGB, YCBCR, BrokenPyramid, Level, Pyramid
from images.iiif.derivative import Derivative

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
#: Says that three channels are YCbCr (and one is grey): JFIF 1.02, no density.
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"
#: Says that three channels are RGB (transform 0). Without it Safari shows such tiles in pink and green.
_ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
_LONGEST_SEGMENT = 0xFFFF - 2


def native_tile(pyramid: Pyramid, derivative: Derivative) -> bytes | None:
    """The derivative as a spliced tile; None where it is anything but one complete tile of a level at its own scale.

    Tiles at the right and bottom edge reach beyond the picture in the file and are not complete.
    """
    asked = derivative
    if not is_plain(asked):
        return None
    for level in pyramid.levels:
        if asked.w == asked.width * level.scale_x and asked.h == asked.height * level.scale_y:
            place = _tile_at(level, asked)
            return splice(pyramid, level, *place) if place and can_splice(pyramid, level) else None
    return None


def splice(pyramid: Pyramid, level: Level, column: int, row: int) -> bytes:
    """One tile of a JPEG level as a file. Raises BrokenPyramid where the tile is not a JPEG stream."""
    tile = pyramid.tile(level, column, row)
    if not (tile.startswith(_SOI) and tile.endswith(_EOI)):
        raise BrokenPyramid(f"tile {column}, {row} is not a JPEG stream")
    return as_file(pyramid, level, tile[2:])


def as_file(pyramid: Pyramid, level: Level, stream: bytes) -> bytes:
    """A JPEG stream that uses the tables of a level, without its SOI, as a file; RGB begins with Adobe's marker."""
    head = _JFIF
    if level.photometric == RGB:
        head, stream = _ADOBE, _without_adobe(stream)
    return b"".join((_SOI, head, _profile_segment(pyramid.profile), level.jpeg_tables[2:-2], stream))


def is_plain(asked: Derivative) -> bool:
    """Whether it is JPEG with the pixels as they are."""
    return asked.format == "jpg" and asked.quality in ("default", "color") and not (asked.mirror or asked.rotation)


def _tile_at(level: Level, asked: Derivative) -> tuple[int, int] | None:
    """Column and row of the complete tile that covers the region at this level."""
    if (asked.width, asked.height) != (level.tile_width, level.tile_height) or asked.x % asked.w or asked.y % asked.h:
        return None
    column, row = asked.x // asked.w, asked.y // asked.h
    complete = (column + 1) * level.tile_width <= level.width and (row + 1) * level.tile_height <= level.height
    return (column, row) if complete else None


def can_splice(pyramid: Pyramid, level: Level) -> bool:
    """Whether the tiles of this level can be served as they are."""
    kinds = ((GREY, 1), (RGB, 3), (YCBCR, 3))
    readable = level.compression == JPEG and (level.photometric, level.samples) in kinds
    return readable and len(pyramid.profile) + 16 <= _LONGEST_SEGMENT


def _without_adobe(stream: bytes) -> bytes:
    if not stream.startswith(_ADOBE[:2]):
        return stream
    return stream[2 + int.from_bytes(stream[2:4], "big") :]


def _profile_segment(profile: bytes) -> bytes:
    """APP2 with the whole profile as the first of one (ICC.1 annex B.4)."""
    if not profile:
        return b""
    body = b"ICC_PROFILE\x00\x01\x01" + profile
    return b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body
