"""ALTO of every version becomes the text of a page."""

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.texts import Block, Box, Line, Word, plain_text, read
from tests.manifests.payload.texts.samples import NAMESPACES, alto, block, line, place, string, texts, words


@pytest.mark.parametrize("version", NAMESPACES)
def test_every_version_is_read_alike(version: str) -> None:
    body = block(line(string("Hello", 10, 20, 50, 12, 'WC="0.87"'), string("world", 70, 20, 60, 12)), more='LANG="en"')
    found = read(alto(body, version))
    assert (found.kind, found.width, found.height, found.language) == ("alto", 1000, 2000, "en")
    assert found.blocks == (
        Block(
            Box(10, 20, 500, 100),
            (
                Line(
                    Box(10, 20, 500, 10),
                    (
                        Word(Box(10, 20, 50, 12), "Hello", 0.87, "en"),
                        Word(Box(70, 20, 60, 12), "world", None, "en"),
                    ),
                    "Hello world",
                    "en",
                    "Hello world",
                ),
            ),
        ),
    )


@pytest.mark.parametrize("unit", ["pixel", "mm10", "inch1200", ""])
def test_places_are_in_the_unit_of_the_page(unit: str) -> None:
    data = alto(block(line(string("a", 1.4, 2.6, 10.2, 5))), "2", unit, 'WIDTH="2100" HEIGHT="2970.4"')
    found = read(data)
    assert (found.width, found.height) == (2100, 2970)
    assert found.blocks[0].lines[0].words[0].box == Box(1, 3, 11, 5)


def test_pixels_need_no_size_of_the_page() -> None:
    found = read(alto(block(line(string("a"))), page=""))
    assert (found.width, found.height) == (None, None)


@pytest.mark.parametrize("unit", ["mm10", "inch1200", ""])
def test_other_units_need_the_size_of_the_page(unit: str) -> None:
    with pytest.raises(SourceFault) as caught:
        read(alto(block(line(string("a"))), unit=unit, page='WIDTH="0" HEIGHT="100"'))
    assert caught.value.code == "page_size"


def test_the_order_is_that_of_the_file_through_margins_and_composed_blocks() -> None:
    composed = f"<ComposedBlock><ComposedBlock>{block(line(string('three')))}</ComposedBlock></ComposedBlock>"
    body = (
        f"<TopMargin>{block(line(string('one')))}</TopMargin>"
        f"<PrintSpace>{block(line(string('two')))}{composed}<Illustration/></PrintSpace>"
        f"<PrintSpace>{block(line(string('four')), line(string('five')))}</PrintSpace>"
        f"<BottomMargin>{block(line(string('six')))}</BottomMargin>"
    )
    assert texts(read(alto(body))) == [["one"], ["two"], ["three"], ["four", "five"], ["six"]]


def test_a_divided_word_is_printed_in_parts_and_whole_in_running_text() -> None:
    first = line(
        string("the"),
        string("hyphen", more='SUBS_TYPE="HypPart1" SUBS_CONTENT="hyphenation"') + '<HYP CONTENT="&#173;"/>',
    )
    second = line(string("ation,", more='SUBS_TYPE="HypPart2" SUBS_CONTENT="hyphenation"'), string("joined"))
    found = read(alto(block(first) + block(second)))
    assert texts(found) == [["the hyphen-"], ["ation, joined"]]
    assert plain_text(found) == "the hyphenation,\n\njoined"


def test_the_substitution_counts_where_the_parts_do_not_make_the_word() -> None:
    first = line(string("Druk-", more='SUBS_TYPE="HypPart1" SUBS_CONTENT="Drucker"'))
    second = line(string("ker", more='SUBS_TYPE="HypPart2" SUBS_CONTENT="Drucker"'), string("hier"))
    found = read(alto(block(first, second)))
    assert texts(found) == [["Druk-", "ker hier"]]
    assert plain_text(found) == "Drucker\nhier"


def test_a_part_whose_other_part_is_on_the_next_page_takes_nothing_from_the_next_line() -> None:
    first = line(string("hyphen", more='SUBS_TYPE="HypPart1" SUBS_CONTENT="hyphenation"') + '<HYP CONTENT="-"/>')
    found = read(alto(block(first) + block(line(string("Page"), string("3")))))
    assert plain_text(found) == "hyphenation\n\nPage 3"


@pytest.mark.parametrize(
    ("lines", "running"),
    [
        ((string("Haus") + '<HYP CONTENT="-"/>', string("tür auf")), "Haustür\nauf"),
        ((string("Nord") + '<HYP CONTENT="-"/>', string("Ost weht")), "Nord-Ost\nweht"),
        ((string("HYPHEN") + '<HYP CONTENT="-"/>', string("ATION")), "HYPHENATION"),
        ((string("well-"), string("known men")), "wellknown\nmen"),
        ((string("North-"), string("East winds")), "North-\nEast winds"),
        ((string("1914-"), string("18")), "1914-\n18"),
        ((string("so --"), string("it ends")), "so --\nit ends"),
        ((string("Ab¬"), string("teilung")), "Abteilung"),
        ((string("a hy-"), string("phen-"), string("ated word")), "a hyphen-\nated word"),
        ((string("last-"),), "last-"),
    ],
)
def test_hyphens_at_the_ends_of_lines(lines: tuple[str, ...], running: str) -> None:
    assert plain_text(read(alto(block(*(line(each) for each in lines))))) == running


