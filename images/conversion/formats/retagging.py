"""A TIFF seen with other tags, its pixel data where it is: for layouts that libvips takes for something else.

The file is read as it stands, but for its header, which points to a directory of ours behind its end.
"""

import io
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.formats.directories import Directory

SHORT, LONG, LONG8 = 3, 4, 16
_LETTERS = {SHORT: "H", LONG: "I", LONG8: "Q"}
_OFFSETS, _COUNTS, _TILE_OFFSETS, _TILE_COUNTS = 273, 279, 324, 325
_PHOTOMETRIC, _BITS, _SAMPLES, _PLANAR, _EXTRA, _FORMAT = 262, 258, 277, 284, 338, 339
#: Tags that would be wrong for one channel of several: least and greatest values, by sample.
_BY_SAMPLE = (280, 281, 340, 341)

_NO_PLACES = "The file is damaged: where it keeps the parts of its picture cannot be told. Please save it again."

#: Tag → its values, or None to leave it out.
Changes = Mapping[int, tuple[int, ...] | None]


class Retagged:
    """A file with one directory, that of a page with changes, to be read by libvips as its page 0."""

    def __init__(self, path: Path, directory: Directory, changes: Changes) -> None:
        self._path = path
        self._size = len(directory.data)
        self._start, self._end = _rewritten(directory, changes)

    def source(self) -> pyvips.SourceCustom:
        """A new source; it holds the file mapped for as long as it is used."""
        with self._path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = self._size + len(self._end)
        at = 0

        def read(most: int) -> bytes:
            nonlocal at
            if at < len(self._start):
                piece = self._start[at : at + most]
            elif at < self._size:
                piece = data[at : min(at + most, self._size)]
            else:
                piece = self._end[at - self._size : at - self._size + most]
            at += len(piece)
            return piece

        def seek(offset: int, whence: int) -> int:
            nonlocal at
            at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: at, io.SEEK_END: size}[whence]
            return at

        source = pyvips.SourceCustom()
        source.on_read(read)
        source.on_seek(seek)
        return source


def plane(directory: Directory, number: int, photometric: int) -> Changes:
    """What makes one channel of a page with separate channels (TIFF 6.0 p. 38) a picture of its own."""
    samples = directory.number(_SAMPLES, 1)
    changes: dict[int, tuple[int, ...] | None] = {
        _SAMPLES: (1,),
        _PLANAR: (1,),
        _EXTRA: None,
        _PHOTOMETRIC: (photometric,),
        _BITS: directory.numbers(_BITS)[:1] or None,
        _FORMAT: directory.numbers(_FORMAT)[:1] or None,
    }
    for tag in (_OFFSETS, _COUNTS, _TILE_OFFSETS, _TILE_COUNTS):
        if tag in directory:
            values = directory.numbers(tag)
            each = len(values) // samples
            if not each or len(values) % samples:
                raise SourceFault("damaged", _NO_PLACES)
            changes[tag] = values[number * each : (number + 1) * each]
    return changes | dict.fromkeys(_BY_SAMPLE)


def _rewritten(directory: Directory, changes: Changes) -> tuple[bytes, bytes]:
    """The first bytes of the file, and what comes behind its end: values of changed tags, then the directory."""
    order, data, big = directory.order, directory.data, directory.big
    offset, count, room = ("Q", "Q", 8) if big else ("I", "H", 4)
    first = len(data)
    end = bytearray()
    entries = {}
    for tag, (kind, values, at) in directory.entries.items():
        size = directory.size_of(tag)
        held = data[at : at + room] if size <= room else struct.pack(order + offset, at)
        entries[tag] = struct.pack(f"{order}HH{offset}", tag, kind, values) + held[:room].ljust(room, b"\0")
    for tag, numbers in changes.items():
        entries.pop(tag, None)
        if numbers is None:
            continue
        if min(numbers) < 0:
            raise SourceFault("damaged", _NO_PLACES)
        kind = SHORT if max(numbers) < 1 << 16 else LONG if max(numbers) < 1 << 32 else LONG8
        body = struct.pack(f"{order}{len(numbers)}{_LETTERS[kind]}", *numbers)
        if len(body) > room:
            end += b"\0" * (-(first + len(end)) % 8)
            at = first + len(end)
            end += body
            body = struct.pack(order + offset, at)
        entries[tag] = struct.pack(f"{order}HH{offset}", tag, kind, len(numbers)) + body.ljust(room, b"\0")
    end += b"\0" * (-(first + len(end)) % 8)
    at = first + len(end)
    end += struct.pack(order + count, len(entries)) + b"".join(entries[tag] for tag in sorted(entries))
    end += struct.pack(order + offset, 0)
    return data[: 8 if big else 4] + struct.pack(order + offset, at), bytes(end)
