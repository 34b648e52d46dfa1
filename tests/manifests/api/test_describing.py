"""Changing what is said of manifests and collections, and who may see them: only what is named is touched."""

from typing import Any

import pytest

from images.access import Access
from images.models import Image
from manifests import curation, words
from manifests.models import Collection, Manifest
from tests.core.api.conftest import problem
from tests.images.api.conftest import tell
from tests.manifests.api.conftest import by_key, everything, one, put
from tests.manifests.records import a_manifest, fresh, published
from tests.work import happened

pytestmark = pytest.mark.django_db(transaction=True)

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


def patch(client: Any, record: Any, body: dict[str, Any], **headers: str) -> Any:
    return tell(client, "PATCH", one(record), body, **headers)


def test_only_what_is_named_is_touched_and_null_takes_away(writer, book):
    patch(writer, book, {"rights": CC0, "summary": "A book"})
    body = patch(writer, book, {"summary": None, "publish_when": "manual"}).json()
    assert body["source_layer"] == {"label": {"none": ["Book of hours"]}, "rights": CC0}
    assert (body["publish_when"], body["canvases"]["count"]) == ("manual", 2)


def test_without_a_label_it_is_called_by_its_key(writer, book):
    assert patch(writer, book, {"label": None}).json()["label"] == {"none": ["ms/12"]}


def test_words_go_to_the_layer_of_the_source(writer, book):
    words.describe(book, {"label": "Hours of Paris"}, actor="admin jane")
    body = patch(writer, book, {"label": "Hours"}).json()
    assert body["label"] == {"none": ["Hours of Paris"]}
    assert body["source_layer"]["label"] == {"none": ["Hours"]}
    assert body["curated_layer"] == {"label": {"none": ["Hours of Paris"]}}


def test_it_is_published_again(writer, book):
    patch(writer, book, {"label": "Hours"})
    assert published() == ["Hours"]
    assert writer.get(one(book)).json()["outstanding"] == 0


def test_the_same_once_more_changes_nothing(writer, book):
    patch(writer, book, {"rights": CC0, "access": "limited", "access_edge": 800})
    before = everything()
    response = patch(writer, book, {"rights": CC0, "access": "limited", "access_edge": 800})
    assert response.status_code == 200
    assert everything() == before
    assert patch(writer, book, {}).status_code == 200
    assert everything() == before


def test_pages_that_are_named_are_named_as_a_whole(writer, book):
    before = {canvas.external_id: canvas.pk for canvas in book.canvases.all()}
    body = patch(writer, book, {"canvases": [{"id": "f1v", "label": "verso", "image": "2.tif"}]}).json()
    assert body["canvases"]["count"] == 1
    (page,) = writer.get(one(book, "canvases")).json()["results"]
    assert (page["id"], page["label"]) == (str(before["f1v"]), {"none": ["verso"]})
    assert patch(writer, book, {"canvases": []}).json()["canvases"]["count"] == 0


def test_members_that_are_named_are_named_as_a_whole(writer, book):
    put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    shelf = Collection.objects.get()
    body = patch(writer, shelf, {"members": [{"manifest": "ms/13"}, {"manifest": "ms/12"}]}).json()
    assert body["members"]["count"] == 2
    listed = writer.get(one(shelf, "members")).json()["results"]
    assert [(member["external_id"], member["place"]) for member in listed] == [("ms/13", 0), ("ms/12", 1)]


@pytest.mark.parametrize("address", ["id", "key"])
def test_it_is_found_by_its_id_and_by_its_key(writer, book, address):
    url = one(book) if address == "id" else by_key("manifests", "ms/12")
    assert tell(writer, "PATCH", url, {"rights": CC0}).json()["description"]["rights"] == CC0


def test_all_faults_are_told_at_once_and_nothing_is_left_behind(writer, book):
    before = everything()
    body = {
        "label": {},
        "canvases": [{}],
        "identifier": "x",
        "revision": 3,
        "access": "secret",
        "access_edge": 0,
        "access_from": "soon",
    }
    errors = problem(patch(writer, book, body), 400, "invalid")["errors"]
    assert {error["field"] for error in errors} == {*body, "canvases.0"} - {"canvases"}
    assert everything() == before


def test_it_is_done_only_at_the_revision_that_if_match_names(writer, book):
    old = writer.get(one(book))["ETag"]
    for body in ({"rights": CC0}, {"access": "closed"}, {}):
        assert patch(writer, book, body, **{"If-Match": writer.get(one(book))["ETag"]}).status_code == 200
    before = everything()
    for body in ({"rights": None}, {"access": "open"}, {}):
        problem(patch(writer, book, body, **{"If-Match": old}), 412, "precondition_failed")
    assert everything() == before


def test_what_is_withdrawn_is_not_described_but_may_be_restricted(writer, book):
    curation.withdraw(book, actor="admin jane", reason="Rights")
    problem(patch(writer, book, {"label": "x"}), 409, "withdrawn")
    assert patch(writer, book, {"access": "closed"}).json()["access"] == "closed"


def test_what_belongs_to_no_source_names_nothing_by_keys(writer, book):
    made = a_manifest("mine")
    Manifest.objects.filter(pk=made.pk).update(source=None, external_id="", source_layer={})
    problem(patch(writer, made, {"canvases": [{"image": "1.tif"}]}), 400, "no_source")
    assert patch(writer, made, {"rights": CC0}).json()["label"] == {"none": [str(made.pk)]}


# --------------------------------------------------------------------------------------------------------------- access
def test_it_is_closed_and_everything_below_it(writer, reader, book):
    body = patch(writer, book, {"access": "closed"}).json()
    assert (body["access"], body["public"]) == ("closed", False)
    assert {image.inherited_access for image in Image.objects.all()} == {Access.CLOSED}
    assert "manifest.restricted" in happened(book.pk)
    problem(reader.get(one(book)), 404, "not_found")
    assert patch(writer, book, {"access": None}).json()["public"] is True


def test_only_the_part_of_access_that_is_named_changes(writer, book):
    patch(writer, book, {"access": "limited", "access_edge": 800})
    body = patch(writer, book, {"access_from": "2100-01-01T00:00:00+01:00"}).json()
    assert (body["access"], body["access_edge"]) == ("limited", 800)
    assert (body["access_from"], body["public"]) == ("2099-12-31T23:00:00Z", False)
    body = patch(writer, book, {"access": "open", "access_from": None}).json()
    assert (body["access"], body["access_edge"], body["access_from"], body["public"]) == ("open", None, None, True)


def test_a_limit_needs_a_size(writer, book):
    before = everything()
    problem(patch(writer, book, {"label": "x", "access": "limited"}), 400, "access_edge")
    assert everything() == before


def test_a_collection_closes_what_is_in_it(writer, reader, book):
    put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    shelf = Collection.objects.get()
    assert patch(writer, shelf, {"access": "closed"}).json()["access"] == "closed"
    body = writer.get(one(book)).json()
    assert (body["access"], body["public"]) == ("inherit", False)
    problem(reader.get(one(book)), 404, "not_found")


def test_words_and_access_may_change_together(writer, book):
    before = fresh(book).revision
    body = patch(writer, book, {"label": "Hours", "access": "limited", "access_edge": 500}).json()
    assert (body["label"], body["access_edge"]) == ({"none": ["Hours"]}, 500)
    assert body["revision"] > before
