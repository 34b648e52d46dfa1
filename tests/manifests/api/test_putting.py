"""Sending manifests and collections: once, twice, in any order, faulty, too late."""

from typing import Any

import pytest

from images import sources
from images.models import Image
from manifests import curation, words
from manifests.models import Canvas, Collection, Manifest, Member
from redirects.models import Identifier
from tests.core.api.conftest import problem
from tests.images.api.conftest import tell
from tests.manifests.api.conftest import BOOK, COLLECTIONS, MANIFESTS, PUBLIC, arrives, by_key, everything, one, put
from tests.manifests.records import document, fresh, published, record_of
from tests.work import happened

pytestmark = pytest.mark.django_db(transaction=True)

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


def test_a_manifest_is_created_and_says_what_it_waits_for(writer, dam):
    response = put(writer, "manifests", "ms/12", **BOOK)
    assert response.status_code == 201, response.content
    record, body = Manifest.objects.get(), response.json()
    assert response["ETag"].startswith(f'"{record.revision}-')
    said = {
        "id": str(record.pk),
        "self": f"{PUBLIC}/api/v1/manifests/{record.pk}",
        "source": "dam",
        "external_id": "ms/12",
        "identifier": "ark:/1/book",
        "outcome": "created",
        "label": {"none": ["Book of hours"]},
        "description": {"label": {"none": ["Book of hours"]}},
        "source_layer": {"label": {"none": ["Book of hours"]}},
        "curated_layer": {},
        "differences": [],
        "dynamic": None,
        "publish_when": "when_complete",
        "publish_at": None,
        "state": "draft",
        "publish_error": None,
        "outstanding": 2,
        "published_at": None,
        "progress": {"total": 2, "ready": 0, "errors": 0, "waiting": 0, "expected": 2},
        "access": "inherit",
        "access_edge": None,
        "access_from": None,
        "public": False,
        "withdrawn": None,
        "withdrawn_reason": None,
        "revision": record.revision,
        "created": body["created"],
        "canvases": {"count": 2, "self": f"{PUBLIC}/api/v1/manifests/{record.pk}/canvases"},
        "iiif": {
            "manifest": f"{PUBLIC}/presentation/ark:%2F1%2Fbook/manifest",
            "manifest_3": f"{PUBLIC}/presentation/3/ark:%2F1%2Fbook/manifest",
            "view": f"{PUBLIC}/view/ark:%2F1%2Fbook",
        },
    }
    assert body == said
    assert body["created"].endswith("Z")


def test_a_collection_is_created_with_what_it_expects(writer, dam):
    response = put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    body = response.json()
    assert (response.status_code, body["outcome"], body["state"]) == (201, "created", "draft")
    assert body["progress"] == {"total": 1, "ready": 0, "errors": 0, "waiting": 0, "expected": 1}
    assert body["members"] == {"count": 1, "self": f"{body['self']}/members"}
    assert set(body["iiif"]) == {"collection", "collection_3", "view"}


@pytest.mark.parametrize(("kind", "key", "body"), [("manifests", "ms/12", BOOK), ("collections", "sets/1", {})])
def test_sent_again_it_is_there_once_and_nothing_is_done(writer, dam, kind, key, body):
    first = put(writer, kind, key, **body)
    before = everything()
    again = put(writer, kind, key, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "outcome": "unchanged"}
    assert again["ETag"].split("-")[0] == first["ETag"].split("-")[0]
    assert everything() == before


def test_things_may_come_in_any_order_and_twice(writer, dam):
    """The collection, then the manifest, then the pictures."""
    for _ in range(2):
        put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    assert Manifest.objects.get().external_id == "ms/12"
    for outcome in ("created", "unchanged"):
        assert put(writer, "manifests", "ms/12", **BOOK).json()["outcome"] == outcome
    published()
    manifest = Manifest.objects.get()
    assert fresh(manifest).publication is None
    for key in ("1.tif", "2.tif"):
        arrives(key, dam)
    published()
    again = put(writer, "manifests", "ms/12", **BOOK).json()
    assert (again["outcome"], again["state"], again["outstanding"]) == ("unchanged", "published", 0)
    assert again["progress"]["ready"] == 2
    assert [len(model.objects.all()) for model in (Manifest, Collection, Canvas, Image, Member)] == [1, 1, 2, 2, 1]
    assert [item["id"] for item in document(Collection.objects.get())["items"]] == [again["iiif"]["manifest_3"]]


