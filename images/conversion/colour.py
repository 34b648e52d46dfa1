"""From the colours of a source to 8-bit sRGB, or to one 8-bit grey channel. Runs in the conversion child only.

An embedded profile is used when its header fits the pixels and its tables are whole: libvips itself falls back without
a word, and then nobody would know what the numbers in a master mean.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion import icc

#: Interpretations of libvips that hold CIE L*a*b*, and those whose channels are counted otherwise than by three.
LAB = ("lab", "labs", "labq")
#: How much a profile may change any colour and still be what we would write ourselves, in levels of 255.
SAME = 1
#: Steps per channel of the colours by which a profile is judged.
STEPS = 9


@dataclass(frozen=True, slots=True)
class Coloured:
    """An 8-bit picture with its small profile; what had to be assumed about the source, and what was done."""

    image: pyvips.Image
    assumed: dict[str, str]
    done: tuple[str, ...]


def channels(image: pyvips.Image) -> int:
    """How many of the bands are colour. Raises SourceFault for numbers whose black and white nobody knows."""
    if image.interpretation not in (*LAB, "scrgb") and image.format not in ("uchar", "ushort"):
        sentence = f"The picture's values are of the type {image.format}, whose black and white are not known. "
        raise SourceFault("layout_not_supported", sentence + "Please save it with 8 or 16 bits per channel.")
    if image.interpretation == "cmyk":
        return 4
    return 1 if image.bands < 3 else 3


def to_access(image: pyvips.Image, cmyk: str) -> Coloured:
    """Colour channels only in, sRGB or grey out. `cmyk` names the profile for CMYK that brings none."""
    embedded, count = profile(image), channels(image)
    if embedded and icc.describes(embedded, count):
        return _by_profile(image, embedded, count)
    assumed = _assumption(image, count, cmyk)
    done: tuple[str, ...] = ()
    if embedded:
        done = ("unusable profile ignored",)
        image = _tagged(image, b"")
    if count == 4:
        made = _tagged(_transform(image, embedded=False, input_profile=cmyk), srgb_profile())
        return Coloured(made, assumed, (*done, "converted to sRGB from CMYK"))
    made, how = _plain(image, count)
    return Coloured(made, assumed, (*done, *how))


def profile(image: pyvips.Image) -> bytes:
    """The embedded profile; empty when there is none."""
    return bytes(image.get("icc-profile-data")) if image.get_typeof("icc-profile-data") else b""


@cache
def srgb_profile() -> bytes:
    return bytes(pyvips.Operation.call("profile_load", "srgb"))


def _by_profile(image: pyvips.Image, embedded: bytes, count: int) -> Coloured:
    if count < 4:
        try:
            changes = _changes(embedded, count)
        except pyvips.Error:
            made, how = _plain(_tagged(image, b""), count)
            return Coloured(made, _assumption(image, count, ""), ("unusable profile ignored", *how))
        if changes <= SAME:
            made, how = _plain(image, count)
            return Coloured(made, {}, how)
    made = _transform(image)
    if count == 1:
        return Coloured(_tagged(_one_band(made), icc.grey_profile()), {}, ("grey by its profile",))
    return Coloured(made, {}, ("converted to sRGB by its profile",))


def _changes(embedded: bytes, count: int) -> float:
    """The most that the profile changes any of a lattice of colours: 0 to 255. pyvips.Error: it cannot be used."""
    levels = [round(step * 255 / (STEPS - 1)) for step in range(STEPS)]
    if count == 1:
        data = bytes(range(256))
    else:
        data = bytes(value for red in levels for green in levels for blue in levels for value in (red, green, blue))
    lattice = pyvips.Image.new_from_memory(data, len(data) // count, 1, count, "uchar")
    lattice = _tagged(lattice.copy(interpretation="srgb" if count == 3 else "b-w"), embedded)
    made = _transform(lattice)
    return float(((made if count == 3 else _one_band(made)) - lattice).abs().max())


def _transform(image: pyvips.Image, **options: Any) -> pyvips.Image:
    """To 8-bit sRGB, relative colorimetric with black point compensation (DESIGN §12)."""
    how = {"embedded": True, "intent": "relative", "black_point_compensation": True, "depth": 8}
    return image.icc_transform("srgb", **(how | options))


def _one_band(grey: pyvips.Image) -> pyvips.Image:
    """A grey picture in sRGB as one channel: its three are equal, and our grey has the tone curve of sRGB."""
    return grey.extract_band(1).copy(interpretation="b-w")


def _plain(image: pyvips.Image, count: int) -> tuple[pyvips.Image, tuple[str, ...]]:
    """Pixels that are sRGB or its grey already, or that libvips can convert without a profile."""
    deep = image.format == "ushort"
    if count == 1:
        image = image.copy(interpretation="grey16" if deep else "b-w")
        made = _tagged(image.colourspace("b-w").cast("uchar"), icc.grey_profile())
        return made, ("16 bits reduced to 8",) if deep else ()
    if image.interpretation == "multiband":
        image = image.copy(interpretation="rgb16" if deep else "srgb")
    done = () if image.interpretation in ("srgb", "rgb") else (f"converted to sRGB from {image.interpretation}",)
    return _tagged(image.colourspace("srgb").cast("uchar"), srgb_profile()), done


def _assumption(image: pyvips.Image, count: int, cmyk: str) -> dict[str, str]:
    if image.interpretation in LAB:
        return {}
    return {"profile": {1: "sGray", 3: "sRGB", 4: f"CMYK ({cmyk})"}[count]}


def _tagged(image: pyvips.Image, data: bytes) -> pyvips.Image:
    """The picture with this profile; with empty data, without any."""
    image = image.copy()
    if data:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", data)
    elif image.get_typeof("icc-profile-data"):
        image.remove("icc-profile-data")
    return image
