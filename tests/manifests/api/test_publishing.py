"""What machines are told before and after publishing: problems, changes, the day, old publications, preview links."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manifests import scheduling
from manifests.models import Canvas, Manifest, PreviewLink
from tests.images.api.conftest import machine, tell
from tests.manifests.api.conftest import API, PUBLIC, one
from tests.manifests.records import fresh, published, relabel
from tests.work import happened

pytestmark = pytest.mark.django_db(transaction=True)


def told(client: Client, record: Any, what: str) -> Any:
    answer = client.get(one(record, what))
    assert answer.status_code == 200, answer.content
    return answer.json()


# ------------------------------------------------------------------------------------------------------------- problems
def test_a_sound_record_has_no_errors(watcher: Client, book: Manifest) -> None:
    body = told(watcher, book, "problems")
    assert body["publishable"] is True
    assert [each for each in body["draft"] + body["published"] if each["severity"] == "error"] == []


def test_what_is_wrong_is_told_with_its_place_and_page(watcher: Client, book: Manifest) -> None:
    page = Canvas.objects.filter(manifest=book).order_by("position").last()
    assert page
    Canvas.objects.filter(pk=page.pk).update(curated_layer={"navDate": "yesterday"})
    body = told(watcher, book, "problems")
    assert body["publishable"] is False
    (found,) = [each for each in body["draft"] if each["severity"] == "error"]
    assert (found["path"], found["canvas"]) == ("/items/1/navDate", str(page.pk))
    assert "yesterday" in found["sentence"]
    assert [each for each in body["published"] if each["severity"] == "error"] == []


# -------------------------------------------------------------------------------------------------------------- changes
def test_nothing_is_pending_of_what_is_out(watcher: Client, book: Manifest) -> None:
    assert told(watcher, book, "changes") == {"published": True, "count": 0, "changes": []}


def test_what_publishing_would_change(watcher: Client, book: Manifest) -> None:
    page = Canvas.objects.filter(manifest=book).order_by("position").first()
    assert page
    Canvas.objects.filter(pk=page.pk).update(curated_layer={"label": {"none": ["folio 1r"]}})
    (change,) = told(watcher, book, "changes")["changes"]
    assert change == {
        "what": "changed",
        "path": "/items/0/label/none",
        "part": {"id": f"{PUBLIC}/presentation/canvas/{page.pk}", "type": "Canvas", "label": {"none": ["folio 1r"]}},
        "name": "label",
        "old": ["1r"],
        "new": ["folio 1r"],
    }


@pytest.mark.parametrize("what", ["problems", "changes", "publications", "previews"])
def test_drafts_are_not_for_everybody(reader: Client, book: Manifest, what: str) -> None:
    assert reader.get(one(book, what)).status_code == 403


# --------------------------------------------------------------------------------------------------------- publications
def test_the_last_publications_can_be_had_one_by_one(watcher: Client, book: Manifest) -> None:
    relabel(book, "renamed")
    published()
    body = told(watcher, book, "publications")
    assert [each["current"] for each in body["results"]] == [True, False]
    address = body["results"][1]["documents"]["3"]["address"].removeprefix(PUBLIC)
    assert watcher.get(address).json()["label"] == {"none": ["Book of hours"]}
    assert Client().get(address).status_code == 403


# ------------------------------------------------------------------------------------------------------------- schedule
def test_a_day_is_set_and_taken_back(writer: Client, book: Manifest) -> None:
    day = timezone.now() + timedelta(days=3)
    answer = tell(writer, "POST", one(book, "schedule"), {"at": day.isoformat()})
    assert answer.status_code == 200
    assert answer.json()["publish_at"] == day.isoformat().replace("+00:00", "Z")
    assert tell(writer, "POST", one(book, "schedule"), {"at": None}).json()["publish_at"] is None
    assert fresh(book).publish_at is None
    assert happened(book.pk)[-2:] == ["manifest.publish_at_set", "manifest.publish_at_set"]


@pytest.mark.parametrize("body", [{}, {"at": "tomorrow"}, {"at": "2026-12-01T09:00:00"}, {"at": 3}])
def test_what_is_no_moment_is_refused(writer: Client, book: Manifest, body: Any) -> None:
    assert tell(writer, "POST", one(book, "schedule"), body).status_code == 400
    assert fresh(book).publish_at is None


def test_the_day_is_set_of_the_revision_that_was_read(writer: Client, book: Manifest) -> None:
    etag = writer.get(one(book))["ETag"]
    scheduling.set_publish_at(book, timezone.now() + timedelta(days=1), actor="test")
    answer = tell(writer, "POST", one(book, "schedule"), {"at": None}, **{"If-Match": etag})
    assert answer.status_code == 412


# -------------------------------------------------------------------------------------------------------- preview links
def test_a_link_is_made_opens_and_ends(writer: Client, book: Manifest) -> None:
    answer = tell(writer, "POST", one(book, "previews"), {"note": "for Ada"})
    assert answer.status_code == 201
    made = answer.json()
    document = Client().get(made["document"].removeprefix(PUBLIC))
    assert document.json()["id"] == made["document"]
    (listed,) = told(writer, book, "previews")["results"]
    assert {"view", "document"}.isdisjoint(listed), "they are told once"
    assert (listed["note"], listed["actor"]) == ("for Ada", "token dam")
    assert writer.delete(f"{API}/previews/{made['id']}").status_code == 204
    assert Client().get(made["document"].removeprefix(PUBLIC)).status_code == 410
    assert told(writer, book, "previews")["results"] == []


def test_links_are_for_those_who_may_write(watcher: Client, writer: Client, book: Manifest) -> None:
    assert tell(watcher, "POST", one(book, "previews"), {}).status_code == 403
    for body in ({"expires": "2020-01-01T00:00:00Z"}, {"expires": "2999-01-01T00:00:00Z"}, {"note": 3}, {"days": 3}):
        assert tell(writer, "POST", one(book, "previews"), body).status_code == 400
    assert not PreviewLink.objects.exists()
    assert writer.delete(f"{API}/previews/{book.pk}").status_code == 404


# ------------------------------------------------------------------------------------------------------------- erasing
def test_erasing_takes_everything_a_machine_may_do_and_a_withdrawn_record(writer: Client, book: Manifest) -> None:
    everything = machine("write", "purge", name="keeper")
    sent = {"reason": "the depicted person objects"}
    assert tell(writer, "POST", one(book, "erase"), sent).status_code == 403
    assert tell(everything, "POST", one(book, "erase"), sent).status_code == 409
    assert writer.delete(f"{one(book)}?reason=on+request").status_code == 204
    assert tell(everything, "POST", one(book, "erase"), {}).status_code == 400
    foretold = told(everything, book, "erase")
    answer = tell(everything, "POST", one(book, "erase"), sent)
    assert answer.status_code == 200
    assert answer.json() == foretold
    assert (foretold["publications"], len(foretold["pictures"])) == (1, 2)
    assert happened(book.pk)[-1] == "manifest.erased"
    assert told(everything, book, "erase")["publications"] == 0
