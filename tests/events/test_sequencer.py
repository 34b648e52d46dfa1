"""Numbers are gapless and in order, and a reader who follows them misses nothing, whoever commits when."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, transaction

from gcis.events.models import Event
from gcis.events.services import number_committed, record

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, SEQUENCERS, EACH = 8, 3, 30


def apart(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


def numbers() -> list[tuple[int, str]]:
    return list(Event.objects.exclude(number=None).order_by("number").values_list("number", "kind"))


class Slow:
    """A transaction that has written its event and waits to be told to commit."""

    def __init__(self, pool: ThreadPoolExecutor, kind: str) -> None:
        self.written, self._go = threading.Event(), threading.Event()
        self._done: Future[None] = pool.submit(apart, lambda: self._write(kind))
        assert self.written.wait(10)

    def _write(self, kind: str) -> None:
        with transaction.atomic():
            record(kind, uuid.uuid4(), "test")
            self.written.set()
            assert self._go.wait(10)

    def commit(self) -> None:
        self._go.set()
        self._done.result(10)


@pytest.fixture
def pool() -> ThreadPoolExecutor:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return ThreadPoolExecutor(4)


def test_what_was_drawn_first_and_commits_last_is_not_skipped(pool: ThreadPoolExecutor) -> None:
    first = Slow(pool, "first.drawn")
    second = Slow(pool, "second.drawn")
    second.commit()
    assert number_committed() == 1
    cursor = Event.objects.get(number=1)
    assert cursor.kind == "second.drawn"
    first.commit()
    assert number_committed() == 1
    following = Event.objects.get(number__gt=cursor.number)
    assert following.kind == "first.drawn"
    assert following.pk < cursor.pk


def test_numbering_does_not_wait_for_those_who_write(pool: ThreadPoolExecutor) -> None:
    open_one = Slow(pool, "open")
    with transaction.atomic():
        record("done", uuid.uuid4(), "test")
    began = time.monotonic()
    assert number_committed() == 1
    assert time.monotonic() - began < 1
    open_one.commit()


def test_a_sequencer_that_dies_leaves_no_gap(pool: ThreadPoolExecutor) -> None:
    with transaction.atomic():
        for kind in ("one", "two"):
            record(kind, uuid.uuid4(), "test")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert number_committed() == 2
        _ = 1 / 0
    assert numbers() == []
    assert number_committed() == 2
    assert numbers() == [(1, "one"), (2, "two")]


def test_a_limit_takes_the_oldest() -> None:
    with transaction.atomic():
        for kind in "abc":
            record(kind, uuid.uuid4(), "test")
    assert [number_committed(2), number_committed(2), number_committed(2)] == [2, 1, 0]
    assert numbers() == [(1, "a"), (2, "b"), (3, "c")]


class Reader:
    """Follows the numbers like a machine that keeps the last one it saw."""

    def __init__(self) -> None:
        self.seen: list[Event] = []

    def poll(self) -> int:
        cursor = self.seen[-1].number if self.seen else 0
        new = list(Event.objects.filter(number__gt=cursor).order_by("number"))
        self.seen += new
        return len(new)


def test_a_reader_misses_nothing_while_many_write_and_several_number() -> None:
    resources = [uuid.uuid4() for _ in range(3)]
    locks = {resource: threading.Lock() for resource in resources}  # as the lock on a resource's row
    counts: dict[UUID, int] = defaultdict(int)
    stop = threading.Event()

    def write(number: int) -> None:
        for step in range(EACH):
            resource = resources[(number + step) % len(resources)]
            with locks[resource], transaction.atomic():
                counts[resource] += 1
                record("count", resource, "test", count=counts[resource])
                time.sleep(0.001 * (number % 3))

    def number() -> None:
        while not stop.is_set():
            number_committed(7)

    reader = Reader()

    def read() -> None:
        while not stop.is_set():
            reader.poll()

    with ThreadPoolExecutor(WRITERS + SEQUENCERS + 1) as threads:
        others = [threads.submit(apart, work) for work in [*[number] * SEQUENCERS, read]]
        for done in [threads.submit(apart, lambda number=number: write(number)) for number in range(WRITERS)]:
            done.result(60)
        until = time.monotonic() + 30
        while Event.objects.filter(number=None).exists():
            assert time.monotonic() < until, "the sequencers stand still"
        stop.set()
        for other in others:
            other.result(30)
    reader.poll()
    assert [event.number for event in reader.seen] == list(range(1, WRITERS * EACH + 1))
    for resource in resources:
        told = [event.data["count"] for event in reader.seen if event.subject == resource]
        assert told == list(range(1, counts[resource] + 1))
