"""Sources: systems are made here, the others can be read."""

from typing import Any

import pytest
from django.test import Client

from images import sources
from images.access import Access
from images.models import Source
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import IMAGES, PUBLIC, SOURCES, ids, machine, ready, tell
from tests.images.api.test_putting import at_once
from tests.tokens.keys import bearing

pytestmark = pytest.mark.django_db


def test_a_system_is_made_and_called_otherwise(writer):
    made = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum"})
    assert made.status_code == 201
    body = made.json()
    assert body == {
        "id": str(Source.objects.get().pk),
        "self": f"{PUBLIC}{SOURCES}/emuseum",
        "slug": "emuseum",
        "kind": "system",
        "name": "eMuseum",
        "language": "none",
        "created": body["created"],
        "images": f"{PUBLIC}{IMAGES}?source=emuseum",
    }
    same = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum"})
    assert (same.status_code, same.json(), same["ETag"]) == (200, body, made["ETag"])
    other = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum Plus"})
    assert (other.status_code, other.json()["name"]) == (200, "eMuseum Plus")
    assert writer.get(f"{SOURCES}/emuseum").json() == other.json()
    assert work.happened(Source.objects.get().pk) == ["source.created", "source.renamed"]


def test_the_language_of_texts_that_name_none(writer):
    made = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum", "language": "de"})
    assert made.json()["language"] == "de"
    same = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum"})
    assert (same.json()["language"], same["ETag"]) == ("de", made["ETag"])
    other = tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum", "language": "fr-CH"})
    assert other.json()["language"] == "fr-CH" and other["ETag"] != made["ETag"]
    assert tell(writer, "PUT", f"{SOURCES}/emuseum", {"name": "eMuseum", "language": "de_CH"}).status_code == 400


def test_a_stale_name_is_not_written_over(writer, dam):
    tag = writer.get(f"{SOURCES}/dam")["ETag"]
    assert writer.get(f"{SOURCES}/dam", headers={"if-none-match": tag}).status_code == 304
    assert tell(writer, "PUT", f"{SOURCES}/dam", {"name": "Other"}, **{"if-match": tag}).status_code == 200
    problem(tell(writer, "PUT", f"{SOURCES}/dam", {"name": "x"}, **{"if-match": tag}), 412, "precondition_failed")
    problem(tell(writer, "PUT", f"{SOURCES}/new", {"name": "x"}, **{"if-match": "*"}), 412, "precondition_failed")
    assert list(Source.objects.values_list("slug", "name")) == [("dam", "Other")]


@pytest.mark.parametrize("slug", ["%C3%A4", "a%20b", "x" * 61, "a.b", "-", "a%2Fb"])
def test_slugs_that_cannot_be(writer, slug):
    response = tell(writer, "PUT", f"{SOURCES}/{slug}", {"name": "x"})
    assert response.status_code in (400, 404)
    assert response["Content-Type"] == "application/problem+json"
    assert not Source.objects.exists()


@pytest.mark.parametrize("body", [None, {}, *({"name": name} for name in ("", " ", "x" * 301, None, 5))])
def test_a_system_needs_a_name(writer, body):
    problem(tell(writer, "PUT", f"{SOURCES}/x", body), 400, "invalid")
    problem(tell(writer, "PUT", f"{SOURCES}/x", {"name": "x", "kind": "folder", "slug": "y"}), 400, "invalid")
    assert not Source.objects.exists()


def test_what_is_no_system_is_not_renamed(writer):
    folder = work.a_source()
    for slug in (folder.slug, sources.UPLOADS):
        response = tell(writer, "PUT", f"{SOURCES}/{slug}", {"name": "Mine"})
        assert response.json()["type"] == "/api/v1/problems/source_kind"
    assert Source.objects.get().name == "pictures"


def test_the_list_and_where_folders_lie(watcher, dam):
    folder = work.a_source("/srv/pictures")
    assert ids(watcher.get(SOURCES)) == {str(folder.pk), str(dam.pk)}
    assert [row["slug"] for row in watcher.get(f"{SOURCES}?ordering=-name").json()["results"]] == [folder.slug, "dam"]
    assert "/srv" not in watcher.get(f"{SOURCES}/{folder.slug}").content.decode()
    problem(watcher.get(f"{SOURCES}?ordering=location"), 400, "invalid")
    problem(watcher.get(f"{SOURCES}?kind=folder"), 400, "invalid")


def test_the_public_s_token_sees_sources_of_public_pictures(reader, dam):
    folder = work.a_source()
    ready("closed", folder, access=Access.CLOSED)
    ready("open", dam)
    assert ids(reader.get(SOURCES)) == {str(dam.pk)}
    assert reader.get(f"{SOURCES}/dam").status_code == 200
    for slug in (folder.slug, "nothing"):
        assert (
            problem(reader.get(f"{SOURCES}/{slug}"), 404, "not_found")["detail"] == "There is no source with this slug."
        )


def test_who_may_not_write_makes_none(db):
    clients = [(machine(scope), 403, "permission_denied") for scope in ("read", "read:all", "purge")]
    for client, status, code in ((Client(), 401, "not_authenticated"), *clients):
        problem(tell(client, "PUT", f"{SOURCES}/x", {"name": "x"}), status, code)
    problem(Client().get(SOURCES), 401, "not_authenticated")
    problem(machine("purge").get(SOURCES), 403, "permission_denied")
    assert not Source.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one(db):
    headers = bearing("write")

    def request() -> Any:
        return tell(Client(raise_request_exception=False, headers=headers), "PUT", f"{SOURCES}/x", {"name": "x"})

    assert {answer.status_code for answer in at_once([request] * 8)} <= {200, 201}
    assert work.happened(Source.objects.get().pk) == ["source.created"]
