"""Metadata in WebP: the chunks EXIF and XMP of its extended form (RFC 9649 §2.7), read and put in. Pure.

There is no chunk for IPTC; what of it has a place in XMP is mirrored there.
"""

from collections.abc import Iterator

from images.metadata import exif
from images.metadata.containers import mirror
from images.metadata.containers.raw import Raw
from images.metadata.found import Metadata
from images.metadata.tiff import Data

_MOST_CHUNKS = 100_000
_XMP_FLAG, _EXIF_FLAG, _ALPHA_FLAG = 0x04, 0x08, 0x10


def chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """Every chunk: its type, where its data begin and where they end (without padding)."""
    at = 12 if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else len(data)
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            return
        yield data[at : at + 4], at + 8, at + 8 + size
        at += 8 + size + size % 2


def read(data: Data) -> Raw:
    """All metadata of a WebP."""
    raw = Raw()
    for kind, start, end in chunks(data):
        if kind == b"EXIF":
            raw.take_exif(data[start:end])
        elif kind == b"XMP ":
            raw.take_xmp(data[start:end])
    return raw


def embed(encoded: bytes, metadata: Metadata) -> bytes:
    """The WebP with this metadata and none other, behind the picture as the format demands."""
    if encoded[:4] != b"RIFF" or encoded[8:12] != b"WEBP":
        raise ValueError("not a WebP")
    found = {kind: (start, end) for kind, start, end in reversed(list(chunks(encoded)))}
    packet = mirror.into_xmp(metadata.xmp, metadata.iptc)
    flags = (_EXIF_FLAG if metadata.exif else 0) | (_XMP_FLAG if packet else 0)
    if b"VP8X" in found:
        start, end = found[b"VP8X"]
        kept = encoded[start] & ~(_EXIF_FLAG | _XMP_FLAG)
        extended = bytes((kept | flags,)) + encoded[start + 1 : end]
    elif flags:
        extended = _extended(encoded, found, flags)
    else:
        return encoded
    parts = [_chunk(b"VP8X", extended)]
    parts += [
        _chunk(kind, encoded[start:end])
        for kind, start, end in chunks(encoded)
        if kind not in (b"VP8X", b"EXIF", b"XMP ")
    ]
    if metadata.exif:
        parts.append(_chunk(b"EXIF", metadata.exif.removeprefix(exif.MARK)))
    if packet:
        parts.append(_chunk(b"XMP ", packet))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _extended(encoded: bytes, found: dict[bytes, tuple[int, int]], flags: int) -> bytes:
    """The body of a VP8X chunk for a WebP without one: its bitstream has the size (RFC 6386 §9.1, RFC 9649 §3.4)."""
    if b"VP8 " in found:
        start = found[b"VP8 "][0]
        width, height = (int.from_bytes(encoded[at : at + 2], "little") & 0x3FFF for at in (start + 6, start + 8))
    elif b"VP8L" in found:
        bits = int.from_bytes(encoded[found[b"VP8L"][0] + 1 : found[b"VP8L"][0] + 5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags |= _ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        raise ValueError("a WebP without a picture")
    return bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
