"""Every way in which an attempt ends."""

import errno
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from gcis.core.errors import SourceFault, Unavailable
from gcis.events.models import Event
from gcis.events.services import record
from gcis.jobs import registry, runner, services
from gcis.jobs.claims import Claim, Crashed, Superseded, stopping
from gcis.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    """A handler that does what the test says and records its effect as an event."""

    def __init__(self) -> None:
        self.body: Callable[[Claim], None] = lambda claim: None
        self.at_commit: Callable[[], None] = lambda: None

    def run(self, claim: Claim) -> registry.Commit:
        self.body(claim)

        def commit() -> dict[str, Any]:
            record("test.effect", claim.subject, "test")
            self.at_commit()
            return {"done": True}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        record("test.gave_up", claim.subject, "test", code=code, sentence=sentence)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    handler = Work()
    monkeypatch.setitem(registry._handlers, "test.work", handler)
    return handler


@pytest.fixture
def job() -> Job:
    return services.add("test.work", "work:1", uuid.uuid4())


def run(job: Job) -> Job:
    """One attempt, whenever it would be due."""
    Job.objects.filter(pk=job.pk, state="queued").update(run_at="2000-01-01T00:00Z")
    runner.run(job.pk, "test")
    return Job.objects.get(pk=job.pk)


def happened() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def raising(error: Exception) -> Callable[..., None]:
    def body(*_: object) -> None:
        raise error

    return body


def test_success_has_one_effect_however_often_it_is_announced(work: Work, job: Job) -> None:
    for _ in range(3):
        assert run(job).state == "succeeded"
    assert happened() == ["test.effect"]
    assert Job.objects.get(pk=job.pk).report == {"done": True}


def test_a_broken_source_stops_at_once_and_says_why(work: Work, job: Job) -> None:
    work.body = raising(SourceFault("empty", "The file is empty."))
    ended = run(job)
    assert (ended.state, ended.error_code, ended.error_text) == ("failed", "empty", "The file is empty.")
    assert happened() == ["test.gave_up"]


def test_what_is_unavailable_waits(work: Work, job: Job) -> None:
    work.body = raising(Unavailable("store", "The store does not answer."))
    ended = run(job)
    assert (ended.state, ended.error_code) == ("queued", "store")
    assert happened() == []
    assert services.claim_next(["bulk"], "next") is None


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OperationalError("database is locked")])
def test_trouble_of_the_moment_waits(work: Work, job: Job, error: Exception) -> None:
    work.body = raising(error)
    ended = run(job)
    assert (ended.state, ended.waits, ended.crashes) == ("queued", 1, 0)
    assert services.claim_next(["bulk"], "next") is None


def test_a_heartbeat_survives_a_database_that_is_away_for_a_moment(
    work: Work, job: Job, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GCIS_JOB_LEASE, settings.GCIS_JOB_BEAT = 1.0, 0.1
    beats, real = [], services.beat

    def sometimes(held: Claim) -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise OperationalError("the database is away")
        return real(held)

    monkeypatch.setattr(services, "beat", sometimes)
    work.body = lambda claim: time.sleep(1.3)
    assert run(job).state == "succeeded"
    assert len(beats) > 3


@pytest.mark.parametrize("error", [Crashed("The converter died."), RuntimeError("ours")])
def test_crashes_and_our_own_faults_are_tried_again_and_then_given_up(work: Work, job: Job, error: Exception) -> None:
    work.body = raising(error)
    states = [run(job).state for _ in range(services.MOST_CRASHES)]
    assert states == ["queued", "queued", "dead"]
    assert happened() == ["test.gave_up"]


def test_something_newer_discards_the_effect(work: Work, job: Job) -> None:
    work.at_commit = raising(Superseded())
    assert run(job).state == "superseded"
    assert happened() == []


def test_a_failing_commit_leaves_nothing_half_done(work: Work, job: Job) -> None:
    work.at_commit = raising(RuntimeError("in the middle"))
    assert run(job).state == "queued"
    assert happened() == []


def test_a_lost_lease_is_told_to_the_work_and_its_effect_is_fenced(work: Work, job: Job) -> None:
    def body(claim: Claim) -> None:
        Job.objects.filter(pk=job.pk).update(token=99)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            claim.check()
            time.sleep(0.01)

    work.body = body
    began = time.monotonic()
    run(job)
    assert time.monotonic() - began < 4
    assert happened() == []


def test_a_stale_owner_that_notices_nothing_commits_nothing(work: Work, job: Job) -> None:
    work.body = lambda claim: Job.objects.filter(pk=job.pk).update(token=99) and None
    run(job)
    assert happened() == []


def test_a_stopping_worker_gives_its_job_back(work: Work, job: Job) -> None:
    def body(claim: Claim) -> None:
        stopping.set()
        claim.tell(0.5, "write")

    work.body = body
    ended = run(job)
    assert (ended.state, ended.attempts) == ("queued", 0)


def test_long_work_keeps_its_lease(work: Work, job: Job, settings: Any) -> None:
    settings.GCIS_JOB_LEASE, settings.GCIS_JOB_BEAT = 0.5, 0.1
    reaped: list[int] = []
    done = threading.Event()

    def body(claim: Claim) -> None:
        for _ in range(8):
            time.sleep(0.1)
            reaped.append(services.reap())

    work.body = body
    assert run(job).state == "succeeded"
    done.set()
    assert reaped == [0] * 8


def test_a_full_disk_is_called_that_and_tried_again(work: Work, job: Job) -> None:
    work.body = raising(OSError(errno.ENOSPC, "No space left on device"))
    ended = run(job)
    assert (ended.state, ended.error_code, ended.waits) == ("queued", "resource", 1)
    assert "no room" in ended.error_text
