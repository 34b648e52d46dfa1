"""Pixels of one meaning to pixels of 8-bit sRGB, by libvips. What the pixels mean is decided elsewhere (`colour`)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyvips

from images.conversion.colours import shapers, tones

#: XYZ of the D50 white to light of red, green and blue of sRGB (IEC 61966-2-1, adapted by Bradford as ICC.1 asks).
TO_SRGB = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
#: The D50 of ICC.1 as libvips writes whites: Y is 100.
D50 = [96.42, 100.0, 82.49]


def tagged(image: pyvips.Image, data: bytes) -> pyvips.Image:
    """The picture with this profile; with empty data, without any."""
    image = image.copy()
    if data:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", data)
    elif image.get_typeof("icc-profile-data"):
        image.remove("icc-profile-data")
    return image


def by_profile(image: pyvips.Image) -> pyvips.Image:
    """By the profile that is attached: relative colorimetric with black point compensation (DESIGN §12).

    libvips takes a profile of its own, without a word, where it cannot use this one. Raises pyvips.Error.
    """
    options: dict[str, Any] = {"embedded": True, "intent": "relative", "black_point_compensation": True, "depth": 8}
    return image.icc_transform("srgb", **options)


def by_shaper(image: pyvips.Image, shaper: shapers.Shaper) -> pyvips.Image:
    """16-bit RGB by three curves and a matrix."""
    light = image.maplut(_curves(shaper))
    rows = [[_dot(row, column) * 65535 for column in shaper.columns] for row in TO_SRGB]
    return _encoded(light.recomb(pyvips.Image.new_from_list(rows)), "srgb")


def by_table(image: pyvips.Image, levels: bytes) -> pyvips.Image:
    """Grey of 8 or 16 bits by the level of each of its numbers; 8 bits whose levels are their numbers stay."""
    made = image if levels == bytes(range(256)) else image.maplut(_row(levels))
    return made.copy(interpretation="b-w")


def from_lab(image: pyvips.Image) -> pyvips.Image:
    """L*a*b* under D50, which TIFF and ICC mean; libvips's own way takes it for D65 and gives other blues."""
    xyz = image.colourspace("lab").Lab2XYZ(temp=D50)
    rows = [[number * 655.35 for number in row] for row in TO_SRGB]
    return _encoded(xyz.recomb(pyvips.Image.new_from_list(rows)), "srgb")


def from_light(image: pyvips.Image) -> pyvips.Image:
    """Amounts of light of 0 to 1, as floating point, in the primaries of sRGB."""
    return _encoded(image.linear(65535, 0), "srgb" if image.bands > 2 else "b-w")


def to_eight_bits(image: pyvips.Image) -> pyvips.Image:
    """RGB of 8 bits as it is, of 16 bits to the nearest level: libvips itself would cut the lower byte off."""
    return (image.maplut(_row(_nearest())) if image.format == "ushort" else image).copy(interpretation="srgb")


def _encoded(light: pyvips.Image, interpretation: str) -> pyvips.Image:
    """Light of 0 to 65,535 to numbers of sRGB; what is outside is clipped."""
    return light.cast("ushort").maplut(_row(tones.levels())).copy(interpretation=interpretation)


@lru_cache(maxsize=2)
def _curves(shaper: shapers.Shaper) -> pyvips.Image:
    """A lookup table of 65,536 lights, of one band where the curves are equal, else of three."""
    different = shaper.curves[:1] if len(set(shaper.curves)) == 1 else shaper.curves
    bands = [pyvips.Image.new_from_memory(tones.lights(curve), 65536, 1, 1, "float") for curve in different]
    return bands[0].bandjoin(bands[1:]) if bands[1:] else bands[0]


@lru_cache(maxsize=8)
def _row(levels: bytes) -> pyvips.Image:
    return pyvips.Image.new_from_memory(levels, len(levels), 1, 1, "uchar")


@lru_cache(maxsize=1)
def _nearest() -> bytes:
    return bytes((number + 128) // 257 for number in range(65536))


def _dot(row: Sequence[float], column: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, column, strict=True))
