"""Files of several pages in manifests: the pages stand behind the first one, whoever says that it is there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gcis.jobs import runner
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import curation as picture_curation
from images import files
from images import services as images
from images.curation import Restriction
from images.models import Image
from manifests import access, curation, ingest, making, services, words
from manifests.description import effective
from manifests.ingest import FolderImport
from manifests.models import Canvas, Manifest
from manifests.payload.shapes import ManifestNode, PictureNode
from tests.images.paged import converted, finish, leaves
from tests.manifests.records import When, a_manifest, a_page, document, fresh
from tests.manifests.test_delivery import Dam
from tests.manifests.test_ingest import Archive
from tests.work import a_file, an_image, happened, run_due, statements, writes
from tests.work import fresh as fresh_image

pytestmark = pytest.mark.django_db(transaction=True)


class Folder(Archive):
    def image(self, path: str) -> Image:
        return Image.objects.get(external_id=path, page=0)

    def page(self, path: str, pages: int = 1) -> None:
        """The newest conversion of this file's first page ends, and everything that follows from it."""
        converted(self.image(path).pk, pages)
        settle()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "Archive")


@pytest.fixture
def dam() -> Dam:
    return Dam()


def settle() -> None:
    """Pages are registered and placed; nothing is converted or published."""
    run_due(files.PAGES)
    run_due(services.FOLLOW)


def sent(dam: Dam, key: str, pages: int, text: str = "bytes") -> UUID:
    """A picture's file of so many pages is sent, and its first page converted."""
    known = Image.objects.filter(source=dam.source, external_id=key, page=0).first()
    if known:
        images.replace(known.pk, a_file(key, text), actor="token dam")
    image = known.pk if known else images.register(dam.source, key, a_file(key, text), actor="token dam").pk
    converted(image, pages)
    settle()
    return image


def labels(record: Any) -> list[str]:
    """Of the pages in the document, in the order that holds."""
    places = {key: place for place, key in enumerate(fresh(record).curated_layer.get("canvases", []))}
    rows = record.canvases.filter(dropped=None).order_by("position", "created")
    said = [
        effective(row).get("label", {"none": ["-"]})
        for row in sorted(rows, key=lambda row: places.get(str(row.pk), len(places)))
    ]
    return [next(iter(label.values()))[0] for label in said]


def positions(record: Any) -> list[int]:
    return list(record.canvases.filter(dropped=None).order_by("position").values_list("position", flat=True))


# -------------------------------------------------------------------------------------------------------------- folders
def test_pages_stand_behind_the_first_in_a_folder_that_was_brought_in(folder: Folder) -> None:
    folder.write("book/1.tif=a book/2.tif=b book/3.tif=c loose.tif=d")
    folder.bring_in()
    folder.page("book/2.tif", 3)
    folder.page("loose.tif", 2)
    assert folder.tree()["book"] == ["1", "2", "2, p. 2", "2, p. 3", "3"]
    assert folder.tree()["loose.tif"] == ["loose", "loose, p. 2"]
    assert positions(Manifest.objects.get(external_id="book")) == [0, 1, 2, 3, 4]


def test_a_later_import_finds_nothing_new_about_pages(folder: Folder) -> None:
    folder.write("book/1.tif=a book/2.tif=b")
    folder.bring_in()
    folder.page("book/1.tif", 3)
    before = folder.numbers(), folder.tree()
    report = folder.bring_in()
    assert (report.quiet, report.unchanged) == (True, ["book/1.tif", "book/2.tif"])
    assert (folder.numbers(), folder.tree()) == before


def test_pages_keep_their_place_when_files_come_and_go_around_them(folder: Folder) -> None:
    folder.write("book/2.tif=b book/4.tif=d")
    folder.bring_in()
    folder.page("book/2.tif", 3)
    folder.write("book/1.tif=a book/3.tif=c")
    folder.bring_in()
    assert folder.tree()["book"] == ["1", "2", "2, p. 2", "2, p. 3", "3", "4"]
    (folder.root / "book/2.tif").unlink()
    folder.write("book/5.tif=e")
    report = folder.bring_in()
    assert report.missing == ["book/2.tif"]
    assert folder.tree()["book"] == ["1", "2", "2, p. 2", "2, p. 3", "3", "4", "5"]
    assert positions(Manifest.objects.get(external_id="book")) == list(range(7))


