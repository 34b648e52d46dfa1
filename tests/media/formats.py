"""TIFF files of every layout, written tag by tag: what a reader makes of one can be held against its numbers."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 2, 3, 4, 5, 7, 16
_LETTERS = {BYTE: "B", SHORT: "H", LONG: "I", LONG8: "Q"}

Pixels = NDArray[Any]
#: Tag → (type, values); ASCII and UNDEFINED have bytes, RATIONAL pairs.
Tags = dict[int, tuple[int, Any]]


@dataclass
class Page:
    """One directory: its tags, its strips or tiles, and the directories that its SubIFDs name."""

    tags: Tags
    chunks: list[bytes]
    tiled: bool = False
    below: "list[Page]" = field(default_factory=list)


def tiff(*pages: Page, order: str = "<", big: bool = False) -> bytes:
    """A file of these pages in one chain. `order` is that of struct, `big` makes a BigTIFF."""
    offset = "Q" if big else "I"
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", 43 if big else 42)
    data = bytearray(head + (struct.pack(f"{order}HH", 8, 0) if big else b"") + struct.pack(order + offset, 0))
    link = len(data) - struct.calcsize(offset)
    for page in pages:
        below = [_place(data, child, order, big)[0] for child in page.below]
        if below:
            page.tags[330] = (LONG8 if big else LONG, below)
        at, following = _place(data, page, order, big)
        struct.pack_into(order + offset, data, link, at)
        link = following
    return bytes(data)


def page(
    pixels: Pixels,
    photometric: int,
    *,
    bits: int | None = None,
    extra: Sequence[int] = (),
    planar: bool = False,
    tile: tuple[int, int] | None = None,
    rows: int | None = None,
    compression: int = 1,
    encode: Callable[[bytes], bytes] = bytes,
    order: str = "<",
    below: Sequence[Page] = (),
    **tags: tuple[int, Any],
) -> Page:
    """A page of these numbers: rows x columns, or rows x columns x channels.

    `bits` below 8 packs them. `encode` packs each strip or tile. Further tags are given as t339=(SHORT, [3]).
    """
    cube = pixels[:, :, None] if pixels.ndim == 2 else pixels
    height, width, samples = cube.shape
    depth = bits or cube.dtype.itemsize * 8
    planes = [cube[:, :, [n]] for n in range(samples)] if planar else [cube]
    step = rows or height
    pieces = [
        piece
        for plane in planes
        for piece in (_tiles(plane, *tile) if tile else [plane[top : top + step] for top in range(0, height, step)])
    ]
    found: Tags = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [depth] * samples),
        259: (SHORT, [compression]),
        262: (SHORT, [photometric]),
        277: (SHORT, [samples]),
        284: (SHORT, [2 if planar else 1]),
    }
    if extra:
        found[338] = (SHORT, list(extra))
    if tile:
        found |= {322: (LONG, [tile[0]]), 323: (LONG, [tile[1]])}
    else:
        found[278] = (LONG, [step])
    found |= {int(name[1:]): value for name, value in tags.items()}
    return Page(found, [encode(_packed(piece, depth, order)) for piece in pieces], bool(tile), list(below))


def raw_page(tags: Tags, chunks: list[bytes], tiled: bool = False) -> Page:
    return Page(tags, chunks, tiled)


def lzw(data: bytes) -> bytes:
    """LZW as TIFF has it (TIFF 6.0 §13), of nine bits only: the table is cleared before it needs ten."""
    codes = []
    for start in range(0, len(data), 250):
        codes += [256, *data[start : start + 250]]
    codes.append(257)
    bits = "".join(f"{code:09b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def packbits(data: bytes) -> bytes:
    """PackBits (TIFF 6.0 §9), literal runs only."""
    return b"".join(
        bytes([len(data[start : start + 128]) - 1]) + data[start : start + 128] for start in range(0, len(data), 128)
    )


def deflate(data: bytes) -> bytes:
    return zlib.compress(data)


def reversed_bits(data: bytes) -> bytes:
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


def _tiles(plane: Pixels, width: int, height: int) -> list[Pixels]:
    """In rows from the top left; what lies beyond the picture is filled with a colour that must not be seen."""
    tall, wide = -(-plane.shape[0] // height) * height, -(-plane.shape[1] // width) * width
    full = np.full((tall, wide, plane.shape[2]), 77, plane.dtype)
    full[: plane.shape[0], : plane.shape[1]] = plane
    return [full[y : y + height, x : x + width] for y in range(0, tall, height) for x in range(0, wide, width)]


def _packed(piece: Pixels, depth: int, order: str) -> bytes:
    """The bytes of a strip or tile; samples that are no whole bytes are packed, each row by itself."""
    if depth % 8 == 0 and depth == piece.dtype.itemsize * 8:
        return piece.astype(piece.dtype.newbyteorder(order)).tobytes()
    lines = piece.reshape(piece.shape[0], -1).astype(np.uint32)
    spread = (lines[:, :, None] >> np.arange(depth - 1, -1, -1, dtype=np.uint32)) & 1
    return np.packbits(spread.reshape(lines.shape[0], -1).astype(np.uint8), axis=1).tobytes()


def _place(data: bytearray, page: Page, order: str, big: bool) -> tuple[int, int]:
    """Append a page. Returns where its directory is, and where the offset of the next one has to be written."""
    offset, room = ("Q", 8) if big else ("I", 4)
    places = []
    for chunk in page.chunks:
        places.append(len(data))
        data += chunk + b"\0" * (len(chunk) % 2)
    where, size = (324, 325) if page.tiled else (273, 279)
    kind = LONG8 if big else LONG
    tags = {where: (kind, places), size: (LONG, [len(chunk) for chunk in page.chunks])} | page.tags
    entries = b""
    for tag, (kind, values) in sorted(tags.items()):
        count = len(values)
        if kind in (ASCII, UNDEFINED):
            body = bytes(values)
        elif kind == RATIONAL:
            body = b"".join(struct.pack(f"{order}II", *pair) for pair in values)
        else:
            body = struct.pack(f"{order}{count}{_LETTERS[kind]}", *values)
        if len(body) > room:
            at = len(data)
            data += body + b"\0" * (len(body) % 2)
            body = struct.pack(order + offset, at)
        entries += struct.pack(f"{order}HH{offset}", tag, kind, count) + body.ljust(room, b"\0")
    at = len(data)
    data += struct.pack(order + ("Q" if big else "H"), len(tags)) + entries + struct.pack(order + offset, 0)
    return at, len(data) - room
