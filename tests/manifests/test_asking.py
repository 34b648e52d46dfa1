"""What people ask of works as a whole."""

import pytest

from gcis.core.errors import SourceFault
from images import services as images
from manifests import asking, curation
from manifests.models import Manifest
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published
from tests.work import convert, happened
from tests.work import fresh as image

pytestmark = pytest.mark.django_db(transaction=True)


def a_draft() -> Manifest:
    made = a_manifest("draft", when=When.MANUAL)
    convert(a_page(made))
    return made


def test_a_rule_is_changed_once_and_what_is_due_by_it_is_published() -> None:
    draft = a_draft()
    assert published() == []
    assert asking.set_publish_when(draft, When.COMPLETE, actor="admin jane")
    assert not asking.set_publish_when(draft, When.COMPLETE, actor="admin jane")
    assert published() == ["draft"]
    assert "manifest.publish_when_set" in happened(draft.pk)


def test_what_becomes_a_draft_again_shuts_its_pictures() -> None:
    book = a_manifest("book", when=When.COMPLETE)
    picture = a_page(book)
    asking.set_publish_when(book, When.MANUAL, actor="test")
    assert images.facts([picture])[picture].policy.closed


def test_a_rule_that_is_none_is_refused() -> None:
    draft = a_draft()
    with pytest.raises(SourceFault):
        asking.set_publish_when(draft, "soon", actor="test")
    assert fresh(draft).publish_when == When.MANUAL


def test_who_asked_for_publishing_is_recorded() -> None:
    draft = a_draft()
    asking.publish(draft, actor="admin jane")
    assert published() == ["draft"]
    assert happened(draft.pk)[-2:] == ["manifest.publish_asked", "manifest.published"]


def test_what_is_withdrawn_cannot_be_published() -> None:
    draft = a_draft()
    curation.withdraw(draft, actor="test", reason="x")
    with pytest.raises(SourceFault, match="Restore it first"):
        asking.publish(draft, actor="test")
    assert "manifest.publish_asked" not in happened(draft.pk)


def test_all_pictures_anywhere_in_a_collection_are_purged() -> None:
    one, two, three = a_manifest("one"), a_manifest("two"), a_manifest("three")
    inside = [a_page(one), a_page(two)]
    outside = a_page(three)
    shelf = a_collection("shelf", one, a_collection("board", two))
    assert asking.purge(shelf, actor="test", reason="colours") == 2
    assert [image(key).generation for key in inside] == [1, 1]
    assert image(outside).generation == 0
    assert happened(shelf.pk)[-1] == "collection.purged"
    assert asking.purge(a_collection("empty"), actor="test") == 0