def test_languages_are_inherited_and_brought_to_bcp_47() -> None:
    body = (
        block(line(string("a"), string("b", more='LANG="la"')), more='LANG="deu"')
        + block(line(string("c"), more='LANG="fr-CA"'), more='language="eng"')
        + block(line(string("d")))
    )
    found = words(alto(body, page='WIDTH="1000" HEIGHT="2000" LANG="chi_sim"'))
    assert [word.language for word in found] == ["de", "la", "fr-CA", "zh-Hans"]


def test_the_page_has_the_language_of_most_words() -> None:
    body = block(line(string("a"), string("b")), more='LANG="sv"') + block(line(string("c")), more='LANG="fi"')
    assert read(alto(body)).language == "sv"
    assert read(alto(block(line(string("a"))))).language is None


def test_other_readings_of_a_string_are_left_out() -> None:
    inside = '<ALTERNATIVE>Strasse</ALTERNATIVE><Glyph CONTENT="S"><Variant CONTENT="5" VC="0.2"/></Glyph>'
    body = block(
        f'<TextLine {place(1, 1, 9, 9)}><String CONTENT="Straße" {place(1, 1, 9, 9)}>{inside}</String></TextLine>'
    )
    assert [word.text for word in words(alto(body))] == ["Straße"]


def test_a_line_without_a_place_is_around_its_words_and_a_block_around_its_lines() -> None:
    body = f"<TextBlock><TextLine>{string('a', 10, 20, 30, 10)}{string('b', 50, 15, 5, 10)}</TextLine></TextBlock>"
    found = read(alto(body)).blocks[0]
    assert found.box == found.lines[0].box == Box(10, 15, 45, 15)


@pytest.mark.parametrize(
    "at",
    [
        "",
        'HPOS="1" VPOS="1" WIDTH="3"',
        place(1, 1, -3, 3),
        'HPOS="NaN" VPOS="1" WIDTH="1" HEIGHT="INF"',
        'HPOS="1" VPOS="1e300" WIDTH="1" HEIGHT="1"',
        'HPOS="left" VPOS="1" WIDTH="1" HEIGHT="1"',
    ],
)
def test_a_place_that_is_none_is_not_known(at: str) -> None:
    found = read(alto(f'<TextBlock><TextLine {at}><String CONTENT="a" {at}/></TextLine></TextBlock>')).blocks[0]
    assert (found.box, found.lines[0].box, found.lines[0].words[0].box) == (None, None, None)


@pytest.mark.parametrize("points", ["10 20 110 25 100 60", "10,20 110,25 100,60"])
def test_a_polygon_stands_for_its_box(points: str) -> None:
    shape = f'<Shape><Polygon POINTS="{points}"/></Shape>'
    body = f'<TextBlock>{shape}<TextLine>{shape}<String CONTENT="a">{shape}</String></TextLine></TextBlock>'
    found = read(alto(body, "3")).blocks[0]
    assert found.box == found.lines[0].box == found.lines[0].words[0].box == Box(10, 20, 100, 40)


@pytest.mark.parametrize("points", ["", "1 2", "1 2 3", "1 2 three 4"])
def test_a_polygon_that_is_none_is_no_place(points: str) -> None:
    shape = f'<Shape><Polygon POINTS="{points}"/></Shape>'
    body = f'<TextBlock>{shape}<TextLine><String CONTENT="a"/></TextLine></TextBlock>'
    assert read(alto(body)).blocks[0].box is None


def test_a_rotated_block_keeps_its_place_on_the_page() -> None:
    body = block(line(string("up", 40, 300, 20, 90), at=place(40, 300, 20, 90)), more='ROTATION="90"')
    assert read(alto(body)).blocks[0].lines[0].box == Box(40, 300, 20, 90)


def test_empty_strings_and_lines_are_left_out() -> None:
    body = block(line(string(" ")), line(string("a"), string(""))) + block(line())
    found = read(alto(body))
    assert texts(found) == [["a"]]
    assert len(found.blocks[0].lines[0].words) == 1


def test_scripts_without_spaces_have_none_between_their_words() -> None:
    body = block(line(string("日本"), string("語。"), string("IIIF"), string("です")))
    assert texts(read(alto(body))) == [["日本語。 IIIF です"]]


def test_confidence_is_from_0_to_1() -> None:
    body = block(line(string("a", more='WC="1.5"'), string("b", more='WC="-1"'), string("c", more='WC="?"')))
    assert [word.confidence for word in words(alto(body))] == [1.0, 0.0, None]


def test_one_of_several_pages_is_chosen_by_its_number() -> None:
    pages = "".join(
        f'<Page WIDTH="100{n}" HEIGHT="2000"><PrintSpace>{block(line(string(f"p{n}")))}</PrintSpace></Page>'
        for n in range(2)
    )
    data = f"<alto><Layout>{pages}</Layout></alto>".encode()
    assert texts(read(data, page=1)) == [["p1"]]
    assert read(data, page=1).width == 1001
    for number in (2, -1):
        with pytest.raises(SourceFault) as caught:
            read(data, page=number)
        assert caught.value.code == "no_page"


def test_alto_may_be_inside_of_another_document() -> None:
    inner = alto(block(line(string("a")))).partition(b"\n")[2]
    assert read(b"<pageOCRData><content>" + inner + b"</content></pageOCRData>").kind == "alto"


def test_a_file_that_wrongly_says_utf_16_is_read_as_utf_8() -> None:
    data = alto(block(line(string("Größe")))).replace(b'"UTF-8"', b'"utf-16"')
    assert texts(read(data)) == [["Größe"]]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"])
def test_the_encoding_is_that_which_the_file_names(encoding: str) -> None:
    text = alto(block(line(string("Größe")))).decode().replace("UTF-8", encoding)
    assert texts(read(text.encode(encoding))) == [["Größe"]]