class BesideWorkers(FolderImport):
    """Between two steps, workers convert what was registered in those before: files of three pages."""

    def _hold(self, node: ManifestNode, step: Sequence[PictureNode]) -> None:
        for image in Image.objects.filter(page=0, current=None):
            converted(image.pk, 3)
        for kind in (files.PAGES, services.FOLLOW):
            for job in Job.objects.filter(kind=kind, state=Job.State.QUEUED):
                held = jobs.claim(job.pk, "test")
                assert held
                runner.bring_to_an_end(held)
        super()._hold(node, step)


def test_pages_that_come_while_a_folder_is_still_being_written_are_not_torn_apart(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "STEP", 2)
    folder.write(" ".join(f"book/{n}.tif={n}" for n in range(1, 6)))
    BesideWorkers(folder.root, jobs.open_batch("Import", "test")).run()
    expected = [name for n in range(1, 5) for name in (f"{n}", f"{n}, p. 2", f"{n}, p. 3")]
    assert folder.tree()["book"] == [*expected, "5"]
    assert folder.bring_in().quiet


def test_a_file_that_moves_to_another_folder_takes_its_pages_along(folder: Folder) -> None:
    folder.write("a/1.tif=x a/2.tif=y b/1.tif=z")
    folder.bring_in()
    folder.page("a/1.tif", 3)
    pages = {row.pk for row in leaves(folder.image("a/1.tif").pk)}
    canvases = set(Canvas.objects.filter(paintings__image__in=pages).values_list("pk", flat=True))
    folder.rename("a/1.tif=b/0.tif")
    assert folder.bring_in().moved == [("a/1.tif", "b/0.tif")]
    settle()
    assert (folder.tree()["a"], folder.tree()["b"]) == (["2"], ["0", "0, p. 2", "0, p. 3", "1"])
    assert set(Canvas.objects.filter(paintings__image__in=pages).values_list("pk", flat=True)) == canvases
    assert {row.external_id for row in Image.objects.filter(pk__in=pages)} == {"b/0.tif"}


def test_a_file_with_more_pages_gets_more_room_and_one_with_fewer_keeps_what_it_showed(folder: Folder) -> None:
    folder.write("book/1.tif=a book/2.tif=b")
    folder.bring_in()
    folder.page("book/1.tif", 2)
    folder.put("book/1.tif", "other")
    folder.bring_in()
    folder.page("book/1.tif", 4)
    assert folder.tree()["book"] == ["1", "1, p. 2", "1, p. 3", "1, p. 4", "2"]
    folder.put("book/1.tif", "another")
    folder.bring_in()
    folder.page("book/1.tif", 1)
    folder.write("book/0.tif=z")
    folder.bring_in()
    assert folder.tree()["book"] == ["0", "1", "1, p. 2", "1, p. 3", "1, p. 4", "2"]
    assert folder.bring_in().quiet


# ---------------------------------------------------------------------------------------------------------- deliveries
def test_a_manifest_that_names_the_file_shows_its_pages(dam: Dam) -> None:
    dam.manifest("book", {"id": "p1", "image": "ledger", "label": {"en": "Ledger"}}, {"image": "map", "label": "Map"})
    image = sent(dam, "ledger", 3)
    book = dam.record("book")
    assert labels(book) == ["Ledger", "Ledger, p. 2", "Ledger, p. 3", "Map"]
    finish(leaves(image)[1:])
    sent(dam, "map", 1)
    run_due(services.PUBLISH)
    items = document(book)["items"]
    assert [item["label"] for item in items[1:3]] == [{"en": ["Ledger, p. 2"]}, {"en": ["Ledger, p. 3"]}]
    assert len({item["items"][0]["items"][0]["body"]["id"] for item in items}) == 4
    assert happened(book.pk)[:2] == ["manifest.created", "manifest.pages_added"]