def test_other_words_and_pages_update_it(writer, book):
    pages = [{"id": "f1v", "image": "2.tif"}, {"id": "f2r", "image": "3.tif"}]
    before = {canvas.external_id: canvas.pk for canvas in book.canvases.all()}
    response = put(writer, "manifests", "ms/12", summary={"de": "Ein Buch"}, canvases=pages)
    body = response.json()
    assert (response.status_code, body["outcome"]) == (200, "updated")
    assert body["description"] == {"label": {"none": ["Book of hours"]}, "summary": {"de": ["Ein Buch"]}}
    assert body["progress"] == {"total": 2, "ready": 1, "errors": 0, "waiting": 0, "expected": 1}
    assert body["state"] == "outstanding"
    shown = {canvas.external_id: canvas.pk for canvas in book.canvases.filter(dropped=None)}
    assert shown["f1v"] == before["f1v"]
    assert set(shown) == {"f1v", "f2r"}


def test_a_picture_with_an_address_is_fetched_by_a_conversion(writer, dam):
    image = {"external_id": "9.tif", "url": "https://dam.example.org/9.tif"}
    body = put(writer, "manifests", "ms/12", canvases=[{"image": image}]).json()
    assert body["progress"] == {"total": 1, "ready": 0, "errors": 0, "waiting": 1, "expected": 0}
    assert Image.objects.get().url == image["url"]


def test_what_is_hostile_in_texts_is_taken_out(writer, dam):
    body = put(
        writer,
        "manifests",
        "ms/12",
        label="<script>alert(1)</script>",
        summary={"en": "<p onclick='x()'>Fine <script>alert(1)</script><a href='javascript:x()'>here</a></p>"},
        metadata=[{"label": "By", "value": "<b>A\u0007</b>"}],
    ).json()
    assert body["label"] == {"none": ["<script>alert(1)</script> "]}  # marked as text (Presentation 3.0 §4.5)
    assert body["description"]["summary"] == {"en": ["<p>Fine <a>here</a></p>"]}
    assert body["description"]["metadata"] == [{"label": {"none": ["By"]}, "value": {"none": ["<b>A</b>"]}}]


def test_all_faults_are_told_at_once_and_nothing_is_left_behind(writer, dam):
    before = everything()
    response = put(
        writer,
        "manifests",
        "ms/12",
        label={"not a tag": ["x"]},
        rights="mine",
        publish_when="soon",
        colour="red",
        canvases=[{"image": "1.tif"}, {}, {"image": {"url": "https://dam.example.org/1.tif"}}, {"image": "1.tif"}],
    )
    found = {(fault["field"], fault["code"]) for fault in problem(response, 400, "invalid")["errors"]}
    assert found == {
        ("label", "language"),
        ("rights", "rights"),
        ("publish_when", "choice"),
        ("colour", "unknown"),
        ("canvases.1", "page"),
        ("canvases.2.image.external_id", "required"),
        ("canvases.3.image", "twice"),
    }
    assert everything() == before


def test_faults_that_show_only_when_it_is_recorded_are_told_at_once_too(writer, dam):
    before = everything()
    pages = [{"image": {"external_id": str(n), "url": "http://127.0.0.1/x.tif"}} for n in range(2)]
    errors = problem(put(writer, "manifests", "ms/12", canvases=pages), 400, "invalid")["errors"]
    assert [error["field"] for error in errors] == ["canvases.0.image", "canvases.1.image"]
    put(writer, "collections", "a", members=[{"collection": "b"}])
    circle = problem(put(writer, "collections", "b", members=[{"collection": "a"}]), 400, "circle")
    assert [error["field"] for error in circle["errors"]] == ["members.0"]
    assert Manifest.objects.count() == 0
    assert before["Manifest"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"label": "x"', "parse_error"), (b'["x"]', "parse_error"), (b'{"label": "\\ud800"}', "parse_error")],
)
def test_what_is_no_object_of_json_is_refused(writer, dam, body, code):
    problem(writer.generic("PUT", by_key("manifests", "x"), body, "application/json"), 400, code)
    assert Manifest.objects.count() == 0


