"""From the colours of a source to 8-bit sRGB, or to one 8-bit grey channel. Runs in the conversion child only.

Relative colorimetric with black point compensation, whatever intent a profile asks for (DESIGN §12).
"""

from dataclasses import dataclass
from functools import cache

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import icc, profiles, tones, transforms
from images.conversion.recipes.recipe import Recipe

#: Interpretations of libvips that hold CIE L*a*b*.
LAB = ("lab", "labs", "labq")


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


def to_access(image: pyvips.Image, recipe: Recipe) -> Coloured:
    """Colour channels only in, sRGB or grey out. The recipe says what CMYK and grey are that bring no profile."""
    embedded, space = profile(image), _space(image)
    image = transforms.tagged(image, b"")
    fault = profiles.fault(embedded, space) if embedded else ""
    ignored = (f"unusable profile ignored: {fault}",) if fault else ()
    if embedded and not fault and space != b"Lab ":
        assumed: dict[str, str] = {}
        made, done = _by_profile(image, embedded, space)
    else:
        made, assumed, done = _without_profile(image, space, recipe)
    made = transforms.tagged(made, srgb_profile() if made.bands > 1 else icc.grey_profile())
    return Coloured(made, assumed, (*ignored, *done, *_reduced(image)))


def profile(image: pyvips.Image) -> bytes:
    """The embedded profile; empty when there is none."""
    return bytes(image.get("icc-profile-data")) if image.get_typeof("icc-profile-data") else b""


@cache
def srgb_profile() -> bytes:
    return bytes(pyvips.Operation.call("profile_load", "srgb"))


def _space(image: pyvips.Image) -> bytes:
    """The colour space of the channels, as ICC writes it."""
    return b"Lab " if image.interpretation in LAB else {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}[channels(image)]


def _by_profile(image: pyvips.Image, embedded: bytes, space: bytes) -> tuple[pyvips.Image, tuple[str, ...]]:
    """What the profile makes of the pixels; those that it leaves as they are do not go through it."""
    if image.interpretation == "scrgb":
        image = image.linear(65535, 0.5).cast("ushort").copy(interpretation="multiband")
    deep = image.format == "ushort"
    if space == b"GRAY":
        levels = profiles.grey_levels(embedded, 65536 if deep else 256)
        return transforms.by_table(image, levels), () if profiles.is_sgray(levels) else ("grey by its profile",)
    if space == b"RGB " and profiles.is_srgb(embedded):
        return transforms.to_eight_bits(image), ()
    shaper = profiles.exact_shaper(embedded) if deep and space == b"RGB " else None
    made = transforms.by_shaper(image, shaper) if shaper else transforms.by_profile(transforms.tagged(image, embedded))
    return made, ("converted to sRGB by its profile",)


def _without_profile(
    image: pyvips.Image, space: bytes, recipe: Recipe
) -> tuple[pyvips.Image, dict[str, str], tuple[str, ...]]:
    """The picture, what is assumed of it, and what was done to it."""
    if space == b"Lab ":
        return transforms.from_lab(image), {}, ("converted to sRGB from L*a*b*",)
    if image.interpretation == "scrgb":
        return transforms.from_light(image), {"profile": "scRGB (linear)"}, ("converted to sRGB from linear light",)
    if space == b"CMYK":
        made = transforms.by_profile(transforms.tagged(image, profiles.of_recipe(recipe.cmyk)))
        return made, {"profile": f"CMYK ({recipe.cmyk})"}, ("converted to sRGB from CMYK",)
    if space == b"RGB ":
        return transforms.to_eight_bits(image), {"profile": "sRGB"}, ()
    name, _ = tones.GREYS[recipe.grey]
    levels = tones.grey_levels(recipe.grey, 65536 if image.format == "ushort" else 256)
    done = () if recipe.grey == "sgray" else (f"converted to sGray from {name}",)
    return transforms.by_table(image, levels), {"profile": name}, done


def _reduced(image: pyvips.Image) -> tuple[str, ...]:
    """What happened to samples that were larger than ours."""
    if image.format in ("ushort", "short"):
        return ("16 bits reduced to 8",)
    return ("floating point reduced to 8 bits",) if image.interpretation == "scrgb" else ()
