"""People's words over a source's, and what happens between them when the source goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs import services as jobs
from manifests import members, services, words
from manifests.description import effective
from manifests.ingest import FolderImport
from manifests.models import Canvas, Collection, Manifest
from manifests.words import MEMBERS, PAGES, Difference
from tests.manifests.records import a_collection, a_manifest, a_page, document, fresh, published
from tests.work import convert, everything, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


def label(text: str) -> dict[str, list[str]]:
    return {"none": [text]}


def source_says(record: Any, **said: Any) -> None:
    """An import writes its layer."""
    with transaction.atomic():
        row = services.lock(record)
        services.describe(row, {name: value for name, value in {**row.source_layer, **said}.items() if value})
        services.touch(row)


def differences(record: Any) -> dict[str, tuple[Any, Any]]:
    return {each.name: (each.source, each.curated) for each in words.differences(refreshed(record))}


def refreshed(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def refused(code: str, change: Callable[[], object]) -> SourceFault:
    before = everything()
    with pytest.raises(SourceFault) as refusal:
        change()
    assert (refusal.value.code, everything()) == (code, before)
    return refusal.value


def last(record: Any) -> tuple[str, str, dict[str, Any]]:
    event = Event.objects.filter(subject=record.pk).latest("id")
    return event.kind, event.actor, event.data


def a_book(*pages: str) -> tuple[Manifest, list[Canvas]]:
    """A published manifest with so many pages."""
    book = a_manifest()
    for _ in pages:
        convert(a_page(book))
    published()
    canvases = list(book.canvases.order_by("position"))
    for canvas, page in zip(canvases, pages, strict=True):
        Canvas.objects.filter(pk=canvas.pk).update(source_layer={"label": label(page)})
    return book, list(book.canvases.order_by("position"))


def shown(book: Manifest) -> list[str]:
    """The labels of the pages as they are published."""
    services.touch(book)
    published()
    return [page["label"]["none"][0] for page in document(book)["items"]]


# --------------------------------------------------------------------------------------------------------------- layers
def test_peoples_words_stand_over_the_sources() -> None:
    book, _ = a_book("1")
    before = fresh(book)
    said = {
        "label": {"en": "My Book"},
        "rights": CC0,
        "summary": "<p>x</p>",
        "metadata": [{"label": "a", "value": "b"}],
    }
    assert set(words.describe(book, said, actor="admin jane")) == set(said)
    assert last(book)[:2] == ("manifest.described", "admin jane")
    assert set(last(book)[2]["fields"]) == set(said)
    after = fresh(book)
    assert (after.revision, after.dirty) == (before.revision + 1, before.dirty + 1)
    assert after.source_layer == {"label": label("book")}
    assert effective(after)["label"] == {"en": ["My Book"]}
    assert published() == ["book"]
    assert document(book)["label"] == {"en": ["My Book"]}
    assert document(book)["rights"] == CC0


def test_the_same_words_again_change_nothing() -> None:
    book, (page,) = a_book("1")
    words.describe(book, {"label": "Mine"}, actor="test")
    words.describe(page, {"label": "My page"}, actor="test")
    before = everything()
    assert words.describe(book, {"label": {"none": ["Mine"]}}, actor="test") == []
    assert words.describe(book, {"summary": None}, actor="test") == []
    assert words.describe(book, {"unknown": "x", PAGES: [], MEMBERS: []}, actor="test") == []
    assert words.describe(page, {"label": "My page"}, actor="test") == []
    assert everything() == before


def test_what_the_source_says_already_is_not_made_peoples_word() -> None:
    book, _ = a_book("1")
    assert words.describe(book, {"label": "book"}, actor="test") == []
    source_says(book, label=label("Book"))
    assert effective(fresh(book))["label"] == label("Book")


def test_wrong_words_change_nothing_and_are_all_named() -> None:
    book, _ = a_book("1")
    fault = refused("description", lambda: words.describe(book, {"label": 5, "rights": "x"}, actor="test"))
    assert [each.field for each in fault.fields] == ["label", "rights"]
    refused("description", lambda: words.describe(book, ["label"], actor="test"))  # type: ignore[arg-type]


def test_none_takes_a_word_back() -> None:
    book, _ = a_book("1")
    words.describe(book, {"label": "Mine", "summary": "x"}, actor="test")
    source_says(book, label=label("Newer"))
    assert words.describe(book, {"label": None}, actor="test") == ["label"]
    after = fresh(book)
    assert (effective(after)["label"], set(after.curated_layer), set(after.curated_over)) == (
        label("Newer"),
        {"summary"},
        {"summary"},
    )
    assert words.describe(book, {"label": None}, actor="test") == []


def test_the_only_label_is_not_taken_back() -> None:
    book, (page,) = a_book("1")
    words.describe(book, {"label": "Mine"}, actor="test")
    words.describe(page, {"label": "Mine"}, actor="test")
    for record in (Manifest.objects.filter(pk=book.pk), Canvas.objects.filter(pk=page.pk)):
        record.update(source_layer={})
    fault = refused("description", lambda: words.describe(book, {"label": None, "summary": "x"}, actor="test"))
    assert [(each.field, each.code) for each in fault.fields] == [("label", "required")]
    refused("description", lambda: words.take_source(book, "label", actor="test"))
    words.take_source(page, "label", actor="test")
    assert effective(refreshed(page)) == {}, "a page may do without"


def test_what_has_no_document_yet_is_found_by_peoples_words_at_once() -> None:
    book = a_manifest("book")
    words.describe(book, {"label": "Küste"}, actor="test")
    assert "kuste" in fresh(book).search_text
    source_says(book, summary=label("sea"))
    assert "kuste" in fresh(book).search_text
    assert "sea" in fresh(book).search_text


# ------------------------------------------------------------------------------------------------------- source differs
def test_a_later_word_of_the_source_is_a_difference() -> None:
    book, _ = a_book("1")
    words.describe(book, {"label": "Mine", "summary": "My summary"}, actor="test")
    assert differences(book) == {}
    source_says(book, label=label("Newer"))
    assert words.differences(fresh(book)) == [Difference("label", label("Newer"), label("Mine"))]
    source_says(book, summary=label("Theirs"))
    assert differences(book) == {
        "label": (label("Newer"), label("Mine")),
        "summary": (label("Theirs"), label("My summary")),
    }
    source_says(book, label=label("book"), summary=None)
    assert differences(book) == {}, "it is as it was when people wrote theirs"
    assert effective(fresh(book))["label"] == label("Mine")


def test_what_the_source_does_not_say_any_more_is_a_difference_too() -> None:
    book, _ = a_book("1")
    source_says(book, summary=label("theirs"))
    words.describe(book, {"summary": "mine"}, actor="test")
    source_says(book, summary=None)
    assert differences(book) == {"summary": (None, label("mine"))}


def test_the_source_is_taken() -> None:
    book, _ = a_book("1")
    words.describe(book, {"label": "Mine"}, actor="test")
    source_says(book, label=label("Newer"))
    published()
    words.take_source(book, "label", actor="admin jane")
    assert last(book) == ("manifest.described", "admin jane", {"fields": ["label"]})
    assert (differences(book), effective(fresh(book))["label"]) == ({}, label("Newer"))
    published()
    assert document(book)["label"] == label("Newer")
    before = everything()
    words.take_source(book, "label", actor="test")
    words.take_source(book, "nothing of that name", actor="test")
    assert everything() == before


def test_mine_is_kept() -> None:
    book, _ = a_book("1")
    words.describe(book, {"label": "Mine"}, actor="test")
    source_says(book, label=label("Newer"))
    published()
    before = fresh(book)
    assert words.keep_mine(book, "label", actor="admin jane")
    after = fresh(book)
    assert (differences(book), effective(after)["label"]) == ({}, label("Mine"))
    assert (after.revision, after.dirty) == (before.revision + 1, before.dirty), "its document stays as it is"
    assert last(book) == ("manifest.kept", "admin jane", {"field": "label"})
    unchanged = everything()
    assert not words.keep_mine(book, "label", actor="test")
    assert not words.keep_mine(book, "summary", actor="test")
    assert everything() == unchanged
    source_says(book, label=label("Newest"))
    assert differences(book) == {"label": (label("Newest"), label("Mine"))}


def test_writing_over_a_difference_settles_it() -> None:
    book, _ = a_book("1")
    words.describe(book, {"label": "Mine"}, actor="test")
    source_says(book, label=label("Newer"))
    words.describe(book, {"label": "Both"}, actor="test")
    assert differences(book) == {}


# ---------------------------------------------------------------------------------------------------------------- pages
def test_words_about_a_page() -> None:
    book, (page, _) = a_book("1", "2")
    before = fresh(book)
    assert words.describe(page, {"label": "Cover", "behavior": ["non-paged"]}, actor="admin jane") == [
        "label",
        "behavior",
    ]
    data = {"canvas": str(page.pk), "fields": ["label", "behavior"]}
    assert last(book) == ("manifest.page_described", "admin jane", data)
    assert (fresh(book).revision, fresh(book).dirty) == (before.revision + 1, before.dirty + 1)
    assert shown(book) == ["Cover", "2"]
    Canvas.objects.filter(pk=page.pk).update(source_layer={"label": label("i")})
    assert differences(page) == {"label": (label("i"), label("Cover"))}
    revision = fresh(book).revision
    assert words.keep_mine(page, "label", actor="test")
    assert (differences(page), fresh(book).revision) == ({}, revision + 1)
    assert last(book) == ("manifest.page_kept", "test", {"canvas": str(page.pk), "field": "label"})
    words.take_source(page, "label", actor="test")
    assert shown(book) == ["i", "2"]


# ---------------------------------------------------------------------------------------------------------------- order
def test_peoples_order_of_pages() -> None:
    book, (one, two, three) = a_book("1", "2", "3")
    assert words.order(book, [three.pk, one.pk, two.pk], actor="admin jane")
    assert last(book) == ("manifest.described", "admin jane", {"fields": [PAGES]})
    assert shown(book) == ["3", "1", "2"]
    before = everything()
    assert not words.order(book, [three.pk, one.pk, two.pk], actor="test")
    assert everything() == before
    assert words.order(book, [three.pk, two.pk, one.pk], actor="test")
    words.take_source(book, PAGES, actor="test")
    assert shown(book) == ["1", "2", "3"]


def test_later_pages_follow_at_the_end_and_are_a_difference() -> None:
    book, (one, two) = a_book("1", "2")
    words.order(book, [two.pk, one.pk], actor="test")
    assert differences(book) == {}
    later = Canvas.objects.create(manifest=book, position=0, source_layer={"label": label("0")})
    for number, canvas in enumerate((one, two), start=1):
        Canvas.objects.filter(pk=canvas.pk).update(position=number)
    assert shown(book) == ["2", "1", "0"]
    keys = [str(each.pk) for each in (later, one, two)]
    assert differences(book) == {PAGES: (keys, [str(two.pk), str(one.pk)])}
    assert words.keep_mine(book, PAGES, actor="test")
    assert (differences(book), shown(book)) == ({}, ["2", "1", "0"])


def test_dropped_pages_are_not_in_an_order_and_come_back_to_their_place() -> None:
    book, (one, two, three) = a_book("1", "2", "3")
    words.order(book, [three.pk, two.pk, one.pk], actor="test")
    Canvas.objects.filter(pk=two.pk).update(dropped="2026-01-01T00:00Z")
    refused("order", lambda: words.order(book, [three.pk, two.pk, one.pk], actor="test"))
    assert set(differences(book)) == {PAGES}
    Canvas.objects.filter(pk=two.pk).update(dropped=None)
    assert (differences(book), shown(book)) == ({}, ["3", "2", "1"])


def test_an_order_of_something_else_is_refused() -> None:
    book, (one, two) = a_book("1", "2")
    stranger = a_book("x")[1][0]
    for keys in ([one.pk], [one.pk, two.pk, two.pk], [one.pk, one.pk], [one.pk, two.pk, stranger.pk], []):
        refused("order", lambda keys=keys: words.order(book, keys, actor="test"))  # type: ignore[misc]


def places(collection: Collection) -> list[str]:
    return [str(member.manifest or member.child) for member in collection.members.order_by("place")]


def test_peoples_order_of_members() -> None:
    a, b, c = (a_manifest(name) for name in "abc")
    shelf = a_collection("shelf", a, b, c)
    before = fresh(shelf).revision
    assert words.order(shelf, [c.pk, a.pk, b.pk], actor="admin jane")
    assert (places(shelf), fresh(shelf).revision) == (["c", "a", "b"], before + 1)
    assert last(shelf) == ("collection.described", "admin jane", {"fields": [MEMBERS]})
    with statements() as sent:
        assert not services.put_members(shelf, [a, b, c])
    assert (writes(sent), differences(shelf)) == ([], {})
    d = a_manifest("d")
    assert services.put_members(shelf, [d, b, a, c])
    assert places(shelf) == ["c", "a", "b", "d"]
    assert set(differences(shelf)) == {MEMBERS}
    refused("order", lambda: words.order(shelf, [c.pk, a.pk, b.pk], actor="test"))
    words.take_source(shelf, MEMBERS, actor="test")
    assert (places(shelf), differences(shelf)) == (["d", "b", "a", "c"], {})


# -------------------------------------------------------------------------------------------------------- harvest again
class Archive:
    """A folder that is brought in again and again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def write(self, **files: str) -> None:
        for name, text in files.items():
            path = self.root / "book" / name.replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    def bring_in(self) -> Manifest:
        FolderImport(self.root, jobs.open_batch("Import", "test")).run()
        return Manifest.objects.get(external_id="book")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "Archive")
    made.write(a_jpg="a", b_jpg="b", metadata_csv="file,label,summary\n.,Book,Old\na.jpg,One,\nb.jpg,Two,\n")
    return made


