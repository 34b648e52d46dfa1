"""Names, withdrawal, merging and access of manifests and collections."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs.models import Job
from images import curation as pictures
from images.access import Access
from images.curation import Restriction
from manifests import curation, members, services, words
from manifests.models import Collection, Manifest
from redirects import services as names
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published
from tests.work import a_source, an_image, convert, everything, happened

pytestmark = pytest.mark.django_db(transaction=True)


def called(record: Any) -> str:
    return names.current([record.pk])[record.pk]


def leads_to(name: str) -> UUID | None:
    found = names.find("presentation", name)
    return found.resource if found else None


def last(record: Any) -> tuple[str, str, dict[str, Any]]:
    event = Event.objects.filter(subject=record.pk).latest("id")
    return event.kind, event.actor, event.data


def refused(code: str, change: Callable[[], object]) -> None:
    """The call is refused with this code, and leaves everything as it was."""
    before = everything()
    with pytest.raises(SourceFault) as refusal:
        change()
    assert (refusal.value.code, everything()) == (code, before)


def rises(record: Any, change: Callable[[], object]) -> bool:
    """Whether it was edited (its revision rises) or its document is to be built anew (it is dirty)."""
    before = fresh(record)
    change()
    after = fresh(record)
    return bool(after.revision > before.revision or after.dirty > before.dirty)


def a_book(name: str = "book", **options: Any) -> Manifest:
    """A published manifest with one page."""
    book = a_manifest(name, **options)
    convert(a_page(book))
    published()
    return book


def member_names(collection: Collection) -> list[str]:
    return [str(member.manifest or member.child) for member in collection.members.order_by("place")]


# ---------------------------------------------------------------------------------------------------------------- names
def test_a_renamed_work_is_called_so_in_its_document_and_its_parents() -> None:
    book = a_book(identifier="old")
    shelf = a_collection("shelf", book, identifier="shelf")
    published()
    assert curation.rename(book, "new", actor="admin jane", reason="misread")
    assert last(book)[0:2] == ("manifest.renamed", "admin jane")
    assert last(book)[2] == {"was": "old", "now": "new", "reason": "misread"}
    assert sorted(published()) == ["book", "shelf"]
    assert document(book)["id"].endswith("/new/manifest")
    assert document(shelf)["items"][0]["id"].endswith("/new/manifest")
    assert leads_to("old") == leads_to("new") == book.pk


def test_renaming_to_the_present_name_changes_nothing_and_back_is_possible() -> None:
    book = a_manifest(identifier="old")
    assert rises(book, lambda: curation.rename(book, "new", actor="test"))
    before = everything()
    assert not curation.rename(book, "new", actor="test")
    assert everything() == before
    assert curation.rename(book, "old", actor="test")
    assert called(book) == "old"


@pytest.mark.parametrize(
    ("value", "code"), [("taken", "identifier_taken"), ("3/x", "identifier"), ("a/manifest", "identifier")]
)
def test_a_name_that_cannot_be_had_changes_nothing(value: str, code: str) -> None:
    a_collection("shelf", identifier="taken")
    book = a_manifest(identifier="old")
    refused(code, lambda: curation.rename(book, value, actor="test"))


def test_manifests_and_collections_share_their_names_and_pictures_have_their_own() -> None:
    book, shelf = a_manifest(identifier="book"), a_collection("shelf", identifier="shelf")
    an_image(identifier="picture")
    refused("identifier_taken", lambda: curation.rename(shelf, "book", actor="test"))
    assert curation.rename(book, "picture", actor="test")


# ----------------------------------------------------------------------------------------------------------- withdrawal
def test_what_is_withdrawn_leaves_its_parents_and_is_not_published() -> None:
    book, other = a_book(identifier="book"), a_book("other")
    shelf = a_collection("shelf", book, other)
    published()
    assert rises(book, lambda: curation.withdraw(book, actor="admin jane", reason="rights"))
    assert last(book) == ("manifest.withdrawn", "admin jane", {"reason": "rights"})
    assert (fresh(book).withdrawn_reason, fresh(book).publication_id is not None) == ("rights", True)
    assert published() == ["shelf"]
    assert len(document(shelf)["items"]) == 1
    assert names.find("presentation", "book").status == "withdrawn"  # type: ignore[union-attr]
    before = everything()
    assert not curation.withdraw(book, actor="test", reason="again")
    assert everything() == before
    refused("withdrawn", lambda: curation.rename(book, "new", actor="test"))


def test_what_is_restored_is_back_in_its_parents_under_its_last_name() -> None:
    book = a_book(identifier="first")
    shelf = a_collection("shelf", book)
    curation.rename(book, "book", actor="test")
    curation.withdraw(book, actor="test", reason="rights")
    published()
    assert rises(book, lambda: curation.restore(book, actor="admin jane", reason="cleared"))
    assert last(book) == ("manifest.restored", "admin jane", {"reason": "cleared"})
    assert sorted(published()) == ["book", "shelf"]
    assert (called(book), len(document(shelf)["items"])) == ("book", 1)
    before = everything()
    assert not curation.restore(book, actor="test")
    assert everything() == before


def test_a_change_while_it_was_withdrawn_is_published_after_the_restoration() -> None:
    book = a_book()
    curation.withdraw(book, actor="test", reason="rights")
    words.describe(fresh(book), {"label": "Changed"}, actor="test")
    assert published() == []
    curation.restore(book, actor="test")
    published()
    assert document(book)["label"] == {"none": ["Changed"]}


def test_a_publication_under_way_does_not_bring_back_what_was_withdrawn_meanwhile() -> None:
    book = a_manifest()
    convert(a_page(book))
    curation.withdraw(book, actor="test", reason="rights")
    assert published() == []
    assert list(Job.objects.filter(kind=services.PUBLISH).values_list("state", flat=True)) == ["superseded"]
    assert fresh(book).publication_id is None


def test_a_withdrawn_collection_leaves_its_members_where_they_are() -> None:
    book = a_book()
    shelf = a_collection("shelf", book)
    top = a_collection("top", shelf)
    published()
    curation.withdraw(shelf, actor="test", reason="wrong")
    assert published() == ["top"]
    assert (document(top)["items"], member_names(shelf)) == ([], ["book"])
    assert not fresh(book).policy.closed


# -------------------------------------------------------------------------------------------------------------- merging
def test_names_and_places_of_a_merged_work_go_to_the_other() -> None:
    double, kept, other = a_book("double", identifier="double"), a_book("kept", identifier="kept"), a_book("other")
    shelf, top = a_collection("shelf", double, other), a_collection("top", kept, double)
    curation.rename(double, "twin", actor="test")
    published()
    curation.merge(double, kept, actor="admin jane", reason="catalogued twice")
    assert {leads_to(name) for name in ("double", "twin", "kept")} == {kept.pk}
    assert called(kept) == "kept"
    assert (member_names(shelf), member_names(top)) == (["kept", "other"], ["kept"])
    told = {"names": ["double", "twin"], "reason": "catalogued twice"}
    assert last(double) == ("manifest.merged", "admin jane", {"into": str(kept.pk), **told})
    assert [kind for kind in happened(kept.pk) if kind != "manifest.published"][-1] == "manifest.took_over"
    assert sorted(published()) == ["shelf", "top"]
    assert [item["id"].split("/")[-2] for item in document(shelf)["items"]] == ["kept", called(other)]


def test_a_merge_counts_in_both_revisions() -> None:
    double, kept = a_manifest("double"), a_manifest("kept")
    assert rises(double, lambda: rises(kept, lambda: curation.merge(double, kept, actor="test")) or pytest.fail("kept"))


def test_people_s_order_keeps_the_place_of_what_was_merged() -> None:
    a, b, c, kept = (a_manifest(name) for name in "abcd")
    shelf = a_collection("shelf", a, b, c)
    words.order(shelf, [c.pk, b.pk, a.pk], actor="test")
    curation.merge(b, kept, actor="test")
    assert member_names(shelf) == ["c", "d", "a"]
    assert words.differences(fresh(shelf)) == []


def test_what_was_merged_stays_so() -> None:
    double, kept = a_manifest("double", identifier="double"), a_manifest("kept")
    curation.merge(double, kept, actor="test")
    refused("merged", lambda: curation.restore(double, actor="test"))
    refused("merged", lambda: curation.merge(double, kept, actor="test"))
    refused("withdrawn", lambda: curation.merge(kept, double, actor="test"))
    third = a_manifest("third")
    curation.merge(kept, third, actor="test")
    assert leads_to("double") == third.pk
    assert curation.successor(fresh(double)).pk == third.pk
    assert curation.successor(third) == third


def test_what_cannot_be_merged() -> None:
    book, shelf, gone = a_manifest("book"), a_collection("shelf"), a_manifest("gone")
    curation.withdraw(gone, actor="test", reason="x")
    refused("merge_itself", lambda: curation.merge(book, book, actor="test"))
    refused("merge_itself", lambda: curation.merge(book, shelf, actor="test"))
    refused("withdrawn", lambda: curation.merge(book, gone, actor="test"))


def test_merging_a_collection_into_one_above_it_is_refused() -> None:
    inner = a_collection("inner")
    outer = a_collection("outer", inner)
    refused("circle", lambda: curation.merge(inner, outer, actor="test"))


def test_a_merged_picture_is_repainted_and_its_pages_keep_their_place() -> None:
    book, other = a_manifest("book"), a_manifest("other")
    double, kept = a_page(book), a_page(other)
    convert(double, 800, 600)
    convert(kept, 300, 900)
    published()
    canvas = book.canvases.get()
    pictures.merge(double, kept, actor="test")
    assert sorted(published()) == ["book", "other"]
    page = document(book)["items"][0]
    assert (page["id"].split("/")[-1], page["width"], page["height"]) == (str(canvas.pk), 300, 900)
    assert str(kept) in page["items"][0]["items"][0]["body"]["id"]


# --------------------------------------------------------------------------------------------------------------- access
def test_a_restriction_of_its_own_is_told_once_and_shows_in_the_parents() -> None:
    book = a_book()
    shelf = a_collection("shelf", book)
    published()
    limited = Restriction(Access.LIMITED, 400, datetime(2040, 1, 1, tzinfo=UTC))
    assert rises(shelf, lambda: curation.restrict(book, limited, actor="admin jane"))
    data = {"access": "limited", "edge": 400, "opens": "2040-01-01T00:00:00+00:00"}
    assert last(book) == ("manifest.restricted", "admin jane", data)
    before = everything()
    assert not curation.restrict(book, limited, actor="test")
    assert everything() == before
    assert sorted(published()) == ["book", "shelf"]
    assert document(shelf)["items"] == []
    assert curation.restrict(book, Restriction(), actor="test")
    published()
    assert len(document(shelf)["items"]) == 1


# ------------------------------------------------------------------------------------------------- announced and drafts
def test_a_draft_can_be_withdrawn_and_restored_and_stays_a_draft() -> None:
    draft = a_manifest("draft", When.MANUAL)
    convert(a_page(draft))
    curation.withdraw(draft, actor="test", reason="x")
    curation.restore(draft, actor="test")
    assert published() == []
    services.publish_now(fresh(draft))
    assert published() == ["draft"]


def test_what_was_only_announced_is_not_published() -> None:
    with transaction.atomic():
        announced, _ = services.put(Collection, a_source(), "box", {"label": {"none": ["box"]}}, actor="test")
    services.schedule_forgotten()
    assert published() == []
    members.put_in(announced, a_manifest(), actor="test")
    assert published() == ["box"]
