"""JPEG 2000: what is taken of it, and how it is loaded through Pillow."""

from pathlib import Path
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import icc
from images.conversion.formats import jp2, pillow
from images.conversion.formats.directories import opened
from images.conversion.formats.header import Header, Loaded, check_memory, check_size, rounded
from images.conversion.formats.jp2 import Jp2
from images.conversion.work import Limits

#: Bytes that OpenJPEG needs for each sample of a tile, Pillow and libvips for each pixel.
_PER_SAMPLE, _PER_PIXEL = 6, 8
_MOST_BITS = 16
_AS_TIFF = "Please export it as TIFF and send that."


def look(path: Path, limits: Limits) -> Header:
    with opened(path) as data:
        said = jp2.read(data)
    check_size(said.width, said.height, limits)
    _check(said)
    samples = len(said.bits)
    tile = said.tile_width * said.tile_height * samples * _PER_SAMPLE
    check_memory(tile + said.width * said.height * _PER_PIXEL, limits, "A JPEG 2000 picture with tiles of this size")
    return Header(_found(said), reader="Pillow")


def load(path: Path, header: Header) -> Loaded:
    """The whole picture. Pillow shifts fewer bits than 8 or 16 up to them, which is short of white: put right here."""
    with opened(path) as data:
        said = jp2.read(data)
    image = pillow.jp2(path, (said.width, said.height), said.profile)
    bits, full = said.bits[0], 16 if image.format == "ushort" else 8
    if bits < full and not said.palette:
        image = _stretched(image, bits, full)
    colours = {"cmyk": 4, "srgb": 3}.get(image.interpretation, 1)
    return Loaded(image, transparent=image.bands > colours)


def _stretched(image: pyvips.Image, bits: int, full: int) -> pyvips.Image:
    most = ((1 << bits) - 1) << (full - bits)
    stretched = (image * (((1 << full) - 1) / most)).rint().cast(image.format)
    return stretched.copy(interpretation=image.interpretation)


def _check(said: Jp2) -> None:
    """Raises SourceFault for what Pillow refuses or decodes wrongly."""
    channels = len(said.bits)
    problem = ""
    if said.space not in (0, jp2.CMYK, jp2.SRGB, jp2.GREY, jp2.SYCC):
        problem = f"are of the kind {said.space}, which cannot be read"
    elif channels not in (1, 2, 3, 4) or (said.profile[16:20] == b"CMYK" and said.space != jp2.CMYK):
        problem = f"are {channels} channels, which cannot be read together"
    elif said.signed or len(set(said.bits)) > 1 or max(said.bits) > _MOST_BITS:
        problem = "have channels of different, signed or more than 16 bits, which cannot be read"
    elif channels > 1 and max(said.bits) > 8:  # Pillow keeps 8, and what it rounds up beyond white it makes black
        problem = f"have {max(said.bits)} bits each, which cannot be read right"
    elif set(said.steps) != {(1, 1)} and said.space not in (0, jp2.SYCC):
        problem = "have channels of different sizes, which cannot be read"
    elif said.alpha is False and channels in (2, 4) and said.space != jp2.CMYK:
        problem = "have a channel beyond them that is not transparency, which cannot be left out"
    if problem:
        raise SourceFault("layout_not_supported", f"The picture is JPEG 2000, and its colours {problem}. {_AS_TIFF}")


def _found(said: Jp2) -> dict[str, Any]:
    channels, deep = len(said.bits), said.bits[0] > 8
    colours = 4 if said.space == jp2.CMYK else channels if channels in (1, 3) else channels - 1
    return {
        "format": "jp2",
        "width": said.width,
        "height": said.height,
        "bands": channels,
        "bits": said.bits[0],
        "sample": "uint",
        "colour": {1: ("b-w", "grey16"), 3: ("srgb", "rgb16"), 4: ("cmyk", "cmyk")}[colours][deep],
        "orientation": 1,
        "profile": icc.description(said.profile) if said.profile else None,
        "pixels_per_mm": rounded(said.pixels_per_mm),
        "page": 0,
        "pages": 1,
    }
