"""Tiny sources of every kind that a conversion has to get right or refuse, made with Pillow."""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from tests.media.photograph import picture

#: A picture with four different corners: which way is up can be seen.
CORNERS = {(0, 0): (220, 40, 40), (1, 0): (40, 200, 60), (0, 1): (50, 80, 220), (1, 1): (240, 220, 60)}


def corners(width: int = 320, height: int = 200) -> Image.Image:
    picture = Image.new("RGB", (width, height))
    for (x, y), shade in CORNERS.items():
        picture.paste(shade, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return picture


#: What has to be done to an upright picture so that the Orientation makes it upright again (EXIF 2.3 §4.6.4).
_UNDO = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}


def turned(path: Path, orientation: int) -> Path:
    """The corners, stored turned, with the Orientation that says so."""
    picture = corners()
    for step in _UNDO[orientation]:
        picture = picture.transpose(step)
    exif = Image.Exif()
    exif[0x112] = orientation
    picture.save(path, exif=exif.tobytes(), quality=95)
    return path


def wide_gamut_profile() -> bytes:
    """An RGB matrix profile that is far from sRGB: sRGB's own bytes with red and green colorants exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    offsets = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, green = offsets[b"rXYZ"], offsets[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    at, size = struct.unpack_from(">II", profile, offsets[b"desc"] + 4)
    profile[at : at + size] = bytes(profile[at : at + size]).replace(
        "sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")
    )
    return bytes(profile)


def sixteen_bits(path: Path) -> Path:
    """A 16-bit grey ramp from black to white, 256 x 64, as TIFF or PNG."""
    ramp = np.linspace(0, 65535, 512, dtype=np.uint16)
    Image.fromarray(np.tile(ramp, (300, 1))).save(path)
    return path


def transparent(path: Path) -> Path:
    """Red, wholly transparent on the left half."""
    picture = Image.new("RGBA", (400, 300), (200, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 200, 300))
    picture.save(path)
    return path


def cut_off(path: Path) -> Path:
    """A JPEG of which the second half is missing."""
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(noise).save(data, "JPEG", quality=90)
    path.write_bytes(data.getvalue()[: len(data.getvalue()) // 2])
    return path


def damaged(path: Path) -> Path:
    """A whole JPEG with a stretch of zeros where picture data was."""
    data = io.BytesIO()
    picture(800, 600, seed=1).save(data, "JPEG", quality=92)
    middle = len(data.getvalue()) // 2
    path.write_bytes(data.getvalue()[:middle] + b"\0" * 5000 + data.getvalue()[middle + 5000 :])
    return path


def saved_selection(path: Path) -> Path:
    """The corners as TIFF with a fourth channel of zeros: a saved selection, not transparency (TIFF 6.0 p. 31)."""
    image = corners(400, 300)
    image.putalpha(0)
    image.save(path)
    data = path.read_bytes()
    transparency, unspecified = struct.pack("<HHII", 338, 3, 1, 2), struct.pack("<HHII", 338, 3, 1, 0)
    assert transparency in data
    path.write_bytes(data.replace(transparency, unspecified))
    return path


def lace(path: Path) -> Path:
    """White dots on nothing: every second pixel is wholly transparent, and black beneath."""
    pixels = np.zeros((700, 800, 4), np.uint8)
    pixels[::2, ::2] = pixels[1::2, 1::2] = 255
    Image.fromarray(pixels).save(path)
    return path


def linear_profile() -> bytes:
    """An RGB profile that calls itself sRGB and has no tone curve: the numbers are amounts of light."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    for entry in range(132, 132 + 12 * count, 12):
        if profile[entry + 1 : entry + 4] == b"TRC":
            (at,) = struct.unpack_from(">I", profile, entry + 4)
            profile[at : at + 12] = b"curv\0\0\0\0\0\0\0\0"
    return bytes(profile)


def odd_header(path: Path) -> Path:
    """A whole JPEG that claims a version of JFIF that nobody knows."""
    data = io.BytesIO()
    corners().save(data, "JPEG", quality=95)
    path.write_bytes(data.getvalue().replace(b"JFIF\0\x01", b"JFIF\0\x02", 1))
    return path
