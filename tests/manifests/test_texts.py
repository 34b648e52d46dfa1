"""The text of pages: which file is which page's, and what it becomes."""

import pytest

from gcis.core.errors import SourceFault
from manifests import annotating, texts
from manifests.build.references import reference
from manifests.models import Annotation, AnnotationPage, Canvas, Manifest
from manifests.payload.texts import PageText, read
from manifests.text_matching import Pages
from manifests.texts import File, Options
from tests.manifests.ocr import alto, hocr
from tests.manifests.records import a_manifest, a_page, document, fresh, published
from tests.work import a_source, an_image, convert, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """Two pages of 800 by 600 with the pictures scan_001.tif and scan_002.tif, called f1r and f1v by their source."""
    made, source = a_manifest("book", identifier="book"), a_source()
    for key, name in (("f1r", "scans/scan_001.tif"), ("f1v", "scans/scan_002.tif")):
        picture = a_page(made, an_image(name, source))
        Canvas.objects.filter(paintings__image=picture).update(external_id=key)
        convert(picture)
    published()
    return fresh(made)  # type: ignore[no-any-return]


def leaf(book: Manifest, key: str = "f1r") -> Canvas:
    return book.canvases.get(external_id=key)


def page_text(*lines: str) -> PageText:
    return read(alto(*lines))


def files(**named: bytes) -> list[File]:
    return [(name, lambda data=data: data) for name, data in named.items()]  # type: ignore[misc]


def imported(book: Manifest, found: dict[str, bytes], options: Options = texts.USUAL) -> dict[str, str]:
    """What became of each file, or why nothing did."""
    rows = texts.run(book, files(**found), options, actor="jane")
    return {row.match.file: row.reason or f"{row.what} {row.match.place} {row.match.by}" for row in rows}


def values(granularity: str) -> list[str]:
    rows = Annotation.objects.order_by("position")
    return [row.body["value"] for row in rows if row.extra["textGranularity"] == granularity]


def test_a_text_becomes_annotations_of_its_lines_and_words(book: Manifest) -> None:
    outcome = texts.put(leaf(book), page_text("Our first line", "and more"), actor="jane")
    assert (outcome.what, outcome.lines, outcome.words) == ("created", 2, 5)
    assert (values("line"), values("word")) == (["Our first line", "and more"], ["Our", "first", "line", "and", "more"])
    first = Annotation.objects.order_by("position").first()
    assert first
    assert first.motivation == ["supplementing"]
    assert first.target == f"{reference('canvas', leaf(book).pk)}#xywh=10,10,180,30"


def test_a_text_is_beside_the_manifest_unless_it_shall_be_in_it(book: Manifest) -> None:
    texts.put(leaf(book), page_text("beside"), actor="jane")
    texts.put(leaf(book, "f1v"), page_text("within"), Options(place="embedded"), actor="jane")
    published()
    beside, within = (canvas["annotations"][0] for canvas in document(book)["items"])
    assert "items" not in beside
    assert within["items"][0]["body"]["value"] == "within"
    assert "http://iiif.io/api/extension/text-granularity/context.json" in document(book)["@context"]


def test_a_text_takes_the_place_of_the_one_before_it(book: Manifest) -> None:
    page = texts.put(leaf(book), page_text("one two"), actor="jane").page
    outcome = texts.put(leaf(book), page_text("one three"), actor="jane")
    assert (outcome.what, outcome.page.pk, AnnotationPage.objects.count()) == ("updated", page.pk, 1)
    assert values("word") == ["one", "three"]


def test_nothing_changes_when_the_same_text_comes_again(book: Manifest) -> None:
    texts.put(leaf(book), page_text("one two"), actor="jane")
    with statements() as sent:
        outcome = texts.put(leaf(book), page_text("one two"), actor="jane")
    assert (outcome.what, writes(sent)) == ("unchanged", [])


def test_where_people_have_put_it_a_text_stays(book: Manifest) -> None:
    page = texts.put(leaf(book), page_text("one"), actor="jane").page
    annotating.change_page(page, annotating.PageSent(place="embedded"), actor="jane")
    assert texts.put(leaf(book), page_text("two"), actor="jane").page.place == "embedded"


