"""Pictures that can only be read as a whole: how much memory they need, before anything of them is decoded."""

import struct

from gcis.core.errors import SourceFault
from images.conversion.formats.complaints import CUT_OFF
from images.conversion.formats.directories import Data
from images.conversion.formats.header import check_memory, check_size
from images.conversion.formats.resolution import segments
from images.conversion.work import Limits

_INTERLACED = 1
#: Samples per pixel of PNG's colour types (PNG §11.2.1); what a palette holds is three or four.
_SAMPLES = {0: 1, 2: 3, 3: 4, 4: 2, 6: 4}
#: Markers of JPEG frames (T.81 table B.1; JPEG-LS is T.87): those that are decoded, and what the others are called.
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_PROGRESSIVE = (0xC2, 0xCA)
_OTHERS = {
    0xF7: "JPEG-LS",
    **dict.fromkeys((0xC3, 0xCB), "JPEG without loss"),
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical JPEG"),
}
_AGAIN = "Please save it as an ordinary JPEG or as TIFF, and send that."


def check(data: Data, kind: str, limits: Limits) -> None:
    """Raises SourceFault where the picture is larger than may be, or its whole would not fit into memory."""
    try:
        size = {"png": _png, "gif": _gif, "jpeg": _jpeg, "webp": _webp}[kind](data)
    except (KeyError, struct.error, IndexError):
        return  # what it is will be said by its decoder
    width, height, bytes_of_pixel, what = size
    check_size(width, height, limits)
    check_memory(width * height * bytes_of_pixel, limits, what)


def _png(data: Data) -> tuple[int, int, float, str]:
    width, height, bits, kind, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    each = _SAMPLES[kind] * max(1, bits // 8) if interlaced == _INTERLACED else 0
    return width, height, each, "An interlaced PNG"


def _gif(data: Data) -> tuple[int, int, float, str]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height, 8, "A GIF"


def _webp(data: Data) -> tuple[int, int, float, str]:
    """Only whether it is all there: its size is said in several ways, and none can be large (16,383 pixels)."""
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise SourceFault("cut_off", CUT_OFF)
    return 1, 1, 0, "A WebP"


def _jpeg(data: Data) -> tuple[int, int, float, str]:
    """A progressive one is kept as coefficients, two bytes for each sample of each component (T.81 annex G)."""
    for marker, start, _ in segments(data):
        if marker in _OTHERS:
            sentence = f"The picture is {_OTHERS[marker]}, which cannot be read. {_AGAIN}"
            raise SourceFault("compression_not_supported", sentence)
        if marker in _FRAMES:
            bits, height, width, samples = struct.unpack_from(">BHHB", data, start)
            if bits != 8:
                sentence = f"The picture is a JPEG with {bits} bits per channel, which cannot be read. {_AGAIN}"
                raise SourceFault("layout_not_supported", sentence)
            return width, height, 2 * samples if marker in _PROGRESSIVE else 0, "A progressive JPEG"
    raise KeyError("no frame")
