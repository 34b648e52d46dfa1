"""What a JPEG 2000 file says of itself (ISO/IEC 15444-1 annexes A and I): boxes and the size marker. Pure."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gcis.core.errors import SourceFault
from images.conversion.formats.complaints import DAMAGED
from images.conversion.formats.directories import Data

CODESTREAM = b"\xff\x4f\xff\x51"
#: Enumerated colour spaces (table I.10, and those of 15444-2 that are met).
CMYK, SRGB, GREY, SYCC = 12, 16, 17, 18
_KNOWN = (CMYK, SRGB, GREY, SYCC)
#: Methods of the colour specification box: a number, a restricted profile, any profile (15444-2).
_ENUMERATED, _PROFILES = 1, (2, 3)
_MOST_BOXES = 1000


@dataclass(frozen=True, slots=True)
class Jp2:
    """`bits` and `steps` (across, down) are per component; `space` is an enumerated colour space, 0 where none is said;
    `alpha` says whether the last component is transparency, None where the file does not say what its components are.
    """

    width: int
    height: int
    tile_width: int
    tile_height: int
    bits: tuple[int, ...]
    signed: bool
    steps: tuple[tuple[int, int], ...]
    space: int
    profile: bytes
    palette: bool
    alpha: bool | None
    pixels_per_mm: tuple[float, float] | None


def read(data: Data) -> Jp2:
    """Raises SourceFault where the headers do not hold together."""
    try:
        if data[:4] == CODESTREAM:
            return _codestream(data, 0, {})
        top = dict(_first(_boxes(data, 0, len(data))))
        header, stream = top[b"jp2h"], top[b"jp2c"][0]
        inside: dict[bytes, list[tuple[int, int]]] = {}
        for name, start, end in _boxes(data, *header):
            inside.setdefault(name, []).append((start, end))
        return _codestream(data, stream, inside)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise SourceFault("damaged", DAMAGED) from error


def _boxes(data: Data, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and end of the contents of each box (annex I.4)."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        stop = end if size == 0 else start + size
        if stop < start + head:
            raise ValueError("a box shorter than its head")
        yield name, start + head, min(stop, end)
        start = stop


def _first(boxes: Iterator[tuple[bytes, int, int]]) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Up to the codestream: what comes after it is of no use here, and may be much."""
    for name, start, end in boxes:
        yield name, (start, end)
        if name == b"jp2c":
            return


def _codestream(data: Data, at: int, boxes: dict[bytes, list[tuple[int, int]]]) -> Jp2:
    """Put the size marker (annex A.5.1) and the boxes of the header together."""
    if data[at : at + 4] != CODESTREAM:
        raise ValueError("no size marker")
    right, bottom, left, top, across, down = struct.unpack_from(">6I", data, at + 8)
    (count,) = struct.unpack_from(">H", data, at + 40)
    parts = [struct.unpack_from(">BBB", data, at + 42 + 3 * number) for number in range(count)]
    space, profile = _colours(data, boxes.get(b"colr", []))
    return Jp2(
        width=right - left,
        height=bottom - top,
        tile_width=min(across, right - left),
        tile_height=min(down, bottom - top),
        bits=tuple((depth & 0x7F) + 1 for depth, _, _ in parts),
        signed=any(depth & 0x80 for depth, _, _ in parts),
        steps=tuple((x, y) for _, x, y in parts),
        space=space,
        profile=profile,
        palette=b"pclr" in boxes,
        alpha=_alpha(data, boxes.get(b"cdef", [])),
        pixels_per_mm=_resolution(data, boxes.get(b"res ", [])),
    )


def _colours(data: Data, found: list[tuple[int, int]]) -> tuple[int, bytes]:
    """The colour space and the profile. Readers may use any of several boxes: a profile says more."""
    space, profile = 0, b""
    for start, end in found:
        method = data[start]
        if method == _ENUMERATED and not space:
            (space,) = struct.unpack_from(">I", data, start + 3)
        elif method in _PROFILES and not profile:
            profile = data[start + 3 : end]
    return space, profile


def _alpha(data: Data, found: list[tuple[int, int]]) -> bool | None:
    """Whether the last component is transparency for the whole picture (annex I.5.3.6).

    ValueError where the colours are in another order than their own: no reader of ours would put them right.
    """
    if not found:
        return None
    start, _ = found[0]
    (count,) = struct.unpack_from(">H", data, start)
    entries = sorted(struct.unpack_from(">HHH", data, start + 2 + 6 * number) for number in range(min(count, 100)))
    colours = [belongs for _, kind, belongs in entries if kind == 0]
    if colours != list(range(1, len(colours) + 1)):
        raise SourceFault("layout_not_supported", "The picture's channels are in an order that cannot be read. ")
    return bool(entries) and entries[-1][1] in (1, 2)


def _resolution(data: Data, found: list[tuple[int, int]]) -> tuple[float, float] | None:
    """Pixels per millimetre across and down, as captured or else as to be displayed (annex I.5.3.7)."""
    for start, end in found[:1]:
        boxes = {name: at for name, at, _ in _boxes(data, start, end)}
        at = boxes.get(b"resc", boxes.get(b"resd"))
        if at is None:
            return None
        up, up_by, along, along_by, up_power, along_power = struct.unpack_from(">4H2b", data, at)
        if up and up_by and along and along_by:
            return along / along_by * 10.0 ** (along_power - 3), up / up_by * 10.0 ** (up_power - 3)
    return None
