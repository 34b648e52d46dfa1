"""Writes TIFF directories, classic and BigTIFF, in either byte order (TIFF 6.0 §2). Pure."""

import struct
from collections.abc import Iterable, Mapping

from images.metadata.tiff import Entry, Field, Shape, swapped


def build(shape: Shape, at: int, fields: Mapping[int, Field], following: int = 0, kept: Iterable[Entry] = ()) -> bytes:
    """A directory to stand at this byte, its longer values behind it. `kept` are entries that stay as they are."""
    old = list(kept)
    head = shape.room + (8 if shape.big else 2) + (len(fields) + len(old)) * (20 if shape.big else 12)
    behind = bytearray()
    new = []
    for tag, field in fields.items():
        data = swapped(field.kind, field.data, shape.order)
        if len(data) <= shape.room:
            raw = data.ljust(shape.room, b"\0")
        else:
            raw = shape.pack(shape.letter, at + head + len(behind))
            behind += data + b"\0" * (-len(data) % 2)
        new.append(Entry(tag, field.kind, field.count, raw))
    layout = struct.Struct(f"{shape.order}HH{shape.letter}{shape.room}s")
    ordered = sorted(old + new, key=lambda entry: entry.tag)
    lines = b"".join(layout.pack(entry.tag, entry.kind, entry.count, entry.raw) for entry in ordered)
    return b"".join(
        (
            shape.pack(shape.count_letter, len(ordered)),
            lines,
            shape.pack(shape.letter, following),
            behind,
        )
    )
