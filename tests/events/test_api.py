"""The feed of what happened."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from gcis.events import services
from gcis.events.models import Event
from tests import work
from tests.core.api.conftest import problem
from tests.tokens.keys import bearing

pytestmark = pytest.mark.django_db

EVENTS, PUBLIC = "/api/v1/events", "http://127.0.0.1:8000"


@pytest.fixture
def watcher(db: None) -> Client:
    client = Client(raise_request_exception=False, headers=bearing("read:all"))
    client.get(EVENTS)  # notes the token's use
    Event.objects.all().delete()  # of the token itself
    return client


@transaction.atomic
def happen(*kinds: str, subject: UUID | None = None) -> UUID:
    subject = subject or uuid4()
    for kind in kinds:
        services.record(kind, subject, "admin jane", why="x")
    return subject


def numbers(response: Any) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["number"] for row in response.json()["results"]]


def test_numbered_events_are_told_in_order(watcher):
    subject = happen("a", "image.withdrawn")
    services.number_committed()
    happen("c")  # has no number yet
    body = watcher.get(EVENTS).json()
    assert [(row["number"], row["kind"]) for row in body["results"]] == [(1, "a"), (2, "image.withdrawn")]
    second = body["results"][1]
    assert second == {
        "number": 2,
        "kind": "image.withdrawn",
        "subject": str(subject),
        "actor": "admin jane",
        "at": second["at"],
        "data": {"why": "x"},
        "sentence": "Withdrawn",
    }
    assert second["at"].endswith("Z")


def test_the_feed_is_followed_to_its_end_and_later_on(watcher):
    happen(*"abcde")
    services.number_committed()
    seen: list[int] = []
    address, last = f"{EVENTS}?limit=2", ""
    while address:
        response = watcher.get(address.removeprefix(PUBLIC))
        seen += numbers(response)
        last, address = address, response.json()["next"]
        assert response.get("Link", "") == (f'<{address}>; rel="next"' if address else "")
    assert seen == [1, 2, 3, 4, 5]
    assert last == f"{PUBLIC}{EVENTS}?limit=2&after=5"
    happen("f")
    services.number_committed()
    assert numbers(watcher.get(last.removeprefix(PUBLIC))) == [6]


def test_what_comes_meanwhile_is_neither_missed_nor_doubled(watcher):
    happen("a", "b")
    services.number_committed()
    first = watcher.get(f"{EVENTS}?limit=1").json()
    happen("c")
    services.number_committed()
    assert first["next"] == f"{PUBLIC}{EVENTS}?limit=1&after=1"
    assert numbers(watcher.get(f"{EVENTS}?after=1")) == [2, 3]


def test_filters_stay_in_the_link(watcher):
    subject = happen("a", "b", "a")
    happen("a")
    services.number_committed()
    response = watcher.get(f"{EVENTS}?kind=a&subject={subject}&limit=1")
    assert numbers(response) == [1]
    assert numbers(watcher.get(response.json()["next"].removeprefix(PUBLIC))) == [3]
    assert numbers(watcher.get(f"{EVENTS}?kind=a")) == [1, 3, 4]
    assert numbers(watcher.get(f"{EVENTS}?subject={uuid4()}")) == []
    assert numbers(watcher.get(f"{EVENTS}?after=3")) == [4]
    assert numbers(watcher.get(f"{EVENTS}?after={2**63 - 1}")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", "-1"),
        ("after", "x"),
        ("after", "1e3"),
        ("after", "1_0"),
        ("after", "\uff11"),
        ("after", str(2**63)),
        ("after", "9" * 5000),
        ("limit", "0"),
        ("limit", ""),
        ("subject", "x"),
        ("kind", ""),
        ("kind", "A b"),
        ("page", "1"),
        ("ordering", "kind"),
    ],
)
def test_what_cannot_be_asked_is_refused(watcher, name, value):
    body = problem(watcher.get(EVENTS, {name: value}), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [name]


def test_a_page_has_an_end_whatever_is_asked_for(watcher):
    Event.objects.bulk_create(Event(number=n, kind="a", subject=uuid4(), actor="x") for n in range(1, 1203))
    assert len(numbers(watcher.get(EVENTS))) == 100
    assert len(numbers(watcher.get(f"{EVENTS}?limit=1000000000"))) == 1000


def test_it_takes_the_same_number_of_queries_however_much_happened(watcher):
    def asked() -> int:
        with work.statements() as sent:
            watcher.get(EVENTS)
        return len(sent)

    few = asked()
    happen(*"abcdefgh")
    services.number_committed()
    assert asked() == few == 2


def test_who_may_read_it(watcher):
    problem(Client().get(EVENTS), 401, "not_authenticated")
    for scope in ("read", "purge"):
        problem(Client(headers=bearing(scope)).get(EVENTS), 403, "permission_denied")
    assert Client(headers=bearing("write")).get(EVENTS).status_code == 200
    problem(watcher.post(EVENTS, {}, "application/json"), 405, "method_not_allowed")
