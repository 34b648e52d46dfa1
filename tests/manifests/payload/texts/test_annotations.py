"""Text becomes annotations of a canvas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcis.core.errors import SourceFault
from manifests.payload.texts import Block, Box, Line, PageText, Word, annotations, read
from manifests.payload.texts.placing import on_canvas
from tests.manifests.payload.texts.samples import TESSERACT, alto, block, hocr, line, page, place, span, string

PLACELESS = ('<String CONTENT="a"/>', '<String CONTENT="b"/>')
CANVAS = "gcis:canvas/6f1e1f5c-6a38-4b43-9a57-0d3f7a1c2b11"


def test_every_line_and_every_word_is_one() -> None:
    body = block(line(string("Hello", 10, 20, 50, 12), string("world", 70, 20, 60, 12), at=place(10, 20, 120, 12)))
    found = annotations(read(alto(body, page='WIDTH="1000" HEIGHT="2000" LANG="en"')), CANVAS, 2000, 1000)
    assert found == [
        {
            "motivation": ["supplementing"],
            "body": {"type": "TextualBody", "value": value, "format": "text/plain", "language": "en"},
            "target": f"{CANVAS}#xywh={place}",
            "extra": {"textGranularity": granularity},
        }
        for value, place, granularity in (
            ("Hello world", "20,10,240,6", "line"),
            ("Hello", "20,10,100,6", "word"),
            ("world", "140,10,120,6", "word"),
        )
    ]


def test_words_are_left_out_when_not_wanted() -> None:
    found = annotations(read(TESSERACT.encode()), CANVAS, 800, 1000, words=False)
    assert [each["body"]["value"] for each in found] == ["Vom Wetter", "Es is ver-", "änderlich.", "Bild"]
    assert {each["extra"]["textGranularity"] for each in found} == {"line"}


def test_a_line_has_the_language_of_most_of_its_words() -> None:
    found = annotations(read(TESSERACT.encode()), CANVAS, 800, 1000)
    assert [(each["body"]["value"], each["body"]["language"]) for each in found[3:7]] == [
        ("Es is ver-", "de"),
        ("Es", "de"),
        ("is", "en"),
        ("ver-", "de"),
    ]


def test_no_language_is_named_where_none_is_known() -> None:
    assert annotations(read(b"a"), CANVAS, 10, 10)[0]["body"] == {
        "type": "TextualBody",
        "value": "a",
        "format": "text/plain",
    }


def test_plain_text_is_one_annotation_of_the_whole_canvas() -> None:
    found = annotations(read(b"one\n\ntwo"), CANVAS, 10, 10)
    assert [(each["body"]["value"], each["target"], each["extra"]) for each in found] == [
        ("one\n\ntwo", CANVAS, {"textGranularity": "block"})
    ]


def test_lines_without_a_place_are_together_one_for_their_block() -> None:
    lines = "".join(f"<TextLine>{each}</TextLine>" for each in (string("two"), *PLACELESS))
    found = annotations(read(alto(block(lines, at=place(100, 100, 200, 200)))), CANVAS, 1000, 2000)
    assert [(each["body"]["value"], each["target"].partition("=")[2], *each["extra"].values()) for each in found] == [
        ("a\nb", "100,100,200,200", "block"),
        ("two", "10,20,30,10", "line"),
        ("two", "10,20,30,10", "word"),
    ]


def test_words_without_lines_stand_after_their_block() -> None:
    body = span("ocr_par", span("ocrx_word", "a", "bbox 1 2 3 4") + span("ocrx_word", "b"), "bbox 0 0 9 9")
    found = annotations(read(hocr(page(body))), CANVAS, 1000, 2000)
    assert [(each["body"]["value"], each["extra"]["textGranularity"]) for each in found] == [
        ("a b", "block"),
        ("a", "word"),
    ]


def one(box: Box, size: tuple[int | None, int | None] = (100, 100)) -> PageText:
    """A page of many lines within, and one line here."""
    within = tuple(Line(Box(1, 1, 5, 5), (), "in") for _ in range(20))
    return PageText("alto", *size, None, (Block(None, (Line(box, (Word(box, "a"),), "a"), *within)),))


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (Box(-5, -5, 20, 20), "0,0,150,150"),
        (Box(95, 95, 20, 20), "950,950,50,50"),
        (Box(50, 50, 0, 0), "500,500,1,1"),
        (Box(100, 100, 0, 0), "999,999,1,1"),
        (Box(-9, 400, 2, 2), "0,999,1,1"),
    ],
)
def test_places_are_within_the_canvas_and_never_empty(box: Box, place: str) -> None:
    assert annotations(one(box), CANVAS, 1000, 1000)[0]["target"] == f"{CANVAS}#xywh={place}"


def test_of_a_page_without_a_size_places_are_pixels_of_the_canvas() -> None:
    assert annotations(one(Box(7, 8, 20, 20), (None, None)), CANVAS, 333, 444)[0]["target"].endswith("=7,8,20,20")


def test_places_that_cannot_be_of_this_canvas_are_refused() -> None:
    text = read(alto(block(line(string("a")), line(string("b"), at=place(2000, 20, 10, 10))), page=""))
    assert len(annotations(text, CANVAS, 3000, 3000)) == 4
    with pytest.raises(
        SourceFault, match="Of the 2 places of its text 1 lie outside of the page, which is 1000 x 500"
    ) as caught:
        annotations(text, CANVAS, 1000, 500)
    assert caught.value.code == "outside"


sides = st.integers(min_value=1, max_value=100_000)
places = st.integers(min_value=-1_000_000, max_value=1_000_000)
lengths = st.integers(min_value=0, max_value=1_000_000)


@given(st.builds(Box, places, places, lengths, lengths), st.tuples(sides, sides), st.tuples(sides, sides))
def test_whatever_the_numbers_a_place_is_on_the_canvas(
    box: Box, whole: tuple[int, int], canvas: tuple[int, int]
) -> None:
    x, y, width, height = on_canvas(box, whole, canvas)
    assert x >= 0 and y >= 0 and width >= 1 and height >= 1
    assert x + width <= canvas[0] and y + height <= canvas[1]


@given(st.tuples(sides, sides), st.tuples(sides, sides))
def test_the_whole_page_is_the_whole_canvas(whole: tuple[int, int], canvas: tuple[int, int]) -> None:
    assert on_canvas(Box(0, 0, *whole), whole, canvas) == Box(0, 0, *canvas)
