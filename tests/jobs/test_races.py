"""Transitions at the same moment, with pauses between their statements, on whatever database this is."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from gcis.jobs import services
from gcis.jobs.claims import Claim, LeaseLost
from gcis.jobs.models import Job
from tests.jobs.handlers import KIND, Remembering, remembering

pytestmark = pytest.mark.django_db(transaction=True)
OVERDUE = "2000-01-01T00:00Z"


@pytest.fixture(autouse=True)
def handler(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    return remembering(monkeypatch)


@contextmanager
def pausing(seed: int) -> Iterator[None]:
    """A moment passes before and after each statement of this thread; on PostgreSQL the server itself sleeps."""
    chance = random.Random(seed)

    def pause() -> None:
        if connection.vendor == "postgresql":
            with connection.connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [chance.uniform(0, 0.02)])
        else:
            time.sleep(chance.uniform(0, 0.004))

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        pause()
        try:
            return execute(sql, params, many, context)
        finally:
            if not (connection.needs_rollback or connection.errors_occurred):
                pause()

    with connection.execute_wrapper(wrapper):
        yield


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, or the error that it raised: all begin at the same moment."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(number: int) -> None:
        connection.ensure_connection()
        gate.wait()
        try:
            with pausing(number):
                results[number] = works[number]()
        except Exception as error:  # noqa: BLE001  it is the result
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def a_job(key: str = "work:1", **options: Any) -> Job:
    return services.add(KIND, key, uuid.uuid4(), **options)


def errors(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def running(key: str = "work:1") -> Claim:
    held = services.claim(a_job(key).pk, "a")
    assert held
    return held


def test_eight_that_ask_for_the_same_get_the_same() -> None:
    results = at_once(*[a_job] * 8)
    assert errors(results) == []
    assert len({job.pk for job in results}) == 1
    assert Job.objects.count() == 1


def test_who_asks_while_the_live_one_ends_gets_that_or_a_new_one_and_never_an_error() -> None:
    for turn in range(5):
        held = running(f"turn:{turn}")
        results = at_once(lambda h=held: services.end(h, "succeeded"), *[lambda t=turn: a_job(f"turn:{t}")] * 7)  # type: ignore[misc]
        assert errors(results) == []
        live = Job.objects.filter(key=f"turn:{turn}", state__in=Job.LIVE)
        assert live.count() <= 1
        assert {job.pk for job in results[1:]} <= {held.id, *live.values_list("pk", flat=True)}


def test_twenty_that_want_a_job_get_it_once() -> None:
    job = a_job()
    results = at_once(*[lambda: services.claim(job.pk, "a")] * 20)
    assert errors(results) == []
    assert len([held for held in results if held]) == 1
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_ten_that_take_up_what_is_due_take_ten_different_jobs() -> None:
    due = {a_job(f"work:{number}").pk for number in range(10)}
    taken: set[Any] = set()
    for _ in range(5):  # who passes over what another one holds may go away with nothing, and looks again
        results = at_once(*[lambda: services.claim_next(["bulk"], "a")] * 10)
        assert errors(results) == []
        found = [held.id for held in results if held]
        assert len(found) == len(set(found))
        assert not taken & set(found)
        taken |= set(found)
    assert taken == due


@pytest.mark.parametrize("turn", range(4))
def test_of_end_reap_and_cancel_exactly_one_wins(handler: Remembering, turn: int) -> None:
    held = running()
    Job.objects.filter(pk=held.id).update(lease_until=OVERDUE)
    ended, reaped, cancelled = at_once(
        lambda: services.end(held, "succeeded"), services.reap, lambda: services.cancel(held.id)
    )
    job = Job.objects.get(pk=held.id)
    won_end = not isinstance(ended, LeaseLost)
    assert errors([ended, reaped, cancelled]) == ([] if won_end else [ended])
    if won_end:
        assert (job.state, reaped, cancelled) == ("succeeded", 0, False)
    else:
        assert cancelled, "what was reaped waits again, and can be cancelled"
        assert (job.state, handler.told) == ("cancelled", ["cancelled"])


@pytest.mark.parametrize("turn", range(4))
def test_something_newer_ends_a_waiting_job_or_finds_it_running(turn: int) -> None:
    job = a_job()
    superseded, held = at_once(
        lambda: services.supersede_queued(KIND, job.subject), lambda: services.claim(job.pk, "a")
    )
    assert errors([superseded, held]) == []
    assert bool(superseded) is not bool(held)
    assert Job.objects.get(pk=job.pk).state == ("superseded" if superseded else "running")


def test_two_that_reap_free_each_job_once() -> None:
    for number in range(6):
        running(f"work:{number}")
    Job.objects.update(lease_until=OVERDUE)
    results = at_once(*[services.reap] * 4)
    assert errors(results) == []
    assert sum(results) == 6
    assert set(Job.objects.values_list("state", "losses")) == {("queued", 1)}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_holds_a_record_does_not_wait_for_who_cancels_its_job_and_wants_the_record() -> None:
    """The order is Job, then the record; who holds the record passes over a job that is being changed."""
    job, record = a_job(delay=60), a_job("stands for a record")
    locked, held = threading.Event(), threading.Event()

    def edits() -> Job:
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=record.pk)
            held.set()
            assert locked.wait(5)
            return services.add(KIND, "work:1", job.subject)

    def cancels() -> None:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state="cancelled")
            locked.set()
            assert held.wait(5)
            Job.objects.select_for_update().get(pk=record.pk)

    results = at_once(edits, cancels)
    assert errors(results) == []
