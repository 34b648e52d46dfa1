"""Metadata in JPEG 2000: uuid boxes at the top of the file (ISO/IEC 15444-1 annex I; XMP part 3 §1.1.4). Pure."""

from images.metadata import exif, xmp
from images.metadata.containers import isobmff, photoshop
from images.metadata.containers.raw import Raw
from images.metadata.tiff import Data

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
#: "JpgTiffExif->JP2" in ASCII, and Photoshop's.
_EXIF = (b"JpgTiffExif->JP2", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"))
_IPTC = (bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"))
_MOST = xmp.MOST + 1


def read(data: Data) -> Raw:
    """All metadata of a JPEG 2000 file; a bare codestream has none."""
    raw = Raw()
    for kind, start, end in isobmff.boxes(data, 0, len(data)):
        if kind != b"uuid":
            continue
        of, body = data[start : start + 16], data[start + 16 : min(end, start + 16 + _MOST)]
        if of == _XMP:
            raw.take_xmp(body)
        elif of in _EXIF:
            raw.take_exif(body.removeprefix(exif.MARK))
        elif of in _IPTC and body[:1] == b"\x1c":
            raw.take_iptc(body)
        elif of in _IPTC:
            raw.take_photoshop(body.removeprefix(photoshop.MARK))
    return raw
