"""What looking at a file gives, and what loading it gives: the same for every kind of file and every reader."""

from dataclasses import dataclass, field
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import colour, icc
from images.conversion.formats.layout import Layout
from images.conversion.work import Limits

SAMPLES = {
    **dict.fromkeys(("uchar", "ushort", "uint"), "uint"),
    **dict.fromkeys(("char", "short", "int"), "int"),
    **dict.fromkeys(("float", "double"), "float"),
}
_BITS = {"uchar": 8, "char": 8, "ushort": 16, "short": 16, "double": 64}


@dataclass(frozen=True, slots=True)
class Header:
    """One page of a file, nothing of it decoded.

    `found` is the plain dict that rules and provenance read; `directory` the page's place in the
    main chain of a TIFF, else 0, and `at` the byte at which it is. `layout` says how a TIFF stores its samples, `alone`
    whether its page is better read as if there were no others; `reader` says who can decode the file.
    """

    found: dict[str, Any]
    directory: int = 0
    at: int = 0
    alone: bool = False
    layout: Layout | None = None
    reader: str = "libvips"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page opened for decoding: colour channels first, then transparency where `transparent`, and nothing else.

    Samples are uchar or ushort, or of an interpretation that `colour` knows. Neither turned nor flattened.
    """

    image: pyvips.Image
    transparent: bool = False
    assumed: dict[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises SourceFault for a picture without pixels, or with more than a conversion may have."""
    if width < 1 or height < 1:
        sentence = f"The picture is {width} by {height} pixels, so there is nothing in it. Please send it again."
        raise SourceFault("damaged", sentence)
    if width * height > limits.pixels:
        sentence = f"The picture has {width * height / 1e6:,.0f} megapixels; at most {limits.pixels / 1e6:,.0f} can be "
        raise SourceFault("too_large", f"{sentence}converted. Please send a smaller one.")


def check_memory(size: float, limits: Limits, what: str) -> None:
    """Raises SourceFault where `what`, which cannot be read piece by piece, needs more bytes than there may be."""
    if size > limits.memory:
        sentence = f"{what} can only be read as a whole, and this one needs {size / 1e9:.1f} GB of memory. "
        raise SourceFault("too_large", f"{sentence}Please send it as TIFF, or smaller.")


def describe(image: pyvips.Image, kind: str, pixels_per_mm: tuple[float, float] | None = None) -> dict[str, Any]:
    """The `found` of a picture that libvips has opened; page and pages are those of a file with one picture."""
    profile = colour.profile(image)
    return {
        "format": kind,
        "width": image.width,
        "height": image.height,
        "bands": image.bands,
        "bits": bits(image),
        "sample": SAMPLES.get(image.format, "complex"),
        "colour": image.interpretation,
        "orientation": image.get("orientation") if image.get_typeof("orientation") else 1,
        "profile": icc.description(profile) if profile else None,
        "pixels_per_mm": rounded(pixels_per_mm),
        "page": 0,
        "pages": 1,
    }


def bits(image: pyvips.Image) -> int:
    if image.get_typeof("bits-per-sample"):
        return int(image.get("bits-per-sample"))
    return _BITS.get(image.format, 32)


def upright(image: pyvips.Image) -> pyvips.Image:
    """The picture without a word of its orientation: it has been turned already."""
    if image.get_typeof("orientation"):
        image = image.copy()
        image.remove("orientation")
    return image


def rounded(pair: tuple[float, float] | None) -> list[float] | None:
    return [round(number, 4) for number in pair] if pair else None
