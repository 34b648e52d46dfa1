"""Reads EXIF, IPTC and XMP from a file of any kind we take, and makes sure that what it gives can be used."""

import mmap
from collections.abc import Callable
from pathlib import Path

from images.metadata import exif, iptc, xmp
from images.metadata.containers import extended, gif, isobmff, jp2, jpeg, png, tiff_file, webp
from images.metadata.containers.raw import Raw
from images.metadata.found import Metadata
from images.metadata.tiff import Data

_READERS: dict[str, Callable[[Data], Raw]] = {
    "jpeg": jpeg.read,
    "png": png.read,
    "webp": webp.read,
    "gif": gif.read,
    "heif": isobmff.read,
    "avif": isobmff.read,
    "jp2": jp2.read,
}


def read(path: Path, kind: str, directory: int = 0) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata of a file, and sentences about what of it was left out or mended.

    `kind` is one of jpeg png webp gif tiff heif avif jp2; others have none. `directory` is the index in the main chain
    of a TIFF. Bad metadata never raise; a file that cannot be read at all raises OSError.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # the file is empty
            return Metadata(), ()
    with data:
        return read_bytes(data, kind, directory)


def read_bytes(data: Data, kind: str, directory: int = 0) -> tuple[Metadata, tuple[str, ...]]:
    """The same of a file's contents."""
    if kind == "tiff":
        return sound(tiff_file.read(data, directory))
    reader = _READERS.get(kind)
    return sound(reader(data)) if reader else (Metadata(), ())


def sound(raw: Raw) -> tuple[Metadata, tuple[str, ...]]:
    """What can be used of what was found: whole values, whole datasets, well-formed XMP."""
    warnings = list(raw.warnings)
    datasets, odd = iptc.parse(raw.iptc)
    warnings.extend(odd)
    packet = _xmp(raw, warnings) if raw.xmp else b""
    return Metadata(exif.block(raw.exif), iptc.write(datasets), packet), tuple(warnings)


def _xmp(raw: Raw, warnings: list[str]) -> bytes:
    try:
        rdf, odd = xmp.parse(raw.xmp)
    except xmp.BadXmp as problem:
        warnings.append(f"XMP was left out: {problem}.")
        return b""
    warnings.extend(odd)
    if raw.extended:
        try:
            extension, odd = xmp.parse(raw.extended)
            extended.merged(rdf, extension)
            warnings.extend(odd)
        except xmp.BadXmp as problem:
            warnings.append(f"The extension of XMP was left out: {problem}.")
    return xmp.write(rdf)
