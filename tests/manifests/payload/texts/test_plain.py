"""Plain text is one block."""

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.texts import Block, Line, PageText, plain_text, read


def test_plain_text_is_one_block_without_a_place() -> None:
    assert read(b"\xef\xbb\xbfA  poem\r\n\tof lines\r\n\r\nsung \r\n") == PageText(
        "text",
        None,
        None,
        None,
        (Block(None, tuple(Line(None, (), each, None, each) for each in ("A  poem", " of lines", "", "sung"))),),
    )


def test_its_hyphens_are_its_own() -> None:
    assert plain_text(read("well-\nknown – größer".encode())) == "well-\nknown – größer"


def test_form_feeds_divide_pages() -> None:
    data = b"one\n\ftwo\n\f"
    assert plain_text(read(data)) == "one"
    assert plain_text(read(data, page=1)) == "two"
    with pytest.raises(SourceFault) as caught:
        read(data, page=2)
    assert caught.value.code == "no_page"


def test_a_text_may_begin_with_a_sign_of_xml() -> None:
    assert plain_text(read(b"<< 1848 >>\n")) == "<< 1848 >>"


def test_utf_16_by_its_mark() -> None:
    assert plain_text(read("Größe".encode("utf-16"))) == "Größe"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a\0b", "not_ocr"),
        (b"%PDF-1.4\n\x01\x02", "not_ocr"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "encoding"),
        ("Größe".encode("latin-1"), "encoding"),
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"\x0c\x0c", "empty"),
        (b"\n\x0cb", "no_text"),
        (b"a" * 1_000_001, "too_large"),
    ],
)
def test_what_is_no_text(data: bytes, code: str) -> None:
    with pytest.raises(SourceFault) as caught:
        read(data)
    assert caught.value.code == code
