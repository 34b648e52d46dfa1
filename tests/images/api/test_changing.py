"""What can be done with a picture that is there: describe, restrict, withdraw, restore, rename, merge, convert."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gcis.core.ids import mint
from gcis.jobs.models import Job
from images import curation, services
from images.models import Image
from redirects import services as names
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import PUBLIC, by_key, machine, one, ready, tell
from tests.images.api.test_putting import at_once
from tests.tokens.keys import bearing

pytestmark = pytest.mark.django_db

RIGHTS = "http://creativecommons.org/publicdomain/mark/1.0/"


@pytest.fixture
def image(dam: Any) -> UUID:
    return ready("x", dam)


def everything() -> dict[str, Any]:
    """Every row of ours but that of the token, which notes its use."""
    return {name: rows for name, rows in work.everything().items() if name != "Token"}


def said(body: dict[str, Any], *fields: str) -> list[Any]:
    return [body[name] for name in fields]


# -------------------------------------------------------------------------------------------------- describe, restrict
@pytest.mark.parametrize("address", [one, lambda image: by_key("x")])
def test_only_what_is_named_is_touched(writer, image, address):
    first = tell(writer, "PATCH", address(image), {"rights": RIGHTS, "recipe": "fidelity"})
    assert (first.status_code, said(first.json(), "rights", "recipe")) == (200, [RIGHTS, "fidelity"])
    second = tell(writer, "PATCH", address(image), {"access": "limited", "access_edge": 500}).json()
    assert said(second, "rights", "recipe", "access", "access_edge") == [RIGHTS, "fidelity", "limited", 500]
    third = tell(writer, "PATCH", address(image), {"access_from": "2999-01-01T01:00:00+01:00"}).json()
    assert said(third, "access", "access_edge", "access_from") == ["limited", 500, "2999-01-01T00:00:00Z"]
    assert (second["public"], third["public"]) == (True, False)


def test_null_takes_away(writer, image):
    whole = {"rights": RIGHTS, "recipe": "fidelity", "access": "limited", "access_edge": 500}
    tell(writer, "PATCH", one(image), {**whole, "access_from": "2999-01-01T00:00:00Z"})
    names = ("rights", "recipe", "access", "access_edge", "access_from")
    for name in ("rights", "recipe", "access_from", "access"):
        body = tell(writer, "PATCH", one(image), {name: None}).json()
        assert body[name] == ("inherit" if name == "access" else None)
    assert said(body, *names) == [None, None, "inherit", None, None]


def test_another_access_takes_the_size_along(writer, image):
    tell(writer, "PATCH", one(image), {"access": "limited", "access_edge": 500})
    assert said(tell(writer, "PATCH", one(image), {"access_edge": 700}).json(), "access", "access_edge") == [
        "limited",
        700,
    ]
    assert said(tell(writer, "PATCH", one(image), {"access": "closed"}).json(), "access", "access_edge") == [
        "closed",
        None,
    ]


def test_a_system_s_word_on_rights_does_not_overrule_people_s(writer, image):
    curation.describe(image, actor="admin jane", rights="https://rightsstatements.org/vocab/InC/1.0/")
    body = tell(writer, "PATCH", one(image), {"rights": RIGHTS}).json()
    people = "https://rightsstatements.org/vocab/InC/1.0/"
    assert said(body, "rights", "rights_source", "rights_curated") == [people, RIGHTS, people]


def test_saying_the_same_again_changes_nothing(writer, image):
    changes = {"rights": RIGHTS, "recipe": "fidelity", "access": "limited", "access_edge": 500}
    first = tell(writer, "PATCH", one(image), changes)
    before = everything()
    again = tell(writer, "PATCH", one(image), changes)
    assert (again.status_code, again["ETag"]) == (200, first["ETag"])
    assert tell(writer, "PATCH", one(image), {}).status_code == 200
    assert everything() == before


def test_every_fault_is_told_at_once_and_nothing_is_done(writer, image):
    before = everything()
    changes = {
        "rights": "x" * 301,
        "recipe": "best",
        "access": "secret",
        "access_edge": 0,
        "access_from": "soon",
        "generation": 99,
        "rights_curated": "x",
        "withdrawn": None,
        "id": str(image),
    }
    body = problem(tell(writer, "PATCH", one(image), changes), 400, "invalid")
    assert {error["field"] for error in body["errors"]} == set(changes)
    assert everything() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"access": "limited"},
        {"access_edge": 500},
        {"access": "open", "access_edge": 500},
        {"access": "limited", "access_edge": None},
    ],
)
def test_a_size_and_limited_access_belong_together(writer, image, changes):
    before = everything()
    problem(tell(writer, "PATCH", one(image), {"rights": "new", "recipe": "fidelity", **changes}), 400, "access_edge")
    assert everything() == before


@pytest.mark.parametrize("edge", [-1, 0, 2**31, 2**70, 1.5, "500", True, [], {}])
def test_edges_that_cannot_be(writer, image, edge):
    response = tell(writer, "PATCH", one(image), {"access": "limited", "access_edge": edge})
    assert response.status_code == 400
    assert work.fresh(image).access == "inherit"


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-02-31",
        "2027-01-01",
        "2027-01-01T00:00:00",
        5,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        [],
        "x" * 9999,
    ],
)
def test_moments_that_cannot_be(writer, image, moment):
    body = problem(tell(writer, "PATCH", one(image), {"access_from": moment}), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["access_from"]


# --------------------------------------------------------------------------------------------------- withdraw, restore
@pytest.mark.parametrize("address", [one, lambda image: by_key("x")])
def test_withdrawn_it_is_gone_for_the_public_and_says_why(writer, reader, image, address):
    first = writer.delete(f"{address(image)}?reason=Not%20ours")
    assert (first.status_code, first.content) == (204, b"")
    before = everything()
    assert writer.delete(f"{address(image)}?reason=Again").status_code == 204
    assert everything() == before
    body = writer.get(address(image)).json()
    assert said(body, "state", "withdrawn_reason", "public") == ["withdrawn", "Not ours", False]
    assert body["withdrawn"].endswith("Z")
    assert reader.get(address(image)).status_code == 404
    gone = Client().get(body["iiif"]["info_3"].removeprefix(PUBLIC))
    assert (gone.status_code, gone.json()["detail"]) == (410, "Not ours")


@pytest.mark.parametrize("query", ["", "?reason=", "?reason=%20", f"?reason={'x' * 301}", "?reason=x&force=1"])
def test_withdrawing_needs_a_reason(writer, image, query):
    before = everything()
    problem(writer.delete(one(image) + query), 400, "invalid")
    assert everything() == before


def test_restored_it_is_back_under_its_name(writer, image):
    writer.delete(f"{one(image)}?reason=Not%20ours")
    response = tell(writer, "POST", one(image, "restore"), {"reason": "Rights cleared"})
    assert said(response.json(), "state", "withdrawn", "withdrawn_reason", "identifier") == [
        "ready",
        None,
        None,
        str(image),
    ]
    before = everything()
    assert tell(writer, "POST", one(image, "restore")).status_code == 200
    assert everything() == before


# ------------------------------------------------------------------------------------------------------ rename, merge
def test_a_new_name_and_the_way_back(writer, image):
    for name in ("first", "second", "first"):
        body = tell(writer, "POST", one(image, "rename"), {"identifier": name, "reason": "New scheme"}).json()
        assert said(body, "identifier") == [name]
        assert body["iiif"]["image_3"] == f"{PUBLIC}/iiif/3/{name}"
    before = everything()
    assert tell(writer, "POST", one(image, "rename"), {"identifier": "first"}).status_code == 200
    assert everything() == before
    assert {row.value for row in names.history(image)} == {"first", "second", str(image)}


def test_another_s_name_is_never_given(writer, image, dam):
    other = work.an_image("y", dam, identifier="taken")
    curation.rename(other, "now", actor="test")
    before = everything()
    for name in ("taken", "now"):
        problem(tell(writer, "POST", one(image, "rename"), {"identifier": name}), 409, "identifier_taken")
    assert everything() == before


@pytest.mark.parametrize(
    "name", ["", "a//b", "..", "2/x", "info.json", "x" * 201, "a\u0308", "a\u200bb", 5, 0.5, True, None, ["a"]]
)
def test_names_that_no_address_can_have(writer, image, name):
    body = problem(
        tell(writer, "POST", one(image, "rename"), {"identifier": name, "reason": "x" * 301}), 400, "invalid"
    )
    assert {error["field"] for error in body["errors"]} == {"identifier", "reason"}
    assert names.history(image)[0].value == str(image)


def test_what_is_withdrawn_keeps_its_name(writer, image):
    writer.delete(f"{one(image)}?reason=x")
    problem(tell(writer, "POST", one(image, "rename"), {"identifier": "new"}), 409, "withdrawn")


def test_merged_its_names_lead_to_the_other(writer, image, dam):
    kept = ready("y", dam)
    response = tell(writer, "POST", one(image, "merge"), {"into": str(kept), "reason": "Sent twice"})
    body = response.json()
    assert said(body, "id", "state", "identifier", "iiif") == [str(image), "withdrawn", None, None]
    assert said(body, "withdrawn_reason", "public") == ["Sent twice", False]
    moved = Client().get(f"/iiif/3/{image}/info.json")
    assert (moved.status_code, moved["Location"]) == (301, f"{PUBLIC}/iiif/3/{kept}/info.json")
    problem(tell(writer, "POST", one(image, "restore"), {}), 409, "merged")
    problem(tell(writer, "POST", one(image, "merge"), {"into": str(kept)}), 409, "merged")


def test_what_cannot_be_merged(writer, image, dam):
    gone = ready("y", dam)
    curation.withdraw(gone, actor="test", reason="x")
    before = everything()
    for into, status, code in (
        (image, 400, "merge_itself"),
        (gone, 409, "withdrawn"),
        (mint(), 400, "invalid"),
        ("x", 400, "invalid"),
        (None, 400, "invalid"),
    ):
        problem(tell(writer, "POST", one(image, "merge"), {"into": into and str(into)}), status, code)
    problem(tell(writer, "POST", one(image, "merge"), {}), 400, "invalid")
    assert everything() == before


# ------------------------------------------------------------------------------------------------------------- convert
def test_once_more_from_the_file_that_is_there(writer, image):
    for body in (None, {}, {"refetch": False}):
        response = tell(writer, "POST", one(image, "convert"), body)
        newest = Job.objects.get(state="queued")
        assert (response.status_code, response["Retry-After"]) == (202, "2")
        assert response["Location"] == response.json()["job"] == f"{PUBLIC}/api/v1/jobs/{newest.pk}"
        assert said(response.json(), "state", "replacement") == ["ready", "pending"]
    assert writer.get(response["Location"].removeprefix(PUBLIC)).json()["subject"] == str(image)


def test_once_more_from_the_address_that_it_came_from(writer, image):
    refused = tell(writer, "POST", one(image, "convert"), {"refetch": True})
    assert refused.json()["type"] == "/api/v1/problems/no_address"
    Image.objects.filter(pk=image).update(url="https://dam.example.org/x.tif", copy_key="aa/x")
    assert tell(writer, "POST", one(image, "convert"), {"refetch": True}).status_code == 202
    assert work.fresh(image).copy_key == ""


def test_what_cannot_be_converted(writer, image, dam):
    expected = services.register(dam, "expected", None, actor="test").pk
    problem(tell(writer, "POST", one(image, "convert"), {"refetch": "true"}), 400, "invalid")
    response = tell(writer, "POST", one(expected, "convert"), {})
    assert response.json()["type"] == "/api/v1/problems/not_sent"
    curation.withdraw(image, actor="test", reason="x")
    before = everything()
    for refetch in (False, True):
        problem(tell(writer, "POST", one(image, "convert"), {"refetch": refetch}), 409, "withdrawn")
    assert everything() == before


# ------------------------------------------------------------------------------------------------ who may, and of what
CHANGES = [
    ("PATCH", "", {"rights": "new"}),
    ("DELETE", "?reason=x", None),
    ("POST", "/rename", {"identifier": "new"}),
    ("POST", "/convert", {}),
    ("POST", "/restore", {}),
    ("POST", "/merge", {"into": "00000000-0000-4000-8000-000000000000"}),
]


@pytest.mark.parametrize(("method", "action", "body"), CHANGES)
def test_who_may_not_write_changes_nothing(image, db, method, action, body):
    clients = [(machine(scope), 403, "permission_denied") for scope in ("read", "read:all", "purge")]
    before = everything()
    for client, status, code in ((Client(), 401, "not_authenticated"), *clients):
        problem(tell(client, method, one(image) + action, body), status, code)
        problem(tell(client, method, one(mint()) + action, body), status, code)
    assert everything() == before


@pytest.mark.parametrize(("method", "action", "body"), CHANGES)
def test_what_is_not_there_is_not_found(writer, method, action, body):
    problem(tell(writer, method, one(mint()) + action, body), 404, "not_found")


@pytest.mark.parametrize(("method", "action", "body"), CHANGES)
def test_nothing_is_done_to_what_has_changed(writer, image, dam, method, action, body):
    if action == "/merge":
        body = {"into": str(ready("y", dam))}
    stale = writer.get(one(image))["ETag"]
    curation.describe(image, actor="admin jane", rights="theirs")
    before = everything()
    for tag in (stale, f"W/{stale}", '"x"', "x"):
        problem(tell(writer, method, one(image) + action, body, **{"if-match": tag}), 412, "precondition_failed")
    assert everything() == before
    fresh = writer.get(one(image))["ETag"]
    assert tell(writer, method, one(image) + action, body, **{"if-match": f'"0-aa", {fresh}'}).status_code < 300


@pytest.mark.parametrize(("method", "action", "body"), CHANGES[:4])
def test_answers_carry_the_validator_for_the_next_change(writer, image, method, action, body):
    response = tell(writer, method, one(image) + action, body)
    if response.status_code != 204:
        assert response["ETag"] == writer.get(one(image))["ETag"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_read_the_same_one_changes_it(dam):
    image = ready("x", dam)
    headers = bearing("write")
    tag = Client(headers=headers).get(one(image))["ETag"]

    def change(number: int) -> Any:
        client = Client(raise_request_exception=False, headers=headers)
        return lambda: tell(client, "PATCH", one(image), {"rights": f"word {number}"}, **{"if-match": tag})

    answers = at_once([change(number) for number in range(8)])
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert work.fresh(image).rights_source == won.json()["rights"]


@pytest.mark.django_db(transaction=True)
def test_opposite_merges_never_wait_for_each_other(dam):
    headers = bearing("write")

    def merge(image: UUID, into: UUID) -> Any:
        client = Client(raise_request_exception=False, headers=headers)
        return lambda: tell(client, "POST", one(image, "merge"), {"into": str(into)})

    for number in range(4):
        one_, other = ready(f"a{number}", dam), ready(f"b{number}", dam)
        answers = at_once([merge(one_, other), merge(other, one_)])
        assert sorted(answer.status_code for answer in answers) == [200, 409]
