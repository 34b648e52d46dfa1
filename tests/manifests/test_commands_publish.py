"""Documents published from the command line."""

import pytest

from gcis.core.errors import SourceFault
from gcis.jobs.models import Job
from manifests import curation, republish, services
from manifests.models import Collection, Manifest
from redirects import services as names
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published, relabel
from tests.shell import rehearse, run
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)


def a_book(name: str, when: str = When.FIRST) -> Manifest:
    """With one page that can be shown; published if that is its rule."""
    book = a_manifest(name, when, identifier=name)
    convert(a_page(book))
    published()
    return fresh(book)  # type: ignore[no-any-return]


def test_what_is_named_is_published_whatever_its_rule() -> None:
    a_book("draft", When.MANUAL)
    ended = run("publish", "draft")
    assert (ended.status, ended.lines) == (0, ["1 will be published."])
    assert published() == ["draft"]


def test_what_has_not_changed_is_built_again_too() -> None:
    book = a_book("book")
    assert book.published == book.dirty
    run("publish", "book")
    assert published() == ["book"]
    assert fresh(book).publication_id != book.publication_id


def test_outstanding_is_what_was_out_and_has_changed() -> None:
    a_book("same")
    changed, draft, by_hand = a_book("changed"), a_book("draft", When.MANUAL), a_book("by hand", When.MANUAL)
    services.publish_now(by_hand)
    published()
    for record in (changed, draft, by_hand):
        type(record).objects.filter(pk=record.pk).update(dirty=record.dirty + 1)
    assert rehearse("publish", "--outstanding").lines == [
        "would publish  changed  changed",
        "would publish  by hand  by hand",
        "2 would be published. Nothing was changed.",
    ]
    assert run("publish", "--outstanding").lines == ["2 will be published."]
    assert sorted(published()) == ["by hand", "changed"]
    assert run("publish", "--outstanding").lines == ["There is nothing to publish."]


def test_what_could_not_be_built_is_tried_again() -> None:
    book = a_manifest("book", identifier="book")
    Manifest.objects.filter(pk=book.pk).update(publish_error="It has no label.")
    assert republish.behind() == [book.pk]


def test_all_is_everything_that_was_published_before() -> None:
    book = a_book("book")
    a_collection("shelf", book, identifier="shelf")
    a_book("draft", When.MANUAL)
    gone = a_book("gone")
    published()
    curation.withdraw(gone, actor="test", reason="no")
    published()
    assert rehearse("publish", "--all").lines[:2] == ["would publish  book  book", "would publish  shelf  shelf/"]
    assert run("publish", "--all").lines == ["2 will be published."]
    assert sorted(published()) == ["book", "shelf"]
    assert Collection.objects.get().published


def test_what_is_withdrawn_is_refused_and_a_dry_run_knows() -> None:
    book, other = a_book("book"), a_book("other")
    curation.withdraw(book, actor="test", reason="no")
    Job.objects.all().delete()
    foretold = rehearse("publish", "book", "other")
    assert (foretold.status, foretold.err) == (1, "1 of these cannot be published.\n")
    assert "cannot publish  book: This is withdrawn. Restore it first." in foretold.lines
    with pytest.raises(SourceFault, match=republish.WITHDRAWN):
        republish.publish_again(book.pk)
    ended = run("publish", "book", "other")
    assert (ended.status, ended.err) == (1, "1 will be published; 1 not: This is withdrawn. Restore it first.\n")
    assert published() == ["other"]
    assert names.current([other.pk]) == {other.pk: "other"}


@pytest.mark.parametrize("words", [(), ("book", "--all"), ("book", "--outstanding"), ("--all", "--outstanding")])
def test_what_does_not_go_together_is_refused(words: tuple[str, ...]) -> None:
    book = a_book("book")
    relabel(book, "changed")
    published()
    assert run("publish", *words).status in (1, 2)
    assert published() == []
