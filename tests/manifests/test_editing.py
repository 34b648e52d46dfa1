"""Saving over what somebody else has said meanwhile."""

import uuid
from datetime import UTC, datetime

import pytest

from images.curation import Restriction
from manifests import editing, words
from manifests.models import Canvas, Manifest
from tests.manifests.records import a_collection, a_manifest, a_page, fresh
from tests.work import statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    made = a_manifest()
    a_page(made)
    a_page(made)
    return made


def test_words_are_written_over_what_was_seen(book: Manifest) -> None:
    assert editing.describe(book, {"rights": None, "summary": "x"}, {"summary": None}, actor="test") == ["summary"]
    with pytest.raises(editing.Stale) as stale:
        editing.describe(book, {"summary": "y"}, {"summary": None, "label": {"none": ["book"]}}, actor="test")
    assert stale.value.now == {"summary": {"none": ["x"]}}


def test_words_on_a_page_are_too(book: Manifest) -> None:
    page = book.canvases.get(position=0)
    editing.describe(page, {"label": "folio"}, {"label": {"none": ["page 1"]}}, actor="test")
    with pytest.raises(editing.Stale):
        editing.describe(page, {"label": "leaf"}, {"label": {"none": ["page 1"]}}, actor="test")
    assert Canvas.objects.get(pk=page.pk).curated_layer == {"label": {"none": ["folio"]}}


def test_an_order_counts_what_came_later_at_its_end(book: Manifest) -> None:
    one, two = (uuid.UUID(key) for key in editing.current_order(book))
    editing.order(book, [two, one], [one, two], actor="test")
    a_page(book)
    three = book.canvases.get(position=2).pk
    assert editing.current_order(fresh(book)) == [str(two), str(one), str(three)]
    with pytest.raises(editing.Stale):
        editing.order(book, [one, two, three], [one, two, three], actor="test")


def test_members_have_an_order_too() -> None:
    one, two = a_manifest("one"), a_manifest("two")
    shelf = a_collection("shelf", one, two)
    assert editing.order(shelf, [two.pk, one.pk], [one.pk, two.pk], actor="test")
    assert editing.current_order(fresh(shelf)) == [str(two.pk), str(one.pk)]


def test_publishing_and_access_are_set_over_what_was_seen(book: Manifest) -> None:
    seen = editing.sharing(book)
    opens = datetime(2030, 1, 1, tzinfo=UTC)
    assert editing.share(book, "manual", None, Restriction("closed", None, opens), seen, actor="test")
    with pytest.raises(editing.Stale) as stale:
        editing.share(book, "manual", None, Restriction("open"), seen, actor="test")
    assert stale.value.now == {"publish_when": "manual", "access": "closed", "access_from": opens.isoformat()}
    now = editing.sharing(fresh(book))
    assert not editing.share(book, "manual", None, Restriction("closed", None, opens), now, actor="test")


def test_what_is_refused_writes_nothing(book: Manifest) -> None:
    with statements() as sent, pytest.raises(editing.Stale):
        editing.describe(book, {"label": "x"}, {"label": None}, actor="test")
    assert writes(sent) == []
    assert words.differences(fresh(book)) == []
