"""Metadata in access masters: put into the pyramidal TIFF that libvips wrote, and read from it again.

Only directories are written, behind what is there; no tile moves and none is touched. The header points to the new
first directory last, so that a file whose writing was cut short is the file it was before.
"""

import mmap
import struct
from dataclasses import replace
from pathlib import Path

from images.metadata import exif, reading, tags, tiff, tiff_writing, xmp
from images.metadata.exif import Exif
from images.metadata.fields import ascii_text, rational, short, text
from images.metadata.found import Metadata
from images.metadata.tiff import Directory, Entry, Field, NotTiff, Shape

_INCH, _MM_PER_INCH = 2, 25.4
#: How far a resolution may be from a whole number of pixels per inch and still be meant to be one.
_NEAR = 5e-5
_CLASSIC_END = 1 << 32
#: What is no metadata in the first directory stays. ICC profiles are colour's business.
_REPLACED = frozenset(tags.MAIN) | tags.POINTERS | (tags.BLOCKS - {tags.PROFILE})
_RIGHTS, _COPYRIGHT = "dc:rights", "tiff:Copyright"


def finish(path: Path, metadata: Metadata, pixels_per_mm: tuple[float, float] | None) -> None:
    """Give the first directory of a TIFF this metadata and none other, and this resolution or none.

    EXIF's Copyright goes into XMP (dc:rights, or tiff:Copyright where that says something else): IIPImage would make an
    invalid `rights` of the TIFF tag. Raises ValueError if the file is not a TIFF or would outgrow a classic one.
    """
    with path.open("r+b") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            shape, kept, following = _first(data)
            past = len(data)
        start = past + -past % 8
        known, packet = _without_copyright(exif.parse(metadata.exif)[0], metadata.xmp)
        blocks = {tags.XMP: Field(tiff.BYTE, packet), tags.IPTC: Field(tiff.UNDEFINED, metadata.iptc)}
        main = known.main | _resolution(pixels_per_mm) | {tag: block for tag, block in blocks.items() if block.data}
        try:
            written = exif.written(
                replace(known, main=main),
                shape,
                start,
                lambda fields, at: tiff_writing.build(shape, at, fields, following, kept),
            )
        except struct.error as error:
            raise ValueError(f"{path.name}: there is no room for metadata below 4 GB") from error
        if not shape.big and start + len(written) > _CLASSIC_END:
            raise ValueError(f"{path.name}: there is no room for metadata below 4 GB")
        file.seek(past)
        file.write(b"\0" * (start - past) + written)
        file.flush()
        file.seek(shape.first_at)
        file.write(shape.pack(shape.letter, start))


def of(data: bytes | mmap.mmap) -> Metadata:
    """The metadata of a master, as `finish` was given it; EXIF's Copyright is there again. Never raises."""
    found, _ = reading.read_bytes(data, "tiff")
    known, _ = exif.parse(found.exif)
    known, packet = _with_copyright(known, found.xmp)
    return Metadata(exif.block(known), found.iptc, packet)


def _first(data: mmap.mmap) -> tuple[Shape, list[Entry], int]:
    """How numbers are written, what of the first directory stays, and where the second is."""
    try:
        shape, at = tiff.header(data)
        entries, following = tiff.entries(data, shape, at)
    except NotTiff as problem:
        raise ValueError(f"no TIFF file: {problem}") from problem
    return shape, [entry for entry in entries if entry.tag not in _REPLACED], following


def _resolution(pixels_per_mm: tuple[float, float] | None) -> Directory:
    if pixels_per_mm is None:
        return {}
    across, down = (_per_inch(number) for number in pixels_per_mm)
    return {
        tags.X_RESOLUTION: rational(across),
        tags.Y_RESOLUTION: rational(down),
        tags.RESOLUTION_UNIT: short(_INCH),
    }


def _per_inch(per_mm: float) -> float:
    """300 where a file said 300 and somebody has calculated and rounded since."""
    exact = per_mm * _MM_PER_INCH
    return round(exact) if abs(exact - round(exact)) <= exact * _NEAR else exact


def _without_copyright(known: Exif, packet: bytes) -> tuple[Exif, bytes]:
    field = known.main.get(tags.COPYRIGHT)
    words = "; ".join(part for part in text(field.data).split("\0") if part.strip()) if field else ""
    main = {tag: value for tag, value in known.main.items() if tag != tags.COPYRIGHT}
    if words:
        rdf = _rdf(packet)
        said = xmp.get(rdf, _RIGHTS)
        if said != words:
            xmp.put(rdf, _COPYRIGHT if said else _RIGHTS, words, languages=True)
        packet = xmp.write(rdf)
    return replace(known, main=main), packet


def _with_copyright(known: Exif, packet: bytes) -> tuple[Exif, bytes]:
    if not packet:
        return known, packet
    rdf = _rdf(packet)
    words = xmp.get(rdf, _COPYRIGHT) or xmp.get(rdf, _RIGHTS)
    if not words or tags.COPYRIGHT in known.main:
        return known, packet
    if xmp.get(rdf, _COPYRIGHT):
        xmp.take(rdf, _COPYRIGHT)
        packet = xmp.write(rdf)
    return replace(known, main=known.main | {tags.COPYRIGHT: ascii_text(words)}), packet


def _rdf(packet: bytes) -> xmp.Rdf:
    try:
        return xmp.parse(packet)[0] if packet else xmp.empty()
    except xmp.BadXmp:
        return xmp.empty()
