"""Names by REST: lists, one with its history, and nothing about what a token may not know of."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from images import curation as images
from images.curation import Restriction
from manifests import curation
from manifests.models import Manifest
from redirects import hits
from redirects import services as names
from tests.core.api.conftest import problem
from tests.images.api.conftest import machine, ready
from tests.manifests import published as records
from tests.work import an_image, statements

pytestmark = pytest.mark.django_db

IDENTIFIERS = "/api/v1/identifiers"
PUBLIC = "https://images.example.org"


@pytest.fixture(autouse=True)
def at_home(settings: Settings) -> None:
    settings.GCIS_PUBLIC_URL = PUBLIC


@pytest.fixture
def watcher() -> Client:
    return machine("read:all")


@pytest.fixture
def reader() -> Client:
    return machine("read")


@pytest.fixture
def image() -> UUID:
    """A picture that serves, was renamed, and was asked for by its old name."""
    made = ready()
    images.rename(made, "old/name", actor="test")
    images.rename(made, "new", actor="admin jane", reason="New scheme")
    names.visit("image", "old/name")
    hits.write()
    return made


@pytest.fixture
def book() -> Manifest:
    made: Manifest = records.manifest("Book", identifier="ark:/1/book")
    return made


def values(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    found = [row["value"] for row in response.json()["results"]]
    assert len(found) == response.json()["count"]
    return found


def test_a_name_tells_what_it_stands_for_and_every_other_name_of_that(watcher, image):
    body = watcher.get(f"{IDENTIFIERS}/image/old/name").json()
    history = body.pop("history")
    assert body == {
        "self": f"{PUBLIC}/api/v1/identifiers/image/old/name",
        "kind": "image",
        "value": "old/name",
        "status": "moved",
        "resource": {"id": str(image), "self": f"{PUBLIC}/api/v1/images/{image}"},
        "current": "new",
        "reason": "New scheme",
        "actor": "admin jane",
        "since": body["since"],
        "hits": 1,
        "last_used": body["last_used"],
    }
    assert body["since"].endswith("Z") and body["last_used"].endswith("Z")
    assert [(name["value"], name["status"]) for name in history] == [
        ("new", "current"),
        ("old/name", "moved"),
        (str(image), "moved"),
    ]


def test_every_name_is_found_at_its_own_address(watcher, book):
    shelf = records.collection("Shelf", [book], identifier="a b?c#d%é")
    for record, kind in ((book, "manifests"), (shelf, "collections")):
        (row,) = watcher.get(f"{IDENTIFIERS}?resource={record.pk}").json()["results"]
        assert row["resource"] == {"id": str(record.pk), "self": f"{PUBLIC}/api/v1/{kind}/{record.pk}"}
        assert watcher.get(row["self"].removeprefix(PUBLIC)).json()["value"] == row["value"]
        assert watcher.get(row["resource"]["self"].removeprefix(PUBLIC)).json()["identifier"] == row["value"]


def test_a_withdrawn_name_is_told_with_its_reason(watcher, book):
    curation.withdraw(book, actor="admin jane", reason="Rights")
    body = watcher.get(f"{IDENTIFIERS}/presentation/ark:/1/book").json()
    assert (body["status"], body["reason"], body["current"]) == ("withdrawn", "Rights", "ark:/1/book")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=presentation", ["ark:/1/book"]),
        ("value=old/name", ["old/name"]),
        ("value=old", []),
        ("status=current&kind=image", ["new"]),
        ("q=NAME", ["old/name"]),
        ("q=nothing", []),
        ("kind=image&status=moved&q=old", ["old/name"]),
    ],
)
def test_names_are_narrowed_by_what_is_asked_for(watcher, image, book, query, expected):
    found = [value for value in values(watcher.get(f"{IDENTIFIERS}?{query}")) if not _is_minted(value)]
    assert found == expected


def _is_minted(value: str) -> bool:
    return len(value) == 36 and value.count("-") == 4


def test_names_are_found_however_their_letters_are_composed(watcher):
    made = ready()
    images.rename(made, "\u00e9tude", actor="test")
    for asked in ("\u00e9tude", "e\u0301tude"):
        assert values(watcher.get(IDENTIFIERS, {"value": asked})) == ["\u00e9tude"]
        assert watcher.get(f"{IDENTIFIERS}/image/{quote(asked)}").json()["value"] == "\u00e9tude"


def test_names_are_ordered_by_what_is_asked_for(watcher, image):
    called = values(watcher.get(f"{IDENTIFIERS}?resource={image}&ordering=value"))
    assert called == sorted(called)
    for ordering, first in (("-hits", "old/name"), ("-since", "new"), ("since", str(image))):
        assert values(watcher.get(f"{IDENTIFIERS}?resource={image}&ordering={ordering}"))[0] == first
    assert watcher.get(f"{IDENTIFIERS}?ordering=-last_used").status_code == 200
    problem(watcher.get(f"{IDENTIFIERS}?ordering=reason"), 400, "invalid")


@pytest.mark.parametrize("query", ["kind=other", "status=lost", "resource=1", "colour=red", "q=", "kind="])
def test_what_cannot_be_asked_is_refused(watcher, query):
    problem(watcher.get(f"{IDENTIFIERS}?{query}"), 400, "invalid")


@pytest.mark.parametrize("path", ["image/nothing", "presentation/new", "other/new", "image/a//b"])
def test_what_nothing_is_called_is_not_found(watcher, image, path):
    problem(watcher.get(f"{IDENTIFIERS}/{path}"), 404, "not_found")


def test_the_public_is_not_told_of_what_it_may_not_see(watcher, reader, image, book):
    secret = an_image("secret.tif", book.source)
    records.collection("Shelf", [book], identifier="shelf")
    public = {"new", "old/name", str(image), "ark:/1/book", "shelf"}
    assert public <= set(values(reader.get(IDENTIFIERS)))
    assert str(secret) in values(watcher.get(IDENTIFIERS))
    assert values(reader.get(f"{IDENTIFIERS}?resource={secret}")) == []
    problem(reader.get(f"{IDENTIFIERS}/image/{secret}"), 404, "not_found")
    images.restrict(image, Restriction("closed"), actor="test")
    curation.withdraw(book, actor="test", reason="Rights")
    assert public & set(values(reader.get(IDENTIFIERS))) == {"shelf"}
    for name in ("image/new", "image/old/name", "presentation/ark:/1/book"):
        problem(reader.get(f"{IDENTIFIERS}/{name}"), 404, "not_found")


def test_the_public_is_not_told_who_and_why(reader, image):
    body = reader.get(f"{IDENTIFIERS}/image/old/name").json()
    assert (body["reason"], body["actor"], body["current"]) == (None, None, "new")
    assert {(name["reason"], name["actor"]) for name in body["history"]} == {(None, None)}
    listed = reader.get(f"{IDENTIFIERS}?value=old/name").json()["results"]
    assert [(row["reason"], row["actor"]) for row in listed] == [(None, None)]


def test_without_a_token_nothing_is_told(image):
    problem(Client().get(IDENTIFIERS), 401, "not_authenticated")
    problem(Client().get(f"{IDENTIFIERS}/image/new"), 401, "not_authenticated")
    problem(machine("purge").get(IDENTIFIERS), 403, "permission_denied")
    problem(machine("write").post(IDENTIFIERS), 405, "method_not_allowed")


def test_what_a_reader_has_already_is_not_sent_again(watcher, image):
    address = f"{IDENTIFIERS}/image/new"
    tag = watcher.get(address)["ETag"]
    assert watcher.get(address, headers={"If-None-Match": tag}).status_code == 304
    images.rename(image, "newer", actor="test")
    assert watcher.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_takes_as_many_queries_whatever_its_size(watcher, reader, image, book):
    def asked(client: Client) -> int:
        client.get(IDENTIFIERS)
        with statements() as sent:
            client.get(IDENTIFIERS)
        return len(sent)

    few = asked(watcher), asked(reader)
    for number in range(5):
        records.manifest(str(number))
    assert (asked(watcher), asked(reader)) == few
