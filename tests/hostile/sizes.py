"""Files that say they are larger, emptier or elsewhere than they are."""

import io
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from tests.media import formats
from tests.media.formats import LONG, SHORT, UNDEFINED
from tests.media.photograph import picture


def png(side: int, bits: int, path: Path) -> None:
    """Square, of one colour, with so many bits to a pixel: 1, 8 (grey) or 24."""
    depth, kind = (8, 2) if bits == 24 else (bits, 0)
    row = b"\0" + bytes(-(-side * bits // 8))
    packer = zlib.compressobj(9 if bits == 1 else 1)
    data = b"".join(packer.compress(row * min(100, side)) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def tiff(side: int, path: Path) -> None:
    """Square grey in one strip of which eight bytes are there."""
    tags = {
        256: (LONG, [side]),
        257: (LONG, [side]),
        258: (SHORT, [8]),
        259: (SHORT, [1]),
        262: (SHORT, [1]),
        277: (SHORT, [1]),
        278: (LONG, [side]),
    }
    path.write_bytes(formats.tiff(formats.raw_page(tags, [bytes(8)])))


def flat_jpeg(path: Path) -> None:
    """Height 0 means that it follows in a DNL segment (T.81 B.2.5), which is not there."""
    path.write_bytes(_with_size(_jpeg(picture(64, 64)), 64, 0))


def progressive_header(path: Path) -> None:
    """A decoder that believes the header keeps room for the coefficients of 400 Mpx before it reads any."""
    path.write_bytes(_with_size(_jpeg(picture(64, 64), progressive=True), 20_000, 20_000))


def many_scans(path: Path) -> None:
    """Each scan refines nothing, and costs a pass over the whole picture."""
    data = _jpeg(Image.new("L", (2000, 2000), 90), progressive=True)
    at = data.rindex(b"\xff\xda")
    last = data[at : data.rindex(b"\xff\xd9")]
    path.write_bytes(data[:at] + last * 500 + b"\xff\xd9")


def strip_beyond(path: Path) -> None:
    data = bytearray(_photograph())
    _set(data, 273, len(data) + 1_000_000)
    path.write_bytes(data)


def values_beyond(path: Path) -> None:
    data = bytearray(_photograph(t700=(UNDEFINED, b"<x/>" * 100)))
    _set(data, 700, 0xFFFFFF00)
    path.write_bytes(data)


def bad_jp2() -> Iterator[tuple[str, "partial[None]"]]:
    """Malformed JPEG 2000 (ISO/IEC 15444-1 annexes A and I)."""
    yield "whose header box says 4 GB", partial(_jp2, b"jp2h", -4, struct.pack(">I", 0xFFFFFFFF))
    yield "whose header box has no length", partial(_jp2, b"jp2h", -4, struct.pack(">I", 1))
    yield "of 4,294,967,295 pixels across", partial(_jp2, b"\xff\x51", 6, struct.pack(">I", 0xFFFFFFFF))
    yield "with tiles of no size", partial(_jp2, b"\xff\x51", 22, bytes(8))
    yield "with 16,384 channels", partial(_jp2, b"\xff\x51", 38, struct.pack(">H", 16384))
    yield "with 255 levels", partial(_jp2, b"\xff\x52", 9, b"\xff")
    yield "with no quantisation", partial(_jp2, b"\xff\x5c", 0, b"\xff\x64")


def _jp2(mark: bytes, offset: int, put: bytes, path: Path) -> None:
    made = io.BytesIO()
    picture(300, 200).save(made, "JPEG2000")
    data = bytearray(made.getvalue())
    at = data.index(mark) + offset
    data[at : at + len(put)] = put
    path.write_bytes(data)


def _photograph(**tags: tuple[int, bytes]) -> bytes:
    return formats.tiff(formats.page(np.asarray(picture(300, 200)), 2, **tags))


def _set(data: bytearray, tag: int, value: int) -> None:
    """Change the value, or where the values are, of a tag of the first directory (classic, little-endian)."""
    (start,) = struct.unpack_from("<I", data, 4)
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<I", data, entry + 8, value)


def _jpeg(image: Image.Image, *, progressive: bool = False) -> bytes:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=85, progressive=progressive)
    return made.getvalue()


def _with_size(data: bytes, width: int, height: int) -> bytes:
    """The same with another size in its frame header (T.81 B.2.2)."""
    at = next(data.index(mark) for mark in (b"\xff\xc0", b"\xff\xc2") if mark in data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]
