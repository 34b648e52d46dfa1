"""A burst of changes is published once, and exactly the documents concerned; what others built, behind all else."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from manifests import annotating, outdated, publications, services, words
from manifests.build.references import reference
from manifests.models import AnnotationPage, Manifest, Published
from manifests.payload.annotations.reading import AnnotationSent
from tests.manifests.records import a_collection, a_manifest, a_page, document, fresh, published, relabel
from tests.work import convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books() -> list[Manifest]:
    made = [a_manifest(f"book {number}") for number in range(3)]
    for book in made:
        convert(a_page(book))
    published()
    return [fresh(book) for book in made]


def waiting(*records: Any) -> list[UUID]:
    """What has a job that waits, each once."""
    found = list(Job.objects.filter(kind=services.PUBLISH, state="queued").values_list("subject", flat=True))
    assert len(found) == len(set(found))
    return sorted(found)


def comes() -> list[str]:
    """The pause is over; what is published by then."""
    Job.objects.filter(state="queued").update(run_at="2000-01-01T00:00Z")
    return published()


def comment(book: Manifest, text: str) -> AnnotationPage:
    on = reference("canvas", book.canvases.get().pk)
    sent = AnnotationSent(["commenting"], on, {"type": "TextualBody", "value": text})
    return annotating.note(book, sent, on, actor="test").page


# -------------------------------------------------------------------------------------------------------------- bursts
def test_a_burst_of_changes_is_published_once(books: list[Manifest], settings: Any) -> None:
    settings.GCIS_PUBLISH_PAUSE = 30
    book = books[0]
    for number in range(10):
        relabel(book, f"label {number}")
    words.describe(book.canvases.get(), {"label": {"none": ["1r"]}}, actor="test")
    assert published() == [], "the burst may go on"
    assert waiting() == [book.pk]
    before = fresh(book).publication_id
    assert comes() == ["label 9"]
    assert fresh(book).publication_id != before
    assert fresh(book).published == fresh(book).dirty
    assert waiting() == []


def test_annotations_publish_their_manifest_alone_and_once(books: list[Manifest], settings: Any) -> None:
    settings.GCIS_PUBLISH_PAUSE = 30
    a_collection("shelf", *books)
    comes()
    for number in range(5):
        page = comment(books[1], f"note {number}")
    assert waiting() == [books[1].pk]
    assert comes() == ["book 1"], "and not the shelf, which shows nothing of it"
    (shown,) = document(books[1])["items"][0]["annotations"]
    assert [each["body"]["value"] for each in shown["items"]] == [f"note {number}" for number in range(5)]
    row = AnnotationPage.objects.get(pk=page.pk)
    assert row.built == row.revision
    alone = publications.read_document(books[1].pk, row.documents["3"])
    assert b"note 4" in alone
    relabel(books[1], "renamed")
    comes()
    assert AnnotationPage.objects.get(pk=page.pk).documents == row.documents, "what has not changed is not built again"


def test_a_table_of_contents_publishes_its_manifest_alone(books: list[Manifest], settings: Any) -> None:
    settings.GCIS_PUBLISH_PAUSE = 30
    book, on = books[2], reference("canvas", books[2].canvases.get().pk)
    contents = {"type": "Range", "label": {"en": ["Songs"]}, "items": [{"id": on, "type": "Canvas"}]}
    words.describe(book, {"structures": [contents]}, actor="test")
    assert waiting() == [book.pk]
    assert comes() == ["book 2"]
    assert document(book)["structures"][0]["label"] == {"en": ["Songs"]}


# ------------------------------------------------------------------------------------------------------------ outdated
def test_what_others_built_waits_in_the_bulk_lane_in_portions(books: list[Manifest], settings: Any) -> None:
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    assert services.outstanding() == outdated.count() == 3
    assert outdated.queue(most=2) == 2
    assert outdated.queue(most=2) == 0, "as long as so many wait"
    assert services.outstanding() == 3
    rows = Job.objects.filter(kind=services.PUBLISH, state="queued")
    assert {(row.lane, row.priority) for row in rows} == {("bulk", -1)}
    run_due()
    assert outdated.queue(most=2) == 1, "it goes on where it stopped"
    run_due()
    assert services.outstanding() == outdated.queue() == 0
    assert all(document(book)["id"].startswith("https://other") for book in books)


def test_a_persons_order_never_waits_behind_them(books: list[Manifest], settings: Any) -> None:
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    outdated.queue()
    relabel(books[0], "renamed")
    held = jobs.claim_next(["interactive"], "test")
    assert held
    assert held.subject == books[0].pk
    jobs.give_back(held)
    run_due()
    ended = Job.objects.filter(subject=books[0].pk, lane="bulk", state="superseded")
    assert ended.count() == 1, "there was nothing left to build"
    assert document(books[0])["label"] == {"none": ["renamed"]}


def test_no_transaction_holds_more_than_a_portion(books: list[Manifest], settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(outdated, "PORTION", 1)
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    with CaptureQueriesContext(connection) as sent:
        assert outdated.queue() == 3
    assert len([query for query in sent if query["sql"].startswith("BEGIN")]) == 3


def test_what_cannot_be_built_is_tried_once_by_each_builder(books: list[Manifest], settings: Any) -> None:
    words_now = fresh(books[0]).source_layer
    Manifest.objects.filter(pk=books[0].pk).update(source_layer={**words_now, "navDate": "yesterday"})
    services.touch(books[0])
    assert published() == []
    assert outdated.queue() == 0
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    assert outdated.queue() == 3
    run_due()
    assert fresh(books[0]).publish_error
    assert outdated.queue() == 0
    assert services.outstanding() == 0, "it waits for a person"


def test_edits_that_wait_for_a_hand_are_not_published_by_a_new_builder(books: list[Manifest], settings: Any) -> None:
    Manifest.objects.filter(pk__in=[book.pk for book in books]).update(publish_when=Published.PublishWhen.MANUAL)
    relabel(fresh(books[0]), "not yet")
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    assert outdated.queue() == 2
    run_due()
    assert document(books[0])["label"] == {"none": ["book 0"]}
    assert document(books[1])["id"].startswith("https://other")


def test_the_command_queues_them_all_at_once(books: list[Manifest], settings: Any, capsys: Any) -> None:
    settings.GCIS_PUBLIC_URL = "https://other.example.org"
    call_command("publish", outdated=True, dry_run=True)
    assert "3 would be published" in capsys.readouterr().out
    assert waiting() == []
    call_command("publish", outdated=True)
    assert "3 will be published" in capsys.readouterr().out
    assert waiting() == sorted(book.pk for book in books)
    run_due()
    call_command("publish", outdated=True)
    assert "nothing to publish" in capsys.readouterr().out
