"""The directories of any TIFF file as tags and values, leniently and within bounds; nothing decoded. Pure.

TIFF 6.0 §2 and BigTIFF, either byte order. `images.engine.tiff` reads our own masters and is strict; this one reads
what the world sends: unknown types are left out, counts are not believed beyond what the file can hold.
"""

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gcis.core.errors import SourceFault, Unavailable

Data = bytes | mmap.mmap

#: No file has more directories, no directory more entries, and no tag that is used here more values.
MOST_DIRECTORIES = 100_000
MOST_ENTRIES = 10_000
MOST_VALUES = 2_000_000

#: Field type → (struct letter, bytes per value); rational numbers are pairs.
_TYPES = {
    1: ("B", 1),
    3: ("H", 2),
    4: ("I", 4),
    5: ("I", 8),
    6: ("b", 1),
    7: ("B", 1),
    8: ("h", 2),
    9: ("i", 4),
    13: ("I", 4),
    16: ("Q", 8),
    17: ("q", 8),
    18: ("Q", 8),
}
_RATIONAL, _TEXT, _BYTES = 5, 2, (1, 2, 7)

_CUT_OFF = "The file is cut off: a part that it speaks of is missing. Please send it again."
_CIRCLE = "The file is damaged: its list of pages does not end. Please save it again with other software."
_BROKEN = "The file is damaged: the description of a page in it cannot be read. Please send it again."


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory, at a byte of the file: `entries` gives for each tag its type, how many values it has and where."""

    data: Data
    at: int
    order: str
    big: bool
    entries: dict[int, tuple[int, int, int]]

    def __contains__(self, tag: int) -> bool:
        return tag in self.entries

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The whole numbers of a tag; none when it is missing, of another type, or lies beyond the end of the file."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        letter, size = _TYPES.get(kind, ("", 0))
        if not letter or kind == _RATIONAL or count > MOST_VALUES or at + count * size > len(self.data):
            return ()
        return struct.unpack_from(f"{self.order}{count}{letter}", self.data, at)

    def size_of(self, tag: int) -> int:
        """How many bytes the values of a tag say that they are."""
        kind, count, _ = self.entries.get(tag, (0, 0, 0))
        return count * _size(kind)

    def number(self, tag: int, default: int) -> int:
        values = self.numbers(tag)
        return values[0] if values else default

    def rational(self, tag: int) -> float | None:
        """The first fraction of a tag; None when there is none or it is not a number."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        if kind != _RATIONAL or not count or at + 8 > len(self.data):
            return None
        above, below = struct.unpack_from(f"{self.order}II", self.data, at)
        return above / below if below else None

    def bytes_of(self, tag: int, most: int = 1 << 26) -> bytes:
        """The bytes of a tag of text or bytes; none when there are more than `most` or than the file has."""
        kind, count, at = self.entries.get(tag, (0, 0, 0))
        if kind not in _BYTES or count > most or at + count > len(self.data):
            return b""
        return self.data[at : at + count]

    def text(self, tag: int) -> str:
        """A tag of text as one printable line of at most 100 characters."""
        said = self.bytes_of(tag).split(b"\0")[0].decode("utf-8", "replace")
        return "".join(filter(str.isprintable, said)).strip()[:100]


@dataclass(frozen=True, slots=True)
class _Shape:
    """How this file writes numbers: byte order, struct of an entry, of the entries' count, and of an offset."""

    order: str
    entry: struct.Struct
    count: struct.Struct
    offset: struct.Struct
    inline: int
    first: int


@contextmanager
def opened(path: Path) -> Iterator[mmap.mmap]:
    """The bytes of a file, mapped. Raises Unavailable when it cannot be read."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("source_not_readable", f"The source could not be read: {reason}.") from error


def chain(data: Data) -> Iterator[Directory]:
    """The main chain of directories, in order. Raises SourceFault where it breaks off or runs in a circle."""
    shape = _shape(data)
    (at,) = _read(shape.offset, data, shape.first)
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) == MOST_DIRECTORIES:
            raise SourceFault("damaged", _CIRCLE)
        seen.add(at)
        directory, at = _directory(data, shape, at)
        yield directory


def directory_at(data: Data, at: int) -> Directory:
    """The directory at this byte."""
    return _directory(data, _shape(data), at)[0]


def below(directory: Directory) -> Iterator[Directory]:
    """The directories that its SubIFDs name (TIFF Tech Note 1), at most 16, leaving out those that cannot be read."""
    shape = _shape(directory.data)
    for at in directory.numbers(330)[:16]:
        try:
            yield _directory(directory.data, shape, at)[0]
        except SourceFault:
            continue


def _shape(data: Data) -> _Shape:
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] in (b"+\0", b"\0+"):
        entry, count, offset = (struct.Struct(order + letters) for letters in ("HHQ8s", "Q", "Q"))
        return _Shape(order, entry, count, offset, inline=8, first=8)
    entry, count, offset = (struct.Struct(order + letters) for letters in ("HHI4s", "H", "I"))
    return _Shape(order, entry, count, offset, inline=4, first=4)


def _directory(data: Data, shape: _Shape, at: int) -> tuple[Directory, int]:
    """The directory at this byte, and where the next one is (0: there is none)."""
    (count,) = _read(shape.count, data, at)
    if not 0 < count <= MOST_ENTRIES:
        raise SourceFault("damaged", _BROKEN)
    first = at + shape.count.size
    end = first + count * shape.entry.size
    (following,) = _read(shape.offset, data, end)
    entries: dict[int, tuple[int, int, int]] = {}
    value = shape.entry.size - shape.inline
    for number, (tag, kind, values, held) in enumerate(shape.entry.iter_unpack(data[first:end])):
        size = _size(kind)
        if not size:
            continue
        inline = values * size <= shape.inline
        where = first + number * shape.entry.size + value if inline else shape.offset.unpack(held)[0]
        entries.setdefault(tag, (kind, values, where))
    return Directory(data, at, shape.order, shape.inline == 8, entries), following


def _size(kind: int) -> int:
    """Bytes per value of a field type; 0 for a type that is not known."""
    return 1 if kind == _TEXT else _TYPES.get(kind, ("", 0))[1]


def _read(shape: struct.Struct, data: Data, at: int) -> tuple[int, ...]:
    try:
        return shape.unpack_from(data, at)
    except (struct.error, OverflowError):
        raise SourceFault("cut_off", _CUT_OFF) from None
