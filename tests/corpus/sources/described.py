"""Metadata: EXIF, IPTC and XMP in every format that can have them, and some that nobody can read."""

import struct
import zlib
from functools import partial
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from tests.corpus.pictures import chart, decoded, encoded, without_heif
from tests.corpus.source import LOSSY, Made, Picture, Source

TITLE = "Metadata"

CREATOR, RIGHTS, TITLE_OF_WORK, EXPOSURE = "Éva Example", "© 2026 Example Museum", "A chart of colours", "1/125"
#: EXIF knows no other letters.
IN_ASCII = "Eva Example"
#: What exiftool must read in a master, by kind.
SAYS = {
    "exif": {"IFD0:Artist": IN_ASCII, "ExifIFD:ExposureTime": EXPOSURE},
    "iptc": {"IPTC:By-line": CREATOR, "IPTC:ObjectName": TITLE_OF_WORK},
    "xmp": {"XMP-dc:Creator": CREATOR, "XMP-dc:Rights": RIGHTS},
}

_XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
 tiff:Orientation="1">
<dc:creator><rdf:Seq><rdf:li>{CREATOR}</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{RIGHTS}</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
#: Boxes of JPEG 2000 for the three (XMP part 3 §1.1.4, and what exiftool and Photoshop write).
_UUIDS = {
    "exif": b"JpgTiffExif->JP2",
    "iptc": bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"),
    "xmp": bytes.fromhex("be7acfcb97a942e89c71999491e3afac"),
}


def exif() -> bytes:
    """With what may betray people or equipment: a place, a serial number, a maker's note."""
    made = Image.Exif()
    made[271], made[272], made[315], made[33432] = "Example", "Model 5", IN_ASCII, "(c) Example Museum"
    camera = made.get_ifd(0x8769)
    camera[33434], camera[37500], camera[42033] = IFDRational(1, 125), b"Example note" * 20, "SN 0815"
    place = made.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (52.0, 31.0, 12.0), "E", (13.0, 24.0, 18.0)
    return made.tobytes()


def iptc() -> bytes:
    """Records of IIM 4.2 in UTF-8."""
    records = [(1, 90, b"\x1b%G"), (2, 5, TITLE_OF_WORK.encode()), (2, 80, CREATOR.encode()), (2, 116, RIGHTS.encode())]
    return b"".join(struct.pack(">BBBH", 0x1C, record, number, len(text)) + text for record, number, text in records)


def jpeg() -> Made:
    data = _jpeg(exif(), _photoshop(), _XMP)
    return Made(data, Picture(decoded(data), metadata=frozenset({"exif", "iptc", "xmp"})))


def tiff() -> Made:
    tags = Image.Exif()
    tags.load(exif())
    tags[33723], tags[700] = iptc(), _XMP
    return Made(encoded(Image.fromarray(chart()), "TIFF", exif=tags), _expected("exif", "iptc", "xmp"))


def png() -> Made:
    """IPTC as ImageMagick and exiftool keep it: hexadecimal digits in compressed text."""
    text = f"\niptc\n{len(_photoshop()):8d}\n{_photoshop().hex()}\n".encode()
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    info.add(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(text))
    return Made(encoded(Image.fromarray(chart()), "PNG", exif=exif(), pnginfo=info), _expected("exif", "iptc", "xmp"))


def on_the_web(kind: str, **options: Any) -> Made:
    data = encoded(Image.fromarray(chart()), kind, exif=exif(), xmp=_XMP, quality=95, **options)
    return Made(data, Picture(chart(), exact=LOSSY, metadata=frozenset({"exif", "xmp"})))


def jpeg2000() -> Made:
    data = encoded(Image.fromarray(chart()), "JPEG2000")
    for name, content in (("exif", exif().removeprefix(b"Exif\0\0")), ("iptc", iptc()), ("xmp", _XMP)):
        data += struct.pack(">I4s", len(content) + 24, b"uuid") + _UUIDS[name] + content
    return Made(data, _expected("exif", "iptc", "xmp"))


def unreadable() -> Made:
    """EXIF that points outside itself, IPTC that is cut off after two records, XMP that is neither UTF-8 nor XML."""
    broken = b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(30)
    data = _jpeg(broken, _photoshop(iptc()[:-20]), b"<x:xmpmeta \0\xff\xfe not closed")
    return Made(data, Picture(decoded(_jpeg(b"", b"", b"")), metadata=frozenset({"iptc"})))


def hostile() -> Made:
    """XMP whose entities would grow to gigabytes, or fetch a file of the server. What EXIF says takes its place."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{levels}]>'
    data = _jpeg(exif(), b"", bomb.encode() + _XMP.split(b"?>\n", 1)[1].replace(RIGHTS.encode(), b"&e9;&f;"))
    return Made(data, Picture(decoded(data), metadata=frozenset({"exif", "xmp"})))


def _expected(*kinds: str) -> Picture:
    return Picture(chart(), metadata=frozenset(kinds))


def _jpeg(exif: bytes, photoshop: bytes, xmp: bytes) -> bytes:
    data = encoded(Image.fromarray(chart()), "JPEG", quality=95, subsampling=0, exif=exif, xmp=xmp)
    segment = b"Photoshop 3.0\0" + photoshop
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + data[2:]


def _photoshop(records: bytes = b"") -> bytes:
    """The image resource block of IPTC (Photoshop file format, 0x0404)."""
    records = records or iptc()
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)


SOURCES = (
    Source("described.jpg", "JPEG: EXIF, IPTC, XMP", jpeg),
    Source("described.tif", "TIFF: EXIF, IPTC, XMP", tiff),
    Source("described.png", "PNG: EXIF, IPTC, XMP", png),
    Source("described.webp", "WebP: EXIF, XMP", partial(on_the_web, "WEBP")),
    Source("described.avif", "AVIF: EXIF, XMP", partial(on_the_web, "AVIF")),
    Source("described.heic", "HEIC: EXIF, XMP", partial(on_the_web, "HEIF", chroma="444"), missing=without_heif),
    Source("described.jp2", "JPEG 2000: EXIF, IPTC, XMP", jpeg2000),
    Source("unreadable.jpg", "JPEG: metadata that cannot be read", unreadable),
    Source("hostile.jpg", "JPEG: XMP with an XML bomb", hostile),
)
