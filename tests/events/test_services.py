import threading
import uuid

import pytest
from django.db import connection, transaction

from gcis.events import services
from gcis.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def record(kind: str = "test.thing") -> Event:
    with transaction.atomic():
        return services.record(kind, uuid.uuid4(), "test")


def numbers() -> list[int | None]:
    return list(Event.objects.order_by("id").values_list("number", flat=True))


def test_an_event_belongs_to_the_transaction_that_makes_it_true() -> None:
    with pytest.raises(RuntimeError, match="outside of the transaction"):
        services.record("test.thing", uuid.uuid4(), "test")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.record("test.thing", uuid.uuid4(), "test")
        _ = 1 / 0
    assert numbers() == []


def test_committed_events_are_numbered_in_order_and_without_gaps() -> None:
    for _ in range(5):
        record()
    assert services.number_committed(limit=2) == 2
    assert services.number_committed() == 3
    record()
    assert services.number_committed() == 1
    assert services.number_committed() == 0
    assert numbers() == [1, 2, 3, 4, 5, 6]


def test_numbers_stay_gapless_with_several_writers_and_sequencers() -> None:
    def write() -> None:
        for _ in range(20):
            record()
        connection.close()

    def number() -> None:
        for _ in range(30):
            services.number_committed()
        connection.close()

    threads = [threading.Thread(target=work) for work in (write, write, write, number, number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.number_committed()
    # On PostgreSQL a later id may be committed, and so numbered, before an earlier one.
    assert sorted(number or 0 for number in numbers()) == list(range(1, 61))


def test_subscribers_hear_of_it_inside_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, bool]] = []

    def listen(event: Event) -> None:
        heard.append((event.kind, connection.in_atomic_block))

    services.subscribe(listen, "test.heard")
    services.subscribe(listen, "test.heard")
    record("test.heard")
    record("test.unheard")
    assert heard == [("test.heard", True)]
    services._subscribers["test.heard"].remove(listen)
