"""Reading manifests, their canvases, and collections: lists, filters, orders, one of them, who sees what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from images.curation import Restriction, restrict, withdraw
from images.models import Image
from manifests import curation, words
from manifests.models import Canvas, Collection, Manifest
from tests.core.api.conftest import problem
from tests.images.api.conftest import tell
from tests.manifests.api.conftest import (
    API,
    BOOK,
    COLLECTIONS,
    MANIFESTS,
    PUBLIC,
    a_picture,
    by_key,
    labels,
    one,
    put,
)
from tests.manifests.records import published
from tests.work import fail, statements

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def shelf(writer: Client, book: Manifest) -> Collection:
    """A published collection that holds the book and a draft."""
    put(writer, "manifests", "ms/13", identifier="draft", label="Draft", publish_when="manual")
    put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}, {"manifest": "ms/13"}])
    published()
    return Collection.objects.get()


def many(writer: Client, count: int, pages: int = 2) -> None:
    """Drafts with pages, in a collection each."""
    for number in range(count):
        canvases = [{"image": f"{number}-{page}.tif"} for page in range(pages)]
        put(writer, "manifests", f"m{number}", label=f"M{number}", canvases=canvases)
        put(writer, "collections", f"c{number}", label=f"C{number}", members=[{"manifest": f"m{number}"}])


# --------------------------------------------------------------------------------------------------------------- lists
def test_lists_tell_the_newest_first_and_leave_layers_to_the_record(watcher, shelf):
    response = watcher.get(MANIFESTS)
    assert labels(response) == ["Draft", "Book of hours"]
    _, listed = response.json()["results"]
    whole = watcher.get(one(Manifest.objects.get(external_id="ms/12"))).json()
    layers = ("description", "source_layer", "curated_layer", "differences", "dynamic")
    assert listed == {name: value for name, value in whole.items() if name not in layers}
    assert labels(watcher.get(COLLECTIONS)) == ["Shelf"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("created", ["B", "A", "C"]),
        ("-created", ["C", "A", "B"]),
        ("external_id", ["A", "B", "C"]),
        ("-external_id", ["C", "B", "A"]),
    ],
)
def test_lists_are_ordered_by_what_is_asked_for(writer, dam, ordering, expected):
    for name in "BAC":
        put(writer, "manifests", name, label=name)
        put(writer, "collections", name, label=name)
    for address in (MANIFESTS, COLLECTIONS):
        assert labels(writer.get(f"{address}?ordering={ordering}")) == expected
        problem(writer.get(f"{address}?ordering=label"), 400, "invalid")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=dam", ["Draft", "Book of hours"]),
        ("source=none", []),
        ("external_id=ms/12", ["Book of hours"]),
        ("external_id=ms", []),
        ("identifier=renamed", ["Book of hours"]),
        ("identifier=ark:/1/book", ["Book of hours"]),
        ("identifier=1905", []),
        ("state=draft", ["Draft"]),
        ("state=outstanding", ["Book of hours"]),
        ("state=published", []),
        ("q=hours BOOK", ["Book of hours"]),
        ("q=1r", ["Book of hours"]),
        ("q=ark:/1", ["Book of hours"]),
        ("q=Dráft", ["Draft"]),
        ("q=nothing", []),
        (f"image={NOBODY}", []),
        (f"collection={NOBODY}", []),
        ("collection={shelf}", ["Draft", "Book of hours"]),
        ("image={image}", ["Book of hours"]),
        ("image={image}&state=draft", []),
    ],
)
def test_lists_of_manifests_are_narrowed_by_what_is_asked_for(watcher, shelf, query, expected):
    book = Manifest.objects.get(external_id="ms/12")
    curation.rename(book, "renamed", actor="test")
    image = Image.objects.get(external_id="1.tif").pk
    assert labels(watcher.get(f"{MANIFESTS}?{query.format(shelf=shelf.pk, image=image)}")) == expected


def test_every_state_can_be_asked_for_and_is_told(watcher, writer, shelf):
    book = Manifest.objects.get(external_id="ms/12")
    put(writer, "manifests", "failing", label="Failing")
    Manifest.objects.filter(external_id="failing").update(publish_error="It cannot be built.")
    put(writer, "manifests", "gone", label="Gone")
    curation.withdraw(Manifest.objects.get(external_id="gone"), actor="test", reason="Rights")
    published()

    def states() -> dict[str, list[str]]:
        asked = ("draft", "published", "outstanding", "failed", "withdrawn")
        rows = {state: watcher.get(f"{MANIFESTS}?state={state}").json()["results"] for state in asked}
        assert {row["state"] for row in rows["published"]} <= {"published"}
        assert all(row["state"] == state for state, found in rows.items() for row in found)
        return {state: [row["external_id"] for row in found] for state, found in rows.items()}

    expected = {"draft": ["ms/13"], "outstanding": [], "failed": ["failing"], "withdrawn": ["gone"]}
    assert states() == {**expected, "published": ["ms/12"]}
    tell(writer, "PATCH", one(book), {"label": "Hours"})
    assert states() == {**expected, "published": [], "outstanding": ["ms/12"]}


@pytest.mark.parametrize("query", ["colour=red", "state=lost", "image=1", "collection=x", "page=0", "q=", "state="])
def test_what_cannot_be_asked_is_refused(watcher, book, query):
    problem(watcher.get(f"{MANIFESTS}?{query}"), 400, "invalid")


def test_lists_are_paged(watcher, writer, dam):
    many(writer, 3, pages=0)
    response = watcher.get(f"{MANIFESTS}?page_size=2&ordering=external_id")
    assert [row["external_id"] for row in response.json()["results"]] == ["m0", "m1"]
    following = response.json()["next"]
    assert following.startswith(f"{PUBLIC}/api/v1/manifests?")
    assert f'<{following}>; rel="next"' in response["Link"]
    assert [row["external_id"] for row in watcher.get(following.removeprefix(PUBLIC)).json()["results"]] == ["m2"]


@pytest.mark.parametrize("path", ["manifests", "collections"])
def test_a_page_takes_as_many_queries_whatever_its_size(watcher, reader, writer, dam, path):
    def asked(client: Client) -> int:
        client.get(f"{API}/{path}")  # the first use of a token is noted
        with statements() as sent:
            assert client.get(f"{API}/{path}").status_code == 200
        return len(sent)

    many(writer, 1)
    few = asked(watcher), asked(reader)
    many(writer, 6, pages=5)
    assert (asked(watcher), asked(reader)) == few
    assert few[0] < 10


def test_canvases_and_members_take_as_many_queries_whatever_the_size(watcher, reader, writer, book):
    put(writer, "collections", "sets/1", label="Shelf", members=[{"manifest": "ms/12"}])
    published()
    shelf = Collection.objects.get()

    def asked(client: Client) -> list[int]:
        counts = []
        for address in (one(book, "canvases"), one(shelf, "members")):
            client.get(address)
            with statements() as sent:
                assert client.get(address).status_code == 200
            counts.append(len(sent))
        return counts

    few = asked(watcher), asked(reader)
    pages = [{"image": f"{n}.tif", "label": str(n)} for n in range(1, 10)]
    for page in pages[2:]:
        a_picture(page["image"], book.source)
    put(writer, "manifests", "ms/12", canvases=pages)
    members = [{"manifest": "ms/12"}, *({"manifest": f"n{n}"} for n in range(5))]
    put(writer, "collections", "sets/1", members=members)
    published()
    assert (asked(watcher), asked(reader)) == few


# ------------------------------------------------------------------------------------------------------------ progress
def test_progress_counts_every_picture_once_by_what_it_has_come_to(watcher, writer, book):
    put(writer, "manifests", "ms/12", canvases=[{"image": f"{n}.tif"} for n in range(1, 6)] + [{"id": "no picture"}])
    withdraw(Image.objects.get(external_id="1.tif").pk, actor="test", reason="Rights")
    pictures = {image.external_id: image.pk for image in Image.objects.all()}
    send = {"url": "https://dam.example.org/x.tif"}
    for key in ("3.tif", "4.tif"):
        assert tell(writer, "PUT", f"{API}/sources/dam/images/{key}", send).status_code == 202
    fail(pictures["3.tif"])
    body = watcher.get(one(book)).json()
    assert body["progress"] == {"total": 5, "ready": 1, "errors": 2, "waiting": 1, "expected": 1}
    assert body["canvases"]["count"] == 6


def test_progress_of_a_collection_counts_its_members(watcher, writer, shelf):
    members = [{"manifest": key} for key in ("ms/12", "ms/13", "gone", "announced")] + [{"collection": "inner"}]
    put(writer, "manifests", "gone", label="Gone")
    curation.withdraw(Manifest.objects.get(external_id="gone"), actor="test", reason="Rights")
    put(writer, "collections", "inner", label="Inner")
    published()
    put(writer, "collections", "sets/1", members=[*members, {"manifest": "failing"}])
    Manifest.objects.filter(external_id="failing").update(publish_error="It cannot be built.")
    body = watcher.get(one(shelf)).json()
    assert body["progress"] == {"total": 6, "ready": 2, "errors": 2, "waiting": 1, "expected": 1}
    assert body["members"]["count"] == 6


# ---------------------------------------------------------------------------------------------------------- one record
def test_what_a_reader_has_already_is_not_sent_again(watcher, writer, book):
    for address in (one(book), one(book.canvases.first()), by_key("manifests", "ms/12")):
        tag = watcher.get(address)["ETag"]
        assert watcher.get(address, headers={"If-None-Match": tag}).status_code == 304
    tell(writer, "PATCH", one(book), {"label": "Hours"})
    assert watcher.get(one(book), headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["manifests", "collections", "canvases"])
def test_what_there_is_not_is_not_found(watcher, book, path):
    problem(watcher.get(f"{API}/{path}/{NOBODY}"), 404, "not_found")
    problem(watcher.get(f"{API}/{path}/1"), 404, "not_found")
    problem(watcher.get(by_key("manifests", "nothing")), 404, "not_found")
    problem(watcher.get(f"{COLLECTIONS}/{book.pk}"), 404, "not_found")


# ------------------------------------------------------------------------------------------------------------ canvases
def test_canvases_are_told_in_effective_order(watcher, book):
    first, second = book.canvases.order_by("position")
    body = watcher.get(one(book, "canvases")).json()
    image = Image.objects.get(external_id="1.tif")
    assert body["count"] == 2
    assert body["results"][0] == watcher.get(one(first)).json()
    assert body["results"][0] == {
        "id": str(first.pk),
        "self": f"{PUBLIC}/api/v1/canvases/{first.pk}",
        "uri": f"{PUBLIC}/presentation/canvas/{first.pk}",
        "manifest": f"{PUBLIC}/api/v1/manifests/{book.pk}",
        "external_id": "f1r",
        "place": 0,
        "label": {"none": ["1r"]},
        "description": {"label": {"none": ["1r"]}},
        "image": str(image.pk),
        "painted": 1,
        "width": 800,
        "height": 600,
        "proposed": None,
        "differences": [],
    }
    words.order(book, [second.pk, first.pk], actor="admin jane")
    turned = watcher.get(one(book, "canvases")).json()["results"]
    assert [(page["id"], page["place"]) for page in turned] == [(str(second.pk), 0), (str(first.pk), 1)]
    ours = watcher.get(one(book)).json()
    assert ours["curated_layer"]["canvases"] == [str(second.pk), str(first.pk)]
    assert "canvases" not in ours["description"]


def test_a_page_says_where_its_source_differs(watcher, writer, book):
    page = book.canvases.get(external_id="f1r")
    words.describe(page, {"label": "recto"}, actor="admin jane")
    put(writer, "manifests", "ms/12", canvases=[{**BOOK["canvases"][0], "label": "fol. 1r"}])
    assert watcher.get(one(page)).json()["differences"] == [
        {"name": "label", "source": {"none": ["fol. 1r"]}, "curated": {"none": ["recto"]}}
    ]
    dropped = book.canvases.get(external_id="f1v")
    problem(watcher.get(one(dropped)), 404, "not_found")


# -------------------------------------------------------------------------------------------------------- who sees what
def test_without_a_token_nothing_is_told(book):
    for address in (MANIFESTS, COLLECTIONS, one(book), one(book, "canvases"), one(book, "events")):
        assert problem(Client().get(address), 401, "not_authenticated")
    assert problem(put(Client(), "manifests", "x", label="x"), 401, "not_authenticated")


def test_what_is_published_is_told_to_everybody_with_a_token(reader, shelf):
    assert labels(reader.get(MANIFESTS)) == ["Book of hours"]
    assert labels(reader.get(COLLECTIONS)) == ["Shelf"]
    body = reader.get(one(Manifest.objects.get(external_id="ms/12"))).json()
    assert (body["state"], body["public"], body["canvases"]["count"]) == ("published", True, 2)
    assert body["description"] == {"label": {"none": ["Book of hours"]}}
    hidden = ("publish_error", "outstanding", "progress", "source_layer", "curated_layer", "differences", "dynamic")
    assert [body[name] for name in hidden] == [None] * len(hidden)
    members = reader.get(one(shelf, "members")).json()
    assert [member["external_id"] for member in members["results"]] == ["ms/12"]
    assert members["count"] == reader.get(one(shelf)).json()["members"]["count"] == 1


def test_what_is_not_public_is_not_there_for_the_public(reader, writer, shelf):
    draft = Manifest.objects.get(external_id="ms/13")
    put(writer, "manifests", "ms/13", canvases=[{"id": "f1"}])
    of_it = [one(draft), one(draft, "canvases"), one(draft, "identifiers"), one(Canvas.objects.get(manifest=draft))]
    for address in (*of_it, by_key("manifests", "ms/13")):
        problem(reader.get(address), 404, "not_found")
        assert writer.get(address).status_code == 200
    book = Manifest.objects.get(external_id="ms/12")
    pages = [one(canvas) for canvas in book.canvases.all()]
    curation.restrict(book, Restriction(opens=timezone.now() + timedelta(days=1)), actor="test")
    for address in (one(book), one(book, "canvases"), *pages):
        problem(reader.get(address), 404, "not_found")
    for query in ("", "?q=hours", "?external_id=ms/12", "?identifier=ark:/1/book", "?state=published"):
        assert reader.get(f"{MANIFESTS}{query}").json()["count"] == 0
    assert reader.get(one(shelf, "members")).json()["count"] == 0


def test_changes_that_are_not_published_are_not_told(reader, writer, book):
    tell(writer, "PATCH", one(book), {"publish_when": "manual", "label": "Secret", "rights": None})
    put(writer, "manifests", "ms/12", canvases=[{"id": "f2r", "label": "new"}, BOOK["canvases"][1]])
    body = reader.get(one(book)).json()
    assert (body["label"], body["state"]) == ({"none": ["Book of hours"]}, "published")
    assert body["description"] == {"label": {"none": ["Book of hours"]}}
    shown = reader.get(one(book, "canvases")).json()["results"]
    assert [page["label"]["none"][0] for page in shown] == ["1r", "1v"]
    problem(reader.get(one(Canvas.objects.get(external_id="f2r"))), 404, "not_found")
    assert reader.get(f"{MANIFESTS}?state=outstanding").json()["count"] == 0
    assert reader.get(f"{MANIFESTS}?q=secret").json()["count"] == 0


def test_a_closed_picture_is_not_named_on_its_page(reader, watcher, book):
    image = Image.objects.get(external_id="1.tif").pk
    assert reader.get(f"{MANIFESTS}?image={image}").json()["count"] == 1
    restrict(image, Restriction("closed"), actor="test")
    assert reader.get(f"{MANIFESTS}?image={image}").json()["count"] == 0
    assert watcher.get(f"{MANIFESTS}?image={image}").json()["count"] == 1
    pages = reader.get(one(book, "canvases")).json()["results"]
    assert [page["image"] is None for page in pages] == [True, False]


def test_a_closed_collection_is_no_way_to_what_is_in_it(reader, writer, shelf):
    assert reader.get(f"{MANIFESTS}?collection={shelf.pk}").json()["count"] == 1
    Collection.objects.filter(pk=shelf.pk).update(access="closed")
    assert reader.get(f"{MANIFESTS}?collection={shelf.pk}").json()["count"] == 0
    assert writer.get(f"{MANIFESTS}?collection={shelf.pk}").json()["count"] == 2


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_writing_needs_the_scope_for_it(reader, watcher, purger, book, method):
    for client in (reader, watcher, purger):
        problem(tell(client, method, by_key("manifests", "ms/12"), {"label": "x"}), 403, "permission_denied")
    problem(purger.get(MANIFESTS), 403, "permission_denied")
