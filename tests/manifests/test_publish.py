"""From records to stored documents: builds, swaps, parents, and what is cleared away."""

import gzip
from typing import Any

import brotli
import pytest
from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim, Superseded
from gcis.jobs.models import Job
from images import services as images
from manifests import outdated, publications, services
from manifests.addresses import published_key
from manifests.models import Manifest, Publication
from manifests.publish import PublishHandler
from tests.manifests.records import (
    When,
    a_collection,
    a_manifest,
    a_page,
    document,
    fresh,
    published,
    relabel,
)
from tests.work import a_file, a_source, convert, fail, run_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """A manifest of two pages that is due."""
    made = a_manifest("book", identifier="ark:/1/book")
    for _ in range(2):
        convert(a_page(made))
    return made


def begin(record: Any) -> Claim:
    """A worker takes the record's publishing job."""
    held = jobs.claim(Job.objects.get(subject=record.pk, state="queued").pk, "test")
    assert held
    return held


def end(held: Claim, commit: Any) -> None:
    """The runner's final transaction."""
    with transaction.atomic():
        jobs.end(held, Job.State.SUCCEEDED)
        commit()


# ------------------------------------------------------------------------------------------------------------ documents
def test_what_is_published(book: Manifest) -> None:
    assert published() == ["book"]
    record = fresh(book)
    assert record.published == record.dirty == record.publication.number
    versioned, neutral = document(book, "3"), document(book, "3n")
    assert versioned["id"] == "https://images.example.org/presentation/3/ark:%2F1%2Fbook/manifest"
    assert neutral["id"] == "https://images.example.org/presentation/ark:%2F1%2Fbook/manifest"
    assert versioned["items"] == neutral["items"]
    assert [len(canvas["items"]) for canvas in versioned["items"]] == [1, 1]
    assert record.search_text.split() == ["book", "page", "1", "page", "2"]
    assert record.publication.summary["canvases"] == 2


def test_every_form_is_stored_as_it_is_and_compressed(book: Manifest) -> None:
    published()
    publication = fresh(book).publication
    for form, about in publication.documents.items():
        plain = publications.read(publication, form)
        assert len(plain) == about["size"]
        assert brotli.decompress(publications.read(publication, form, ".br")) == plain
        assert gzip.decompress(publications.read(publication, form, ".gz")) == plain
    assert set(publication.documents) == {"3", "3n", "2", "2n"}
    assert len(list(store("published").keys())) == 4 * 3


def test_a_page_without_picture_keeps_its_place_and_says_why() -> None:
    book = a_manifest()
    pictures = [a_page(book) for _ in range(3)]
    convert(pictures[1])
    published()
    first, second, third = document(book)["items"]
    assert (first["items"], len(second["items"]), third["items"]) == ([], 1, [])
    assert first["summary"] == {"en": ["This picture is still being converted."]}
    fail(pictures[0], sentence="The file is cut off.")
    convert(pictures[2])
    published()
    again = document(book)["items"]
    assert [canvas["id"] for canvas in again] == [first["id"], second["id"], third["id"]]
    assert again[0]["summary"] == {"en": ["This picture could not be converted. The file is cut off."]}
    assert len(again[2]["items"]) == 1


# --------------------------------------------------------------------------------------------------------------- swaps
def test_publishing_swaps_only_upwards(book: Manifest) -> None:
    held = begin(book)
    late = PublishHandler().run(held)
    jobs.give_back(held)
    relabel(book, "newer")
    assert published() == ["newer"]
    current = fresh(book).publication
    with pytest.raises(Superseded), transaction.atomic():
        late()
    assert fresh(book).publication == current
    assert document(book)["label"] == {"none": ["newer"]}


def test_nothing_new_is_not_published_twice(book: Manifest) -> None:
    published()
    before = fresh(book).publication
    services.publish_now(book)
    assert [job.state for job in run_due(services.PUBLISH)] == ["superseded"]
    assert fresh(book).publication == before
    assert Publication.objects.count() == 1


def test_what_changes_during_a_build_is_published_after_it(book: Manifest) -> None:
    held = begin(book)
    commit = PublishHandler().run(held)
    relabel(book, "newer")
    assert Job.objects.filter(subject=book.pk, state="queued").count() == 0, "the running one has the key"
    end(held, commit)
    assert document(book)["label"] == {"none": ["book"]}
    assert published() == ["newer"]
    assert services.outstanding() == 0


