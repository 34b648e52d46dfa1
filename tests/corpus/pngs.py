"""A writer of PNG (third edition) for depths, chunks and interlacing that Pillow does not write."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from tests.corpus.source import Pixels

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
#: Adam7 (§8.2): first column and row of each pass, and the steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_EVERYTHING = ((0, 0, 1, 1),)


def png(
    values: Pixels, kind: int, bits: int, *, interlaced: bool = False, chunks: Sequence[tuple[bytes, bytes]] = ()
) -> bytes:
    """A file of `values` (height x width x samples); `chunks` come before the data."""
    height, width, _ = values.shape
    rows = b"".join(
        _rows(values[top::down, left::across], bits)
        for left, top, across, down in (_PASSES if interlaced else _EVERYTHING)
        if left < width and top < height
    )
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _rows(values: Pixels, bits: int) -> bytes:
    """Every row with filter type 0."""
    wide = values.reshape(len(values), -1)
    if bits < 8:
        ones = (wide[..., None] >> np.arange(bits - 1, -1, -1)) & 1
        packed = np.packbits(ones.reshape(len(wide), -1).astype(np.uint8), axis=1)
    else:
        packed = np.ascontiguousarray(wide.astype(f">u{bits // 8}")).view(np.uint8).reshape(len(wide), -1)
    return np.pad(packed, ((0, 0), (1, 0))).tobytes()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
