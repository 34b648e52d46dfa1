"""The transitions of a job: one owner, one effect, whoever dies."""

import threading
import time
import uuid

import pytest
from django.db import IntegrityError, connection

from gcis.jobs import registry, services
from gcis.jobs.claims import LeaseLost
from gcis.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def a_job(key: str = "work:1", **options: object) -> Job:
    return services.add("test.work", key, uuid.uuid4(), **options)  # type: ignore[arg-type]


def next_due(*lanes: str) -> uuid.UUID | None:
    """What a worker of these lanes takes up."""
    held = services.claim_next(lanes or ("bulk",), "next")
    return held.id if held else None


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_two_live_jobs_never_share_a_key() -> None:
    first = a_job()
    assert a_job().pk == first.pk
    with pytest.raises(IntegrityError):
        Job.objects.create(kind="x", key="work:1", subject=uuid.uuid4())


def test_an_ended_job_makes_room_for_the_next_of_its_key() -> None:
    first = a_job()
    held = services.claim(first.pk, "a")
    assert held
    services.end(held, Job.State.SUCCEEDED)
    assert a_job().pk != first.pk


def test_asking_sooner_brings_a_waiting_job_forward() -> None:
    job = a_job(delay=100)
    assert not next_due()
    assert a_job().pk == job.pk
    assert next_due() == job.pk


def test_of_many_that_hear_the_doorbell_one_gets_the_job() -> None:
    job = a_job()
    taken = []

    def take() -> None:
        taken.append(services.claim(job.pk, threading.current_thread().name))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([held for held in taken if held]) == 1


def test_a_lost_lease_is_reaped_and_its_owner_fenced_off() -> None:
    job = a_job()
    held = services.claim(job.pk, "slow")
    assert held
    assert services.reap() == 0
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    assert services.reap() == 1
    assert not services.beat(held)
    with pytest.raises(LeaseLost):
        services.end(held, Job.State.SUCCEEDED)
    assert state(job) == "queued"
    again = services.claim(job.pk, "quick")
    assert again
    assert again.token > held.token
    services.end(again, Job.State.SUCCEEDED)
    with pytest.raises(LeaseLost):
        services.end(held, Job.State.FAILED)
    assert state(job) == "succeeded"


def test_a_heartbeat_prolongs_the_lease(settings: object) -> None:
    job = a_job()
    held = services.claim(job.pk, "a")
    assert held
    before = Job.objects.get(pk=job.pk).lease_until
    time.sleep(0.01)
    held.progress = 0.5
    assert services.beat(held)
    after = Job.objects.get(pk=job.pk)
    assert before is not None
    assert after.lease_until is not None
    assert after.lease_until > before
    assert after.progress == 0.5


def test_giving_back_costs_no_attempt() -> None:
    job = a_job()
    held = services.claim(job.pk, "a")
    assert held
    services.give_back(held)
    fresh = Job.objects.get(pk=job.pk)
    assert (fresh.state, fresh.attempts, fresh.losses) == ("queued", 0, 0)


def test_what_does_not_answer_is_waited_for_and_in_the_end_given_up() -> None:
    job = a_job()
    tries = 0
    while True:
        Job.objects.filter(pk=job.pk).update(run_at="2000-01-01T00:00Z")
        held = services.claim(job.pk, "a")
        assert held
        tries += 1
        if not services.try_later(held, "store", "The store does not answer."):
            break
        assert not next_due()
    assert tries == services.MOST_WAITS
    assert state(job) == "running"


def test_crashes_are_forgiven_twice() -> None:
    job = a_job()
    outcomes = []
    for _ in range(services.MOST_CRASHES):
        Job.objects.filter(pk=job.pk).update(run_at="2000-01-01T00:00Z")
        held = services.claim(job.pk, "a")
        assert held
        outcomes.append(services.try_after_crash(held, "crashed", "It died."))
        assert not next_due(), "the next try comes after a pause"
    assert outcomes == [True, True, False]


def test_a_cancelled_job_is_not_its_owners_any_more(told: list[str]) -> None:
    job = a_job()
    held = services.claim(job.pk, "a")
    assert held
    assert services.cancel(job.pk)
    assert not services.beat(held)
    assert not services.cancel(job.pk)
    assert state(job) == "cancelled"
    assert told == ["cancelled"]


def test_a_new_start_frees_what_the_dead_left_running() -> None:
    job = a_job()
    held = services.claim(job.pk, "dead")
    assert services.free_all() == 1
    fresh = Job.objects.get(pk=job.pk)
    assert held
    assert (fresh.state, fresh.losses, fresh.token) == ("queued", 0, held.token + 1)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The codes with which the handler was told that work is given up."""
    codes: list[str] = []

    class Recorder:
        def gave_up(self, claim: object, code: str, sentence: str) -> None:
            codes.append(code)

    monkeypatch.setitem(registry._handlers, "test.work", Recorder())  # type: ignore[arg-type]
    return codes


def test_a_job_that_cannot_even_be_given_up_ends_and_does_not_hold_up_the_others() -> None:
    unknown, other = services.add("no.such.kind", "x", uuid.uuid4()), a_job()
    for job in (unknown, other):
        assert services.claim(job.pk, "dead")
    Job.objects.update(lease_until="2000-01-01T00:00Z")
    Job.objects.filter(pk=unknown.pk).update(losses=services.MOST_LOSSES)
    assert services.reap() == 1
    assert (state(unknown), state(other)) == ("dead", "queued")


def test_being_stopped_costs_nothing() -> None:
    job = a_job()
    for _ in range(2 * services.MOST_WAITS):
        assert services.claim(job.pk, "stopped")
        services.free_all()
    held = services.claim(job.pk, "a")
    assert held
    assert held.attempt == 1
    assert services.try_later(held, "store", "The store does not answer.")


def test_a_job_whose_workers_are_always_lost_is_given_up(told: list[str]) -> None:
    job = a_job()
    for _ in range(services.MOST_LOSSES + 1):
        assert services.claim(job.pk, "doomed")
        services.free_owner("doomed")
    assert state(job) == "dead"
    assert told == ["lost"]


def test_the_queue_is_in_order_of_priority_then_age() -> None:
    late, early, urgent = a_job("a"), a_job("b"), a_job("c", priority=5)
    Job.objects.filter(pk=early.pk).update(run_at="2000-01-01T00:00Z")
    assert [next_due() for _ in range(4)] == [urgent.pk, early.pk, late.pk, None]


def test_lanes_are_served_in_the_order_in_which_they_are_asked_for() -> None:
    sweep, bulk, quick = (a_job(lane, lane=lane) for lane in ("sweep", "bulk", "interactive"))
    assert next_due("interactive") == quick.pk
    assert [next_due("interactive", "bulk", "sweep") for _ in range(3)] == [bulk.pk, sweep.pk, None]


@pytest.mark.parametrize("wrong", [{"lane": "slow"}, {"state": "finished"}])
def test_the_database_knows_the_lanes_and_the_states(wrong: dict[str, str]) -> None:
    job = a_job()
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=job.pk).update(**wrong)


def test_a_lane_that_there_is_not_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="slow"):
        a_job(lane="slow")


def test_a_worker_that_is_known_to_be_dead_holds_nothing_up() -> None:
    lost, held = a_job("a"), a_job("b")
    services.claim(lost.pk, "host-a:17")
    services.claim(held.pk, "host-ab:17")
    assert services.free_worker("host-a") == 1
    assert (state(lost), state(held)) == ("queued", "running")
