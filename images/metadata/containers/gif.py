"""XMP in GIF: an application extension (XMP part 3 §1.1.2). Pure."""

from images.metadata import xmp
from images.metadata.containers.raw import Raw
from images.metadata.tiff import Data

_XMP = b"XMP DataXMP"
_IMAGE, _EXTENSION, _APPLICATION = 0x2C, 0x21, 0xFF
_MOST_BLOCKS = 1_000_000
#: Behind the packet stands a ramp from 255 to 0, so that readers who know nothing of it find the end of the block.
_RAMP = bytes((1, *range(255, 247, -1)))


def read(data: Data) -> Raw:
    """The XMP of a GIF."""
    raw = Raw()
    if data[:3] != b"GIF" or len(data) < 13:
        return raw
    at = 13 + _table(data[10])
    for _ in range(_MOST_BLOCKS):
        if at + 2 > len(data):
            break
        if data[at] == _EXTENSION:
            is_xmp = data[at + 1] == _APPLICATION and data[at + 3 : at + 14] == _XMP
            start = at + 14 if is_xmp else at + 2
            at = _past(data, start)
            if is_xmp:
                raw.take_xmp(_packet(data[start : min(at, start + xmp.MOST + 1)]))
                break
        elif data[at] == _IMAGE and at + 10 < len(data):
            at = _past(data, at + 11 + _table(data[at + 9]))
        else:
            break
    return raw


def _table(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _past(data: Data, at: int) -> int:
    """Where a chain of data blocks ends."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def _packet(body: bytes) -> bytes:
    """The packet without the ramp. Its text is taken for the lengths of blocks by readers who know nothing of it."""
    end = body.rfind(_RAMP)
    return body[:end] if end >= 0 else body
