"""Publishing at a moment that was set."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gcis.core.errors import SourceFault
from images import services as images
from manifests import curation, scheduling, services
from manifests.models import Manifest
from tests.manifests.records import When, a_manifest, a_page, document, fresh, published, relabel
from tests.work import convert, happened

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=2)


def a_book(when: str) -> Manifest:
    made = a_manifest("book", when)
    convert(a_page(made))
    return made


def comes(record: Any) -> int:
    """The day has come; how many the sweep publishes."""
    Manifest.objects.filter(pk=record.pk).update(publish_at=timezone.now() - timedelta(seconds=1))
    return scheduling.publish_due()


@pytest.mark.parametrize("when", [When.MANUAL, When.FIRST, When.COMPLETE])
def test_it_is_published_on_its_day_and_not_before(when: str) -> None:
    book = a_manifest("book", when)
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    convert(a_page(book))
    assert published() == []
    assert scheduling.publish_due() == 0
    assert comes(book) == 1
    assert published()[0] == "book"
    assert fresh(book).publication
    assert fresh(book).publish_at is None
    assert scheduling.publish_due() == 0


def test_its_pictures_are_not_seen_before() -> None:
    book = a_manifest("book", When.FIRST)
    (picture,) = [a_page(book)]
    convert(picture)
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    assert images.facts([picture])[picture].policy.closed
    comes(book)
    published()
    assert not images.facts([picture])[picture].policy.closed
    assert document(book)["items"][0]["items"]


def test_what_is_published_already_goes_on_by_its_rule() -> None:
    book = a_book(When.FIRST)
    published()
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    relabel(book, "renamed")
    assert published() == ["renamed"]


def test_changes_of_what_is_published_by_hand_wait_for_the_day() -> None:
    book = a_book(When.MANUAL)
    services.publish_now(book)
    published()
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    relabel(book, "renamed")
    assert published() == []
    comes(book)
    assert published() == ["renamed"]
    assert document(book)["label"] == {"none": ["renamed"]}


def test_a_day_that_is_taken_back_leaves_it_to_its_rule() -> None:
    book = a_manifest("book", When.FIRST)
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    convert(a_page(book))
    assert published() == []
    assert scheduling.set_publish_at(book, None, actor="admin jane") is True
    assert scheduling.set_publish_at(book, None, actor="admin jane") is False
    assert published()[0] == "book"
    assert happened(book.pk).count("manifest.publish_at_set") == 2


def test_what_is_withdrawn_has_no_day() -> None:
    book = a_book(When.MANUAL)
    scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    curation.withdraw(book, actor="admin jane", reason="on request")
    assert comes(book) == 0
    with pytest.raises(SourceFault, match="withdrawn"):
        scheduling.set_publish_at(book, timezone.now() + LATER, actor="admin jane")
    assert scheduling.set_publish_at(book, None, actor="admin jane") is True
