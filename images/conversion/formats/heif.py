"""HEIC through pillow-heif where it is installed, else through a libvips that can: the wheel's libvips cannot.

The decoder is under patents in some countries, hence the extra. libheif turns the picture itself, as the format demands
(ISO/IEC 23008-12 §6.5.10): what EXIF says of its orientation is not for readers.
"""

import importlib.util
from pathlib import Path
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import icc
from images.conversion.formats.complaints import DAMAGED, explain
from images.conversion.formats.header import Header, Loaded, check_memory, check_size, describe, upright
from images.conversion.work import Limits

#: Bytes that decoding takes for each pixel: the planes, the picture made of them, and the copy for libvips.
_PER_PIXEL = 16
MISSING = (
    "The file is a HEIC picture, and this installation cannot read those: its administrator can add the decoder with "
    "`pip install gcis[heic]`. Until then please send it as JPEG or TIFF."
)
_BANDS = {
    "L": (1, "b-w", "grey16"),
    "LA": (2, "b-w", "grey16"),
    "RGB": (3, "srgb", "rgb16"),
    "RGBA": (4, "srgb", "rgb16"),
}


def is_installed() -> bool:
    return importlib.util.find_spec("pillow_heif") is not None


def look(path: Path, limits: Limits) -> Header:
    if not is_installed():
        return _look_with_libvips(path, limits)
    picture = _opened(path)
    width, height = picture.size
    check_size(width, height, limits)
    check_memory(width * height * _PER_PIXEL, limits, "A HEIC picture")
    bands, *colours, deep = _layout(picture)
    profile = picture.info.get("icc_profile") or b""
    found: dict[str, Any] = {
        "format": "heif",
        "width": width,
        "height": height,
        "bands": bands,
        "bits": picture.info.get("bit_depth", 8),
        "sample": "uint",
        "colour": colours[deep],
        "orientation": 1,
        "profile": icc.description(profile) if profile else None,
        "pixels_per_mm": None,
        "page": 0,
        "pages": 1,
    }
    return Header(found, reader="pillow-heif")


def load(path: Path, header: Header, *, random: bool) -> Loaded:
    if header.reader == "libvips":
        image = upright(_with_libvips(path, random=random))
        return Loaded(image, transparent=image.hasalpha())
    picture = _opened(path)
    bands, *colours, deep = _layout(picture)
    try:
        data = bytes(picture.data)
    except (OSError, ValueError, RuntimeError, EOFError) as error:
        raise SourceFault("damaged", DAMAGED) from error
    width, height = picture.size
    if len(data) != width * height * bands * (2 if deep else 1):
        raise SourceFault("damaged", DAMAGED)
    image = pyvips.Image.new_from_memory(data, width, height, bands, "ushort" if deep else "uchar")
    bits = picture.info.get("bit_depth", 8)
    if deep and bits < 16:  # its values are shifted up to 16 bits, which is short of white
        image = (image * (65535 / (((1 << bits) - 1) << (16 - bits)))).rint().cast("ushort")
    image = image.copy(interpretation=colours[deep])
    if profile := picture.info.get("icc_profile"):
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return Loaded(image, transparent=picture.has_alpha)


def _opened(path: Path) -> Any:
    """The primary picture of the file, nothing of it decoded; with the bits that it has."""
    import pillow_heif  # only now: it is an extra, and seldom needed

    try:
        opened = pillow_heif.open_heif(path, convert_hdr_to_8bit=False)
        return opened[opened.primary_index]
    except (OSError, ValueError, RuntimeError, SyntaxError, EOFError, IndexError) as error:
        raise SourceFault("damaged", DAMAGED) from error


def _layout(picture: Any) -> tuple[int, str, str, bool]:
    """Bands, what libvips calls them with 8 and with 16 bits, and whether it is 16. Raises SourceFault for others."""
    mode, _, bits = picture.mode.partition(";")
    if mode not in _BANDS or bits not in ("", "16"):
        sentence = (
            f"The picture is HEIC in a layout ({picture.mode}) that cannot be read. Please send it as JPEG or TIFF."
        )
        raise SourceFault("layout_not_supported", sentence)
    return (*_BANDS[mode], bits == "16")


def _look_with_libvips(path: Path, limits: Limits) -> Header:
    """One pixel is decoded too: only then does libheif say that it has no decoder."""
    try:
        image = upright(_with_libvips(path, random=True))
        check_size(image.width, image.height, limits)
        check_memory(image.width * image.height * _PER_PIXEL, limits, "A HEIC picture")
        image.crop(0, 0, 1, 1).avg()
    except pyvips.Error as error:
        if "not been built in" in str(error) or "unsupported codec" in str(error).lower():
            raise SourceFault("format_not_supported", MISSING) from error
        raise explain(str(error)) from error
    return Header(describe(image, "heif"))


def _with_libvips(path: Path, *, random: bool) -> pyvips.Image:
    access = "random" if random else "sequential"
    return pyvips.Image.heifload(str(path), access=access, fail_on="error", autorotate=True)
