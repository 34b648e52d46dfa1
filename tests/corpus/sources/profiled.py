"""Colour profiles: wide ones, unusual ones, broken ones, and those that a system's packages bring."""

from functools import partial

from PIL import Image, ImageCms

from tests.corpus import tiffs
from tests.corpus.cms import by_profile, installed
from tests.corpus.colours import ADOBE, LINEAR, P3, PROPHOTO, Space, ink_profile, inks, power
from tests.corpus.pictures import chart, encoded, field, grey_chart, grey_field, whole
from tests.corpus.source import LOSSY, ROUNDED, TONES, Made, Picture, Source
from tests.media import deltae, profiles

TITLE = "Colour profiles"
#: Profiles that packages of Debian bring.
ADOBES_OWN, GHOSTSCRIPTS = "AdobeRGB1998.icc", "default_cmyk.icc"


def wide(space: Space, bits: int, kind: str = "TIFF") -> Made:
    """The colours of the chart, written with the numbers of a wider space."""
    values = whole(space.of(field()), 2**bits - 1)
    if kind == "TIFF":
        return Made(tiffs.with_profile(values, tiffs.RGB, space.profile), Picture(chart(), exact=ROUNDED))
    data = encoded(Image.fromarray(values), kind, icc_profile=space.profile, quality=97, subsampling=0)
    return Made(data, Picture(chart(), exact=LOSSY))


def grey(gamma: float, bits: int) -> Made:
    """Tones by a power instead of the curve of sRGB."""
    values = whole(power(gamma)(deltae.srgb_to_linear(grey_field())), 2**bits - 1)
    profile = profiles.grey(profiles.gamma(gamma), name=f"Grey, gamma {gamma}")
    return Made(tiffs.with_profile(values, tiffs.BLACK_IS_ZERO, profile), Picture(grey_chart(), TONES, ROUNDED))


def linear() -> Made:
    """Amounts of light with 16 bits, and a profile that calls itself sRGB all the same."""
    return Made(
        tiffs.with_profile(whole(LINEAR.of(field()), 65535), tiffs.RGB, LINEAR.profile), Picture(chart(), exact=ROUNDED)
    )


def unusable(profile: bytes) -> Made:
    """The picture is taken for sRGB, and that is said."""
    return Made(tiffs.with_profile(chart(), tiffs.RGB, profile), Picture(chart()))


def oversized() -> Made:
    """Four megabytes of nothing behind a good profile."""
    profile = profiles.oversized(ADOBE.profile, 4 << 20)
    return Made(tiffs.with_profile(whole(ADOBE.of(field())), tiffs.RGB, profile), Picture(chart(), exact=ROUNDED))


def installed_rgb() -> Made:
    """Adobe's own numbers: the profile comes from colord-data, what is expected from the formula."""
    return Made(
        tiffs.with_profile(whole(ADOBE.of(field())), tiffs.RGB, _read(ADOBES_OWN)), Picture(chart(), exact=ROUNDED)
    )


def installed_cmyk() -> Made:
    """Offset printing by the table that ghostscript brings."""
    values, profile = whole(inks(field())), _read(GHOSTSCRIPTS)
    return Made(tiffs.with_profile(values, tiffs.SEPARATED, profile), Picture(by_profile(values, profile)))


def without(name: str, package: str) -> str:
    return "" if installed(name) else f"{name} is not there (Debian's {package})"


def _read(name: str) -> bytes:
    path = installed(name)
    assert path, name
    return path.read_bytes()


def _lab_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


SOURCES = (
    Source("adobe-rgb.tif", "as wide as Adobe RGB", partial(wide, ADOBE, 8)),
    Source("display-p3.jpg", "as wide as Display P3", partial(wide, P3, 8, "JPEG")),
    Source("prophoto-16.tif", "as wide as ProPhoto, 16 bits", partial(wide, PROPHOTO, 16)),
    Source("linear-16.tif", "linear, 16 bits, calls itself sRGB", linear),
    Source("grey-gamma-1.8.tif", "grey, gamma 1.8", partial(grey, 1.8, 8)),
    Source("grey-gamma-2.2-16.tif", "grey, gamma 2.2, 16 bits", partial(grey, 2.2, 16)),
    Source("profile-cut-off.tif", "cut off", partial(unusable, profiles.cut_off(ADOBE.profile))),
    Source("profile-of-cmyk.tif", "made for CMYK, on RGB", partial(unusable, ink_profile())),
    Source("profile-of-lab.tif", "made for Lab, on RGB", partial(unusable, _lab_profile())),
    Source("profile-of-zeros.tif", "zeros", partial(unusable, bytes(600))),
    Source("profile-oversized.tif", "four megabytes too large", oversized),
    Source(
        "colord-adobe-rgb.tif",
        "Adobe RGB of colord-data",
        installed_rgb,
        missing=partial(without, ADOBES_OWN, "colord-data"),
    ),
    Source(
        "ghostscript-cmyk.tif",
        "CMYK of ghostscript",
        installed_cmyk,
        missing=partial(without, GHOSTSCRIPTS, "libgs-common"),
    ),
)
