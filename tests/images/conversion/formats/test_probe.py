import gzip
import zipfile
from pathlib import Path

import pytest

from gcis.core.errors import SourceFault, Unavailable
from images.conversion.formats.probe import HEAD, kind_of, kind_of_file

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (b"II+\0\x08\0\0\0", "tiff"),
        (b"MM\0+\0\x08\0\0", "tiff"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"GIF87a\1\0", "gif"),
        (b"GIF89a\1\0", "gif"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", "jp2"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpx ", "jp2"),
        (b"\xff\x4f\xff\x51\0\x2f", "jp2"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "heif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heif"),
        (b"\0\0\0\x18ftypmsf1\0\0\0\0hevcmsf1", "heif"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1", "avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "avif"),
        (b"\0\0\0\x18ftypavis\0\0\0\0avif", "avif"),
    ],
)
def test_formats_by_their_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    ("head", "code", "word"),
    [
        (b"", "empty", "empty"),
        (b"\0" * 100, "empty", "zeros"),
        (b"\x89PNG", "cut_off", "first few bytes"),
        (b"GIF8", "cut_off", "first few bytes"),
        (b"RIFF\x10\0", "cut_off", "first few bytes"),
        (b"%PDF-1.7", "format_not_supported", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "format_not_supported", "EPS"),
        (b"%!PS-Adobe-3.0\n%%Creator: Adobe Illustrator", "format_not_supported", "Illustrator"),
        (b"\xc5\xd0\xd3\xc6\x20\0\0\0", "format_not_supported", "EPS"),
        (b"8BPS\0\x01", "format_not_supported", "a Photoshop document"),
        (b"8BPS\0\x02", "format_not_supported", "PSB"),
        (b"gimp xcf v011\0", "format_not_supported", "GIMP"),
        (b"PK\x03\x04....", "format_not_supported", "ZIP"),
        (b"BM\x36\x10\x0e\0\0\0\0\0", "format_not_supported", "BMP"),
        (b"\xff\x0a\xfa\x1f", "format_not_supported", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "format_not_supported", "JPEG XL"),
        (b"AT&TFORM\0\0\0\0DJVU", "format_not_supported", "DjVu"),
        (b"\x76\x2f\x31\x01\x02\0\0\0", "format_not_supported", "OpenEXR"),
        (b"#?RADIANCE\nFORMAT=", "format_not_supported", "Radiance"),
        (b"\0" * 128 + b"DICM", "format_not_supported", "DICOM"),
        (b"II*\0\x10\0\0\0CR\x02\0", "format_not_supported", "Canon CR2"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "format_not_supported", "Canon CR3"),
        (b"IIRO\x08\0\0\0", "format_not_supported", "Olympus ORF"),
        (b"IIU\0\x18\0\0\0", "format_not_supported", "Panasonic RW2"),
        (b"FUJIFILMCCD-RAW 0201", "format_not_supported", "Fujifilm RAF"),
        (b"\0\0\0\x18ftypisom\0\0\2\0mp41", "format_not_supported", "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "format_not_supported", "video"),
        (b"RIFF\x10\0\0\0AVI LIST", "format_not_supported", "video"),
        (b"\x1a\x45\xdf\xa3\x9f", "format_not_supported", "video"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "format_not_supported", "sound"),
        (b"7z\xbc\xaf\x27\x1c", "format_not_supported", "7-Zip"),
        (gzip.compress(b"a tar, perhaps" * 9, mtime=0), "format_not_supported", "gzip"),
        (gzip.compress(SVG, mtime=0), "format_not_supported", "SVG"),
        (gzip.compress(b" " * 3_000_000 + SVG, mtime=0), "format_not_supported", "gzip"),
        (SVG, "format_not_supported", "SVG"),
        (b'<?xml version="1.0"?>' + SVG, "format_not_supported", "SVG"),
        (b"\xef\xbb\xbf\n <!-- drawn -->\n" + SVG, "format_not_supported", "SVG"),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' ''>" + SVG, "format_not_supported", "SVG"),
        (('<?xml version="1.0" encoding="utf-16"?>' + SVG.decode()).encode("utf-16"), "format_not_supported", "SVG"),
        (b"push graphic-context\nimage over 0,0 0,0 'https://x'", "format_not_supported", "ImageMagick"),
        (b"viewbox 0 0 640 480\n", "format_not_supported", "ImageMagick"),
        (b"<!DOCTYPE html><html>", "not_a_picture", "web page"),
        (b"\r\n<HTML lang=en>", "not_a_picture", "web page"),
        (b'<?xml version="1.0"?><image><read filename="x"/></image>', "not_a_picture", "XML"),
        ("Dies ist ein Text: ä".encode(), "not_a_picture", "text"),
        ("ä".encode() * HEAD, "not_a_picture", "text"),
        (b"x" + "ä".encode() * HEAD, "not_a_picture", "text"),
        ("Text in UTF-16".encode("utf-16"), "not_a_picture", "text"),
        (b"\x01\x02\x03\x04\xff\xfe", "unknown_format", "not recognised"),
        (b"text, then \x80\x81 something else", "unknown_format", "not recognised"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(head: bytes, code: str, word: str) -> None:
    with pytest.raises(SourceFault) as fault:
        kind_of(head)
    assert fault.value.code == code
    assert word in fault.value.sentence
    assert fault.value.sentence.endswith(".")


def test_names_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(SourceFault, match="ZIP"):
        kind_of_file(path)
    path.write_bytes(b"II*\0\x08\0\0\0")
    assert kind_of_file(path) == "tiff"


def test_a_file_that_cannot_be_read_is_not_the_senders_fault(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        kind_of_file(tmp_path)
