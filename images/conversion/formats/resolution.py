"""How many pixels of a source make a millimetre, from its own bytes: libvips says 72 dpi where a file says nothing.

JFIF 1.02, EXIF 3.0 §4.6.5.1, PNG §11.3.4.3. Pure.
"""

import math
import struct
from collections.abc import Iterator

from gcis.core.errors import SourceFault
from images.conversion.formats.directories import Data, Directory, chain

_X_RESOLUTION, _Y_RESOLUTION, _UNIT = 282, 283, 296
#: Millimetres in the units of EXIF and TIFF, and in those of JFIF.
_TIFF_UNITS = {2: 25.4, 3: 10.0}
_JFIF_UNITS = {1: 25.4, 2: 10.0}
_EXIF, _JFIF = b"Exif\0\0", b"JFIF\0"
#: How much of a file is looked through: headers are at its beginning.
_MOST = 1 << 24

Pair = tuple[float, float]


def of_tiff(directory: Directory) -> Pair | None:
    """Pixels per millimetre across and down (TIFF 6.0 p. 38); None where a unit is missing or a number is none."""
    across, down = directory.rational(_X_RESOLUTION), directory.rational(_Y_RESOLUTION)
    return _pair(across, down, _TIFF_UNITS.get(directory.number(_UNIT, 2)))


def of_jpeg(data: Data) -> Pair | None:
    """What JFIF says, and where it says nothing of length, what EXIF says."""
    exif = None
    for marker, start, end in segments(data):
        if marker == 0xE0 and data[start : start + 5] == _JFIF and end - start >= 12:
            unit, across, down = struct.unpack_from(">BHH", data, start + 7)
            if found := _pair(across, down, _JFIF_UNITS.get(unit)):
                return found
        if marker == 0xE1 and data[start : start + 6] == _EXIF and exif is None:
            exif = of_exif(data[start + 6 : end])
    return exif


def of_png(data: Data) -> Pair | None:
    at = 8
    while at + 8 <= min(len(data), _MOST):
        size, name = struct.unpack_from(">I4s", data, at)
        if name == b"pHYs" and at + 17 <= len(data):
            across, down, unit = struct.unpack_from(">IIB", data, at + 8)
            return _pair(across, down, 1000.0 if unit == 1 else None)
        if name in (b"IDAT", b"IEND"):
            return None
        at += size + 12
    return None


def of_exif(block: bytes) -> Pair | None:
    """What a block of EXIF says, with or without its name before it."""
    block = block.removeprefix(_EXIF)
    if block[:2] not in (b"II", b"MM"):
        return None
    try:
        return of_tiff(next(chain(block)))
    except (SourceFault, StopIteration):
        return None


def is_adobe(data: Data) -> bool:
    """Whether Adobe's marker is in a JPEG (Adobe Technical Note 5116 §18)."""
    return any(marker == 0xEE and data[start : start + 5] == b"Adobe" for marker, start, _ in segments(data))


def segments(data: Data) -> Iterator[tuple[int, int, int]]:
    """Marker, beginning and end of the whole segments of a JPEG before its picture data."""
    at = 2
    while at + 4 <= min(len(data), _MOST):
        mark, marker, size = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF:
            return
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker in (0xDA, 0xD9):
            return
        if at + 2 + size > len(data):
            return
        yield marker, at + 4, at + 2 + size
        at += 2 + size


def _pair(across: float | None, down: float | None, millimetres: float | None) -> Pair | None:
    if not across or not down or not millimetres:
        return None
    pair = across / millimetres, down / millimetres
    return pair if all(math.isfinite(number) and number > 0 for number in pair) else None
