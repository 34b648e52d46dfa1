"""Annotations come, change and go; what people made and what the source sent leave each other alone."""

from typing import Any

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from manifests import annotating, curation
from manifests.annotatable import around
from manifests.annotated import annotations_of
from manifests.build.references import reference
from manifests.models import Annotation, AnnotationCollection, AnnotationPage, Canvas, Manifest
from manifests.payload.annotations.pages import PageSent, page_sent
from manifests.payload.annotations.reading import AnnotationSent, annotation_sent, changes
from tests.manifests.records import a_collection, a_manifest, a_page, document, fresh, published
from tests.work import convert, happened, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """Two published pages of 800 by 600, called f1r and f1v by their source."""
    made = a_manifest("book")
    for key in ("f1r", "f1v"):
        picture = a_page(made)
        Canvas.objects.filter(paintings__image=picture).update(external_id=key)
        convert(picture)
    published()
    return fresh(made)  # type: ignore[no-any-return]


def leaf(book: Manifest, key: str = "f1r") -> Canvas:
    return book.canvases.get(external_id=key)


def sent(book: Manifest, **body: Any) -> PageSent:
    return page_sent(body, around(book, ""))


def comment(text: str, target: str = "f1r", **more: Any) -> dict[str, Any]:
    body = {"type": "TextualBody", "value": text, "format": "text/plain"}
    return {"type": "Annotation", "motivation": "commenting", "body": body, "target": target, **more}


def a_comment(book: Manifest, text: str = "fine", **more: Any) -> AnnotationSent:
    return annotation_sent(comment(text, **more), around(book, reference("canvas", leaf(book).pk)))


def texts(page: AnnotationPage) -> list[str]:
    return [row.body["value"] for row in page.annotations.order_by("position", "created")]


def test_a_page_of_annotations_hangs_on_its_canvas_and_is_published_with_it(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, canvas="f1r", items=[comment("one"), comment("two")]), actor="jane")
    assert (page.subject, page.by, page.place) == (reference("canvas", leaf(book).pk), "people", "embedded")
    assert published() == ["book"]
    (shown,) = document(book)["items"][0]["annotations"]
    assert [each["body"]["value"] for each in shown["items"]] == ["one", "two"]
    assert shown["items"][0]["target"] == document(book)["items"][0]["id"]
    assert happened(book.pk)[-2:] == ["manifest.annotated", "manifest.published"]


def test_pages_follow_each_other_on_the_same_thing(book: Manifest) -> None:
    first, second = (annotating.add_page(book, sent(book, canvas="f1r"), actor="jane") for _ in range(2))
    other = annotating.add_page(book, sent(book, canvas="f1v"), actor="jane")
    assert (first.position, second.position, other.position) == (0, 1, 0)


def test_what_hangs_on_the_work_itself_has_no_subject(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, items=[comment("all", target=str(book.pk))]), actor="jane")
    assert page.subject == ""
    published()
    (shown,) = document(book)["annotations"]
    assert shown["items"][0]["target"] == document(book)["id"]


def test_a_page_on_another_server_is_named_and_not_built(book: Manifest) -> None:
    foreign = sent(book, canvas="f1r", place="foreign", uri="https://elsewhere.org/page")
    page = annotating.add_page(book, foreign, actor="jane")
    published()
    assert document(book)["items"][0]["annotations"] == [{"id": "https://elsewhere.org/page", "type": "AnnotationPage"}]
    assert AnnotationPage.objects.get(pk=page.pk).documents == {}


def test_what_its_source_sends_twice_is_there_once(book: Manifest) -> None:
    made = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[comment("one")]), actor="dam")
    before = fresh(book)
    again = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[comment("one")]), actor="dam")
    assert (made.what, again.what, made.page.pk) == ("created", "unchanged", again.page.pk)
    assert (fresh(book).dirty, fresh(book).revision) == (before.dirty, before.revision)


def test_nothing_is_written_for_what_is_there_already(book: Manifest) -> None:
    body = sent(book, canvas="f1r", items=[comment(str(number)) for number in range(20)])
    annotating.put_page(book, "p1", body, actor="dam")
    with statements() as made:
        annotating.put_page(book, "p1", body, actor="dam")
    assert writes(made) == []


def test_what_says_the_same_keeps_its_name_wherever_it_stands(book: Manifest) -> None:
    one, two, three = comment("one"), comment("two"), comment("three")
    page = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[one, two]), actor="dam").page
    names = dict(zip(texts(page), page.annotations.order_by("position").values_list("pk", flat=True), strict=True))
    again = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[three, two]), actor="dam")
    assert (again.what, texts(page)) == ("updated", ["three", "two"])
    assert page.annotations.get(position=1).pk == names["two"]
    assert not Annotation.objects.filter(pk=names["one"]).exists()


def test_equal_annotations_are_as_many_as_were_sent(book: Manifest) -> None:
    same = [comment("tag"), comment("tag")]
    page = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=same), actor="dam").page
    assert annotating.put_page(book, "p1", sent(book, canvas="f1r", items=same), actor="dam").what == "unchanged"
    annotating.put_page(book, "p1", sent(book, canvas="f1r", items=same[:1]), actor="dam")
    assert texts(page) == ["tag"]


def test_an_annotation_is_meant_by_its_name_or_by_the_address_that_it_keeps(book: Manifest) -> None:
    items = [comment("one"), comment("two", id="https://dam.example.org/2")]
    page = annotating.put_page(book, "p1", sent(book, canvas="f1r", items=items), actor="dam").page
    keys = list(page.annotations.order_by("position").values_list("pk", flat=True))
    items = [comment("zwei", id="https://dam.example.org/2"), comment("eins", id=str(keys[0]))]
    annotating.put_page(book, "p1", sent(book, canvas="f1r", items=items), actor="dam")
    rows = page.annotations.order_by("position")
    assert [(row.pk, row.body["value"]) for row in rows] == [(keys[1], "zwei"), (keys[0], "eins")]


