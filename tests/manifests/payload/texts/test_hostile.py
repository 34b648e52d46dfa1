"""Whatever the bytes are, the text of a page comes of them or a sentence for the person who sent them, soon."""

import random
import re
import time
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcis.core.errors import SourceFault
from manifests.payload.texts import PageText, annotations, plain_text, read
from tests.manifests.payload.texts.samples import (
    TESSERACT,
    alto,
    block,
    hocr,
    line,
    newspaper,
    page,
    place,
    span,
    string,
)

GOOD = alto(block(line(string("Hello", more='WC="0.5" LANG="en"'), string("world") + '<HYP CONTENT="-"/>')))
CODES = {
    *("empty", "too_large", "encoding", "entities", "not_xml", "not_ocr", "no_page", "page_size", "outside", "no_text"),
}
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def ends_well(data: bytes, number: int = 0) -> PageText | None:
    try:
        found = read(data, page=number)
    except SourceFault as fault:
        assert fault.code in CODES
        assert re.fullmatch(r"(It|There|Of|A).*\.", fault.sentence, re.DOTALL)
        return None
    assert "\0" not in plain_text(found)
    if found.width is not None:
        for each in annotations(found, "gcis:canvas/x", 100, 100):
            assert each["body"]["value"]
    return found


def refusal(data: bytes) -> str:
    """The code; within 3 seconds."""
    start = time.monotonic()
    with pytest.raises(SourceFault) as caught:
        read(data)
    assert time.monotonic() - start < 3
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<alto><Layout>", "not_xml"),
        (b"<alto attribute></alto>", "not_xml"),
        (b"<a>&nbsp;</a>", "not_xml"),
        (b"<div class='ocr_page'><p></div>", "not_xml"),
        (b"<TEI><text>a</text></TEI>", "not_ocr"),
        (b"<html><body>a page</body></html>", "not_ocr"),
        (b"<alto/>", "no_page"),
        (alto(""), "no_text"),
        (hocr(page("<br/>")), "no_text"),
        (b"<?xml version='1.0' encoding='klingon'?><alto/>", "encoding"),
        (b"<?xml version='1.0' encoding='rot13'?><alto/>", "encoding"),
        (b"<?xml version='1.0' encoding='zip'?><alto/>", "encoding"),
        (GOOD.replace(b"Hello", b"\xff"), "encoding"),
        (GOOD.decode().encode("utf-16")[:-1], "encoding"),
        (alto(block(line(string("a"), at=place(5000, 1, 9, 9)))), "outside"),
        (f"<!DOCTYPE l [<!ENTITY l0 'ha'>{BOMB}]><l>&l9;</l>".encode(), "entities"),
        (b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><alto>&e;</alto>", "entities"),
        (b"<!DOCTYPE a [<!ENTITY % e SYSTEM 'http://127.0.0.1/'> %e;]><alto/>", "entities"),
        (b"<!DOCTYPE a [<!ATTLIST b c CDATA 'd'>]><alto/>", "entities"),
        (b"<!doctype a [ ]><alto/>", "entities"),
        ("<!DOCTYPE a [<!ENTITY e 'f'>]><alto/>".encode("utf-16"), "entities"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_document_type_that_is_only_named_is_never_fetched() -> None:
    named = b'<!DOCTYPE alto SYSTEM "http://127.0.0.1:9/alto.dtd">'
    assert read(GOOD.replace(b"<alto", named + b"<alto")) == read(GOOD)


def test_the_sentence_begins_with_the_name_of_the_file() -> None:
    with pytest.raises(
        SourceFault, match=r"^page\.xml: It is neither ALTO nor hOCR: its outermost element is “TEI”\.$"
    ):
        read(b"<TEI/>", "page\0.xml")


HUGE = {
    "bytes": lambda: b"<alto>" + b" " * 50_000_000 + b"</alto>",
    "text": lambda: b"a" * 50_000_000,
    "elements": lambda: b"<alto>" + b"<a/>" * 1_000_001 + b"</alto>",
    "attributes": lambda: b"<alto " + b" ".join(b"a%d=''" % n for n in range(1_500_001)) + b"/>",
    "depth": lambda: b"<a>" * 300 + b"</a>" * 300,
    "great depth": lambda: b"<a>" * 900_000,
    "one piece": lambda: b"<alto>" + b"a" * 11_000_000 + b"</alto>",
    "words": lambda: newspaper(140_000),
}


@pytest.mark.parametrize("kind", HUGE)
def test_what_is_too_large_is_refused_soon(kind: str) -> None:
    assert refusal(HUGE[kind]()) == "too_large"


SLOW = {
    "blocks in blocks": lambda: "<p class='ocr_par'>" * 200 + " " * 5_000_000 + "</p>" * 200,
    "floats in floats": lambda: "<p class='ocr_header'>" * 200 + "<i/>" * 300_000 + "</p>" * 200,
    "lines in lines": lambda: "<p class='ocr_line'>" * 200 + "<i/>a" * 300_000 + "</p>" * 200,
    "words in words": lambda: "<p class='ocrx_word'>" * 200 + "<i/>a" * 300_000 + "</p>" * 200,
    "one long word": lambda: span("ocr_line", "a" * 9_000_000, "bbox 1 2 3 4") * 2,
    "hyphens": lambda: span("ocr_line", "-" * 9_000_000, "bbox 1 2 3 4") * 2,
    "one long title": lambda: span("ocr_line", "a", "bbox 1 2 3 4" + "; bbox 1 2 3 " * 600_000),
    "spaces": lambda: span("ocr_line", "a", "bbox" + " " * 9_000_000),
    "a long number": lambda: span("ocr_line", "a", "bbox 1 2 3 " + "4" * 9_000_000),
    "quotes": lambda: span("ocr_line", "a", '"' * 8_000_001),
    "void elements": lambda: "<br " * 200_000,
    "entities": lambda: "&a" * 4_000_000 + "<",
}


@pytest.mark.parametrize("kind", SLOW)
def test_nothing_is_slow_for_its_size(kind: str) -> None:
    data = hocr(page(SLOW[kind]()))
    start = time.monotonic()
    ends_well(data)
    assert time.monotonic() - start < 5


def test_long_numbers_of_alto_are_no_places() -> None:
    at = f'HPOS="{"1" * 5_000_000}" VPOS="1" WIDTH="1" HEIGHT="1"'
    assert (
        read(alto(block(line(string("a"), at=at)))).blocks[0].lines[0].box == read(GOOD).blocks[0].lines[0].words[0].box
    )


@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfe\0\0")
@example(b"<\0")
@example(b"<?xml version='1.0' encoding='utf-16'?><a/>")
@example(b"<?xml?>")
@example(b"<!DOCTYPE")
def test_any_bytes(data: bytes) -> None:
    ends_well(data)
    ends_well(b"<alto>" + data)
    ends_well(b"<div class='ocr_page'>" + data + b"</div>")


@given(st.text(max_size=200), st.integers(-2, 3))
def test_any_text(text: str, number: int) -> None:
    ends_well(text.encode(errors="replace"), number)


numbers = st.one_of(st.floats().map(str), st.integers().map(str), st.text(max_size=5), st.just("1_0"), st.just("१"))
attribute = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12)


@given(st.lists(st.tuples(attribute, numbers, numbers, numbers, numbers, attribute), max_size=4), numbers, numbers)
@settings(max_examples=200)
def test_any_values(strings: list[tuple[str, ...]], width: str, height: str) -> None:
    def quoted(value: str) -> str:
        return quoteattr("".join(c for c in value if c.isprintable() and not "\ud800" <= c <= "\udfff"))

    inside = "".join(
        f"<String CONTENT={quoted(content)} HPOS={quoted(x)} VPOS={quoted(y)} WIDTH={quoted(w)} HEIGHT={quoted(h)}"
        f" WC={quoted(x)} LANG={quoted(lang)} SUBS_TYPE='HypPart1' SUBS_CONTENT={quoted(lang)}/>"
        for content, x, y, w, h, lang in strings
    )
    ends_well(alto(block(line(inside)), page=f"WIDTH={quoted(width)} HEIGHT={quoted(height)}"))


@pytest.mark.parametrize("good", [GOOD, TESSERACT.encode()], ids=["alto", "hocr"])
def test_damaged_files(good: bytes) -> None:
    chance = random.Random(6)
    read_well = 0
    for _ in range(1_500):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            how = chance.randrange(4)
            if how == 0:
                data[at] = chance.randrange(256)
            elif how == 1:
                del data[at : at + chance.randint(1, 40)]
            elif how == 2:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randint(1, 60)]
            else:
                data[at:at] = chance.choice([b"<", b"&", b"]]>", b"-1e9", b"<!--", b"\0", b"<String CONTENT='x'/>"])
        read_well += ends_well(bytes(data)) is not None
    assert 0 < read_well < 1_500


def test_a_newspaper_is_read_at_once() -> None:
    data = newspaper(20_000)
    start = time.monotonic()
    found = annotations(read(data), "gcis:canvas/x", 5000, 7000)
    assert time.monotonic() - start < 5
    assert len(found) > 22_000
