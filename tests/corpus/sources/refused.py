"""What cannot be taken, and what its sender is told."""

from functools import partial

from PIL import Image

from tests.corpus import tiffs
from tests.corpus.pictures import chart, encoded, field, grey_chart, whole
from tests.corpus.source import Made, Refusal, Source

TITLE = "Refused"


def head(first: bytes, says: str, code: str = "format_not_supported") -> Made:
    return Made(first.ljust(600, b"\x01"), Refusal(code, says))


def text(words: bytes, code: str = "not_a_picture") -> Made:
    return Made(words, Refusal(code))


def cut_off(kind: str, refusal: Refusal) -> Made:
    data = encoded(Image.fromarray(chart()), kind)
    return Made(data[: len(data) // 2], refusal)


def cut_off_tiff() -> Made:
    """The directory with all that is known of the picture was in the missing half."""
    data = tiffs.one(chart(), tiffs.RGB)
    return Made(data[: len(data) // 2], Refusal("cut_off"))


def camera_raw() -> Made:
    """DNG: a TIFF whose first directory is a preview, and whose picture is what the sensor saw (DNG 1.7)."""
    sensor = tiffs.directory(whole(field()[..., 1], 65535), tiffs.CFA)
    tags = {tiffs.NEW_SUBFILE_TYPE: (tiffs.LONG, [tiffs.SMALLER]), tiffs.DNG_VERSION: (tiffs.BYTE, [1, 7, 0, 0])}
    preview = tiffs.directory(chart()[::4, ::4], tiffs.RGB, tags=tags, below=[sensor])
    return Made(tiffs.several([preview]), Refusal("format_not_supported", "raw"))


def twelve_bits() -> Made:
    """Grey with 12 bits to a sample, packed."""
    data = tiffs.one(whole(grey_chart() / 255, 4095), tiffs.BLACK_IS_ZERO, bits=12)
    return Made(data, Refusal("layout_not_supported", "12 bits"))


def bmp() -> Made:
    return Made(encoded(Image.fromarray(chart()), "BMP"), Refusal("format_not_supported", "BMP"))


_NOISE = bytes((7 * n * n + 3 * n) % 251 for n in range(900))

SOURCES = (
    Source("document.pdf", "PDF", partial(head, b"%PDF-1.7\n", "PDF")),
    Source("layers.psd", "Photoshop document", partial(head, b"8BPS\0\1", "Photoshop")),
    Source("drawing.svg", "SVG", partial(text, b'<svg xmlns="http://www.w3.org/2000/svg"/>', "format_not_supported")),
    Source("canon.cr2", "camera raw, Canon CR2", partial(head, b"II*\0\x10\0\0\0CR\2\0", "raw")),
    Source("fuji.raf", "camera raw, Fujifilm RAF", partial(head, b"FUJIFILMCCD-RAW 0201", "raw")),
    Source("adobe.dng", "camera raw, DNG", camera_raw),
    Source("picture.jxl", "JPEG XL", partial(head, b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL")),
    Source("picture.bmp", "BMP", bmp),
    Source("clip.mp4", "video", partial(head, b"\0\0\0\x18ftypisom", "video")),
    Source("book.djvu", "DjVu", partial(head, b"AT&TFORM\0\0\1\0DJVM", "DjVu")),
    Source("pictures.zip", "ZIP archive", partial(head, b"PK\3\4", "ZIP")),
    Source("scan.dcm", "DICOM", partial(head, bytes(128) + b"DICM", "DICOM")),
    Source("notes.jpg", "text, named like a picture", partial(text, b"Shelf mark and description follow.\n")),
    Source("page.tif", "a web page, named like a picture", partial(text, b"<!DOCTYPE html><title>404</title>")),
    Source("empty.tif", "an empty file", partial(text, b"", "empty")),
    Source("zeros.tif", "a file of zeros", partial(text, bytes(4096), "empty")),
    Source(
        "noise.jpg",
        "bytes without meaning",
        partial(text, _NOISE, "unknown_format"),
    ),
    Source(
        "cut-off.jpg", "JPEG, cut off", partial(cut_off, "JPEG", Refusal("cut_off", "part of the picture is missing"))
    ),
    Source("cut-off.png", "PNG, cut off", partial(cut_off, "PNG", Refusal("damaged", "a part of it is missing"))),
    Source("cut-off.tif", "TIFF, cut off", cut_off_tiff),
    Source("12-bits.tif", "TIFF, 12 bits", twelve_bits),
)
