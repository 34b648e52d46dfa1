"""Erasing: what is destroyed, what is left, and that the tombstone stays."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault, Unavailable
from gcis.events.models import Event
from images.models import AccessMaster, Image
from manifests import curation, erasing, previews
from manifests.models import Canvas, Manifest, Painting, PreviewLink, Publication
from tests.manifests.records import a_collection, a_manifest, a_page, fresh, published, relabel
from tests.work import convert, run_due, take

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "the depicted person objects"


@pytest.fixture
def book() -> Manifest:
    """Withdrawn; it was published twice, and has two pictures with sources of ours."""
    made = a_manifest("book", identifier="book")
    for _ in range(2):
        picture = a_page(made)
        convert(picture)
        key = f"{picture.hex[:2]}/{picture}/source"
        store("sources").put(key, b"source")
        Image.objects.filter(pk=picture).update(copy_key=key, size=6)
    published()
    relabel(fresh(made), "renamed")
    published()
    previews.issue(made, actor="test")
    curation.withdraw(made, actor="test", reason="on request")
    run_due()
    return made


def pictures(book: Manifest) -> list[UUID]:
    return sorted(Painting.pictures.ids(canvas__manifest=book))


def left_of(book: Manifest) -> list[str]:
    """The keys in the stores that are the book's, or its pictures'."""
    owners = [str(book.pk), *map(str, pictures(book))]
    stores = [store(name) for name in ("sources", "masters", "published")]
    return [key for kept in stores for key in list(kept.keys()) if any(owner in key for owner in owners)]


def test_everything_that_is_kept_of_it_is_destroyed_and_listed(book: Manifest) -> None:
    assert len(left_of(book)) == 2 + 2 + 2 * 4 * 3
    foretold = erasing.inventory(book)
    there = erasing.erase(book, actor="admin joe", reason=REASON)
    assert there == foretold
    assert (there.publications, len(there.pictures), there.shown) == (2, 2, ())
    assert all(each.masters == 1 and each.left == "" for each in there.pictures)
    assert left_of(book) == []
    assert not Publication.objects.filter(resource=book.pk).exists()
    assert not AccessMaster.objects.exists()
    assert not PreviewLink.objects.exists()
    told = Event.objects.get(subject=book.pk, kind="manifest.erased")
    assert (told.actor, told.data["reason"], told.data["pictures"]) == ("admin joe", REASON, 2)
    assert sorted(told.data["destroyed"]) == [str(key) for key in pictures(book)]


def test_the_tombstones_stay(book: Manifest) -> None:
    erasing.erase(book, actor="test", reason=REASON)
    assert Client().get("/presentation/3/book/manifest").status_code == 410
    for key in pictures(book):
        assert Client().get(f"/iiif/3/{key}/info.json").status_code == 410


def test_pictures_that_other_works_show_are_left_and_listed(book: Manifest) -> None:
    first, second = pictures(book)
    other = a_manifest("other", identifier="other")
    a_page(other, first)
    published()
    there = erasing.erase(book, actor="test", reason=REASON)
    assert [each.image for each in there.pictures] == [second]
    assert [(each.image, each.works) for each in there.shown] == [(first, ("other",))]
    assert Image.objects.get(pk=first).current_id
    assert Client().get(f"/iiif/3/{first}/info.json").status_code == 200


def test_a_page_that_was_dropped_goes_too(book: Manifest) -> None:
    Canvas.objects.filter(manifest=book).update(dropped="2026-01-01T00:00Z")
    assert len(erasing.erase(book, actor="test", reason=REASON).pictures) == 2


def test_a_source_in_a_folder_of_others_is_left_and_said(book: Manifest) -> None:
    Image.objects.update(copy_key="")
    there = erasing.erase(book, actor="test", reason=REASON)
    assert all("It was left there" in each.left for each in there.pictures)


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_needs_a_reason(book: Manifest, reason: str) -> None:
    with pytest.raises(SourceFault, match="reason"):
        erasing.erase(book, actor="test", reason=reason)
    assert left_of(book)


def test_only_what_is_withdrawn_is_erased(book: Manifest) -> None:
    curation.restore(fresh(book), actor="test")
    run_due()
    with pytest.raises(SourceFault, match="Withdraw it first"):
        erasing.erase(book, actor="test", reason=REASON)
    assert left_of(book)


def test_a_conversion_that_runs_is_waited_for(book: Manifest) -> None:
    from images import services as images

    first, _ = pictures(book)
    curation.restore(fresh(book), actor="test")
    images.convert_again(first, actor="test")
    take(first)
    curation.withdraw(fresh(book), actor="test", reason="on request")
    run_due("manifests")
    with pytest.raises(Unavailable, match="converted"):
        erasing.erase(book, actor="test", reason=REASON)


def test_once_more_goes_on_where_it_broke_off(book: Manifest, monkeypatch: Any) -> None:
    masters = store("masters")

    def away(prefix: str) -> int:
        raise Unavailable("store", "The store does not answer.")

    with monkeypatch.context() as broken:
        broken.setattr(masters, "delete_prefix", away)
        with pytest.raises(Unavailable):
            erasing.erase(book, actor="test", reason=REASON)
    assert not Event.objects.filter(kind="manifest.erased").exists()
    erasing.erase(book, actor="test", reason=REASON)
    assert left_of(book) == []
    assert Event.objects.filter(kind="manifest.erased").count() == 1


def test_a_collection_loses_its_publications_and_nothing_else(book: Manifest) -> None:
    curation.restore(fresh(book), actor="test")
    run_due()
    shelf = a_collection("shelf", fresh(book), identifier="shelf")
    published()
    curation.withdraw(fresh(shelf), actor="test", reason="on request")
    run_due()
    there = erasing.erase(fresh(shelf), actor="test", reason=REASON)
    assert (there.publications, there.pictures) == (1, ())
    assert Client().get("/presentation/3/book/manifest").status_code == 200
    assert Client().get("/presentation/3/shelf/collection").status_code == 410


def test_the_command_foretells_and_does(book: Manifest, capsys: Any) -> None:
    call_command("erase", "book", reason=REASON, dry_run=True)
    assert "2 publications" in capsys.readouterr().out
    assert left_of(book)
    call_command("erase", "book", reason=REASON)
    assert "is erased" in capsys.readouterr().out
    assert left_of(book) == []
