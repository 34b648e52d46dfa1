"""EXIF as a value: the directories of one block, read from wherever they stand and written as a block of their own.

EXIF 3.0 §4.5 and §4.6. The second main directory, which is the thumbnail, is never read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from images.metadata import inside, tags, tiff, tiff_writing
from images.metadata.fields import long
from images.metadata.tiff import Data, Directory, Field, NotTiff, Shape

#: What follows in a JPEG's APP1 (and is missing elsewhere, or stands there by mistake).
MARK = b"Exif\0\0"
_BLOCK = Shape("<", big=False)
#: Some programs call a comment bytes where EXIF calls it undefined.
_BYTES = (tiff.BYTE, tiff.UNDEFINED)
#: What a value takes beside its bytes, and the directories beside their values, at most.
_ENTRY, _HEADS = 13, 100
_SKIP = tags.STRUCTURE | tags.BLOCKS


@dataclass(frozen=True, slots=True)
class Exif:
    """The directories without the pointers between them. All values are little endian."""

    main: Directory = field(default_factory=dict)
    photo: Directory = field(default_factory=dict)
    gps: Directory = field(default_factory=dict)
    interop: Directory = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.main or self.photo or self.gps or self.interop)


def parse(block: bytes) -> tuple[Exif, tuple[str, ...]]:
    """The EXIF of a block, and sentences about what of it could not be read. Never raises."""
    block = block.removeprefix(MARK)
    if not block:
        return Exif(), ()
    try:
        shape, at = tiff.header(block)
    except NotTiff as problem:
        return Exif(), (f"EXIF was left out: {problem}.",)
    return from_directory(block, at, shape)


def from_directory(data: Data, at: int, shape: Shape) -> tuple[Exif, tuple[str, ...]]:
    """The EXIF in the directory at this byte of a TIFF structure and in those it points to. Never raises."""
    warnings: list[str] = []

    def read(at: int, names: dict[int, str], what: str) -> Directory:
        try:
            skip = _SKIP if names is tags.MAIN else ()
            found, missing = tiff.directory(data, at, shape, skip=skip, places=tags.POINTERS)
        except NotTiff as problem:
            warnings.append(f"{what} was left out: {problem}.")
            return {}
        warnings.extend(f"{what} {tags.name(names, tag)} was left out: {why}." for tag, why in missing.items())
        return found

    def under(parent: Directory, pointer: int, names: dict[int, str], what: str) -> Directory:
        target = parent.pop(pointer, None)
        return read(int.from_bytes(target.data, "little"), names, what) if target else {}

    main = read(at, tags.MAIN, "EXIF")
    photo = under(main, tags.EXIF_POINTER, tags.EXIF, "EXIF")
    gps = under(main, tags.GPS_POINTER, tags.GPS, "EXIF")
    interop = under(photo, tags.INTEROP_POINTER, tags.INTEROP, "EXIF")
    for directory in (main, photo, gps, interop):
        for pointer in tags.POINTERS:
            directory.pop(pointer, None)
    photo = {
        tag: Field(known.kind, inside.put_right(tag, known.data)) if known.kind in _BYTES else known
        for tag, known in _insides(photo, shape.order).items()
    }
    return Exif(main, photo, gps, interop), tuple(warnings)


def block(exif: Exif) -> bytes:
    """As a TIFF structure of its own, little endian; empty where there is nothing to say."""
    if not exif:
        return b""
    body = written(exif, _BLOCK, 8, lambda main, at: tiff_writing.build(_BLOCK, at, main))
    return b"II" + _BLOCK.pack("HI", 42, 8) + body


def written(exif: Exif, shape: Shape, at: int, main: Callable[[Directory, int], bytes]) -> bytes:
    """All directories, to stand at this byte: the main one first, made by `main`, which is given its fields."""
    photo = _insides(exif.photo, shape.order)
    head = dict(exif.main)
    if photo or exif.interop:
        head[tags.EXIF_POINTER] = long(0)  # takes the same room as the one that comes in its place
    if exif.gps:
        head[tags.GPS_POINTER] = long(0)
    behind = bytearray()
    past = at + len(main(head, at))
    if exif.interop:
        photo = photo | {tags.INTEROP_POINTER: _pointer(shape, past)}
        behind += tiff_writing.build(shape, past, exif.interop)
    if photo:
        head[tags.EXIF_POINTER] = _pointer(shape, past + len(behind))
        behind += tiff_writing.build(shape, past + len(behind), photo)
    if exif.gps:
        head[tags.GPS_POINTER] = _pointer(shape, past + len(behind))
        behind += tiff_writing.build(shape, past + len(behind), exif.gps)
    return main(head, at) + bytes(behind)


def smaller(exif: Exif, most: int) -> Exif:
    """Without its longest values, so that the block has at most so many bytes."""
    parts = {"main": dict(exif.main), "photo": dict(exif.photo), "gps": dict(exif.gps), "interop": dict(exif.interop)}
    values = [(len(field.data), part, tag) for part, fields in parts.items() for tag, field in fields.items()]
    left = _HEADS + sum(_ENTRY + length for length, _, _ in values)
    for length, part, tag in sorted(values, reverse=True):
        if left <= most:
            break
        del parts[part][tag]
        left -= _ENTRY + length
    return Exif(**parts)


def _pointer(shape: Shape, at: int) -> Field:
    return Field(tiff.LONG8, at.to_bytes(8, "little")) if shape.big else long(at)


def _insides(photo: Directory, order: str) -> Directory:
    return {
        tag: Field(known.kind, inside.turned(tag, known.data, order)) if known.kind in _BYTES else known
        for tag, known in photo.items()
    }
