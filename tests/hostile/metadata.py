"""Good pictures with bad metadata."""

import io
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import PngImagePlugin

from tests.media import formats
from tests.media.formats import ASCII, BYTE, UNDEFINED
from tests.media.photograph import picture

Make = partial[None]
_PACKET = '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{}<?xpacket end="w"?>'
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}</rdf:RDF>'
)
_TITLE = '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="{}"/>'


def much_xmp(path: Path) -> None:
    _tiff(path, t700=(UNDEFINED, _xmp(" " * (64 << 20))))


def much_xmp_in_png(path: Path) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_itxt("XML:com.adobe.xmp", _xmp(" " * (64 << 20)).decode(), zip=True)
    picture(300, 200).save(path, "PNG", pnginfo=words)


def bad_xmp() -> Iterator[tuple[str, Make]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>' + _XMP.format(_TITLE.format("&l9;")) + "</x:xmpmeta>"
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + _XMP.format("&f;") + "</x:xmpmeta>"
    deep = _XMP.format("<a>" * 200_000 + "</a>" * 200_000) + "</x:xmpmeta>"
    many = _XMP.format("".join(f'<rdf:Description a{n}="{n}"/>' for n in range(200_000))) + "</x:xmpmeta>"
    yield "a billion laughs", partial(_with_xmp, bomb.encode())
    yield "an entity from a file", partial(_with_xmp, outside.encode())
    yield "200,000 elements deep", partial(_with_xmp, deep.encode())
    yield "200,000 elements wide", partial(_with_xmp, many.encode())
    yield "not closed", partial(_with_xmp, _XMP.format(_TITLE.format("x")).encode())
    yield "not UTF-8", partial(_with_xmp, _xmp("").replace(b"Description", b"Descr\xff\xfeption"))
    yield "NUL", partial(_with_xmp, _xmp("").replace(b"image", b"im\0ge"))
    yield "UTF-16 without its mark", partial(_with_xmp, _xmp("").decode().encode("utf-16-be"))


def bad_words() -> Iterator[tuple[str, Make]]:
    script = b'<script>alert(1)</script>\0"><img src=x onerror=alert(1)>\0'
    yield "script and NUL in ImageDescription and Artist", partial(_tiff, t270=(ASCII, script), t315=(ASCII, script))
    yield "ImageDescription without its last NUL", partial(_tiff, t270=(ASCII, b"x" * 1001))
    yield "IPTC in Latin-1", partial(_tiff, t33723=(UNDEFINED, _iptc("M\xfcnchen \xa9".encode("latin-1"))))
    yield "IPTC that says 4 GB", partial(_tiff, t33723=(UNDEFINED, b"\x1c\x02\x78\x80\x04\xff\xff\xff\xffx"))
    yield "Photoshop resources that are none", partial(_tiff, t34377=(BYTE, b"8BIM\x04\x04\xff\xff\xff\xff\xff\xff"))
    yield "EXIF whose directory is its own", _own_exif()
    yield "EXIF beyond the end", partial(_tiff, t34665=(formats.LONG, [0x7FFFFFF0]))
    yield "GPS that is the picture's directory", partial(_tiff, t34853=(formats.LONG, [8]))
    yield (
        "a resolution of 1 / 0 and 0 / 0",
        partial(_tiff, t282=(formats.RATIONAL, [(1, 0)]), t283=(formats.RATIONAL, [(0, 0)])),
    )


def _own_exif() -> Make:
    """The pointer to the EXIF directory, in a JPEG's EXIF, points at the directory that it stands in."""
    return partial(_with_exif, b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 8, 0))


def _with_exif(exif: bytes, path: Path) -> None:
    made = io.BytesIO()
    picture(300, 200).save(made, "JPEG")
    body = b"Exif\0\0" + exif
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    path.write_bytes(made.getvalue()[:2] + segment + made.getvalue()[2:])


def _with_xmp(data: bytes, path: Path) -> None:
    _tiff(path, t700=(UNDEFINED, data))


def _tiff(path: Path, **tags: tuple[int, object]) -> None:
    path.write_bytes(formats.tiff(formats.page(np.asarray(picture(300, 200)), 2, **tags)))


def _xmp(filling: str) -> bytes:
    return _PACKET.format(_XMP.format(_TITLE.format("image/tiff")) + "</x:xmpmeta>" + filling).encode()


def _iptc(words: bytes) -> bytes:
    return b"\x1c\x02\x5a" + struct.pack(">H", len(words)) + words