def test_sent_again_a_manifest_keeps_the_pages_that_it_does_not_name(dam: Dam) -> None:
    pages = ({"image": "ledger", "label": "Ledger"}, "map")
    dam.manifest("book", *pages)
    sent(dam, "ledger", 3)
    before = fresh(dam.record("book")).dirty
    with statements() as said:
        assert dam.manifest("book", *pages).what == "unchanged"
    assert (fresh(dam.record("book")).dirty, writes(said)) == (before, [])
    assert dam.manifest("book", "map", {"image": "ledger", "label": "Accounts"}).what == "updated"
    assert labels(dam.record("book"))[1:] == ["Accounts", "Accounts, p. 2", "Accounts, p. 3"]
    assert dam.manifest("book", "map", {"image": "ledger", "label": "Accounts"}).what == "unchanged"


def test_pages_leave_with_the_first_and_come_back_as_they_were(dam: Dam) -> None:
    dam.manifest("book", "ledger", "map")
    sent(dam, "ledger", 3)
    was = set(dam.record("book").canvases.values_list("pk", flat=True))
    dam.manifest("book", "map")
    assert dam.pages("book") == ["map"]
    dam.manifest("book", "map", "ledger")
    assert dam.pages("book") == ["map", "ledger", "ledger", "ledger"]
    assert set(dam.record("book").canvases.values_list("pk", flat=True)) == was


def test_a_manifest_that_comes_later_has_the_pages_at_once(dam: Dam) -> None:
    sent(dam, "ledger", 3)
    dam.manifest("book", "map", "ledger", "cover")
    assert dam.pages("book") == ["map", "ledger", "ledger", "ledger", "cover"]
    assert positions(dam.record("book")) == [0, 1, 2, 3, 4]


def test_nothing_is_published_before_the_pages_are_there(dam: Dam) -> None:
    dam.manifest("book", "ledger")
    images.replace(dam.image("ledger").pk, a_file("ledger"), actor="token dam")
    first = dam.image("ledger").pk
    converted(first, 3)
    assert run_due(services.PUBLISH) == []
    run_due(files.PAGES)
    finish(leaves(first)[1:])
    assert (run_due(services.PUBLISH), services.schedule_forgotten()) == ([], 1)
    assert run_due(services.PUBLISH) == []
    run_due(services.FOLLOW)
    assert [job.state for job in run_due(services.PUBLISH)] == ["succeeded"]
    assert len(document(dam.record("book"))["items"]) == 3


def test_where_pages_cannot_be_registered_the_first_is_published_all_the_same(dam: Dam) -> None:
    dam.manifest("book", "ledger")
    sent(dam, "ledger", 20_000)
    run_due(services.PUBLISH)
    assert len(document(dam.record("book"))["items"]) == 1


# ------------------------------------------------------------------------------------------------------ what people did
def test_people_s_order_and_labels_stay(dam: Dam) -> None:
    dam.manifest("book", "ledger", "map")
    book = dam.record("book")
    ledger, map_ = book.canvases.order_by("position")
    words.order(book, [map_.pk, ledger.pk], actor="admin jane")
    sent(dam, "ledger", 2)
    page = book.canvases.get(position=1)
    words.describe(page, {"label": "Index"}, actor="admin jane")
    sent(dam, "ledger", 3, "other")
    dam.manifest("book", "ledger", "map")
    rows = {row.pk: row for row in book.canvases.all()}
    order = [UUID(key) for key in fresh(book).curated_layer["canvases"]]
    assert [rows[key].position for key in order] == [3, 0, 1, 2]
    assert words.differences(fresh(book)) == []
    assert labels(book)[2] == "Index"


