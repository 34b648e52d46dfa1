"""Metadata in HEIF and AVIF: the items "Exif" and "mime" XMP of the meta box (ISO/IEC 14496-12 §8.11).

Boxes that do not hold together are passed over. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from images.metadata import xmp
from images.metadata.containers.raw import Raw
from images.metadata.tiff import Data

_MOST_BOXES = 10_000
_XMP_TYPE = b"application/rdf+xml"


@dataclass(frozen=True, slots=True)
class _Item:
    kind: bytes
    content_type: bytes


def boxes(data: Data, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box between two bytes: its type, where its contents begin and where they end (14496-12 §4.2)."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        size, kind, start = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        past = end if size == 0 else at + size
        if past < start or past > end:
            return
        yield kind, start, past
        at = past


def read(data: Data) -> Raw:
    """The metadata of the primary picture, or where none names it, the first there are."""
    raw = Raw()
    meta = next(((start, end) for kind, start, end in boxes(data, 0, len(data)) if kind == b"meta"), None)
    if meta is None:
        return raw
    inner = {kind: (start, end) for kind, start, end in boxes(data, meta[0] + 4, meta[1])}
    if b"iinf" not in inner or b"iloc" not in inner:
        return raw
    items = _items(data, *inner[b"iinf"])
    places = _Locations(data, inner.get(b"idat", (0, 0)))
    places.read(*inner[b"iloc"])
    described = _described(data, inner)
    for number in sorted(items, key=lambda number: number not in described):
        item = items[number]
        if item.kind == b"Exif":
            block = places.bytes_of(number)
            skip = int.from_bytes(block[:4], "big")
            raw.take_exif(block[4 + skip :])
        elif item.kind == b"mime" and item.content_type == _XMP_TYPE:
            raw.take_xmp(places.bytes_of(number))
    return raw


def _items(data: Data, start: int, end: int) -> dict[int, _Item]:
    """Items by number (infe, versions 2 and 3)."""
    wide = data[start] if start < end else 0
    found = {}
    for kind, at, past in boxes(data, start + (8 if wide else 6), end):
        if kind != b"infe" or past - at < 12:
            continue
        size = 4 if data[at] == 3 else 2
        number = int.from_bytes(data[at + 4 : at + 4 + size], "big")
        rest = data[at + 6 + size : past]  # after the protection index
        content_type = rest[4:].split(b"\0")[1:2]
        found[number] = _Item(rest[:4], content_type[0] if content_type else b"")
    return found


def _described(data: Data, inner: dict[bytes, tuple[int, int]]) -> set[int]:
    """The items that say of themselves that they describe the primary item (iref "cdsc")."""
    if b"pitm" not in inner or b"iref" not in inner:
        return set()
    start, end = inner[b"pitm"]
    primary = int.from_bytes(data[start + 4 : end], "big")
    start, end = inner[b"iref"]
    size = 4 if data[start : start + 1] == b"\1" else 2
    found = set()
    for kind, at, past in boxes(data, start + 4, end):
        numbers = [int.from_bytes(data[n : n + size], "big") for n in range(at + size + 2, past, size)]
        if kind == b"cdsc" and primary in numbers:
            found.add(int.from_bytes(data[at : at + size], "big"))
    return found


class _Locations:
    """Where items lie (iloc, versions 0 to 2): in the file or in the idat box, in one piece or several."""

    def __init__(self, data: Data, idat: tuple[int, int]) -> None:
        self._data, self._idat = data, idat
        self._extents: dict[int, list[tuple[int, int]]] = {}
        self._at = self._end = 0

    def read(self, start: int, end: int) -> None:
        self._at, self._end = start, end
        version = self._number(1)
        self._number(3)
        sizes = self._number(2)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        index_size = sizes & 15 if version else 0
        for _ in range(min(self._number(4 if version == 2 else 2), _MOST_BOXES)):
            number = self._number(4 if version == 2 else 2)
            method = self._number(2) & 15 if version else 0
            self._number(2)
            base = self._number(base_size)
            extents = []
            for _ in range(self._number(2)):
                if self._at >= self._end:
                    return
                self._number(index_size)
                extents.append((base + self._number(offset_size), self._number(length_size)))
            if method < 2:
                shift = self._idat[0] if method else 0
                self._extents[number] = [(shift + at, size) for at, size in extents]

    def bytes_of(self, number: int) -> bytes:
        """The bytes of an item, one more at most than is read of XMP."""
        whole = bytearray()
        for at, size in self._extents.get(number, ()):
            whole += self._data[at : at + min(size or len(self._data), xmp.MOST + 1 - len(whole))]
        return bytes(whole)

    def _number(self, size: int) -> int:
        at = self._at
        self._at += size
        return int.from_bytes(self._data[at : min(at + size, self._end)], "big") if size else 0
