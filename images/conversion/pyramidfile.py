"""Write a pyramidal TIFF of tiles that are coded already (TIFF 6.0; BigTIFF where classic offsets end). Pure.

The tiles come first, level after level, then one directory for each level, chained from the largest to the smallest.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SHORT, LONG, UNDEFINED, LONG8 = 3, 4, 7, 16
#: Bytes of tiles from which offsets in a classic TIFF might not reach.
CLASSIC = (1 << 32) - (1 << 26)
#: Bytes that are written at once: tiles are small.
_BUFFER = 1 << 20
_LETTERS = {SHORT: "H", LONG: "I", LONG8: "Q"}
_OFFSETS, _COUNTS = 324, 325

#: Tag → (type, values); the values of UNDEFINED are bytes.
Tags = Mapping[int, tuple[int, tuple[int, ...] | bytes]]


@dataclass(frozen=True, slots=True)
class CodedLevel:
    """The tags of one level, without those that say where its tiles lie, and its tiles in rows from the top left."""

    tags: Tags
    tiles: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How numbers are written: the struct letters of a count of entries, of a count of values, and of an offset."""

    entries: str
    offset: str
    kind: int

    @property
    def room(self) -> int:
        """Bytes of values that fit into an entry itself."""
        return struct.calcsize(self.offset)


_SHAPES = {False: _Shape("H", "I", LONG), True: _Shape("Q", "Q", LONG8)}


def write(path: Path, levels: Sequence[CodedLevel], size: int) -> None:
    """Make the file `path`, which does not exist. `size` is how many bytes the tiles have together."""
    big = size > CLASSIC
    shape = _SHAPES[big]
    with path.open("xb", buffering=_BUFFER) as file:
        file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0) if big else struct.pack("<2sHI", b"II", 42, 0))
        link = file.tell() - shape.room
        for level, places in [(level, _write_tiles(file, level.tiles)) for level in levels]:
            offsets, counts = zip(*places, strict=True)
            where = {_OFFSETS: (shape.kind, offsets), _COUNTS: (LONG, counts)}
            link = _write_directory(file, {**level.tags, **where}, shape, link)


def _write_tiles(file: BinaryIO, tiles: Iterable[bytes]) -> list[tuple[int, int]]:
    """Where each tile begins and how many bytes it has."""
    places = []
    for tile in tiles:
        places.append((file.tell(), len(tile)))
        file.write(tile + b"\0" * (len(tile) % 2))
    return places


def _write_directory(file: BinaryIO, tags: Tags, shape: _Shape, link: int) -> int:
    """Write it, lead `link` to it, and return where it leads on: to nothing yet."""
    entries = []
    for tag, (kind, values) in sorted(tags.items()):
        count, data = len(values), _packed(kind, values)
        if len(data) > shape.room:
            data = struct.pack("<" + shape.offset, _append(file, data))
        entries.append(struct.pack("<HH" + shape.offset, tag, kind, count) + data.ljust(shape.room, b"\0"))
    body = struct.pack("<" + shape.entries, len(entries)) + b"".join(entries) + b"\0" * shape.room
    at = _append(file, body)
    file.seek(link)
    file.write(struct.pack("<" + shape.offset, at))
    file.seek(0, 2)
    return at + len(body) - shape.room


def _append(file: BinaryIO, data: bytes) -> int:
    """At an even byte, as TIFF wants it. Returns where it begins."""
    if file.tell() % 2:
        file.write(b"\0")
    at = file.tell()
    file.write(data)
    return at


def _packed(kind: int, values: tuple[int, ...] | bytes) -> bytes:
    if isinstance(values, bytes):
        return values
    return struct.pack(f"<{len(values)}{_LETTERS[kind]}", *values)
