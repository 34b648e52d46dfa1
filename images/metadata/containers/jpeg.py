"""Metadata in JPEG: APP1 (EXIF, XMP and its extension) and APP13 (IPTC), read and put in. Pure.

EXIF 3.0 §4.7, XMP part 3 §1.1.3, Photoshop File Formats.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from images.metadata import exif, iptc, tags
from images.metadata.containers import extended, photoshop
from images.metadata.containers.raw import Raw
from images.metadata.fields import short, whole
from images.metadata.found import Metadata
from images.metadata.tiff import UNDEFINED, Data, Field

XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_MARK = b"http://ns.adobe.com/xmp/extension/\0"
_SOI = b"\xff\xd8"
_APP0, _APP1, _APP13, _SOS, _EOI = 0xE0, 0xE1, 0xED, 0xDA, 0xD9
#: Frame headers: SOF0 to SOF15 without DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Markers that stand alone: TEM and RST0 to RST7.
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
#: The most bytes of a segment, without the two of its length.
_ROOM = 65533
_MOST_SEGMENTS = 20_000
#: Before the bytes of a part of ExtendedXMP: digest, whole length, offset.
_PART_HEAD = 32 + 4 + 4


def segments(data: Data) -> Iterator[tuple[int, int, int]]:
    """Every segment before the picture data: its marker, where its marker begins and where it ends."""
    at = 2 if data[:2] == _SOI else len(data)
    for _ in range(_MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            return
        marker = data[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        if marker in (_SOS, _EOI):
            return
        past = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if past < at + 4 or past > len(data):
            return
        yield marker, at, past
        at = past


def read(data: Data) -> Raw:
    """All metadata of a JPEG."""
    raw, resources, parts = Raw(), bytearray(), extended.Parts()
    for marker, at, past in segments(data):
        if marker not in (_APP1, _APP13):
            continue
        body = data[at + 4 : past]
        if marker == _APP13 and body.startswith(photoshop.MARK):
            resources += body[len(photoshop.MARK) :]
        elif body.startswith(exif.MARK):
            raw.take_exif(body)
        elif body.startswith(XMP_MARK):
            raw.take_xmp(body[len(XMP_MARK) :])
        elif body.startswith(EXTENDED_MARK):
            parts.add(body[len(EXTENDED_MARK) :])
    raw.take_photoshop(bytes(resources))
    raw.extended = parts.of(raw.xmp, raw.warnings)
    return raw


def embed(encoded: bytes, metadata: Metadata) -> bytes:
    """The JPEG with this metadata and none other, between APP0 and the rest.

    EXIF and IPTC have one segment each: what does not fit loses its longest values. XMP goes on in an ExtendedXMP.
    """
    if encoded[:2] != _SOI:
        raise ValueError("not a JPEG")
    found = list(segments(encoded))
    front = list(takewhile(lambda segment: segment[0] == _APP0, found))
    start, end = (front[-1][2] if front else len(_SOI)), (found[-1][2] if found else len(_SOI))
    rest = [encoded[at:past] for marker, at, past in found[len(front) :] if not _is_metadata(marker, encoded, at)]
    metadata = replace(metadata, exif=_compressed(metadata.exif, encoded, found)) if metadata.exif else metadata
    return b"".join((encoded[:start], *_segments_of(metadata), *rest, encoded[end:]))


def _compressed(block: bytes, encoded: bytes, found: list[tuple[int, int, int]]) -> bytes:
    """With the tags that EXIF demands of a JPEG (EXIF 3.0 §4.6.10, compressed files), as they are true here."""
    at = next((at for marker, at, _ in found if marker in _FRAMES), None)
    if at is None:
        return block
    known, _ = exif.parse(block)
    height, width = (int.from_bytes(encoded[n : n + 2], "big") for n in (at + 5, at + 7))
    photo = {
        36864: Field(UNDEFINED, b"0232"),
        37121: Field(UNDEFINED, b"\1\2\3\0"),
        40960: Field(UNDEFINED, b"0100"),
        tags.COLOUR_SPACE: short(1),
        **known.photo,
        tags.PIXEL_X: whole(width),
        tags.PIXEL_Y: whole(height),
    }
    return exif.block(replace(known, main={**known.main, 531: short(1)}, photo=photo))


def _is_metadata(marker: int, data: bytes, at: int) -> bool:
    marks = {_APP1: (exif.MARK, XMP_MARK, EXTENDED_MARK), _APP13: (photoshop.MARK,)}.get(marker, ())
    return data.startswith(marks, at + 4)


def _segments_of(metadata: Metadata) -> Iterator[bytes]:
    if metadata.exif:
        block = metadata.exif
        if len(block) > _ROOM - len(exif.MARK):
            block = exif.block(exif.smaller(exif.parse(block)[0], _ROOM - len(exif.MARK)))
        yield _segment(_APP1, exif.MARK + block)
    if metadata.xmp:
        packet, rest = extended.split(metadata.xmp, _ROOM - len(XMP_MARK))
        if packet:
            yield _segment(_APP1, XMP_MARK + packet)
        for part in extended.parts(rest, _ROOM - len(EXTENDED_MARK) - _PART_HEAD):
            yield _segment(_APP1, EXTENDED_MARK + part)
    if metadata.iptc:
        most = _ROOM - len(photoshop.MARK) - len(photoshop.wrapped(b"")) - 1
        records = metadata.iptc
        if len(records) > most:
            records = iptc.write(iptc.smaller(iptc.parse(records)[0], most))
        yield _segment(_APP13, photoshop.MARK + photoshop.wrapped(records))


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
