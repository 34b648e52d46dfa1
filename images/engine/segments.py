"""The entropy-coded segments of a coded tile: what lies between its restart markers stands by itself. Pure.

At a restart marker the decoder begins anew (ITU-T T.81 E.2.4), so a segment means the same wherever it is copied to, as
long as the tables and the interval are those it was coded for.
"""

import re
from dataclasses import dataclass
from struct import error, unpack_from

from images.engine.tiff import BrokenPyramid

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
#: The restart markers in their order (T.81 table B.1).
RESTARTS = tuple(b"\xff" + bytes((0xD0 + n,)) for n in range(8))
#: APP15 in the tables of a level says: what its tiles hold beyond the right and bottom edge is the picture going on.
CONTINUED = b"\xff\xef\x00\x06GCIS"

_BASELINE, _SCAN, _INTERVAL = 0xC0, 0xDA, 0xDD
#: SOF1 to SOF15, without DHT, JPG and DAC, whose scans are not made of such segments or need another decoder.
_OTHER_FRAMES = frozenset(range(0xC1, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Spectral selection and approximation of a scan that holds all there is.
_WHOLE_SCAN = b"\x00\x3f\x00"
_MARKER = re.compile(rb"\xff([^\x00])")
_ORDER = bytes(range(0xD0, 0xD8))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a tile says before its picture data: `head` is all of that behind SOI, with the size at `size_at`.

    Sizes are in pixels; an MCU is the smallest unit that is coded (16 x 16 at 4:2:0, 8 x 8 without subsampling), and
    `interval` how many of them make a segment.
    """

    head: bytes
    size_at: int
    width: int
    height: int
    mcu_width: int
    mcu_height: int
    interval: int

    @property
    def segments(self) -> int:
        """How many a tile has."""
        mcus = -(-self.width // self.mcu_width) * -(-self.height // self.mcu_height)
        return -(-mcus // self.interval)

    def sized(self, width: int, height: int) -> bytes:
        """The head of a picture of another size."""
        at = self.size_at
        return self.head[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + self.head[at + 4 :]


def frame(tile: bytes) -> Frame | None:
    """None where its segments cannot be copied: no restart markers, or not baseline JPEG in one scan.

    Raises BrokenPyramid where the tile is not a JPEG stream.
    """
    if not (tile.startswith(SOI) and tile.endswith(EOI)):
        raise BrokenPyramid("a tile is not a JPEG stream")
    try:
        return _frame(tile)
    except (error, IndexError) as fault:
        raise BrokenPyramid("a tile ends before its picture data") from fault


def split(tile: bytes, known: Frame) -> list[bytes]:
    """The segments of a tile that begins with that frame. Raises BrokenPyramid where they are not all there."""
    found = _MARKER.split(tile[len(SOI) + len(known.head) : -len(EOI)])
    parts, between = found[::2], b"".join(found[1::2])
    wanted = known.segments - 1
    if between != (_ORDER * (wanted // 8 + 1))[:wanted] or not all(parts) or not tile.endswith(EOI):
        raise BrokenPyramid(f"a tile does not have the {wanted + 1} segments that it says")
    return parts


def _frame(tile: bytes) -> Frame | None:
    at, size_at, interval, sampling = 2, 0, 0, b""
    while True:
        start, marker, length = unpack_from(">BBH", tile, at)
        if start != 0xFF or length < 2:
            raise BrokenPyramid("a tile is not a JPEG stream")
        body, at = tile[at + 4 : at + 2 + length], at + 2 + length
        if marker in _OTHER_FRAMES:
            return None
        if marker == _BASELINE:
            size_at, sampling = at - len(body) - len(SOI) + 1, body[7::3]
            height, width, count = unpack_from(">xHHB", body)
        elif marker == _INTERVAL:
            (interval,) = unpack_from(">H", body)
        elif marker == _SCAN:
            break
    # A scan of some of the components would be followed by others.
    if not (interval and size_at and body[0] == count == len(sampling) and body.endswith(_WHOLE_SCAN)):
        return None
    across, down = _mcu(sampling)
    return Frame(tile[len(SOI) : at], size_at, width, height, across, down, interval)


def _mcu(sampling: bytes) -> tuple[int, int]:
    """Pixels of an MCU. One component alone is coded block by block, whatever it says (T.81 A.2.2)."""
    if len(sampling) == 1:
        return 8, 8
    return 8 * max(factors >> 4 for factors in sampling), 8 * max(factors & 15 for factors in sampling)
