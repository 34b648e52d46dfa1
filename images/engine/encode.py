"""From a drawn picture to a file of the format that was asked for."""

import pyvips

from gcis.core.errors import SourceFault
from images.iiif.derivative import Derivative

_QUALITY = 90
#: The longest edge that the format itself can hold.
_LONGEST_EDGE = {"jpg": 65_500, "png": 1_000_000, "webp": 16_383}


def encode(image: pyvips.Image, asked: Derivative) -> bytes:
    """The file, with the profile of the picture. SourceFault where the format cannot hold so large a one."""
    longest = _LONGEST_EDGE[asked.format]
    if max(image.width, image.height) > longest:
        raise SourceFault("size", f"A picture in {asked.format} is at most {longest} pixels wide and high.")
    bitonal = asked.quality == "bitonal"
    encoded: bytes
    match asked.format:
        case "jpg":
            encoded = image.jpegsave_buffer(Q=_QUALITY, subsample_mode="on", keep="icc")
        case "png":
            encoded = image.pngsave_buffer(bitdepth=1 if bitonal else 8, keep="icc")
        case "webp":
            encoded = image.webpsave_buffer(Q=_QUALITY, lossless=bitonal, keep="icc")
    return encoded
