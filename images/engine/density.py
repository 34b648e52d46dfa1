"""How many pixels of a derivative are a millimetre, written into the file; where nobody knows, it claims nothing.

libvips itself leaves JFIF's header away with the rest of the metadata, and writes 1 pixel per millimetre into any PNG.
"""

import struct
import zlib

from images.iiif.derivative import Derivative

#: Pixels per millimetre, across and down.
Density = tuple[float, float]

_MM_PER_INCH = 25.4
_SOI, _JFIF = b"\xff\xd8", b"\xff\xe0\x00\x10JFIF\x00"
#: Begins a picture joined from tiles that are RGB (`splice`).
_ADOBE = b"\xff\xee\x00\x0eAdobe"
#: Bytes of APP0 without a thumbnail, which is how libvips writes it where it does.
_JFIF_SIZE = 18
_INCHES, _METRES, _SHAPE_ONLY = 1, 1, 0
_PHYS = struct.pack(">I", 9) + b"pHYs"
#: pHYs comes before the picture data, behind a profile that may be this long in our masters.
_SEARCHED = 1 << 16


def scaled(full: Density | None, asked: Derivative) -> Density | None:
    """The density of a derivative by that of the full image; None also where a turn mixes two that differ."""
    if full is None or (asked.rotation % 90 and full[0] != full[1]):
        return None
    across, down = full[0] * asked.width / asked.w, full[1] * asked.height / asked.h
    return (down, across) if asked.rotation % 180 == 90 else (across, down)


def stated(encoded: bytes, kind: str, density: Density | None) -> bytes:
    """The file (jpg, png, webp) as libvips wrote it, with this density or none. WebP has it in EXIF only."""
    if kind == "jpg":
        if encoded.startswith(_SOI + _ADOBE):
            return encoded  # with JFIF's header decoders would take it for YCbCr
        rest = encoded[len(_SOI) + _JFIF_SIZE :] if encoded.startswith(_SOI + _JFIF) else encoded[len(_SOI) :]
        return _SOI + _jfif(density) + rest
    return _with_phys(encoded, density) if kind == "png" else encoded


def _jfif(density: Density | None) -> bytes:
    """APP0 (JFIF 1.02), which also says that three channels are YCbCr. Its densities are whole numbers."""
    if density is None:
        return _JFIF + struct.pack(">HBHHBB", 0x0102, _SHAPE_ONLY, 1, 1, 0, 0)
    across, down = (min(max(1, round(pixels * _MM_PER_INCH)), 0xFFFF) for pixels in density)
    return _JFIF + struct.pack(">HBHHBB", 0x0102, _INCHES, across, down, 0, 0)


def _with_phys(encoded: bytes, density: Density | None) -> bytes:
    """With another pHYs (PNG §11.3.5.3) in the place of libvips's."""
    at = encoded.find(_PHYS, 0, _SEARCHED)
    if at < 0:
        return encoded
    across, down = (max(1, round(pixels * 1000)) for pixels in density or (0.001, 0.001))
    body = b"pHYs" + struct.pack(">IIB", across, down, _METRES if density else _SHAPE_ONLY)
    return encoded[: at + 4] + body + struct.pack(">I", zlib.crc32(body)) + encoded[at + 4 + len(body) + 4 :]
