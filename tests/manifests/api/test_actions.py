"""Publishing, purging, renaming, merging, withdrawing and restoring by REST; and what is kept of it."""

from typing import Any

import pytest
from django.test import Client

from gcis.jobs.models import Job
from images.models import Image, Purge, Source
from manifests.models import Collection, Manifest, Member
from redirects.models import Identifier
from tests.core.api.conftest import problem
from tests.images.api.conftest import machine, tell
from tests.manifests.api.conftest import API, PUBLIC, everything, one, put
from tests.manifests.records import fresh, published
from tests.work import happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "00000000-0000-0000-0000-000000000000"
ACTIONS = ("publish", "purge", "rename", "merge", "restore")


@pytest.fixture
def shelf(writer: Client, book: Manifest) -> Collection:
    put(writer, "collections", "sets/1", identifier="shelf", label="Shelf", members=[{"manifest": "ms/12"}])
    published()
    return Collection.objects.get()


@pytest.fixture
def copy(writer: Client, dam: Source) -> Manifest:
    """A second manifest about the same book."""
    put(writer, "manifests", "ms/12-copy", identifier="copy", label="Copy")
    return Manifest.objects.get(external_id="ms/12-copy")


def post(client: Client, record: Any, what: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return tell(client, "POST", one(record, what), body or {}, **headers)


# -------------------------------------------------------------------------------------------------------------- publish
@pytest.mark.parametrize("kind", ["manifest", "collection"])
def test_a_person_may_have_it_published_at_once(writer, shelf, kind):
    record: Any = shelf if kind == "collection" else Manifest.objects.get()
    response = post(writer, record, "publish")
    job = Job.objects.get(subject=record.pk, state="queued")
    assert response.status_code == 202
    assert response["Location"] == f"{PUBLIC}/api/v1/jobs/{job.pk}"
    assert response["Retry-After"] == "2"
    assert response.json()["id"] == str(record.pk)
    before = fresh(record).publication_id
    assert [done.state for done in run_due()] == ["succeeded"]
    assert fresh(record).publication_id != before
    assert writer.get(response["Location"].removeprefix(PUBLIC)).json()["state"] == "succeeded"


def test_a_draft_is_published_by_hand(writer, reader, dam):
    put(writer, "manifests", "d", label="Draft", publish_when="manual", canvases=[{"id": "1"}])
    draft = Manifest.objects.get()
    assert published() == []
    post(writer, draft, "publish")
    assert published() == ["Draft"]
    assert reader.get(one(draft)).status_code == 200


def test_what_is_withdrawn_cannot_be_published(writer, book):
    writer.delete(f"{one(book)}?reason=Rights")
    before = everything()
    problem(post(writer, book, "publish"), 409, "withdrawn")
    problem(post(writer, book, "publish", {"now": True}), 400, "invalid")
    assert everything() == before


# ---------------------------------------------------------------------------------------------------------------- names
@pytest.mark.parametrize("kind", ["manifest", "collection"])
def test_a_new_name_and_the_old_one_leads_there(writer, shelf, kind):
    record: Any = shelf if kind == "collection" else Manifest.objects.get()
    old = writer.get(one(record)).json()["identifier"]
    body = post(writer, record, "rename", {"identifier": "new", "reason": "New scheme"}).json()
    assert body["identifier"] == "new"
    assert body["iiif"]["view"] == f"{PUBLIC}/view/new"
    names = writer.get(one(record, "identifiers")).json()["results"]
    assert [(name["value"], name["status"], name["reason"]) for name in names] == [
        ("new", "current", "New scheme"),
        (old, "moved", "New scheme"),
    ]
    assert names[0]["actor"] == "token dam"
    again = everything()
    assert post(writer, record, "rename", {"identifier": "new"}).status_code == 200
    assert everything() == again


def test_the_name_of_another_is_a_conflict(writer, shelf, book):
    before = everything()
    problem(post(writer, book, "rename", {"identifier": "shelf"}), 409, "identifier_taken")
    errors = problem(post(writer, book, "rename", {"identifier": "a//b", "why": "x"}), 400, "invalid")["errors"]
    assert {error["field"] for error in errors} == {"identifier", "why"}
    assert everything() == before


def test_who_changed_a_name_is_not_told_to_the_public(writer, reader, book):
    post(writer, book, "rename", {"identifier": "new", "reason": "New scheme"})
    names = reader.get(one(book, "identifiers")).json()["results"]
    assert [(name["value"], name["reason"], name["actor"]) for name in names] == [
        ("new", None, None),
        ("ark:/1/book", None, None),
    ]


def test_one_takes_over_the_names_and_places_of_another(writer, shelf, book, copy):
    body = post(writer, book, "merge", {"into": str(copy.pk), "reason": "Catalogued twice"}).json()
    assert (body["state"], body["identifier"], body["iiif"]) == ("withdrawn", None, None)
    assert Member.objects.get().manifest == copy
    assert {name.value for name in Identifier.objects.filter(resource=copy.pk)} == {"copy", "ark:/1/book"}
    assert "manifest.merged" in happened(book.pk)
    problem(post(writer, book, "restore", {"reason": "x"}), 409, "merged")


def test_only_two_of_a_kind_that_there_are_can_be_merged(writer, shelf, book, copy):
    before = everything()
    for into in (NOBODY, str(shelf.pk)):
        errors = problem(post(writer, book, "merge", {"into": into}), 400, "invalid")["errors"]
        assert [error["field"] for error in errors] == ["into"]
    problem(post(writer, book, "merge", {"into": str(book.pk)}), 400, "merge_itself")
    problem(post(writer, book, "merge", {}), 400, "invalid")
    assert everything() == before


# --------------------------------------------------------------------------------------------------- withdraw, restore
@pytest.mark.parametrize("kind", ["manifest", "collection"])
def test_it_is_withdrawn_with_a_reason_and_comes_back(writer, reader, shelf, kind):
    record: Any = shelf if kind == "collection" else Manifest.objects.get()
    assert writer.delete(f"{one(record)}?reason=Rights").status_code == 204
    body = writer.get(one(record)).json()
    assert (body["state"], body["withdrawn_reason"], body["public"]) == ("withdrawn", "Rights", False)
    problem(reader.get(one(record)), 404, "not_found")
    again = everything()
    assert writer.delete(f"{one(record)}?reason=Other").status_code == 204
    assert everything() == again
    body = post(writer, record, "restore", {"reason": "Cleared"}).json()
    assert (body["withdrawn"], body["public"]) == (None, True)
    again = everything()
    assert post(writer, record, "restore").status_code == 200
    assert everything() == again
    assert happened(record.pk)[-2:] == [f"{kind}.withdrawn", f"{kind}.restored"]


def test_a_withdrawal_needs_a_reason(writer, book):
    before = everything()
    for query in ("", "?reason=", "?why=x"):
        problem(writer.delete(f"{one(book)}{query}"), 400, "invalid")
    assert everything() == before


# ---------------------------------------------------------------------------------------------------------------- purge
def test_the_pictures_of_a_manifest_are_purged(purger, watcher, book):
    before = {image.pk: image.generation for image in Image.objects.all()}
    response = post(purger, book, "purge", {"reason": "Colours corrected"})
    purge = Purge.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"{PUBLIC}/api/v1/purges/{purge.pk}"
    assert (response.json()["subject"], response.json()["matched"]) == (str(book.pk), 2)
    assert {image.pk: image.generation - 1 for image in Image.objects.all()} == before
    assert watcher.get(response["Location"].removeprefix(PUBLIC)).json() == response.json()


def test_purging_has_a_scope_of_its_own(writer, purger, book):
    before = everything()
    problem(post(writer, book, "purge", {}), 403, "permission_denied")
    problem(tell(purger, "POST", f"{API}/manifests/{NOBODY}/purge", {}), 404, "not_found")
    assert everything() == before


# ----------------------------------------------------------------------------------------------------- all of them
@pytest.mark.parametrize("what", ACTIONS)
def test_it_is_done_only_at_the_revision_that_if_match_names(book, copy, what):
    client = machine("write", "purge")
    body = {"rename": {"identifier": "new"}, "merge": {"into": str(copy.pk)}}.get(what, {})
    tag = client.get(one(book))["ETag"]
    tell(client, "PATCH", one(book), {"summary": "Changed"})
    before = everything()
    problem(post(client, book, what, body, **{"If-Match": tag}), 412, "precondition_failed")
    problem(tell(client, "DELETE", f"{one(book)}?reason=x", None, **{"If-Match": tag}), 412, "precondition_failed")
    assert everything() == before
    tag = client.get(one(book))["ETag"]
    assert post(client, book, what, body, **{"If-Match": tag}).status_code in (200, 201, 202)


@pytest.mark.parametrize("what", [action for action in ACTIONS if action != "purge"])
def test_acting_needs_the_scope_for_it(reader, watcher, shelf, what):
    for client in (reader, watcher):
        for record in (shelf, Manifest.objects.get()):
            problem(post(client, record, what), 403, "permission_denied")
    problem(post(Client(), shelf, what), 401, "not_authenticated")


@pytest.mark.parametrize("what", ACTIONS)
def test_nothing_can_be_done_with_what_there_is_not(writer, db, what):
    scoped = machine("purge") if what == "purge" else writer
    problem(tell(scoped, "POST", f"{API}/manifests/{NOBODY}/{what}", {}), 404, "not_found")


def test_the_timeline_tells_what_happened_oldest_first(writer, reader, watcher, book):
    tell(writer, "PATCH", one(book), {"label": "Hours"})
    post(writer, book, "rename", {"identifier": "new"})
    events = watcher.get(one(book, "events")).json()["results"]
    assert [event["kind"] for event in events] == [
        "manifest.created",
        "manifest.published",
        "manifest.sent",
        "manifest.renamed",
    ]
    assert events[-1]["sentence"] == "Renamed from ark:/1/book to new"
    problem(reader.get(one(book, "events")), 403, "permission_denied")


def test_collections_have_timelines_and_names_too(watcher, reader, shelf):
    assert watcher.get(one(shelf, "events")).json()["count"] == 2
    assert reader.get(one(shelf, "identifiers")).json()["results"][0]["value"] == "shelf"