def test_a_source_that_there_is_not_has_nothing(writer, db):
    problem(put(writer, "manifests", "x", label="x"), 404, "not_found")


def test_a_name_of_something_else_is_a_conflict(writer, book):
    before = everything()
    problem(put(writer, "manifests", "other", identifier="ark:/1/book"), 409, "identifier_taken")
    problem(put(writer, "collections", "other", identifier="ark:/1/book"), 409, "identifier_taken")
    errors = problem(put(writer, "manifests", "other", identifier="../x"), 400, "invalid")["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [("identifier", "identifier")]
    assert everything() == before


def test_a_new_identifier_renames_and_a_former_one_says_nothing_new(writer, book):
    assert put(writer, "manifests", "ms/12", identifier="new").json()["identifier"] == "new"
    assert put(writer, "manifests", "ms/12", identifier="ark:/1/book").json()["outcome"] == "unchanged"
    assert Identifier.objects.get(kind="presentation", status="current", resource=book.pk).value == "new"


def test_what_is_withdrawn_is_a_conflict(writer, book):
    curation.withdraw(book, actor="admin jane", reason="Rights")
    before = everything()
    problem(put(writer, "manifests", "ms/12", **BOOK), 409, "withdrawn")
    assert everything() == before


def test_it_is_done_only_at_the_revision_that_if_match_names(writer, book):
    tag = writer.get(one(book))["ETag"]
    assert put(writer, "manifests", "ms/12", {"If-Match": tag}, rights=CC0).json()["outcome"] == "updated"
    before = everything()
    problem(put(writer, "manifests", "ms/12", {"If-Match": tag}, rights=None), 412, "precondition_failed")
    problem(put(writer, "manifests", "new", {"If-Match": "*"}, label="x"), 412, "precondition_failed")
    assert everything() == before
    assert put(writer, "manifests", "ms/12", {"If-Match": "*"}, rights=None).json()["outcome"] == "updated"


def test_what_people_wrote_stays_and_the_difference_is_told(writer, book):
    words.describe(book, {"label": "Hours of Paris"}, actor="admin jane")
    body = put(writer, "manifests", "ms/12", label="Hours").json()
    assert body["label"] == body["description"]["label"] == {"none": ["Hours of Paris"]}
    assert body["source_layer"]["label"] == {"none": ["Hours"]}
    assert body["differences"] == [
        {"name": "label", "source": {"none": ["Hours"]}, "curated": {"none": ["Hours of Paris"]}}
    ]


def test_keys_may_hold_what_addresses_hold(writer, dam):
    for key in ("a/b", "ü x", "a:b~c", "canvases"):
        assert put(writer, "manifests", key, label="x").json()["external_id"] == key
        assert writer.get(by_key("manifests", key)).json()["external_id"] == key


def test_two_systems_have_keys_of_their_own(writer, dam):
    sources.put_system("other", "Other", actor="test")
    assert put(writer, "manifests", "1", label="x").status_code == 201
    assert tell(writer, "PUT", by_key("manifests", "1", "other"), {"label": "y"}).status_code == 201
    assert writer.get(f"{MANIFESTS}?source=other").json()["count"] == 1
    assert writer.get(f"{COLLECTIONS}?source=other").json()["count"] == 0


def test_the_actor_is_the_token(writer, dam):
    key: Any = put(writer, "manifests", "1", label="x").json()["id"]
    events = writer.get(f"{MANIFESTS}/{key}/events").json()["results"]
    assert [(event["kind"], event["actor"]) for event in events] == [("manifest.created", "token dam")]
    assert happened(record_of(key).pk) == ["manifest.created"]
