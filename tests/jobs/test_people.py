"""What people ask of jobs and batches."""

import uuid

import pytest

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs import people, services
from gcis.jobs.figures import Costs, Figures, costs, figures, to_retry
from gcis.jobs.models import Batch, Job
from images.models import Image
from manifests.models import Manifest
from tests.jobs.handlers import Remembering, a_job, ended, older, remembering
from tests.manifests.published import manifest
from tests.work import an_image, fail, run_due

pytestmark = pytest.mark.django_db(transaction=True)

State = Job.State


@pytest.fixture(autouse=True)
def handler(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    return remembering(monkeypatch)


@pytest.fixture
def batch() -> Batch:
    return services.open_batch("Import", "test")


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def happened() -> list[tuple[str, uuid.UUID | None, str]]:
    return list(Event.objects.order_by("id").values_list("kind", "subject", "actor"))


# ------------------------------------------------------------------------------------------------------------ once more
@pytest.mark.parametrize("how", [State.FAILED, State.DEAD, State.CANCELLED])
def test_what_ended_without_effect_can_be_had_again(how: State, handler: Remembering, batch: Batch) -> None:
    job = ended(how, batch=batch)
    people.retry(job.pk, "admin jane")
    assert handler.asked == [(job.subject, {}, "admin jane", batch)]
    assert happened() == [("job.retried", job.subject, "admin jane")]
    assert state(job) == how


@pytest.mark.parametrize("how", [State.SUCCEEDED, State.SUPERSEDED])
def test_what_went_well_is_not_done_again(how: State, handler: Remembering) -> None:
    with pytest.raises(SourceFault, match="failed, was given up or was cancelled"):
        people.retry(ended(how).pk, "admin jane")
    assert (handler.asked, happened()) == ([], [])


def test_nobody_can_ask_twice_for_the_same(handler: Remembering) -> None:
    job = ended(State.FAILED)
    people.retry(job.pk, "admin jane")
    with pytest.raises(SourceFault, match="already"):
        people.retry(job.pk, "admin jane")
    assert len(handler.asked) == 1


def test_what_is_tried_again_does_not_join_a_cancelled_batch(handler: Remembering, batch: Batch) -> None:
    job = ended(State.FAILED, batch=batch)
    services.mark_cancelled(batch)
    people.retry(job.pk, "admin jane")
    assert handler.asked[0][3] is None


def test_a_batch_retries_its_failures_and_nothing_else(handler: Remembering, batch: Batch) -> None:
    mended, waiting, twice = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    for subject in (mended, waiting, twice):
        older(ended(State.FAILED, subject, batch=batch), 60)
    ended(State.SUCCEEDED, mended)
    a_job(waiting)
    ended(State.DEAD, twice, batch=batch)
    older(ended(State.SUCCEEDED, once := uuid.uuid4()), 60)
    ended(State.FAILED, once, batch=batch)
    ended(State.SUCCEEDED, batch=batch)
    ended(State.CANCELLED, batch=batch)
    ended(State.FAILED)
    assert to_retry(batch) == 2
    assert people.retry_failures(batch.pk, "admin jane").done == 2
    assert {asked[0] for asked in handler.asked} == {twice, once}
    assert len(handler.asked) == 2
    assert to_retry(batch) == 0
    assert people.retry_failures(batch.pk, "admin jane").done == 0


def test_a_failed_conversion_is_asked_for_again_by_its_own_service() -> None:
    image = an_image()
    fail(image)
    people.retry(Job.objects.get(subject=image).pk, "admin jane")
    assert Image.objects.get(pk=image).wanted == 2
    again = Job.objects.get(subject=image, state=State.QUEUED)
    assert (again.kind, again.args) == ("images.convert", {"wanted": 2})
    assert ("image.wanted", image, "admin jane") in happened()


def test_a_failed_publication_is_asked_for_again_by_its_own_service() -> None:
    work = manifest("Coast")
    Manifest.objects.filter(pk=work.pk).update(dirty=work.dirty + 1)
    job = services.add("manifests.publish", f"publish:{work.pk}", work.pk, args={"kind": "manifest"})
    people.cancel(job.pk, "admin jane")
    assert Manifest.objects.get(pk=work.pk).publish_error
    people.retry(job.pk, "admin jane")
    assert [job.state for job in run_due("manifests.publish")] == [State.SUCCEEDED]
    assert Manifest.objects.get(pk=work.pk).publish_error == ""


# ----------------------------------------------------------------------------------------------------------------- stop
def test_who_cancelled_is_written_down(handler: Remembering) -> None:
    job = a_job()
    people.cancel(job.pk, "admin jane")
    assert state(job) == State.CANCELLED
    assert handler.told == ["cancelled"]
    assert happened() == [("job.cancelled", job.subject, "admin jane")]
    with pytest.raises(SourceFault, match="over already"):
        people.cancel(job.pk, "admin jane")
    assert len(happened()) == 1


def test_cancelling_a_batch_stops_what_waits_and_what_runs(handler: Remembering, batch: Batch) -> None:
    waiting, running, done = a_job(batch=batch), a_job(batch=batch), ended(State.SUCCEEDED, batch=batch)
    other = a_job()
    held = services.claim(running.pk, "test")
    people.cancel_batch(batch.pk, "admin jane")
    assert [state(job) for job in (waiting, running, done, other)] == ["cancelled", "cancelled", "succeeded", "queued"]
    assert held
    assert not services.beat(held)
    assert Batch.objects.get(pk=batch.pk).cancelled
    people.cancel_batch(batch.pk, "admin joe")
    assert happened() == [("batch.cancelled", batch.pk, "admin jane")]


def test_what_is_added_to_a_cancelled_batch_is_stopped_by_the_sweep(batch: Batch) -> None:
    people.cancel_batch(batch.pk, "admin jane")
    late, other = a_job(batch=batch), a_job()
    assert people.stop_cancelled() == 1
    assert (state(late), state(other)) == ("cancelled", "queued")
    assert people.stop_cancelled() == 0


def test_a_batch_that_is_over_cannot_be_cancelled(batch: Batch) -> None:
    ended(State.SUCCEEDED, batch=batch)
    services.close_batch(batch)
    with pytest.raises(SourceFault, match="Nothing of this batch"):
        people.cancel_batch(batch.pk, "admin jane")
    assert Batch.objects.get(pk=batch.pk).cancelled is None


# -------------------------------------------------------------------------------------------------------------- figures
def test_the_figures_of_many_batches_are_one_query(django_assert_num_queries: object, batch: Batch) -> None:
    other, empty = services.open_batch("Other", "test"), services.open_batch("Empty", "test")
    for how in (State.SUCCEEDED, State.SUPERSEDED, State.FAILED, State.DEAD, State.CANCELLED):
        ended(how, batch=batch)
    a_job(batch=batch)
    a_job(batch=other)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = figures([batch.pk, other.pk, empty.pk])
    assert found == {batch.pk: Figures(6, 2, 2, 5), other.pk: Figures(1, 0, 0, 0), empty.pk: Figures()}
    assert [(found[row.pk].live, found[row.pk].percent) for row in (batch, other, empty)] == [
        (True, 83),
        (True, 0),
        (False, 0),
    ]


def test_bytes_and_seconds_are_summed_over_what_succeeded(batch: Batch) -> None:
    for seconds in ({"fetch": 1, "write": 0.5}, {"fetch": 0.25, "store it": 2}):
        ended(State.SUCCEEDED, batch=batch, report={"bytes_in": 5_000_000_000, "bytes_out": 7, "seconds": seconds})
    ended(State.SUCCEEDED, batch=batch, report={"number": 3})
    ended(State.FAILED, batch=batch, report={"bytes_in": 1, "seconds": {"fetch": 100}})
    assert costs(batch) == Costs(10_000_000_000, 14, {"fetch": 1.25, "store it": 2, "write": 0.5})


def test_a_batch_without_work_costs_nothing(batch: Batch) -> None:
    assert costs(batch) == Costs()