def test_a_withdrawn_record_is_not_published(book: Manifest) -> None:
    Manifest.objects.filter(pk=book.pk).update(withdrawn="2026-01-01T00:00Z")
    assert [job.state for job in run_due(services.PUBLISH)] == ["superseded"]
    assert fresh(book).publication is None


def test_two_builds_of_the_same_are_the_same_bytes(book: Manifest) -> None:
    published()
    before = fresh(book).publication.documents
    services.touch(book)
    published()
    assert fresh(book).publication.documents == before
    assert Publication.objects.count() == 2


# -------------------------------------------------------------------------------------------------- what may not go out
def break_rights(book: Manifest) -> None:
    services.describe(fresh(book), {**fresh(book).source_layer, "rights": "all of them"})
    services.touch(book)


def mend_rights(book: Manifest) -> None:
    services.describe(fresh(book), {"label": {"none": ["mended"]}})
    services.touch(book)


def test_a_document_that_breaks_a_rule_leaves_the_old_one_and_says_why(book: Manifest) -> None:
    published()
    before = fresh(book).publication
    break_rights(book)
    (job,) = run_due(services.PUBLISH)
    assert (job.state, job.error_code) == ("failed", "invalid_document")
    after = fresh(book)
    assert after.publication == before
    assert (
        after.publish_error
        == job.error_text
        == "/rights: 'all of them' is not the URI of a licence or rights statement."
    )
    assert after.dirty > after.published
    assert services.outstanding() == services.schedule_forgotten() == 0, "it waits for a person"

    mend_rights(book)
    assert published() == ["mended"]
    assert fresh(book).publish_error == ""


def test_a_fault_mended_while_it_was_being_found_is_published(book: Manifest) -> None:
    break_rights(book)
    held = begin(book)
    with pytest.raises(Exception, match="not the URI") as fault:
        PublishHandler().run(held)
    mend_rights(book)
    with transaction.atomic():
        jobs.end(held, Job.State.FAILED)
        PublishHandler().gave_up(held, "invalid_document", str(fault.value))
    assert published() == ["mended"]


def test_a_record_without_pages_says_so() -> None:
    empty = a_manifest("empty")
    services.touch(empty)
    assert run_due(services.PUBLISH) == []  # it waits for its first page, unless a person insists
    services.publish_now(empty)
    run_due(services.PUBLISH)
    assert fresh(empty).publish_error == "/items: there are none."


# -------------------------------------------------------------------------------------------------------------- parents
def test_a_collection_shows_what_is_published_and_grows_with_it(book: Manifest) -> None:
    other = a_manifest("other")
    waiting = a_page(other)
    shelf = a_collection("shelf", book, other)
    room = a_collection("room", shelf)
    published()
    assert [item["label"]["none"][0] for item in document(shelf)["items"]] == ["book"]
    convert(waiting)
    assert published() == ["other", "shelf"], "the room shows the same as before"
    assert [item["label"]["none"][0] for item in document(shelf)["items"]] == ["book", "other"]
    assert document(room)["items"][0]["thumbnail"] == document(book)["thumbnail"]


def test_a_parent_is_published_again_when_label_or_thumbnail_changes_and_only_then(book: Manifest) -> None:
    shelf = a_collection("shelf", book)
    a_collection("elsewhere", a_manifest("another"))
    published()
    first, second = services.images_of(book.pk)

    relabel(book, "renamed")
    assert published() == ["renamed", "shelf"]
    assert document(shelf)["items"][0]["label"] == {"none": ["renamed"]}

    services.describe(fresh(book), {**fresh(book).source_layer, "summary": {"en": ["About it."]}})
    services.touch(book)
    assert published() == ["renamed"], "the summary is not shown by the shelf"

    convert(a_page(fresh(book)))
    assert published() == ["renamed"], "one page more is not shown by the shelf"

    images.replace(second, a_file(text="2"), actor="test")
    convert(second, 300, 900)
    assert published() == ["renamed"], "not its thumbnail"

    images.replace(first, a_file(text="1"), actor="test")
    convert(first, 300, 900)
    assert published() == ["renamed", "shelf"], "its thumbnail has another shape now"
    assert document(shelf)["items"][0]["thumbnail"] == document(book)["thumbnail"]
    assert document(shelf)["thumbnail"] == document(book)["thumbnail"]


