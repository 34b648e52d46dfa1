"""The part of a manifest's page with its text and annotations."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from manifests import annotating, texts
from manifests.annotatable import around
from manifests.models import Annotation, AnnotationPage, Canvas, Manifest
from manifests.payload.annotations.pages import page_sent
from manifests.payload.texts import read
from tests.manifests.admin.desk import address, look, page_of, somebody
from tests.manifests.ocr import alto
from tests.manifests.records import a_manifest, a_page, fresh, published
from tests.work import convert, statements

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def book() -> Manifest:
    """Two pages of 800 by 600, called f1r and f1v."""
    made = a_manifest("book")
    for key in ("f1r", "f1v"):
        picture = a_page(made)
        Canvas.objects.filter(paintings__image=picture).update(external_id=key)
        convert(picture)
    published()
    return fresh(made)  # type: ignore[no-any-return]


def leaf(book: Manifest, key: str = "f1r") -> Canvas:
    return book.canvases.get(external_id=key)


def note(client: Client, book: Manifest, **said: Any) -> Any:
    fields = {"canvas": leaf(book).pk, "kind": "commenting", "text": "A chaffinch", "region": "", **said}
    return client.post(address(book, "note"), fields)


def test_the_page_of_a_manifest_has_a_part_for_it(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book))
    assert "Text and annotations" in page.text
    assert any(each.attributes.get("hx-get") == address(book, "annotations") for each in page.all("div"))


def test_of_each_page_it_is_told_what_there_is(jane: Client, book: Manifest) -> None:
    texts.put(leaf(book), read(alto("In the beginning", "was")), actor="jane")
    note(jane, book, region="10, 20, 30, 40", text="A chaffinch", kind="tagging")
    page = look(jane, address(book, "annotations"))
    assert "Text: 2 line, 4 word" not in page.text
    assert "Text: 2 lines, 4 words" in page.text
    assert "from its source, a document of its own" in page.text
    assert [each.text for each in page.all("span", "gcis-note-text")] == ["A chaffinch"]
    assert "10, 20, 30, 40" in page.text
    assert "No text and no annotations." in page.text


def test_the_list_costs_as_many_queries_for_many_pages_as_for_one(jane: Client, book: Manifest) -> None:
    def asked() -> int:
        with statements() as sent:
            assert jane.get(address(book, "annotations")).status_code == 200
        return len(sent)

    note(jane, book)
    few = asked()
    for _ in range(8):
        a_page(book)
    for canvas in book.canvases.all():
        note(jane, book, canvas=canvas.pk)
    assert asked() == few


def test_long_works_are_shown_in_parts(jane: Client, book: Manifest) -> None:
    Canvas.objects.bulk_create([Canvas(manifest=book, position=10 + number) for number in range(60)])
    first, second = (look(jane, address(book, "annotations"), sheet=number) for number in (1, 2))
    assert "Pages 1 to 50 of 62" in first.text
    assert "Pages 51 to 62 of 62" in second.text
    assert look(jane, address(book, "annotations"), sheet="many").text == first.text


def test_a_note_on_a_part_of_a_page(jane: Client, book: Manifest) -> None:
    answer = note(jane, book, region="10, 20, 30, 40", language="en")
    row = Annotation.objects.get()
    assert (row.motivation, row.body["language"]) == (["commenting"], "en")
    assert row.target.endswith(f"{leaf(book).pk}#xywh=10,20,30,40")
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "gcis:saved")
    assert "A chaffinch" in page_of(answer).text


def test_a_note_on_the_work_as_a_whole(jane: Client, book: Manifest) -> None:
    note(jane, book, canvas="")
    assert AnnotationPage.objects.get().subject == ""


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"text": " "}, "There is no text in it."),
        ({"region": "10, 20"}, "A region is written as x, y, width, height."),
        ({"region": "700, 20, 300, 40"}, "reaches beyond"),
        ({"region": "1, 1, 1, 1", "canvas": ""}, "no regions"),
        ({"kind": "painting"}, "not among its annotations"),
        ({"language": "<b>"}, "is not a language tag"),
    ],
)
def test_what_cannot_be_noted_is_said_beside_what_was_typed(
    jane: Client, book: Manifest, said: dict[str, Any], problem: str
) -> None:
    answer = note(jane, book, **{"text": "typed words", **said})
    page = page_of(answer)
    assert problem in page.text
    assert "HX-Trigger" not in answer
    assert not Annotation.objects.exists()
    assert said.get("text", "typed words").strip() == page.all("textarea")[0].text.strip()


def test_what_is_noted_is_shown_as_text(jane: Client, book: Manifest) -> None:
    answer = note(jane, book, text=HOSTILE)
    assert HOSTILE not in answer.content.decode()
    assert HOSTILE in page_of(answer).text


def test_a_note_is_removed(jane: Client, book: Manifest) -> None:
    note(jane, book)
    row = Annotation.objects.get()
    answer = jane.post(address(book, "remove_annotation"), {"annotation": row.pk, "canvas": leaf(book).pk})
    assert (answer.status_code, Annotation.objects.count()) == (200, 0)
    assert "No text and no annotations." in page_of(answer).text


def test_a_whole_page_of_annotations_is_removed(jane: Client, book: Manifest) -> None:
    made = texts.put(leaf(book), read(alto("one")), actor="jane").page
    jane.post(address(book, "remove_annotation"), {"page": made.pk, "canvas": leaf(book).pk})
    assert not AnnotationPage.objects.exists()


def test_what_belongs_to_another_work_cannot_be_removed_here(jane: Client, book: Manifest) -> None:
    other = a_manifest("other")
    page = annotating.add_page(other, page_sent({}, around(other, "")), actor="jane")
    assert jane.post(address(book, "remove_annotation"), {"page": page.pk}).status_code == 403
    assert jane.post(address(other, "note"), {"canvas": leaf(book).pk, "text": "x"}).status_code == 403
    assert AnnotationPage.objects.count() == 1


def test_many_files_of_text_find_their_pages(jane: Client, book: Manifest) -> None:
    files = [SimpleUploadedFile("f1r.xml", alto("one two")), SimpleUploadedFile("f9.xml", alto("lost"))]
    answer = jane.post(address(book, "texts"), {"file": files, "words": "on"})
    assert "Page 1: 1 line, 2 words" in " ".join(page_of(answer).text.split())
    assert "No page has this name." in page_of(answer).text
    assert "gcis:texts" in answer["HX-Trigger"]
    assert AnnotationPage.objects.get().place == "referenced"


def test_without_files_it_is_said(jane: Client, book: Manifest) -> None:
    assert "Choose files first." in page_of(jane.post(address(book, "texts"))).text
    assert "Choose a file first." in page_of(jane.post(address(book, "text"), {"canvas": leaf(book).pk})).text


def test_the_text_of_one_page(jane: Client, book: Manifest) -> None:
    sent = {"canvas": leaf(book).pk, "file": SimpleUploadedFile("any.txt", b"one\ntwo")}
    assert "Text: 1 block" in page_of(jane.post(address(book, "text"), sent)).text
    sent = {"canvas": leaf(book).pk, "file": SimpleUploadedFile("any.xml", b"<alto")}
    assert "any.xml: It is not well-formed XML" in page_of(jane.post(address(book, "text"), sent)).text


def test_who_may_only_look_changes_nothing(book: Manifest) -> None:
    guest = somebody(None, "guest")
    assert guest.get(address(book, "annotations")).status_code == 403
    for name in ("texts", "text", "note", "remove_annotation"):
        assert guest.post(address(book, name), {"canvas": leaf(book).pk}).status_code == 403
    assert not AnnotationPage.objects.exists()


def test_get_changes_nothing(jane: Client, book: Manifest) -> None:
    for name in ("texts", "text", "note", "remove_annotation"):
        assert jane.get(address(book, name)).status_code == 405
