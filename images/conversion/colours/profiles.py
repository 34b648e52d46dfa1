"""Embedded profiles, judged by what they do: whether LittleCMS takes them, and what they make of a few colours.

libvips falls back to a profile of its own without a word, and then nobody would know what the numbers in a master mean.
"""

import io
from functools import lru_cache

import pyvips
from PIL import ImageCms

from images.conversion.colours import icc, shapers, transforms

#: How far two ways to one colour may be apart by rounding, in levels of 255.
SAME = 1
#: How much a profile may change any colour and still be sRGB (CIEDE2000). Good ones from other hands stay below 0.1.
NO_DIFFERENCE = 0.5
#: How far LittleCMS may be from the exact level of a grey, and mean the same: it goes through L*a*b* of 16 bits.
COARSE = 16
#: Steps per channel of the colours by which a profile is judged.
STEPS = 17
#: How Pillow calls the pixels of these colour spaces.
_MODES = {b"GRAY": "L", b"RGB ": "RGB", b"CMYK": "CMYK"}


def fault(profile: bytes, space: bytes) -> str:
    """Why this profile is not used for pixels of this colour space, as the end of a sentence; empty: it is."""
    return icc.fault(profile, space) or ("" if space not in _MODES or _is_taken(profile, space) else "it is broken")


def of_recipe(name: str) -> bytes:
    """The profile of a recipe for CMYK: one of libvips by its name, or a file. Raises RuntimeError: ours to mend."""
    try:
        loaded = bytes(pyvips.Operation.call("profile_load", name))
    except pyvips.Error as error:
        raise RuntimeError(f"the recipe's CMYK profile {name} cannot be read: {error}") from error
    if why := fault(loaded, b"CMYK"):
        raise RuntimeError(f"the recipe's CMYK profile {name} cannot be used: {why}")
    return loaded


def is_srgb(profile: bytes) -> bool:
    """Whether an RGB profile leaves all colours as they are, whatever it calls itself."""
    return float(_lattice().colourspace("lab").dE00(_seen(profile).colourspace("lab")).max()) <= NO_DIFFERENCE


def exact_shaper(profile: bytes) -> shapers.Shaper | None:
    """The curves and the matrix of an RGB profile, where LittleCMS understands them as we do."""
    shaper = shapers.shaper(profile)
    if shaper is None:
        return None
    ours = transforms.by_shaper((_lattice() * 257).cast("ushort"), shaper)
    return shaper if float((ours - _seen(profile)).abs().max()) <= SAME else None


@lru_cache(maxsize=2)
def grey_levels(profile: bytes, count: int) -> bytes:
    """The 8-bit level in sRGB of each of `count` numbers (256 or 65,536) of grey."""
    ours, theirs = shapers.grey_levels(profile, count), _grey_seen(profile, count)
    agreed = ours and max(abs(one - other) for one, other in zip(ours, theirs, strict=True)) <= COARSE
    return ours if ours and agreed else theirs


def is_sgray(levels: bytes) -> bool:
    """Whether these levels are those of grey in sRGB."""
    step = (len(levels) - 1) / 255
    return max(abs(level - number / step) for number, level in enumerate(levels)) <= SAME


@lru_cache(maxsize=2)
def _is_taken(profile: bytes, space: bytes) -> bool:
    """Whether LittleCMS opens it and finds in it what it needs."""
    relative, plain = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.NOOPTIMIZE
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), _MODES[space], "RGB", relative, plain)
    except (ImageCms.PyCMSError, OSError):
        return False
    return True


def _grey_seen(profile: bytes, count: int) -> bytes:
    """The levels by LittleCMS."""
    ramp = pyvips.Image.identity(ushort=count > 256).copy(interpretation="b-w" if count == 256 else "grey16")
    made = transforms.by_profile(transforms.tagged(ramp, profile))
    return bytes(made.extract_band(1).write_to_memory())


@lru_cache(maxsize=2)
def _seen(profile: bytes) -> pyvips.Image:
    """The colours of the lattice as this profile means them."""
    return transforms.by_profile(transforms.tagged(_lattice(), profile)).copy_memory()


@lru_cache(maxsize=1)
def _lattice() -> pyvips.Image:
    levels = [round(step * 255 / (STEPS - 1)) for step in range(STEPS)]
    data = bytes(value for red in levels for green in levels for blue in levels for value in (red, green, blue))
    return pyvips.Image.new_from_memory(data, len(data) // 3, 1, 3, "uchar").copy(interpretation="srgb")
