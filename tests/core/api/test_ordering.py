import pytest

from gcis.events.models import Event
from tests.core.api.conftest import problem


@pytest.fixture
def client(writer):
    Event.objects.all().delete()
    for kind, actor in [("b", "x"), ("a", "y"), ("a", "z"), ("c", "x")]:
        Event.objects.create(kind=kind, actor=actor)
    return writer


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "cb aa"),
        ("?ordering=kind", "aa bc"),
        ("?ordering=-kind", "cb aa"),
        ("?ordering=who", "bc aa"),
        ("?ordering=-who", "aa cb"),
    ],
)
def test_the_order_is_one_of_the_list(client, query, order):
    found = [event["kind"] for event in client.get(f"/api/v1/events{query}").json()["results"]]
    assert found == list(order.replace(" ", ""))


@pytest.mark.parametrize("reverse", ["", "-"])
def test_equal_records_stand_in_a_fixed_order(client, reverse):
    ids = [event["id"] for event in client.get(f"/api/v1/events?ordering={reverse}kind&kind=a").json()["results"]]
    assert ids == sorted(ids, reverse=bool(reverse))


@pytest.mark.parametrize("given", ["", "password", "actor", "--kind", "-", "kind,who", "kind__regex", "pk", "KIND"])
def test_any_other_order_is_refused(client, given):
    body = problem(client.get(f"/api/v1/events?ordering={given}"), 400, "invalid")
    assert body["detail"] == "ordering: This must be one of kind, -kind, who, -who."


@pytest.mark.parametrize(
    "name",
    ["title__regex", "kind__startswith", "at", "actor", "format", "limit", "token", "access_token", "Page"],
)
def test_unknown_parameters_are_named_with_the_known_ones(client, name):
    body = problem(client.get(f"/api/v1/events?{name}=(a%2B)%2B$&page=1"), 400, "invalid")
    (error,) = body["errors"]
    assert (error["field"], error["code"]) == (name, "unknown_parameter")
    known = "at_after, at_before, kind, ordering, page, page_size, since"
    assert error["detail"] == f"There is no such parameter; there are {known}."


def test_known_parameters_pass(client):
    some = Event.objects.order_by("pk")[1]
    query = f"?kind=a&at_after={some.at.date()}&at_before=2999-01-01&ordering=kind&page=1&page_size=5&since=1"
    assert client.get(f"/api/v1/events{query}").json()["count"] == 2


def test_a_filter_s_own_refusal_is_a_problem(client):
    body = problem(client.get("/api/v1/events?at_after=x"), 400, "invalid")
    assert body["errors"][0]["field"] == "at"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_is_no_list_takes_no_parameters_of_lists(client, method):
    response = client.generic(method, "/api/v1/events/1?page=1", b"{}", content_type="application/json")
    assert problem(response, 400, "invalid")["errors"] == [
        {"field": "page", "code": "unknown_parameter", "detail": "There are none."}
    ]