def test_a_harvest_after_edits_leaves_them_and_lists_the_differences(archive: Archive) -> None:
    book = archive.bring_in()
    one, two = book.canvases.order_by("position")
    root = Collection.objects.get()
    words.describe(book, {"label": "My book", "rights": CC0}, actor="admin jane")
    words.describe(one, {"label": "Cover"}, actor="admin jane")
    words.order(book, [two.pk, one.pk], actor="admin jane")
    words.describe(root, {"label": "My archive"}, actor="admin jane")

    archive.bring_in()
    assert [differences(each) for each in (book, one, two, root)] == [{}] * 4, "nothing has changed there"

    table = "file,label,summary\n.,The Book,New\na.jpg,Front,\nb.jpg,Two,\nc.jpg,Three,\n"
    archive.write(c_jpg="c", metadata_csv=table)
    archive.bring_in()
    book = fresh(book)
    three = book.canvases.get(position=2)
    assert effective(book)["label"] == label("My book")
    assert effective(book)["summary"] == label("New"), "what people did not touch follows the source"
    assert effective(refreshed(one))["label"] == label("Cover")
    assert differences(book) == {
        "label": (label("The Book"), label("My book")),
        PAGES: ([str(each.pk) for each in (one, two, three)], [str(two.pk), str(one.pk)]),
    }
    assert differences(one) == {"label": (label("Front"), label("Cover"))}
    for picture in services.images_of(book.pk):
        convert(picture)
    published()
    assert [page["label"]["none"][0] for page in document(book)["items"]] == ["Two", "Cover", "Three"]

    words.take_source(book, "label", actor="admin jane")
    words.take_source(one, "label", actor="admin jane")
    words.take_source(book, PAGES, actor="admin jane")
    published()
    assert document(book)["label"] == label("The Book")
    assert [page["label"]["none"][0] for page in document(book)["items"]] == ["Front", "Two", "Three"]
    assert [differences(each) for each in (book, one)] == [{}] * 2
    assert effective(fresh(book))["rights"] == CC0


def test_a_harvest_that_finds_nothing_new_writes_nothing_over_edits(archive: Archive) -> None:
    book = archive.bring_in()
    words.describe(book, {"label": "My book"}, actor="test")
    words.order(book, [canvas.pk for canvas in book.canvases.order_by("-position")], actor="test")
    with statements() as sent:
        archive.bring_in()
    assert [sql for sql in writes(sent) if "jobs_batch" not in sql] == []


def test_what_people_put_elsewhere_stays_there_after_a_harvest(archive: Archive) -> None:
    book = archive.bring_in()
    shelf = a_collection("shelf")
    members.put_in(shelf, book, actor="admin jane")
    archive.write(c_jpg="c")
    archive.bring_in()
    assert places(shelf) == ["book"]
