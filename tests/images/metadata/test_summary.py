"""Metadata as JSON: names and values for people, whatever was in the bytes."""

import json

import pytest
from PIL import Image, TiffImagePlugin

from images.metadata.found import Metadata
from images.metadata.summary import summary
from tests.images.metadata.test_keeping import with_xmp
from tests.media import tagged


def exif(main: dict, photo: dict | None = None) -> Metadata:
    made = Image.Exif()
    made.update(main)
    made.get_ifd(34665).update(photo or {})
    return Metadata(exif=made.tobytes())


def test_every_kind_has_its_names() -> None:
    shown = summary(Metadata(tagged.exif().tobytes(), tagged.IPTC, tagged.XMP))
    assert shown["exif"]["DateTimeOriginal"] == tagged.TAKEN
    assert shown["exif"]["XResolution"] == 300
    assert shown["iptc"] == {"Caption-Abstract": tagged.CAPTION, "Keywords": ["cat", "roof"]}
    assert shown["xmp"] == {"photoshop:Credit": "Muzeum", "tiff:Orientation": "6", "dc:creator": [tagged.CREATOR]}
    assert list(shown) == ["exif", "iptc", "xmp"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Jana", "Jana"),
        ("Nováková".encode(), "Nováková"),
        ("Größe".encode("latin-1"), "Größe"),
        (b"two\0parts\0", "twoparts"),
        (b"tab\there\x07", "tab\there"),
        (b"  spaces  ", "spaces"),
        (b"\x81\x8d", "\ufffd\ufffd"),
    ],
)
def test_texts_are_decoded_and_clean(data: bytes, words: str) -> None:
    assert summary(exif({315: data}))["exif"]["Artist"] == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"ASCII\0\0\0words\0\0", "words"),
        (b"UNICODE\0" + "Pferd".encode("utf-16-be"), "Pferd"),
        (b"UNICODE\0" + "Pferd".encode("utf-16-le"), "Pferd"),
        (b"\0" * 8 + b"words", "words"),
        (b"no charset at all", "no charset at all"),
        (b"ASCII\0\0\0\xff\xff", "\ufffd\ufffd"),
    ],
)
def test_comments_in_every_character_set(data: bytes, words: str) -> None:
    assert summary(exif({}, {37510: data}))["exif"]["UserComment"] == words


def test_texts_of_windows() -> None:
    assert summary(exif({40091: "Kůň\0".encode("utf-16-le")}))["exif"]["XPTitle"] == "Kůň"


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"), [(1, 250, 0.004), (50, 1, 50), (1, 3, 0.33333333), (1, 0, None)]
)
def test_fractions_are_numbers(numerator: int, denominator: int, shown: float | None) -> None:
    known = summary(exif({}, {33434: TiffImagePlugin.IFDRational(numerator, denominator)}))["exif"]
    assert known.get("ExposureTime") == shown


def test_binary_values_are_left_out() -> None:
    shown = summary(exif({}, {37500: b"\xff" * 40, 41730: bytes(range(20)), 36864: b"0232"}))["exif"]
    assert shown == {"ExifVersion": "0232"}


def test_languages_lists_and_structures() -> None:
    shown = summary(
        with_xmp(
            "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>A</rdf:li>"
            "<rdf:li xml:lang='cs'>B</rdf:li></rdf:Alt></dc:title>"
            "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default'>A</rdf:li></rdf:Alt></dc:rights>"
            "<my:one rdf:parseType='Resource'><my:a>1</my:a></my:one>"
            "<my:two my:a='1'/><my:three><rdf:Description my:a='1'><my:b>2</my:b></rdf:Description></my:three>"
            "<my:four rdf:resource='http://a'/><my:five/>"
        )
    )["xmp"]
    space = "http://museum.example/ns/"
    assert shown == {
        "dc:source": "kept",
        "dc:title": {"x-default": "A", "cs": "B"},
        "dc:rights": "A",
        f"{space}:one": {f"{space}:a": "1"},
        f"{space}:two": {f"{space}:a": "1"},
        f"{space}:three": {f"{space}:a": "1", f"{space}:b": "2"},
        f"{space}:four": "http://a",
    }


def test_structures_in_one_another_have_an_end() -> None:
    shown = summary(with_xmp("<my:a rdf:parseType='Resource'>" * 100 + "</my:a>" * 100))
    assert len(json.dumps(shown)) < 1000


def test_a_long_text_is_cut() -> None:
    words = summary(with_xmp(f"<my:a>{'ř' * 5000}</my:a>"))["xmp"]["http://museum.example/ns/:a"]
    assert len(words) == 2000
    assert words.endswith("ř…")


def test_all_of_it_is_at_most_64_kilobytes() -> None:
    found = with_xmp("".join(f"<my:p{n}>{'ř' * 1900}</my:p{n}>" for n in range(100)) + "<my:last>here</my:last>")
    shown = summary(Metadata(tagged.exif().tobytes(), tagged.IPTC, found.xmp))
    assert 50_000 < len(json.dumps(shown)) <= 64 << 10
    assert shown["xmp"]["http://museum.example/ns/:last"] == "here"


def test_nothing_is_three_empty_dicts() -> None:
    assert summary(Metadata()) == {"exif": {}, "iptc": {}, "xmp": {}}


@pytest.mark.parametrize(
    "bad", [Metadata(b"x", b"x", b"x"), Metadata(b"II*\0\xff\xff\xff\xff", b"\x1c", b"<!DOCTYPE x>")]
)
def test_what_cannot_be_read_is_not_shown(bad: Metadata) -> None:
    assert summary(bad) == {"exif": {}, "iptc": {}, "xmp": {}}
