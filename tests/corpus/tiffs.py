"""Pictures as TIFF files, each of one directory or several, in the words of this corpus."""

import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from tests.corpus.source import Pixels
from tests.media.formats import BYTE, LONG, RATIONAL, SHORT, UNDEFINED, Page, page, tiff

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, SEPARATED, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 4, 5, 6, 8, 9
CFA = 32803
#: Tags (TIFF 6.0, ICC.1 annex B.4, DNG) and the bits of NewSubfileType.
NEW_SUBFILE_TYPE, ORIENTATION, X_RESOLUTION, Y_RESOLUTION, UNIT = 254, 274, 282, 283, 296
COLOUR_MAP, SAMPLE_FORMAT, SUBSAMPLING, REFERENCE, ICC, DNG_VERSION = 320, 339, 530, 532, 34675, 50706
SMALLER, ONE_PAGE, OF_TRANSPARENCY = 1, 2, 4
#: ExtraSamples.
UNSPECIFIED, ASSOCIATED, UNASSOCIATED = 0, 1, 2

_DEFLATE, _JPEG = 8, 7
#: Rows in a strip where nothing else is said.
ROWS = 64


def directory(
    values: Pixels, photometric: int, *, bits: int = 0, tile: int = 0, compression: str = "", **more: Any
) -> Page:
    """`values` are height x width (x samples); `tile` is its side, `compression` deflate, jpeg or nothing.

    `tags` maps tags to (type, values); what else there is goes to `tests.media.formats.page`.
    """
    tags = more.pop("tags", {})
    samples = 1 if values.ndim == 2 else values.shape[2]
    if values.dtype.kind == "f":
        tags = {SAMPLE_FORMAT: (SHORT, [3] * samples)} | tags
    if not tile:
        more = {"rows": ROWS} | more
    if compression == "deflate":
        more |= {"compression": _DEFLATE, "encode": zlib.compress}
    if compression == "jpeg":
        more |= {"compression": _JPEG, "encode": lambda data: _jpeg(data, tile, samples, photometric)}
        tags = ({SUBSAMPLING: (SHORT, [1, 1])} if photometric == YCBCR else {}) | tags
    named = {f"t{tag}": entry for tag, entry in tags.items()}
    return page(values, photometric, bits=bits or None, tile=(tile, tile) if tile else None, **more, **named)


def one(values: Pixels, photometric: int, *, order: str = "<", big: bool = False, **layout: Any) -> bytes:
    """A file of one picture."""
    return tiff(directory(values, photometric, order=order, **layout), order=order, big=big)


def several(pictures: Sequence[Page]) -> bytes:
    return tiff(*pictures)


def with_profile(values: Pixels, photometric: int, profile: bytes, **layout: Any) -> bytes:
    return one(values, photometric, tags={ICC: (UNDEFINED, profile)}, **layout)


def _jpeg(data: bytes, tile: int, samples: int, photometric: int) -> bytes:
    """A whole JPEG for each tile (Adobe's technical note 2): YCbCr without subsampling, or RGB as it is."""
    values = np.frombuffer(data, np.uint8).reshape(tile, tile, samples)
    encoded = io.BytesIO()
    options = {"keep_rgb": True} if photometric == RGB else {}
    Image.fromarray(values.squeeze(2) if samples == 1 else values).save(
        encoded, "JPEG", quality=95, subsampling=0, **options
    )
    return encoded.getvalue()


__all__ = ["BYTE", "LONG", "RATIONAL", "SHORT", "UNDEFINED", "directory", "one", "several", "with_profile"]
