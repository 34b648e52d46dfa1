"""Texts and rights in the forms that IIIF allows."""

import pytest

from manifests.build.rights import rights_uri
from manifests.build.text import is_language_tag, joined, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  A\x00B\x07C ", "ABC"),
        ("u\u0308ber", "über"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree four"),
        ("<b>bold</b>", "<b>bold</b> "),
        (" <b> ", "<b> "),
        ("a < b", "a < b"),
        ("\ud800x", "x"),
        ("نام\u200cخانوادگی", "نام\u200cخانوادگی"),  # the joiner is part of how Persian is written
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert plain(expected) == expected


@pytest.mark.parametrize("tag", ["en", "none", "de-CH", "zh-Hant-TW"])
def test_language_tag(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", ["", "en_GB", "es-419", "@none", "-", "en-", "de\n"])
def test_no_language_tag(tag: str) -> None:
    assert not is_language_tag(tag)


def test_joined() -> None:
    assert joined({"en": ["a"]}, {"en": ["b"], "de": ["c"]}) == {"en": ["a", "b"], "de": ["c"]}
    assert joined(None, {"en": ["b"]}) == {"en": ["b"]}
    assert joined(None, None) is None
    assert joined({}, None) is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0", "http://creativecommons.org/licenses/by/4.0/"),
        (
            "https://creativecommons.org/licenses/by-nc-sa/4.0/deed.de",
            "http://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        (" HTTPS://WWW.CreativeCommons.org/licenses/BY/4.0/ ", "http://creativecommons.org/licenses/by/4.0/"),
        (
            "https://creativecommons.org/licenses/by/4.0/legalcode.zh-hans",
            "http://creativecommons.org/licenses/by/4.0/",
        ),
        ("https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1", "http://creativecommons.org/licenses/by/4.0/"),
        (
            "https://creativecommons.org/licenses/by-sa/3.0/de/deed.en",
            "http://creativecommons.org/licenses/by-sa/3.0/de/",
        ),
        ("https://creativecommons.org/licenses/by-sa/3.0/deed.de", "http://creativecommons.org/licenses/by-sa/3.0/"),
        ("https://creativecommons.org/licenses/by/4.0/de", "http://creativecommons.org/licenses/by/4.0/"),
        (
            "https://creativecommons.org/publicdomain/zero/1.0/deed.pt_BR",
            "http://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("https://rightsstatements.org/page/InC/1.0/?language=de", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("http://rightsstatements.org/vocab/noc-oklr/1.0", "http://rightsstatements.org/vocab/NoC-OKLR/1.0/"),
    ],
)
def test_rights_uri(text: str, uri: str) -> None:
    assert rights_uri(text) == uri
    assert rights_uri(uri) == uri


@pytest.mark.parametrize(
    "text",
    [
        *("", "CC BY 4.0", "All rights reserved", "https://example.org/licenses/by/4.0/"),
        "https://creativecommons.org/licenses/",
        "https://creativecommons.org.example.org/licenses/by/4.0/",
        "https://rightsstatements.org/vocab/XYZ/1.0/",
    ],
)
def test_no_rights_uri(text: str) -> None:
    assert rights_uri(text) is None
