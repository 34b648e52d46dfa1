"""Profiles that are nothing but curves and a matrix, read as such. Pure (ICC.1:2022 §8.3.3, §8.3.4).

With them 16-bit pixels and grey need not go through the coarse tables that LittleCMS makes: those are off by up to 20
levels at the edge of sRGB, and by 10 in the shadows of linear grey.
"""

import struct
from dataclasses import dataclass

from images.conversion.colours import icc, tones

#: Tags that say more about colour than curves and a matrix can.
_TABLES = (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1", b"D2B2", b"D2B3")


@dataclass(frozen=True, slots=True)
class Shaper:
    """Three curve tags, and the `columns` of the matrix: red, green and blue in XYZ under D50."""

    curves: tuple[bytes, bytes, bytes]
    columns: tuple[tuple[float, float, float], ...]


def shaper(profile: bytes) -> Shaper | None:
    """The curves and the matrix of an RGB profile; None where it has other things to say, or they cannot be read."""
    if _has_tables(profile):
        return None
    try:
        red, green, blue = (icc.tag(profile, name) for name in (b"rTRC", b"gTRC", b"bTRC"))
        for curve in {red, green, blue}:
            tones.of_tag(curve)
        columns = tuple(_xyz(icc.tag(profile, name)) for name in (b"rXYZ", b"gXYZ", b"bXYZ"))
    except (struct.error, KeyError, ValueError):
        return None
    return Shaper((red, green, blue), columns)


def grey_levels(profile: bytes, count: int) -> bytes | None:
    """The 8-bit level in sRGB of each of `count` numbers of a grey profile, its black compensated; None as above."""
    try:
        tone = tones.of_tag(icc.tag(profile, b"kTRC"))
    except (struct.error, KeyError, ValueError):
        return None
    if _has_tables(profile):
        return None
    if profile[20:24] == b"Lab ":
        return tones.levels_of(tones.from_black(lambda number: tones.lightness(tone(number))), count)
    return tones.levels_of(tones.from_black(tone), count)


def _has_tables(profile: bytes) -> bool:
    for name in _TABLES:
        try:
            icc.tag(profile, name)
        except KeyError:
            continue
        return True
    return False


def _xyz(tag: bytes) -> tuple[float, float, float]:
    """XYZType (§10.31). Raises struct.error when it is cut off."""
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / 65536, y / 65536, z / 65536