def test_a_page_that_was_taken_out_stays_out() -> None:
    image = an_image("ledger.tif")
    work = making.new_manifest("Accounts", [image, an_image("map.tif")], actor="admin jane")
    converted(image, 3)
    settle()
    assert labels(work) == ["ledger", "ledger, p. 2", "ledger, p. 3", "map"]
    making.take_out_page(work.canvases.get(position=1), actor="admin jane")
    images.replace(image, a_file("ledger.tif", "other"), actor="admin jane")
    converted(image, 4)
    settle()
    assert labels(work) == ["ledger", "ledger, p. 3", "ledger, p. 4", "map"]


def test_a_work_made_after_its_upload_was_converted_has_all_pages_too() -> None:
    image, other = an_image("ledger.tif"), an_image("map.tif")
    converted(image, 3)
    settle()
    work = making.new_manifest("Accounts", [image], actor="admin jane")
    assert making.add_pages(work, [other], actor="admin jane") == 1
    assert making.add_pages(work, [image, other], actor="admin jane") == 0
    assert labels(work) == ["ledger", "ledger, p. 2", "ledger, p. 3", "map"]


def test_a_page_that_was_merged_into_another_picture_is_not_added_again(dam: Dam) -> None:
    dam.manifest("book", "ledger")
    image = sent(dam, "ledger", 3)
    better = an_image("better.tif")
    picture_curation.merge(leaves(image)[1].pk, better, actor="admin jane")
    sent(dam, "ledger", 4, "other")
    shown = list(dam.record("book").canvases.order_by("position").values_list("paintings__image", flat=True))
    assert shown == [image, better, leaves(image)[2].pk, leaves(image)[3].pk]


# --------------------------------------------------------------------------------------------------------------- access
def test_pages_inherit_from_what_shows_them(dam: Dam) -> None:
    dam.manifest("book", "ledger")
    book = dam.record("book")
    curation.restrict(book, Restriction("limited", 500), actor="admin jane")
    image = sent(dam, "ledger", 3)
    assert {row.policy.edge for row in leaves(image)} == {500}
    curation.restrict(fresh(book), Restriction("closed"), actor="admin jane")
    assert all(row.policy.closed for row in leaves(image))
    curation.restrict(fresh(book), Restriction(), actor="admin jane")
    assert not any(row.policy.closed for row in leaves(image))


def test_the_pages_of_a_draft_are_as_shut_as_the_first() -> None:
    image = an_image("ledger.tif")
    making.new_manifest("Accounts", [image], actor="admin jane")
    converted(image, 2)
    run_due(files.PAGES)
    assert leaves(image)[1].policy.closed
    run_due(services.FOLLOW)
    assert leaves(image)[1].policy.closed


# ----------------------------------------------------------------------------------------------------------- many pages
def test_a_thousand_pages_are_placed_in_steps_of_few_statements() -> None:
    book = a_manifest("book", When.COMPLETE)
    image = a_page(book)
    last = a_page(book)
    converted(image, 301)
    run_due(files.PAGES)
    assert Job.objects.filter(kind=services.FOLLOW, state="queued").count() == 3
    with statements() as said:
        run_due(services.FOLLOW)
    assert len(said) < 150
    assert positions(book) == list(range(302))
    assert labels(book)[300:] == ["page 1, p. 301", "page 2"]
    assert book.canvases.get(paintings__image=last).position == 301
    assert fresh_image(image).pages == 301


def test_a_canvas_that_is_made_after_its_picture_has_its_size() -> None:
    book = a_manifest("book", When.COMPLETE)
    image = a_page(book)
    converted(image, 2)
    run_due(files.PAGES)
    converted(leaves(image)[1].pk, width=300, height=400)
    run_due(services.FOLLOW)
    page = book.canvases.get(position=1)
    assert (page.width, page.height) == (300, 400)


def test_a_withdrawn_manifest_takes_pages_in_and_shows_them_when_it_is_restored() -> None:
    book = a_manifest("book", When.FIRST)
    image = a_page(book)
    curation.withdraw(book, actor="admin jane", reason="Wrong book")
    converted(image, 2)
    settle()
    curation.restore(fresh(book), actor="admin jane")
    run_due(services.PUBLISH)
    assert len(document(book)["items"]) == 2
    assert access.below(book) == []
