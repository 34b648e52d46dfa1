"""hOCR of several programs becomes the text of a page."""

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.texts import Box, plain_text, read
from tests.manifests.payload.texts.samples import TESSERACT, hocr, page, span, texts, words


def test_tesseract() -> None:
    found = read(TESSERACT.encode())
    assert (found.kind, found.width, found.height, found.language) == ("hocr", 800, 1000, "de")
    assert texts(found) == [["Vom Wetter"], ["Es is ver-", "änderlich."], ["Bild"]]
    assert [part.box for part in found.blocks] == [
        Box(40, 30, 560, 30),
        Box(40, 100, 660, 60),
        Box(40, 180, 660, 40),
    ]
    assert found.blocks[1].lines[0].box == Box(40, 100, 660, 25)
    assert plain_text(found) == "Vom Wetter\n\nEs is veränderlich.\n\nBild"


def test_words_have_place_confidence_and_language() -> None:
    found = words(TESSERACT.encode())
    assert [(word.text, word.box, word.confidence, word.language) for word in found[:4]] == [
        ("Vom", Box(40, 30, 200, 30), 0.96, "de"),
        ("Wetter", Box(260, 30, 340, 30), 0.07, "de"),
        ("Es", Box(40, 100, 160, 25), 0.91, "de"),
        ("is", Box(220, 100, 80, 25), 0.9, "en"),
    ]


def test_html_that_is_not_quite_xml() -> None:
    body = page(span("ocr_line", "A&nbsp;B &auml;&amp;<br>C", "bbox 1 2 3 4"))
    data = f"<!DOCTYPE html><html><head><meta charset='utf-8'><link rel='x'></head><body>{body}</body></html>"
    assert texts(read(data.encode())) == [["A B ä& C"]]


def test_entities_of_html_make_no_elements() -> None:
    data = hocr(page(span("ocr_line", "a&nbsp;&LT;i&gt; &quot;b", "bbox 1 2 3 4")))
    assert texts(read(data)) == [['a <i> "b']]


def test_one_of_several_pages_is_chosen_by_its_number() -> None:
    data = hocr(*(page(span("ocr_line", f"page {n}", "bbox 1 2 3 4"), f"bbox 0 0 {n}00 900") for n in (1, 2, 3)))
    assert texts(read(data)) == [["page 1"]]
    assert texts(read(data, page=2)) == [["page 3"]]
    assert read(data, page=2).width == 300
    with pytest.raises(SourceFault, match="There is no page 4 in it; the number of its pages is 3") as caught:
        read(data, page=3)
    assert caught.value.code == "no_page"


def test_places_count_from_the_corner_of_the_page() -> None:
    found = read(hocr(page(span("ocr_line", "right", "bbox 1100 50 1200 80"), "bbox 1000 0 2000 1500")))
    assert (found.width, found.height) == (1000, 1500)
    assert found.blocks[0].lines[0].box == Box(100, 50, 100, 30)


def test_a_page_that_does_not_say_its_size() -> None:
    found = read(hocr(page(span("ocr_line", "a", "bbox 5000 50 5100 80"), "ppageno 0")))
    assert (found.width, found.height) == (None, None)


def test_lines_without_words_have_their_own_text() -> None:
    found = read(hocr(page(span("ocrx_line", "two\n  words", "bbox 1 2 3 4", "lang='fra'"))))
    assert texts(found) == [["two words"]]
    assert found.blocks[0].lines[0].words == ()
    assert found.blocks[0].lines[0].language == found.language == "fr"


@pytest.mark.parametrize("kind", ["ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat", "ocr_pageno"])
def test_siblings_of_lines_are_lines_unless_they_hold_lines(kind: str) -> None:
    alone = span(kind, span("ocrx_word", "alone", "bbox 1 2 3 4"), "bbox 1 2 3 4")
    inner = span("ocr_line", span("ocrx_word", "inside", "bbox 1 5 3 8"), "bbox 1 5 3 8")
    found = read(hocr(page(span("ocr_par", alone, "bbox 0 0 9 9") + span(kind, inner + inner, "bbox 0 4 9 9"))))
    assert texts(found) == [["alone"], ["inside", "inside"]]
    assert found.blocks[1].box == Box(0, 4, 9, 5)


