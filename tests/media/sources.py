"""Tiny sources of every kind that a conversion has to get right or refuse, made with Pillow."""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

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
