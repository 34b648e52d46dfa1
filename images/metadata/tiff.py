"""TIFF directories with all their field types, classic and BigTIFF, either byte order: read patiently.

EXIF is such a directory too (EXIF 3.0 §4.5.2). TIFF 6.0 §2; BigTIFF differs in the width of its numbers only. In memory
all values are little endian. What does not hold together is left out and told, never raised, but for a file that is no
TIFF or a directory that cannot be found at all.
"""

import mmap
import struct
from array import array
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice

#: Bytes-like contents of a file.
Data = bytes | mmap.mmap

#: Field type → bytes per value, and bytes per number in a value (a fraction is two numbers).
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8, 129: 1}
_WORDS = {3: 2, 4: 4, 5: 4, 8: 2, 9: 4, 10: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_ARRAYS = {2: "H", 4: "I", 8: "Q"}
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, LONG8 = 1, 2, 3, 4, 5, 7, 10, 16

#: No directory of ours or of a camera has more entries; no chain of pages is longer than what is looked through here.
MOST_ENTRIES = 4096
MOST_DIRECTORIES = 65535
#: The longest value that is read, and all values of a directory together, in bytes.
MOST_VALUE = 1 << 20
MOST_VALUES = 16 << 20


class NotTiff(Exception):
    """Not a TIFF structure, or a directory that is not where it should be; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How numbers are written: byte order ("<" or ">"), and whether as BigTIFF."""

    order: str
    big: bool

    @property
    def letter(self) -> str:
        """The struct letter of an offset."""
        return "Q" if self.big else "I"

    @property
    def count_letter(self) -> str:
        """The struct letter of the number of entries."""
        return "Q" if self.big else "H"

    @property
    def room(self) -> int:
        """The bytes of an offset: a value that is not longer stands in its place."""
        return 8 if self.big else 4

    @property
    def first_at(self) -> int:
        """Where in the header the offset of the first directory stands."""
        return 8 if self.big else 4

    def pack(self, letters: str, *numbers: int) -> bytes:
        return struct.pack(self.order + letters, *numbers)

    def read(self, data: Data, letters: str, at: int) -> tuple[int, ...]:
        form = self.order + letters
        try:
            return struct.unpack(form, data[at : at + struct.calcsize(form)])
        except (struct.error, OverflowError) as error:
            raise NotTiff("it ends too early") from error


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the file: `raw` is its last field, the value itself or where it lies."""

    tag: int
    kind: int
    count: int
    raw: bytes

    @property
    def length(self) -> int:
        """The bytes of the value; 0 for a type that nobody knows."""
        return SIZES.get(self.kind, 0) * self.count


@dataclass(frozen=True, slots=True)
class Field:
    """A value: its field type and its bytes, little endian."""

    kind: int
    data: bytes

    @property
    def count(self) -> int:
        return len(self.data) // SIZES[self.kind]


Directory = dict[int, Field]


def header(data: Data) -> tuple[Shape, int]:
    """How numbers are written here, and where the first directory is. Raises NotTiff."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise NotTiff("it does not begin as a TIFF structure does")
    classic, big = Shape(order, big=False), Shape(order, big=True)
    (version,) = classic.read(data, "H", 2)
    if version == 42:
        return classic, classic.read(data, "I", 4)[0]
    if version == 43 and classic.read(data, "HH", 4) == (8, 0):
        return big, big.read(data, "Q", 8)[0]
    raise NotTiff("it does not begin as a TIFF structure does")


def entries(data: Data, shape: Shape, at: int) -> tuple[list[Entry], int]:
    """The entries of the directory at this byte, and where the next one is (0: there is none).

    A directory that the end of the file cuts off gives what there is. Raises NotTiff.
    """
    (count,) = shape.read(data, shape.count_letter, at)
    if not 0 < count <= MOST_ENTRIES:
        raise NotTiff(f"a directory of {count} entries cannot be")
    first, length = at + (8 if shape.big else 2), 20 if shape.big else 12
    whole = data[first : first + count * length]
    layout = struct.Struct(f"{shape.order}HH{shape.letter}{shape.room}s")
    found = [Entry(*layout.unpack_from(whole, n)) for n in range(0, len(whole) - length + 1, length)]
    if len(found) < count:
        return found, 0
    try:
        return found, shape.read(data, shape.letter, first + count * length)[0]
    except NotTiff:  # many writers of EXIF leave the last number away
        return found, 0


def chain(data: Data) -> Iterator[int]:
    """Where the directories of the main chain are, in file order. Ends where the chain is broken or bites its tail."""
    shape, at = header(data)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_DIRECTORIES:
        seen.add(at)
        yield at
        (count,) = shape.read(data, shape.count_letter, at)
        past = at + (8 + count * 20 if shape.big else 2 + count * 12)
        (at,) = shape.read(data, shape.letter, past)


def directory_at(data: Data, number: int) -> int:
    """Where the directory of this number (from 0) of the main chain is. Raises NotTiff."""
    at = next(islice(chain(data), number, None), None)
    if at is None:
        raise NotTiff(f"it has no directory {number}")
    return at


def value(data: Data, shape: Shape, entry: Entry) -> Field:
    """The value of an entry. Raises NotTiff with the reason where it cannot be had."""
    if entry.kind not in SIZES:
        raise NotTiff(f"field type {entry.kind} is unknown")
    if entry.length > MOST_VALUE:
        raise NotTiff("it is too long")
    return Field(entry.kind, swapped(entry.kind, raw_value(data, shape, entry), shape.order))


def raw_value(data: Data, shape: Shape, entry: Entry) -> bytes:
    """The bytes of the value as they stand in the file. Raises NotTiff where they lie beyond its end."""
    if entry.length <= shape.room:
        return entry.raw[: entry.length]
    (at,) = struct.unpack(shape.order + shape.letter, entry.raw)
    if at + entry.length > len(data):
        raise NotTiff("it lies beyond the end")
    return data[at : at + entry.length]


def directory(
    data: Data, at: int, shape: Shape, *, skip: Container[int] = (), places: Container[int] = ()
) -> tuple[Directory, dict[int, str]]:
    """The values of the directory at this byte but those to skip, and why others are missing.

    Whole numbers of eight bytes become numbers of four, so that every value can stand in classic TIFF; only tags that
    say a place in the file have eight. Raises NotTiff.
    """
    found, _ = entries(data, shape, at)
    fields: Directory = {}
    missing: dict[int, str] = {}
    read = 0
    for entry in found:
        if entry.tag in skip or entry.tag in fields:
            continue
        try:
            field = value(data, shape, entry)
            fields[entry.tag] = _place(field) if entry.tag in places else _narrow(field)
        except NotTiff as problem:
            missing[entry.tag] = str(problem)
            continue
        read += entry.length
        if read > MOST_VALUES:
            missing[entry.tag] = "the directory is too long"
            break
    return fields, missing


def swapped(kind: int, data: bytes, order: str) -> bytes:
    """Values between little endian and this order, in either direction."""
    size = _WORDS.get(kind, 1)
    if order == "<" or size == 1:
        return data
    words = array(_ARRAYS[size], data)
    words.byteswap()
    return words.tobytes()


def _narrow(field: Field) -> Field:
    """With the types of classic TIFF: 13 (IFD) and 16 to 18 as LONG and SLONG, 129 (UTF-8, EXIF 3.0) as ASCII."""
    if field.kind == 129:
        return Field(ASCII, field.data)
    if field.kind == 13:
        return Field(LONG, field.data)
    if field.kind not in (16, 17, 18):
        return field
    letter, kind = ("q", 9) if field.kind == 17 else ("Q", LONG)
    numbers = struct.unpack(f"<{field.count}{letter}", field.data)
    try:
        return Field(kind, struct.pack(f"<{field.count}{letter.replace('q', 'i').replace('Q', 'I')}", *numbers))
    except struct.error as error:
        raise NotTiff("its numbers are too large") from error


def _place(field: Field) -> Field:
    """A place in the file as LONG8. Raises NotTiff where it is none."""
    size = {LONG: 4, 13: 4, LONG8: 8, 18: 8}.get(field.kind)
    if size is None or not field.count:
        raise NotTiff("nothing says where it is")
    return Field(LONG8, field.data[:size].ljust(8, b"\0"))