def test_an_annotation_of_another_page_cannot_be_named(book: Manifest) -> None:
    other = annotating.add_page(book, sent(book, canvas="f1v", items=[comment("x", target="f1v")]), actor="jane")
    body = sent(book, canvas="f1r", items=[comment("x", id=str(other.annotations.get().pk))])
    page = annotating.put_page(book, "p1", sent(book, canvas="f1r"), actor="dam").page
    with pytest.raises(SourceFault) as fault:
        annotating.change_page(page, body, actor="dam")
    assert fault.value.fields[0].field == "items.0.id"


def test_what_people_wrote_stays_when_the_source_sends_its_own(book: Manifest) -> None:
    note = annotating.note(book, a_comment(book, "mine"), reference("canvas", leaf(book).pk), actor="admin jane")
    annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[comment("theirs")]), actor="dam")
    annotating.put_page(book, "p1", sent(book, canvas="f1r", items=[]), actor="dam")
    assert Annotation.objects.get() == note


def test_notes_on_one_page_are_together(book: Manifest) -> None:
    for text in ("one", "two"):
        annotating.note(book, a_comment(book, text), reference("canvas", leaf(book).pk), actor="admin jane")
    assert texts(AnnotationPage.objects.get()) == ["one", "two"]


def test_a_note_on_the_work_itself(book: Manifest) -> None:
    said = annotation_sent({"motivation": "tagging", "body": comment("x")["body"]}, around(book, ""))
    made = annotating.note(book, said, "", actor="admin jane")
    assert (made.page.subject, made.target) == ("", reference("manifest", book.pk))


def test_an_annotation_is_changed_in_the_properties_that_are_named(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, canvas="f1r", items=[comment("one", label={"en": ["a"]})]), actor="x")
    row, there = page.annotations.get(), around(book, page.subject)
    assert annotating.change(row, changes({"body": comment("uno")["body"], "label": None}, there), actor="x")
    now = page.annotations.get()
    assert (now.pk, now.body["value"], now.extra, now.target) == (row.pk, "uno", {}, row.target)
    assert not annotating.change(row, changes({"body": comment("uno")["body"]}, there), actor="x")


def test_the_last_annotation_of_people_takes_its_page_along(book: Manifest) -> None:
    note = annotating.note(book, a_comment(book), reference("canvas", leaf(book).pk), actor="admin jane")
    annotating.remove(note, actor="admin jane")
    assert not AnnotationPage.objects.exists()
    published()
    assert "annotations" not in document(book)["items"][0]


def test_a_page_is_removed_with_all_that_is_in_it(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, canvas="f1r", items=[comment("one")]), actor="jane")
    annotating.remove_page(page, actor="jane")
    assert (AnnotationPage.objects.count(), Annotation.objects.count()) == (0, 0)


def test_a_page_with_annotations_does_not_become_anothers(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, canvas="f1r", items=[comment("one")]), actor="jane")
    with pytest.raises(SourceFault, match="take its annotations out first"):
        annotating.change_page(page, sent(book, place="foreign", uri="https://elsewhere.org/p"), actor="jane")
    assert AnnotationPage.objects.get().place == "embedded"


def test_what_is_withdrawn_is_not_annotated(book: Manifest) -> None:
    page = annotating.add_page(book, sent(book, canvas="f1r", items=[comment("one")]), actor="jane")
    curation.withdraw(book, actor="jane", reason="sold")
    for attempt in (
        lambda: annotating.add_page(book, sent(book, canvas="f1r"), actor="jane"),
        lambda: annotating.remove_page(page, actor="jane"),
        lambda: annotating.remove(page.annotations.get(), actor="jane"),
    ):
        with pytest.raises(SourceFault, match="Restore it first"):
            attempt()


def test_only_the_page_that_changed_is_built_again(book: Manifest) -> None:
    pages = [annotating.add_page(book, sent(book, canvas=key, place="referenced"), actor="x") for key in ("f1r", "f1v")]
    published()
    before = [AnnotationPage.objects.get(pk=page.pk) for page in pages]
    annotating.add(pages[0], [a_comment(book)], actor="jane")
    published()
    after = [AnnotationPage.objects.get(pk=page.pk) for page in pages]
    assert after[0].documents["3"] != before[0].documents["3"]
    assert (after[0].built, after[1].built) == (after[0].revision, before[1].built)


def test_pages_of_one_collection_say_how_many_there_are_in_all(book: Manifest) -> None:
    layer = AnnotationCollection.objects.create(manifest=book, description={"label": {"en": ["OCR"]}})
    first, second = (annotating.add_page(book, sent(book, canvas=key), actor="x") for key in ("f1r", "f1v"))
    AnnotationPage.objects.update(part_of=layer)
    annotating.add(first, [a_comment(book)], actor="x")
    assert AnnotationPage.objects.get(pk=second.pk).built == 0
    (facts,) = annotations_of(fresh(book), [canvas.pk for canvas in book.canvases.all()])[second.subject]
    assert facts.part_of
    assert facts.part_of.total == 1


def test_a_collection_has_annotations_too() -> None:
    shelf = a_collection("shelf")
    with transaction.atomic():
        said = page_sent({"items": [{**comment("x"), "target": str(shelf.pk)}]}, around(shelf, ""))
        page = annotating.add_page(shelf, said, actor="jane")
    assert (page.collection, page.annotations.get().target) == (shelf, reference("collection", shelf.pk))