def test_a_change_climbs_as_far_as_it_is_shown(book: Manifest) -> None:
    shelf = a_collection("shelf", book)
    room = a_collection("room", shelf)
    published()
    first, _ = services.images_of(book.pk)
    images.replace(first, a_file(text="1"), actor="test")
    convert(first, 300, 900)
    assert published() == ["book", "shelf", "room"]
    assert document(room)["thumbnail"] == document(book)["thumbnail"]
    relabel(book, "renamed")
    assert published() == ["renamed", "shelf"]


# ------------------------------------------------------------------------------------------------------ another builder
def test_a_changed_base_publishes_everything_again(book: Manifest, settings: Any) -> None:
    shelf = a_collection("shelf", book)
    withdrawn, never = a_manifest("withdrawn"), a_manifest("never")
    convert(a_page(withdrawn))
    published()
    Manifest.objects.filter(pk=withdrawn.pk).update(withdrawn="2026-01-01T00:00Z")
    assert outdated.queue() == 0
    before = services.outstanding()
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    assert services.outstanding() == before + 2
    assert outdated.count() == outdated.queue() == 2
    assert services.outstanding() == before + 2
    assert sorted(set(published())) == ["book", "shelf"]
    assert services.outstanding() == before
    assert outdated.count() == 0
    for record in (book, shelf):
        assert document(record)["id"].startswith("https://other.example.org/")
    assert "images.example.org" not in str(document(book)) + str(document(shelf))
    assert fresh(never).publication is None


# ---------------------------------------------------------------------------------------------------------------- prune
def age(*publications: Publication) -> None:
    """As if they had been out of the last ones for long."""
    old = Publication.objects.filter(pk__in=[each.pk for each in publications], retired__isnull=False)
    old.update(retired="2000-01-01T00:00Z")


@pytest.fixture
def current_only(settings: Any) -> None:
    settings.GCIS_KEEP_PUBLICATIONS = 1


@pytest.mark.usefixtures("current_only")
def test_pruning_keeps_what_is_current_or_young(book: Manifest) -> None:
    shelf = a_collection("shelf", book)
    published()
    oldest = fresh(book).publication
    relabel(book, "2")
    published()
    young = fresh(book).publication
    relabel(book, "3")
    published()
    age(oldest, fresh(book).publication, fresh(shelf).publication)
    before = Publication.objects.count()
    assert publications.prune(keep_seconds=3600) == 1
    assert Publication.objects.count() == before - 1
    assert not Publication.objects.filter(pk=oldest.pk).exists()
    for encoding in ("", ".br", ".gz"):
        for form in ("3", "3n"):
            key = published_key(book.pk, oldest.documents[form]["digest"], encoding)
            assert store("published").size(key) is None
            assert publications.read(young, form, encoding)
    assert document(book)["label"] == {"none": ["3"]}
    assert document(shelf)


def test_pruning_keeps_bytes_that_a_newer_publication_shares(book: Manifest) -> None:
    published()
    first = fresh(book).publication
    services.touch(book)
    published()
    age(first)
    assert publications.prune(keep_seconds=3600) == 1
    assert document(book, "3")
    assert document(book, "3n")


@pytest.mark.usefixtures("current_only")
def test_pruning_waits_while_something_is_being_published(book: Manifest) -> None:
    published()
    first = fresh(book).publication
    relabel(book, "2")
    published()
    relabel(book, "book")
    held = begin(book)
    commit = PublishHandler().run(held)  # it has found the bytes of the first and will point at them
    age(first)
    assert publications.prune(keep_seconds=3600) == 0
    end(held, commit)
    assert publications.prune(keep_seconds=3600) == 1
    assert document(book)["label"] == {"none": ["book"]}


@pytest.mark.usefixtures("current_only")
def test_the_unpublished_do_not_confuse_pruning(book: Manifest) -> None:
    a_manifest("never", when=When.MANUAL, source=a_source())
    published()
    first = fresh(book).publication
    relabel(book, "2")
    published()
    age(first)
    assert publications.prune(keep_seconds=3600) == 1
