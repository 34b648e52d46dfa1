"""Conversions by a colour management system (LittleCMS, through Pillow) where no formula says what a profile means."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.corpus.source import Pixels

_FOLDERS = tuple(Path("/usr/share/color/icc") / folder for folder in ("", "colord", "ghostscript"))


def by_profile(values: Pixels, profile: bytes) -> NDArray[np.uint8]:
    """Inks (height x width x 4) as sRGB: relative colorimetric with black point compensation."""
    levels = values if values.dtype == np.uint8 else np.round(values / 257).astype(np.uint8)
    image = Image.frombytes("CMYK", (levels.shape[1], levels.shape[0]), levels.tobytes())
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    how = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    made = ImageCms.profileToProfile(image, source, target, how[0], "RGB", flags=how[1])
    return np.asarray(made)


@cache
def assumed_cmyk() -> bytes:
    """The profile that the default recipe takes for inks without one. libvips carries it: its bytes are all we take."""
    import pyvips  # only here: what is expected is made without it

    return bytes(pyvips.Operation.call("profile_load", "cmyk"))


def installed(name: str) -> Path | None:
    """A profile that a package of the system brought."""
    return next((path for folder in _FOLDERS if (path := folder / name).is_file()), None)
