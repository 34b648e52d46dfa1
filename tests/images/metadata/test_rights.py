"""Curated rights and credit win over embedded ones."""

import pytest

from images.metadata.found import Metadata
from images.metadata.rights import override
from images.metadata.summary import summary
from tests.media import tagged

LICENCE = "http://creativecommons.org/licenses/by/4.0/"
EMBEDDED = Metadata(
    tagged.exif().tobytes(),
    tagged.IPTC + tagged.dataset(2, 116, b"others") + tagged.dataset(2, 110, b"agency"),
    tagged.XMP.replace(
        b"<dc:creator>",
        b'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">others</rdf:li><rdf:li xml:lang="de">andere</rdf:li>'
        b'</rdf:Alt></dc:rights><xr:UsageTerms xmlns:xr="http://ns.adobe.com/xap/1.0/rights/">ask</xr:UsageTerms><dc:creator>',
    ),
)


def test_an_address_is_said_everywhere() -> None:
    shown = summary(override(EMBEDDED, LICENCE, ""))
    assert shown["exif"]["Copyright"] == LICENCE
    assert shown["iptc"]["CopyrightNotice"] == LICENCE
    assert shown["xmp"]["dc:rights"] == shown["xmp"]["xmpRights:WebStatement"] == LICENCE
    assert "xmpRights:UsageTerms" not in shown["xmp"]


def test_words_are_no_address() -> None:
    shown = summary(override(override(EMBEDDED, LICENCE, ""), "© Národní muzeum", ""))
    assert shown["exif"]["Copyright"] == shown["xmp"]["dc:rights"] == "© Národní muzeum"
    assert shown["iptc"]["CopyrightNotice"] == "© Národní muzeum"
    assert "xmpRights:WebStatement" not in shown["xmp"]


def test_credit_is_said_where_it_has_a_place_and_rights_stay() -> None:
    shown = summary(override(EMBEDDED, "", "Národní muzeum"))
    assert shown["iptc"]["Credit"] == shown["xmp"]["photoshop:Credit"] == "Národní muzeum"
    assert shown["exif"]["Copyright"] == tagged.COPYRIGHT
    assert shown["iptc"]["CopyrightNotice"] == "others"
    assert shown["xmp"]["dc:rights"] == {"x-default": "others", "de": "andere"}


def test_all_else_stays() -> None:
    before, after = summary(EMBEDDED), summary(override(EMBEDDED, LICENCE, "Muzeum"))
    assert {**after["exif"], "Copyright": ""} == {**before["exif"], "Copyright": ""}
    assert after["iptc"]["Keywords"] == before["iptc"]["Keywords"]
    assert after["xmp"]["dc:creator"] == before["xmp"]["dc:creator"]


def test_latin_iptc_becomes_utf8_so_that_all_letters_fit() -> None:
    found = Metadata(iptc=tagged.dataset(2, 105, "Größe".encode("latin-1")))
    assert summary(override(found, "© Dvořák", ""))["iptc"] == {"Headline": "Größe", "CopyrightNotice": "© Dvořák"}


def test_rights_are_said_where_there_was_nothing() -> None:
    made = override(Metadata(), LICENCE, "Muzeum")
    assert summary(made) == {
        "exif": {"Copyright": LICENCE},
        "iptc": {},
        "xmp": {"dc:rights": LICENCE, "xmpRights:WebStatement": LICENCE, "photoshop:Credit": "Muzeum"},
    }


@pytest.mark.parametrize("words", ["", " ", "\0"])
def test_nothing_curated_changes_nothing(words: str) -> None:
    assert override(EMBEDDED, words, words) is EMBEDDED


def test_xmp_that_cannot_be_read_is_replaced() -> None:
    shown = summary(override(Metadata(xmp=b"<bad"), "words \0 with \ud800 odd \x01 letters", ""))
    assert shown["xmp"]["dc:rights"].startswith("words  with ? odd")
