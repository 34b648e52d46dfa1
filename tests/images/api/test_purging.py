"""Purges: by one picture, by names, and what is told of them."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gcis.core.ids import mint
from images import curation
from images.access import Access
from images.models import Purge
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import IMAGES, PUBLIC, ids, machine, one, ready, tell

pytestmark = pytest.mark.django_db

PURGES = "/api/v1/purges"
MANY = f"{IMAGES}/purges"


@pytest.fixture
def image(dam: Any) -> UUID:
    return ready("x", dam)


def generations(*images: UUID) -> list[int]:
    return [work.fresh(image).generation for image in images]


def test_a_purge_is_made_and_can_be_read_again(purger, watcher, image):
    response = tell(purger, "POST", one(image, "purge"), {"reason": "Colours corrected"})
    body, row = response.json(), Purge.objects.get()
    assert (response.status_code, response["Location"]) == (201, f"{PUBLIC}{PURGES}/{row.pk}")
    assert body == {
        "id": str(row.pk),
        "self": response["Location"],
        "subject": str(image),
        "actor": "token emuseum",
        "reason": "Colours corrected",
        "targets": [str(image)],
        "matched": 1,
        "results": {"own caches": "done"},
        "probe": {},
        "created": body["created"],
    }
    again = watcher.get(f"{PURGES}/{row.pk}")
    assert again.json() == body
    assert watcher.get(f"{PURGES}/{row.pk}", headers={"if-none-match": again["ETag"]}).status_code == 304
    assert generations(image) == [2]


def test_no_reason_is_needed_and_closed_pictures_are_purged_too(purger, dam):
    image = ready("closed", dam, access=Access.CLOSED)
    assert tell(purger, "POST", one(image, "purge")).status_code == 201
    assert generations(image) == [2]


def test_several_by_any_of_their_names(purger, image, dam):
    other, third = ready("y", dam), ready("z", dam)
    curation.rename(other, "new", actor="test")
    response = tell(purger, "POST", MANY, {"identifiers": [str(image), str(other), "new"], "reason": "Moved"})
    assert response.status_code == 201
    made = response.json()["purges"]
    assert [purge["subject"] for purge in made] == sorted([str(image), str(other)])
    assert {purge["reason"] for purge in made} == {"Moved"}
    assert generations(image, other, third) == [2, 2, 1]


def test_all_or_none(purger, image):
    names = [str(image), "nobody", "nothing", "\u00e9\n"]
    body = problem(tell(purger, "POST", MANY, {"identifiers": names}), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["identifiers.1", "identifiers.2", "identifiers.3"]
    assert generations(image) == [1]
    assert not Purge.objects.exists()


@pytest.mark.parametrize("names", [[], "x", None, [None], [""], [["x"]], ["x" * 201], ["x"] * 501])
def test_lists_that_cannot_be(purger, names):
    body = problem(tell(purger, "POST", MANY, {"identifiers": names, "kind": "image"}), 400, "invalid")
    fields = {error["field"].split(".")[0] for error in body["errors"]}
    assert fields == {"identifiers", "kind"}


def test_the_list_and_its_filter(watcher, dam):
    first, second = ready("x", dam), ready("y", dam)
    made = {image: str(curation.purge(image, [image], actor="test").pk) for image in (first, second)}
    assert ids(watcher.get(PURGES)) == set(made.values())
    assert ids(watcher.get(f"{PURGES}?subject={first}")) == {made[first]}
    assert ids(watcher.get(f"{PURGES}?subject={mint()}")) == set()
    problem(watcher.get(f"{PURGES}?subject=x"), 400, "invalid")
    problem(watcher.get(f"{PURGES}?ordering=actor"), 400, "invalid")
    newest = [row["id"] for row in watcher.get(PURGES).json()["results"]]
    assert newest == [row["id"] for row in watcher.get(f"{PURGES}?ordering=created").json()["results"]][::-1]
    problem(watcher.get(f"{PURGES}/{mint()}"), 404, "not_found")


def test_the_list_takes_the_same_number_of_queries_whatever_is_on_it(watcher, image):
    def asked() -> int:
        with work.statements() as sent:
            watcher.get(f"{PURGES}?page_size=200")
        return len(sent)

    curation.purge(image, [image], actor="test")
    asked()
    one_ = asked()
    for _ in range(20):
        curation.purge(image, [image], actor="test")
    assert asked() == one_


def test_purging_needs_its_own_scope(image, db):
    clients = [(machine(scope), 403, "permission_denied") for scope in ("read", "read:all", "write")]
    for client, status, code in ((Client(), 401, "not_authenticated"), *clients):
        problem(tell(client, "POST", one(image, "purge"), {}), status, code)
        problem(tell(client, "POST", MANY, {"identifiers": [str(image)]}), status, code)
    assert generations(image) == [1]


def test_reading_purges_needs_to_see_all(reader, purger, image):
    made = curation.purge(image, [image], actor="test")
    for client, status, code in (
        (Client(), 401, "not_authenticated"),
        (reader, 403, "permission_denied"),
        (purger, 403, "permission_denied"),
    ):
        problem(client.get(PURGES), status, code)
        problem(client.get(f"{PURGES}/{made.pk}"), status, code)


def test_what_is_not_there_or_has_changed_is_not_purged(purger, watcher, image):
    problem(tell(purger, "POST", one(mint(), "purge"), {}), 404, "not_found")
    stale = watcher.get(one(image))["ETag"]
    assert tell(purger, "POST", one(image, "purge"), {}, **{"if-match": stale}).status_code == 201
    problem(tell(purger, "POST", one(image, "purge"), {}, **{"if-match": stale}), 412, "precondition_failed")
    assert generations(image) == [2]
