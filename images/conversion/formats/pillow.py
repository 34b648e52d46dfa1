"""What only Pillow can decode: JPEG 2000, and a few kinds of TIFF. It holds a whole picture, so its size is limited."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyvips
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from gcis.core.errors import SourceFault
from images.conversion.formats.complaints import DAMAGED, explain

# How many pixels and how much memory there may be is ours to say, and is checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
# Pillow's own reading of uncompressed TIFF does not know how YCbCr may be stored.
TiffImagePlugin.READ_LIBTIFF = True

#: Pillow's modes → bands, format and interpretation of libvips.
MODES = {
    "L": (1, "uchar", "b-w"),
    "LA": (2, "uchar", "b-w"),
    "RGB": (3, "uchar", "srgb"),
    "RGBA": (4, "uchar", "srgb"),
    "CMYK": (4, "uchar", "cmyk"),
    "I;16": (1, "ushort", "grey16"),
}
#: Other modes → those among MODES that hold the same.
_SAME = {"1": "L", "P": "RGB", "PA": "RGBA", "RGBX": "RGB"}
_TURN = Image.Transpose
#: Orientation (EXIF 3.0 §4.6.5.1.6) → what undoes the turning that Pillow does while it reads a TIFF.
_UNTURN = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_90,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_270,
}


def tiff(path: Path, place: int, orientation: int) -> pyvips.Image:
    """The page in this place of the main chain as it is stored, not turned."""
    with _explained(), Image.open(path, formats=("TIFF",)) as image:
        image.seek(place)
        profile = image.info.get("icc_profile", b"")
        image.load()
        stored = image.transpose(_UNTURN[orientation]) if orientation in _UNTURN else image
        return in_vips(stored, profile)


def jp2(path: Path, size: tuple[int, int], profile: bytes) -> pyvips.Image:
    """A JPEG 2000 picture of this size with the profile that its header names.

    Its boxes, which Pillow believes, may say another size than its codestream.
    """
    with _explained(), Image.open(path, formats=("JPEG2000",)) as image:
        if image.size != size:
            raise SourceFault("damaged", DAMAGED)
        image.load()
        return in_vips(image, profile)


def in_vips(image: Image.Image, profile: bytes) -> pyvips.Image:
    """The same pixels for libvips, with this profile. The picture's own memory is given back."""
    if image.mode in _SAME:
        image = image.convert(_SAME[image.mode])
    if image.mode not in MODES:
        sentence = f"The picture's data layout ({image.mode}) cannot be read. "
        raise SourceFault("layout_not_supported", f"{sentence}Please save it as RGB with 8 bits and send that.")
    bands, form, interpretation = MODES[image.mode]
    width, height, data = *image.size, image.tobytes()
    image.close()
    made = pyvips.Image.new_from_memory(data, width, height, bands, form).copy(interpretation=interpretation)
    if profile:
        made.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return made


@contextmanager
def _explained() -> Iterator[None]:
    """Pillow's errors, and its warnings of damage, as faults of the source."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError as error:
        raise SourceFault("damaged", DAMAGED) from error
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, OverflowError, EOFError) as error:
        raise explain(str(error)) from error
