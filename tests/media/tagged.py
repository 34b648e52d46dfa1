"""Small sources of every kind that carry EXIF, IPTC and XMP, written by Pillow and by hand."""

import io
import shutil
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from tests.media.sources import corners

needs_exiftool = pytest.mark.skipif(not shutil.which("exiftool"), reason="needs exiftool (libimage-exiftool-perl)")

MAKE, MODEL, ARTIST = "Phase One", "P65+", "Jana Nováková"
COPYRIGHT, TAKEN, SERIAL = "(c) 2026 Muzeum", "2026:03:04 05:06:07", "ABC-123"
CAPTION, CREATOR = "Kočka na střeše", "Ján Ďurko"

XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
  photoshop:Credit="Muzeum" tiff:Orientation="6">
<dc:creator><rdf:Seq><rdf:li>{CREATOR}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def dataset(record: int, number: int, data: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(data)) + data


IPTC = dataset(1, 90, b"\x1b%G") + dataset(2, 120, CAPTION.encode()) + dataset(2, 25, b"cat") + dataset(2, 25, b"roof")


def resources(records: bytes = IPTC) -> bytes:
    """Photoshop's image resources with IPTC behind another one."""
    first = b"8BIM" + struct.pack(">H", 0x03ED) + b"\3abc" + struct.pack(">I", 3) + b"\1\2\3\0"
    return first + b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(records)) + records + b"\0" * (len(records) % 2)


def exif() -> Image.Exif:
    made = Image.Exif()
    made[271], made[272], made[315], made[33432] = MAKE, MODEL, ARTIST.encode(), COPYRIGHT
    made[274], made[282], made[283], made[296] = 6, 300.0, 300.0, 2
    photo = {36864: b"0232", 40960: b"0100", 36867: TAKEN, 42033: SERIAL, 40961: 65535, 40962: 320, 40963: 200}
    made.get_ifd(34665).update({**photo, 33434: TiffImagePlugin.IFDRational(1, 250)})
    made.get_ifd(34853).update({0: b"\2\3\0\0", 1: "N", 2: (48.0, 8.0, 24.5)})
    return made


def jpeg(path: Path, *, exif_block: bytes | None = None, xmp: bytes = XMP, iptc: bytes = IPTC) -> Path:
    data = io.BytesIO()
    corners().save(data, "JPEG", quality=95, exif=exif().tobytes() if exif_block is None else exif_block, xmp=xmp)
    body = b"Photoshop 3.0\0" + resources(iptc)
    segment = b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
    path.write_bytes(data.getvalue()[:2] + segment + data.getvalue()[2:])
    return path


def png(path: Path) -> Path:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    digits = resources().hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    texts.add_text("Raw profile type iptc", f"\niptc\n{len(resources()):8d}\n{lines}\n", zip=True)
    corners().save(path, exif=exif().tobytes(), pnginfo=texts)
    return path


def webp(path: Path) -> Path:
    corners().save(path, exif=exif().tobytes(), xmp=XMP, quality=95)
    return path


def avif(path: Path) -> Path:
    """Upright: Pillow writes EXIF with an Orientation anew, without the letters that are not ASCII."""
    known = exif()
    del known[274]
    corners().save(path, exif=known.tobytes(), xmp=XMP)
    return path


def tiff(path: Path, *, big: bool = False) -> Path:
    """Written by Pillow: little endian."""
    info = TiffImagePlugin.ImageFileDirectory_v2()
    known = exif()
    for tag, value in known.items():
        info[tag] = value
    info[700], info[33723] = XMP, IPTC
    info.tagtype[700], info.tagtype[33723] = 1, 7
    info[34665], info[34853] = known.get_ifd(34665), known.get_ifd(34853)
    corners().save(path, tiffinfo=info, big_tiff=big)
    return path