def test_places_follow_the_size_of_the_canvas(book: Manifest) -> None:
    texts.put(leaf(book), read(alto("word", width=1600, height=1200)), Options(words=False), actor="jane")
    assert Annotation.objects.get().target.endswith("#xywh=5,5,30,15")


def test_a_page_without_a_size_takes_no_text() -> None:
    book = a_manifest("new")
    a_page(book)
    with pytest.raises(SourceFault, match="no size before its first picture"):
        texts.put(book.canvases.get(), page_text("one"), actor="jane")


def test_a_page_that_was_taken_out_takes_no_text(book: Manifest) -> None:
    canvas = leaf(book)
    Canvas.objects.filter(pk=canvas.pk).update(dropped="2026-01-01T00:00:00Z")
    with pytest.raises(SourceFault, match="in no document"):
        texts.put(canvas, page_text("one"), actor="jane")


@pytest.mark.parametrize(
    ("name", "place", "by"),
    [
        ("scan_002.xml", 2, "picture"),
        ("ocr/SCAN_002.alto.xml", 2, "picture"),
        ("scan_002.tif.hocr", 2, "picture"),
        ("f1v.txt", 2, "key"),
        ("f1r.xml", 1, "key"),
        ("f2r.xml", 0, ""),
    ],
)
def test_a_file_belongs_to_the_page_with_its_name(book: Manifest, name: str, place: int, by: str) -> None:
    (match,) = Pages(book).match([name])
    assert (match.place, match.by) == (place, by)


def test_files_with_other_names_are_taken_in_their_order_if_there_are_as_many_as_pages(book: Manifest) -> None:
    found = {match.file: (match.place, match.by) for match in Pages(book).match(["b10.xml", "b9.xml"])}
    assert found == {"b9.xml": (1, "order"), "b10.xml": (2, "order")}
    assert {match.canvas for match in Pages(book).match(["b1.xml", "b2.xml", "b3.xml"])} == {None}


def test_what_one_name_fits_is_not_guessed_by_order(book: Manifest) -> None:
    assert imported(book, {"f1r.xml": alto("a"), "index.xml": alto("b")}) == {
        "f1r.xml": "created 1 key",
        "index.xml": "No page has this name.",
    }


def test_two_files_for_one_page_are_not_both_taken(book: Manifest) -> None:
    found = imported(book, {"f1r.xml": alto("a"), "f1r.txt": b"b"})
    assert found == {"f1r.xml": "created 1 key", "f1r.txt": "Its page was given the file f1r.xml."}


def test_a_name_that_several_pages_have_is_nobodys(book: Manifest) -> None:
    Canvas.objects.filter(manifest=book).update(external_id="same")
    assert imported(book, {"same.xml": alto("a")}) == {"same.xml": "2 pages have this name."}


def test_one_file_of_several_pages_is_taken_page_by_page(book: Manifest) -> None:
    found = imported(book, {"book.hocr": hocr("first page", "second page", "third page")})
    assert found == {
        "book.hocr, page 1": "created 1 order",
        "book.hocr, page 2": "created 2 order",
        "book.hocr, page 3": "There are 2 pages, and no such.",
    }


def test_what_cannot_be_read_keeps_no_other_file_back(book: Manifest) -> None:
    found = imported(book, {"f1r.xml": b"<alto", "f1v.xml": alto("fine")})
    assert found["f1v.xml"] == "created 2 key"
    assert "not well-formed XML" in found["f1r.xml"]


def test_a_dry_run_writes_nothing_and_says_what_cannot_be_read(book: Manifest) -> None:
    with statements() as sent:
        rows = list(texts.run(book, files(**{"f1r.xml": b"<a/>", "f1v.xml": alto("x")}), actor="jane", dry_run=True))
    assert [row.what for row in rows] == ["refused", "would"]
    assert writes(sent) == []


def test_a_newspaper_page_of_20_000_words(book: Manifest) -> None:
    line = " ".join(["Zeitung"] * 10)
    page = alto(*[line] * 2000, width=800, height=90_000)
    with statements() as sent:
        outcome = texts.put(leaf(book), read(page), actor="jane")
        again = texts.put(leaf(book), read(page), actor="jane")
        published()
    assert (outcome.words, outcome.lines, again.what) == (20_000, 2000, "unchanged")
    stored = AnnotationPage.objects.get().documents
    assert stored["3"]["size"] > 4_000_000
    assert len(sent) < 500, "bulk, not one by one"
