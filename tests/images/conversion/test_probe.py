import pytest

from gcis.core.errors import SourceFault
from images.conversion.probe import kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (b"II+\0\x08\0\0\0", "tiff"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
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
        (b"%PDF-1.7", "format_not_supported", "PDF"),
        (b"8BPS\0\x01", "format_not_supported", "Photoshop"),
        (b"PK\x03\x04....", "format_not_supported", "ZIP"),
        (b"GIF89a", "format_not_supported", "GIF"),
        (b"II*\0\x10\0\0\0CR\x02\0", "format_not_supported", "Canon CR2"),
        (b"\0\0\0\x18ftypheic\0\0", "format_not_supported", "HEIC"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "format_not_supported", "JPEG 2000"),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "format_not_supported", "SVG"),
        (b"<!DOCTYPE html><html>", "not_a_picture", "web page"),
        ("Dies ist ein Text: ä".encode(), "not_a_picture", "text"),
        (b"\x01\x02\x03\x04\xff\xfe", "unknown_format", "not recognised"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(head: bytes, code: str, word: str) -> None:
    with pytest.raises(SourceFault) as fault:
        kind_of(head)
    assert fault.value.code == code
    assert word in fault.value.sentence
    assert fault.value.sentence.endswith(".")