def tiff_by_hand(path: Path, *, order: str = ">", big: bool = False, iptc_as_long: bool = False) -> Path:
    """One grey pixel row of 8 in either byte order and width: all pointers and numbers as they are said to be."""
    room, count, head = ("Q", "Q", 16) if big else ("I", "H", 8)
    behind = bytearray(b"\x80" * 8)

    def field(tag: int, kind: int, number: int, data: bytes) -> bytes:
        size = struct.calcsize(room)
        if len(data) > size:
            behind.extend(b"\0" * (len(behind) % 2))
            at = head + len(behind)
            behind.extend(data)
            data = struct.pack(order + room, at)
        return struct.pack(f"{order}HH{room}", tag, kind, number) + data.ljust(size, b"\0")

    def short(tag: int, value: int) -> bytes:
        return field(tag, 3, 1, struct.pack(order + "H", value))

    def text(tag: int, words: str) -> bytes:
        return field(tag, 2, len(words.encode()) + 1, words.encode() + b"\0")

    def directory(*fields: bytes) -> bytes:
        return struct.pack(order + count, len(fields)) + b"".join(fields) + struct.pack(order + room, 0)

    def pointer(tag: int, to: bytes) -> bytes:
        behind.extend(b"\0" * (len(behind) % 2))
        at = head + len(behind)
        behind.extend(to)
        return field(tag, 16 if big else 4, 1, struct.pack(order + room, at))

    records = IPTC + b"\0" * (-len(IPTC) % 4)
    if iptc_as_long:  # as libtiff of old wrote it on machines of the other order
        records = b"".join(records[at : at + 4][::-1] for at in range(0, len(records), 4))
    comment = b"UNICODE\0" + CAPTION.encode("utf-16-be" if order == ">" else "utf-16-le")
    photo = directory(
        field(33434, 5, 1, struct.pack(order + "II", 1, 250)),
        text(36867, TAKEN),
        field(37510, 7, len(comment), comment),
        short(40961, 65535),
    )
    gps = directory(text(1, "N"), field(2, 5, 3, struct.pack(order + "6I", 48, 1, 8, 1, 49, 2)))
    fields = [
        *(short(256, 8), short(257, 1), short(258, 8), short(259, 1), short(262, 1)),
        field(273, 4, 1, struct.pack(order + "I", head)),
        text(271, MAKE),
        short(274, 1),
        *(short(277, 1), short(278, 1)),
        field(279, 4, 1, struct.pack(order + "I", 8)),
        text(315, ARTIST),
        field(700, 1, len(XMP), XMP),
        field(33723, 4, len(records) // 4, records) if iptc_as_long else field(33723, 7, len(IPTC), IPTC),
        pointer(34665, photo),
        pointer(34853, gps),
    ]
    fields.sort(key=lambda one: struct.unpack(order + "H", one[:2]))
    last = directory(*fields)
    behind.extend(b"\0" * (len(behind) % 2))
    start = (
        struct.pack(order + "HHHQ", 43, 8, 0, head + len(behind))
        if big
        else struct.pack(order + "HI", 42, head + len(behind))
    )
    path.write_bytes((b"MM" if order == ">" else b"II") + start + bytes(behind) + last)
    return path


def jp2(path: Path) -> Path:
    """Boxes behind a picture that is only a header."""
    boxes = [
        (b"jP  ", b"\r\n\x87\n"),
        (b"ftyp", b"jp2 \0\0\0\0jp2 "),
        (b"xml ", b"<geo>not ours</geo>"),
        (b"uuid", b"JpgTiffExif->JP2" + exif().tobytes().removeprefix(b"Exif\0\0")),
        (b"uuid", bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38") + IPTC),
        (b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + XMP),
    ]
    path.write_bytes(b"".join(struct.pack(">I", len(body) + 8) + kind + body for kind, body in boxes))
    return path


def gif(path: Path) -> Path:
    """The extension before the closing byte, its ramp included (XMP part 3 §1.1.2)."""
    data = io.BytesIO()
    corners().quantize(16).save(data, "GIF")
    ramp = bytes((1, *range(255, -1, -1), 0))
    path.write_bytes(data.getvalue()[:-1] + b"\x21\xff\x0bXMP DataXMP" + XMP + ramp + b"\x3b")
    return path


def with_exiftool(*paths: Path, arguments: Sequence[str]) -> None:
    """Put more tags into these files. Only where exiftool is."""
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original", *arguments, *map(str, paths)], check=True)


MAKERS: dict[str, Any] = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "avif": avif,
    "tiff": tiff,
    "jp2": jp2,
    "gif": gif,
}
