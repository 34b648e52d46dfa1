"""Machines make dynamic manifests and collections, change what they are made of, and try queries."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gcis.jobs.models import Job
from manifests.models import Canvas, Collection, Manifest
from tests.images.api.conftest import tell
from tests.manifests import dynamics
from tests.manifests.api.conftest import API, COLLECTIONS, MANIFESTS, everything, one
from tests.manifests.dynamics import a_draft, a_work
from tests.manifests.records import document, fresh
from tests.work import an_image, convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)

MAPS = {"query": {"of": "manifests", "tag": "maps"}}


def make(client: Client, where: str, **body: Any) -> Any:
    answer = tell(client, "POST", f"{where}/dynamic", body)
    run_due("manifests.")
    return answer


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.content
    return {each["field"]: each["code"] for each in answer.json()["errors"]}


def test_a_collection_is_made_of_a_query_and_says_so(writer: Client, watcher: Client, reader: Client) -> None:
    a_work("one", tags=["maps"])
    made = make(writer, COLLECTIONS, label={"en": ["Maps"]}, identifier="maps", **MAPS)
    assert (made.status_code, made.headers["Location"]) == (201, made.json()["self"])
    record = Collection.objects.get()
    there = watcher.get(one(record)).json()
    assert (there["identifier"], there["label"], there["members"]["count"]) == ("maps", {"en": ["Maps"]}, 1)
    assert there["dynamic"].pop("refreshed") is not None
    assert there["dynamic"] == {
        "query": {"of": "manifests", "tag": ["maps"], "order": "label"},
        "items": None,
        "stale": False,
        "found": 1,
        "left_out": 0,
        "fault": None,
    }
    assert reader.get(one(record)).json()["dynamic"] is None
    assert document(record)["id"].endswith("/presentation/3/maps/collection")


def test_a_manifest_is_made_of_a_list_of_names(writer: Client, watcher: Client) -> None:
    picture, work = an_image("x.tif", identifier="ark:/1/x"), a_work("book")
    convert(picture)
    page = Canvas.objects.get(manifest=work).pk
    made = make(
        writer, MANIFESTS, label="Album", items=[{"image": "ark:/1/x", "region": "0,0,10,10"}, {"canvas": str(page)}]
    )
    assert made.status_code == 201, made.content
    there = watcher.get(made.json()["self"]).json()["dynamic"]
    assert there["items"] == [{"image": str(picture), "region": "0,0,10,10"}, {"canvas": str(page)}]
    assert (there["query"], there["found"]) == (None, 2)


def test_what_is_wrong_is_told_by_its_place_and_nothing_is_made(writer: Client) -> None:
    before = everything()
    query = {"of": "manifests", "sources": "x", "order": "size", "limit": 0, "tag": [1], "date": {"from": "1850-6"}}
    assert faults(make(writer, COLLECTIONS, label="x", query=query)) == {
        "query.sources": "unknown",
        "query.order": "choice",
        "query.limit": "number",
        "query.tag.0": "text",
        "query.date.from": "date",
    }
    assert faults(make(writer, COLLECTIONS, query=1, publish_when="x", more=1)).keys() == {
        *("label", "publish_when", "more"),
    }
    assert faults(make(writer, COLLECTIONS, label="x", items=[])) == {"query": "required"}
    assert faults(make(writer, COLLECTIONS, label="x", query={"of": "images"})) == {"query.of": "choice"}
    assert faults(make(writer, MANIFESTS, label="x", query={"of": "images", "source": "no", "collection": "no"})) == {
        "query.source": "unknown",
        "query.collection": "unknown",
    }
    assert faults(make(writer, MANIFESTS, label="x", items=[{"image": "no"}, {"canvas": "1"}, {}])).keys() == {
        "items.1.canvas",
        "items.2",
    }
    assert faults(make(writer, MANIFESTS, label="x", items=[{"image": "no"}])) == {"items.0.image": "unknown"}
    assert everything() == before


def test_another_query_is_sent_with_the_revision_that_it_is_meant_for(writer: Client) -> None:
    a_work("one", tags=["maps"])
    make(writer, COLLECTIONS, label="x", **MAPS)
    shelf = Collection.objects.get()
    etag = writer.get(one(shelf)).headers["ETag"]
    wanted = {"query": {"of": "manifests", "tag": "letters"}}
    changed = tell(writer, "PATCH", one(shelf, "query"), wanted, **{"If-Match": etag})
    assert changed.status_code == 200, changed.content
    assert tell(writer, "PATCH", one(shelf, "query"), MAPS, **{"If-Match": etag}).status_code == 412
    run_due("manifests.")
    assert document(fresh(shelf))["items"] == []
    assert faults(tell(writer, "PATCH", one(shelf, "query"), {"label": "x"})) == {"label": "unknown"}


def test_it_is_refreshed_on_demand(writer: Client) -> None:
    make(writer, COLLECTIONS, label="x", **MAPS)
    shelf = Collection.objects.get()
    a_work("one", tags=["maps"])
    answer = tell(writer, "POST", one(shelf, "refresh"), {})
    assert answer.status_code == 202, answer.content
    assert answer.headers["Location"].endswith(str(Job.objects.get(kind="manifests.refresh", state="queued").pk))
    run_due("manifests.")
    assert dynamics.inside(fresh(shelf)) == ["one"]


def test_what_is_not_dynamic_is_neither_refreshed_nor_changed(writer: Client) -> None:
    work = a_work("plain")
    for answer in (
        tell(writer, "POST", one(work, "refresh"), {}),
        tell(writer, "PATCH", one(work, "query"), {"query": {"of": "images"}}),
    ):
        assert (answer.status_code, "not dynamic" in answer.json()["detail"]) == (409, True), answer.content


def test_pages_and_members_are_not_sent_to_what_is_dynamic(writer: Client) -> None:
    picture = an_image("x.tif")
    convert(picture)
    make(writer, MANIFESTS, label="Album", items=[{"image": str(picture)}])
    album = Manifest.objects.get()
    page = dynamics.shown(album)[0]
    for answer in (
        tell(writer, "PATCH", one(album), {"canvases": [{"id": "f1", "width": 10, "height": 10}]}),
        tell(writer, "POST", one(album, "canvases"), {"id": "f1", "width": 10, "height": 10}),
        tell(writer, "PATCH", one(page), {"label": "x"}),
        tell(writer, "DELETE", one(page), {}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, f"{API}/problems/dynamic"), answer.content
    assert tell(writer, "PATCH", one(album), {"label": "Another"}).status_code == 200


def test_a_query_is_tried_by_those_who_see_everything(watcher: Client, reader: Client, writer: Client) -> None:
    for number in range(22):
        a_draft(f"work {number}", tags=["maps"])
    answer = tell(watcher, "POST", f"{API}/queries/preview", MAPS)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["count"], len(found["results"])) == (22, 20)
    first = found["results"][0]
    assert (first["kind"], first["label"]) == ("manifest", {"none": ["work 0"]})
    assert UUID(first["id"]) and watcher.get(first["self"]).status_code == 200
    assert tell(reader, "POST", f"{API}/queries/preview", MAPS).status_code == 403


def test_a_query_of_pictures_is_tried_too(watcher: Client) -> None:
    work = a_work("book", 2, tags=["maps"])
    body = {"query": {"of": "images", "tag": "maps", "limit": 1}}
    found = tell(watcher, "POST", f"{API}/queries/preview", body).json()
    assert (found["count"], found["results"][0]["label"]) == (2, {"none": ["page 1"]})
    assert found["results"][0]["kind"] == "image"
    assert work.pk


def test_nobody_makes_or_changes_one_without_the_right_to_write(watcher: Client, reader: Client) -> None:
    for client in (watcher, reader):
        assert tell(client, "POST", f"{COLLECTIONS}/dynamic", {"label": "x", **MAPS}).status_code == 403
