"""The directories of a TIFF file, classic and BigTIFF, either byte order: tags and their values, nothing decoded.

TIFF 6.0 §2; BigTIFF differs in the width of its numbers only. Whatever does not hold together raises BrokenPyramid:
every number is checked against the size of the file before it is used.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class Data(Protocol):
    """The contents of a file: bytes, a map of it, or what reads slices of it from elsewhere (`images.ranges`)."""

    def __len__(self) -> int: ...
    def __getitem__(self, wanted: slice, /) -> bytes: ...


#: One directory: tag number → its values. Types 1 (BYTE) and 7 (UNDEFINED) give bytes, whole numbers a tuple.
Directory = dict[int, "tuple[int, ...] | bytes"]

#: Field type → (struct letter, bytes per value, numbers per value): a fraction (5) is two numbers, above and below.
#: Other types (text) are of no use here and left out.
_TYPES = {1: ("s", 1, 1), 3: ("H", 2, 1), 4: ("I", 4, 1), 5: ("I", 8, 2), 7: ("s", 1, 1), 16: ("Q", 8, 1)}
#: No pyramid has more levels than this (each is half of the one before), no directory more entries.
_MOST_DIRECTORIES = 32
_MOST_ENTRIES = 1000


class BrokenPyramid(Exception):
    """The file is not a pyramid that can be served. Ours to mend: masters are checked before they are accepted."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How numbers are written in this file: byte order, and the widths that differ between the two kinds of TIFF."""

    order: str
    offset: str
    entries: str
    first_at: int

    def read(self, data: Data, letters: str, at: int) -> tuple[int, ...]:
        form = self.order + letters
        try:
            return struct.unpack(form, data[at : at + struct.calcsize(form)])
        except struct.error as error:
            raise BrokenPyramid(f"the file ends before byte {at} can be read") from error

    def size(self, letters: str) -> int:
        return struct.calcsize(self.order + letters)


def directories(data: Data) -> Iterator[Directory]:
    """The main chain of directories, in file order."""
    shape = _shape(data)
    (at,) = shape.read(data, shape.offset, shape.first_at)
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) == _MOST_DIRECTORIES:
            raise BrokenPyramid("the chain of directories does not end")
        seen.add(at)
        directory, at = _directory(data, shape, at)
        yield directory


def _shape(data: Data) -> _Shape:
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise BrokenPyramid("not a TIFF file")
    classic = _Shape(order, offset="I", entries="H", first_at=4)
    (version,) = classic.read(data, "H", 2)
    if version == 42:
        return classic
    if version == 43 and classic.read(data, "HH", 4) == (8, 0):
        return _Shape(order, offset="Q", entries="Q", first_at=8)
    raise BrokenPyramid("not a TIFF file")


def _directory(data: Data, shape: _Shape, at: int) -> tuple[Directory, int]:
    """The directory at this byte, and where the next one is (0: there is none)."""
    (count,) = shape.read(data, shape.entries, at)
    if not 0 < count <= _MOST_ENTRIES:
        raise BrokenPyramid(f"a directory of {count} entries")
    first = at + shape.size(shape.entries)
    length = shape.size("HH" + shape.offset * 2)
    directory: Directory = {}
    for entry_at in range(first, first + count * length, length):
        tag, kind, values = shape.read(data, "HH" + shape.offset, entry_at)
        if kind in _TYPES:
            directory[tag] = _values(data, shape, entry_at + length - shape.size(shape.offset), kind, values)
    (following,) = shape.read(data, shape.offset, first + count * length)
    return directory, following


def _values(data: Data, shape: _Shape, at: int, kind: int, count: int) -> tuple[int, ...] | bytes:
    """The values of one entry; they stand in its last field or, where that is too small, at the offset it holds."""
    letter, size, numbers = _TYPES[kind]
    if count * size > shape.size(shape.offset):
        (at,) = shape.read(data, shape.offset, at)
    if at + count * size > len(data):
        raise BrokenPyramid("the values of a tag lie beyond the end of the file")
    if letter == "s":
        return data[at : at + count]
    return shape.read(data, f"{count * numbers}{letter}", at)
