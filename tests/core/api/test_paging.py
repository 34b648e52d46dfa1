import re

import pytest

from gcis.events.models import Event
from tests.core.api.conftest import problem
from tests.work import statements

BASE = "https://images.example.org/api/v1/events"


@pytest.fixture
def client(writer):
    Event.objects.all().delete()
    Event.objects.bulk_create(Event(kind="a & b", actor=f"actor {n}") for n in range(7))
    return writer


def links(response) -> dict[str, str]:
    return {relation: address for address, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', response["Link"])}


def test_a_page_in_the_middle_knows_its_neighbours(client):
    response = client.get("/api/v1/events?page_size=2&page=2&kind=a+%26+b&ordering=who")
    body = response.json()
    assert body.keys() == {"count", "next", "previous", "results"}
    assert body["count"] == 7
    assert [event["actor"] for event in body["results"]] == ["actor 2", "actor 3"]
    other = "page_size=2&page={}&kind=a+%26+b&ordering=who"
    assert body["next"] == f"{BASE}?{other.format(3)}"
    assert links(response) == {
        "first": f"{BASE}?{other.format(1)}",
        "prev": body["previous"],
        "next": body["next"],
        "last": f"{BASE}?{other.format(4)}",
    }


def test_walking_along_the_links_meets_every_record_once(client):
    seen, address = [], "/api/v1/events?page_size=3"
    while address:
        body = client.get(address.removeprefix("https://images.example.org")).json()
        seen += [event["id"] for event in body["results"]]
        address = body["next"]
    assert sorted(seen) == sorted(Event.objects.values_list("pk", flat=True))


def test_links_come_from_the_public_address_whatever_host_is_asked(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    response = client.get("/api/v1/events?page_size=3", headers={"host": "evil.example", "x-forwarded-host": "evil"})
    assert response.json()["next"].startswith(BASE)
    assert "evil" not in response["Link"]


def test_pages_have_a_largest_size(client):
    Event.objects.bulk_create(Event(kind="a", actor="b") for _ in range(200))
    body = client.get("/api/v1/events?page_size=1000000000").json()
    assert len(body["results"]) == 200
    assert body["next"] == f"{BASE}?page_size=200&page=2"


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize(
    "junk", ["0", "-1", "1e9", "abc", "", "1.5", "last", "1_0", "１", "+1", "9" * 5000, "0" * 5000 + "1", "%2000"]
)
def test_junk_is_refused(client, name, junk):
    body = problem(client.get(f"/api/v1/events?{name}={junk}"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [name]


@pytest.mark.parametrize("page", [2, 10**6, 10**18 - 1])
def test_behind_the_last_page_there_is_nothing(client, page):
    with statements() as sent:
        body = problem(client.get(f"/api/v1/events?page={page}"), 404, "not_found")
    assert body["detail"] == f"There is no page {page}; the last one is 1."
    assert not any("OFFSET" in sql for sql in sent)


def test_an_empty_list_has_one_page(client):
    response = client.get("/api/v1/events?kind=unheard")
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert links(response).keys() == {"first", "last"}
