"""The same colours by LittleCMS through Pillow: the same intent, black point compensation, another road."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.media import deltae, profiles
from tests.media.deltae import Array
from tests.media.patches import converted, samples, stored

MODES = {1: "L", 3: "RGB", 4: "CMYK"}
SPACES = {1: "b-w", 3: "srgb", 4: "cmyk"}
NEWSPAPER = profiles.grey(profiles.sampled(lambda n: 0.04 + 0.96 * profiles.dot_gain(n)), kind=b"prtr")

MADE = {
    "AdobeRGB": (3, profiles.adobe_rgb()),
    "AdobeRGB, version 2": (3, profiles.adobe_rgb(version=2)),
    "ProPhoto": (3, profiles.prophoto()),
    "Display P3": (3, profiles.display_p3()),
    "sRGB": (3, profiles.srgb(version=2)),
    "RGB by a table": (3, profiles.rgb_by_table(profiles.ADOBE_RGB, deltae.D65, 2.2)),
    "grey 1.8": (1, profiles.grey(profiles.gamma(1.8))),
    "grey whose black is not black": (1, NEWSPAPER),
    "grey by a table": (1, profiles.grey_by_table(1.8)),
    "CMYK": (4, profiles.cmyk()),
    "CMYK, tables of bytes": (4, profiles.cmyk(profiles.mft1)),
    "CMYK, perceptual only": (4, profiles.cmyk(names=(b"A2B0",))),
    "CMYK both ways": (4, profiles.cmyk(back=True)),
    "CMYK, version 4": (4, profiles.cmyk(version=4, back=True)),
    "CMYK, saturation asked for": (4, profiles.cmyk(intent=2)),
    "CMYK of a scanner": (4, profiles.cmyk(kind=b"scnr")),
}


def by_littlecms(numbers: Array, profile: bytes) -> Array:
    """8-bit levels of sRGB by Pillow."""
    count, channels = numbers.shape
    made = ImageCms.profileToProfile(
        Image.frombytes(MODES[channels], (count, 1), numbers.astype(np.uint8).tobytes()),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert made is not None
    return np.asarray(made, float)[0]


@pytest.mark.parametrize("name", MADE)
def test_littlecms_reads_our_profiles_alike(name: str) -> None:
    channels, profile = MADE[name]
    numbers = stored(samples(channels, steps=9 if channels < 4 else 6), 8)
    levels, made = converted(numbers, SPACES[channels], profile)
    difference = deltae.between(levels, by_littlecms(numbers, profile))
    assert difference.mean() < 0.15
    assert difference.max() < 1.5
    assert made.assumed == {}


# ---------------------------------------------------------------------------------------------------- profiles at hand
FOLDER = Path("/usr/share/color/icc")
#: Not Gray.icc, whose grey is linear: LittleCMS is off by 10 levels in its shadows, and we are not.
INSTALLED = [
    "colord/AdobeRGB1998.icc",
    "colord/ProPhotoRGB.icc",
    "colord/ECI-RGBv1.icc",
    "colord/ECI-RGBv2.icc",
    "colord/AppleRGB.icc",
    "colord/WideGamutRGB.icc",
    "colord/SwappedRedAndGreen.icc",
    "colord/sRGB.icc",
    "LStar-RGB.icc",
    "compatibleWithAdobeRGB1998.icc",
    "Gray-CIE_L.icc",
    "ghostscript/a98.icc",
    "ghostscript/rommrgb.icc",
    "ghostscript/srgb.icc",
    "ghostscript/ps_rgb.icc",
    "ghostscript/default_cmyk.icc",
]


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
def test_profiles_of_debian_are_read_as_littlecms_reads_them(name: str, deep: bool) -> None:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not there: colord-data, icc-profiles-free or libgs-common brings it")
    profile = path.read_bytes()
    channels = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}[profile[16:20]]
    numbers = stored(samples(channels, steps=9 if channels < 4 else 6), 8)
    space = SPACES[channels]
    if deep:
        space = {"b-w": "grey16", "srgb": "rgb16"}.get(space, space)
    levels, made = converted(numbers * np.uint16(257) if deep else numbers, space, profile)
    difference = deltae.between(levels, by_littlecms(numbers, profile))
    assert difference.mean() < 0.2
    assert difference.max() < 2.0
    assert made.assumed == {}