def test_a_block_that_goes_on_after_an_inner_one_keeps_the_order() -> None:
    lines = [span("ocr_line", str(n), f"bbox 0 {n} 9 {n}") for n in range(3)]
    body = span("ocr_carea", lines[0] + span("ocr_par", lines[1], "bbox 0 1 9 1") + lines[2], "bbox 0 0 9 9")
    assert texts(read(hocr(page(body)))) == [["0"], ["1"], ["2"]]


def test_words_without_lines_are_a_line_without_a_place() -> None:
    body = span("ocr_par", span("ocrx_word", "a", "bbox 1 2 3 4") + span("ocrx_word", "b"), "bbox 0 0 9 9")
    found = read(hocr(page(body))).blocks[0]
    assert (found.box, found.lines[0].box, found.lines[0].text) == (Box(0, 0, 9, 9), None, "a b")
    assert [word.box for word in found.lines[0].words] == [Box(1, 2, 2, 2), None]


def test_text_without_lines_is_that_of_its_block() -> None:
    found = read(hocr(page(span("ocr_carea", span("ocr_par", "Just text.", "bbox 0 0 9 9")))))
    assert texts(found) == [["Just text."]]
    assert found.blocks[0].box == Box(0, 0, 9, 9)


def test_letters_on_lines_of_their_own_make_a_word() -> None:
    letters = "\n".join(span("ocrx_cinfo", letter, "x_bboxes 1 2 3 4") for letter in "abc")
    body = span("ocr_line", span("ocrx_word", f"\n{letters}\n", "bbox 1 2 3 4"), "bbox 1 2 3 4")
    assert [word.text for word in words(hocr(page(body)))] == ["abc"]


def test_a_line_without_a_place_is_around_its_words() -> None:
    body = span("ocr_line", span("ocrx_word", "a", "bbox 1 2 3 4") + span("ocrx_word", "b", "bbox 5 1 9 3"))
    assert read(hocr(page(body))).blocks[0].lines[0].box == Box(1, 1, 8, 3)


@pytest.mark.parametrize(
    ("title", "box"),
    [
        ("bbox 1 2 3 4", Box(1, 2, 2, 2)),
        ("baseline 0 -3;bbox 1.4 2.6 3.2 4", Box(1, 3, 2, 1)),
        ("bbox -4 -2 3 4; textangle 90", Box(-4, -2, 7, 6)),
        ("bbox 3 4 1 2", None),
        ("bbox 1 2 3", None),
        ("bbox 1 2 3 99999999999", None),
        ("x_bbox 1 2 3 4", None),
        ("", None),
    ],
)
def test_places(title: str, box: Box | None) -> None:
    body = span("ocr_line", span("ocrx_word", "a", title), "bbox 1 2 3 4")
    assert words(hocr(page(body)))[0].box == box


@pytest.mark.parametrize(
    ("title", "confidence"),
    [("x_wconf 75.5", 0.755), ("x_wconf 0", 0.0), ("x_wconf 300", 1.0), ("x_confs 90 80", None)],
)
def test_confidence_is_from_0_to_1(title: str, confidence: float | None) -> None:
    body = span("ocr_line", span("ocrx_word", "a", f"bbox 1 2 3 4; {title}"), "bbox 1 2 3 4")
    assert words(hocr(page(body)))[0].confidence == confidence


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("eng", "en"),
        ("deu_frak", "de"),
        ("deu+lat", "de"),
        ("frk", "de"),
        ("chi_tra_vert", "zh-Hant"),
        ("grc", "grc"),
        ("pt-BR", "pt-BR"),
        ("de-1901", "de"),
        ("EN", "en"),
        ("und", None),
        ("Fraktur", None),
        ("script/Latin", None),
        ("", None),
        ("12", None),
        ("x" * 1000, None),
    ],
)
def test_languages_are_brought_to_bcp_47(said: str, tag: str | None) -> None:
    body = span("ocr_line", "a", "bbox 1 2 3 4", f"lang='{said}'")
    assert read(hocr(page(body))).language == tag
