"""Metadata in a TIFF file: descriptive tags, EXIF and GPS directories, XMP, IPTC and Photoshop's resources. Pure."""

from array import array

from images.metadata import exif, tags, tiff, xmp
from images.metadata.containers.raw import Raw
from images.metadata.tiff import Data, NotTiff, Shape

#: The longest IPTC or block of Photoshop's resources that is read, in bytes. Layers of a picture stand elsewhere.
_MOST_BLOCK = 16 << 20


def read(data: Data, directory: int = 0) -> Raw:
    """All metadata of one directory of the main chain."""
    raw = Raw()
    try:
        shape, _ = tiff.header(data)
        at = tiff.directory_at(data, directory)
        blocks = _blocks(data, shape, at, raw)
    except NotTiff as problem:
        raw.warnings.append(f"The metadata of the TIFF were left out: {problem}.")
        return raw
    raw.exif, warnings = exif.from_directory(data, at, shape)
    raw.warnings.extend(warnings)
    raw.take_xmp(blocks.get(tags.XMP, b""))
    raw.take_iptc(_records(blocks.get(tags.IPTC, b"")))
    raw.take_photoshop(blocks.get(tags.PHOTOSHOP, b""))
    return raw


def _blocks(data: Data, shape: Shape, at: int, raw: Raw) -> dict[int, bytes]:
    """The bytes of the tags that hold metadata of other kinds. Raises NotTiff."""
    found: dict[int, bytes] = {}
    names = {tags.XMP: ("XMP", xmp.MOST), tags.IPTC: ("IPTC", _MOST_BLOCK), tags.PHOTOSHOP: ("Photoshop", _MOST_BLOCK)}
    for entry in tiff.entries(data, shape, at)[0]:
        if entry.tag not in names:
            continue
        name, most = names[entry.tag]
        if entry.length > most:
            raw.warnings.append(
                f"{name} was left out: it has {entry.length / 1e6:.0f} MB, more than the {most >> 20} that are read."
            )
            continue
        try:
            found[entry.tag] = tiff.raw_value(data, shape, entry)
        except NotTiff as problem:
            raw.warnings.append(f"{name} was left out: {problem}.")
    return found


def _records(data: bytes) -> bytes:
    """IPTC records. Old writers said they were numbers of four bytes, and those of the other byte order were turned."""
    if data[:1] != b"\x1c" and data[3:4] == b"\x1c" and len(data) % 4 == 0:
        words = array("I", data)
        words.byteswap()
        return words.tobytes()
    return data
