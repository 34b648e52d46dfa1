"""Work looked at, asked for once more, and stopped from the command line."""

import uuid
from uuid import UUID

import pytest

from gcis.events.models import Event
from gcis.jobs import listing, services, waiting
from gcis.jobs.management.commands import jobs as command
from gcis.jobs.models import Batch, Job
from images import services as images
from images.services import CONVERT
from tests.shell import rehearse, run
from tests.work import an_image, convert, fail, take

pytestmark = pytest.mark.django_db(transaction=True)

State = Job.State


def job_of(image: UUID) -> Job:
    return Job.objects.filter(subject=image).latest("created")


def a_failure(name: str = "broken.tif") -> Job:
    image = an_image(name)
    fail(image)
    return job_of(image)


def a_batch(*names: str, cut_off: bool = False) -> Batch:
    """A closed one with a conversion for each; failed ones if so."""
    batch = services.open_batch("Import of Archive", "jane")
    for name in names:
        image = an_image(name, batch=batch)  # type: ignore[arg-type]
        if cut_off:
            fail(image)
    services.close_batch(batch)
    return batch


def states(batch: Batch) -> list[str]:
    return sorted(batch.jobs.values_list("state", flat=True))


# -------------------------------------------------------------------------------------------------------------- looking
def test_what_runs_failed_and_waits_is_listed_in_that_order() -> None:
    waits, runs = an_image("waits.tif"), an_image("runs.tif")
    broken = a_failure()
    convert(an_image("done.tif"))
    held = take(runs)
    held.progress, held.stage = 0.4, "convert"
    services.beat(held)
    ended = run("jobs")
    assert [line.split("\t") for line in ended.lines] == [
        ["running", CONVERT, "runs.tif", "convert 40%", "", str(held.id)],
        ["failed", CONVERT, "broken.tif", listing._moment(broken.finished), "The file is cut off.", str(broken.pk)],
        ["waiting", CONVERT, "waits.tif", "now", "", str(job_of(waits).pk)],
    ]
    assert ended.err == "1 running, 1 failed, 1 waiting\n"


def test_what_was_mended_is_not_listed_unless_by_state() -> None:
    failure = a_failure()
    images.convert_again(failure.subject, actor="test")
    convert(failure.subject)
    assert run("jobs").lines == []
    assert str(failure.pk) in run("jobs", "--state", "failed").out
    assert run("jobs", "--state", "succeeded", "--limit", 1).out.count("\n") == 1


def test_what_waits_for_its_next_try_says_when_and_why() -> None:
    image = an_image("slow.tif")
    services.try_later(take(image), "source_unreadable", "The folder does not answer.")
    (line,) = run("jobs").lines
    assert "\tin 2 s\tThe folder does not answer.\t" in line or "\tin 1 s\tThe folder does not answer.\t" in line


def test_work_is_listed_by_kind_and_batch() -> None:
    batch = a_batch("in.tif")
    an_image("out.tif")
    services.add("test.work", "other", uuid.uuid4())
    assert len(run("jobs", "--kind", CONVERT).lines) == 2
    (line,) = run("jobs", "--batch", batch.pk).lines
    assert "in.tif" in line
    ended = run("jobs", "--batch", job_of(Job.objects.filter(batch=batch).get().subject).pk)
    assert (ended.status, "is a job, not a batch" in ended.err) == (1, True)


def test_batches_are_listed_with_their_figures() -> None:
    batch = a_batch("a.tif", "b.tif", cut_off=True)
    (line,) = run("jobs", "batches").lines
    label, actor, _, over, errors, state, key = line.split("\t")
    assert (label, actor, over, errors, state, key) == (
        "Import of Archive",
        "jane",
        "2 of 2",
        "2",
        "over",
        str(batch.pk),
    )
    a_batch("c.tif")
    assert [line.split("\t")[5] for line in run("jobs", "batches").lines] == ["under way", "over"]


def test_a_terminal_gets_short_ids_that_can_be_used() -> None:
    failure = a_failure()
    ended = run("jobs", terminal=True)
    assert str(failure.pk)[:8] in ended.out
    assert str(failure.pk) not in ended.out
    assert listing.find(str(failure.pk)[:8].upper()) == failure


def test_ids_that_name_nothing_or_too_much_are_refused() -> None:
    for number in range(2):
        Job.objects.create(
            pk=UUID(f"abcdef00-0000-4000-8000-00000000000{number}"), kind="x", key=number, subject=uuid.uuid4()
        )
    for text, sentence in (("abcdef", "More than one"), ("abc", "No job"), ("%%%%%%", "No job"), ("012345", "No job")):
        ended = run("jobs", "retry", text)
        assert ended.status == 1
        assert ended.err.startswith(sentence), text


def test_watching_ends_when_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    image = an_image("x.tif")
    monkeypatch.setattr(command.time, "sleep", lambda seconds: convert(image))
    assert run("jobs", "--watch").lines == ["0 running, 0 failed, 1 waiting", "0 running, 0 failed, 0 waiting"]


def test_watching_on_a_terminal_draws_the_table_again(monkeypatch: pytest.MonkeyPatch) -> None:
    image = an_image("x.tif")
    monkeypatch.setattr(command.time, "sleep", lambda seconds: convert(image))
    ended = run("jobs", "--watch", terminal=True)
    assert "1 waiting" in ended.out
    assert ended.out.rindex("0 waiting") > ended.out.rindex("1 waiting")


# -------------------------------------------------------------------------------------------------------- retry, cancel
def test_a_job_is_done_once_more() -> None:
    failure = a_failure()
    assert rehearse("jobs", "retry", failure.pk).lines == [
        f"would retry  {CONVERT} {failure.pk}",
        "Nothing was changed.",
    ]
    ended = run("jobs", "retry", failure.pk, "--actor", "jane")
    assert (ended.status, ended.lines) == (0, ["1 to be done once more."])
    assert job_of(failure.subject).state == State.QUEUED
    assert Event.objects.get(kind="job.retried").actor == "jane"


def test_a_batch_is_retried_for_what_failed() -> None:
    batch = a_batch("a.tif", "b.tif", cut_off=True)
    assert rehearse("jobs", "retry", batch.pk).status == 0
    ended = run("jobs", "retry", batch.pk)
    assert ended.status == 0
    assert ended.lines[0] == "Import of Archive: 2 to be done once more."
    assert states(batch) == ["failed", "failed", "queued", "queued"]


def test_jobs_and_batches_are_stopped() -> None:
    job, batch = job_of(an_image("x.tif")), a_batch("a.tif", "b.tif")
    assert rehearse("jobs", "cancel", job.pk, batch.pk).status == 0
    ended = run("jobs", "cancel", job.pk, batch.pk, "--actor", "jane")
    assert (ended.status, ended.lines) == (0, ["2 cancelled."])
    assert states(batch) == ["cancelled", "cancelled"]
    assert Event.objects.filter(kind__in=["job.cancelled", "batch.cancelled"], actor="jane").count() == 2


@pytest.mark.parametrize("act", ["retry", "cancel"])
@pytest.mark.parametrize("state", [*State.values, "failed and asked for again"])
def test_a_dry_run_refuses_a_job_as_the_service_does(act: str, state: str) -> None:
    job = job_of(an_image("x.tif"))
    Job.objects.filter(pk=job.pk).update(state=state.split()[0])
    if state.endswith("again"):
        images.convert_again(job.subject, actor="test")
    foretold = rehearse("jobs", act, job.pk)
    assert foretold.lines[0].startswith(f"cannot {act}" if foretold.status else f"would {act}")
    assert foretold.status == run("jobs", act, job.pk).status


@pytest.mark.parametrize("act", ["retry", "cancel"])
@pytest.mark.parametrize("names", [(), ("a.tif",)])
@pytest.mark.parametrize("cut_off", [True, False])
def test_a_dry_run_foretells_what_becomes_of_a_batch(act: str, names: tuple[str, ...], cut_off: bool) -> None:
    batch = a_batch(*names, cut_off=cut_off)
    foretold, ended = rehearse("jobs", act, batch.pk), run("jobs", act, batch.pk)
    if act == "retry" and foretold.status:
        assert ended.lines[0] == "Import of Archive: None to be done once more."
    else:
        assert foretold.status == ended.status


# -------------------------------------------------------------------------------------------------------------- waiting
def test_waiting_is_over_with_the_last_of_these_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, other = an_image("1.tif"), an_image("2.tif"), an_image("3.tif")
    work = waiting.live(CONVERT, {first, second})
    todo, told = [first, second], []
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: convert(todo.pop()))
    waiting.wait(work, told.append)
    assert told == [0, 1, 2]
    assert job_of(other).state == State.QUEUED


def test_a_worker_that_is_busy_elsewhere_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    image, other = an_image("1.tif"), an_image("2.tif")
    held = take(other)
    monkeypatch.setattr(waiting, "PATIENCE", -1)
    looks: list[float] = []

    def busy(seconds: float) -> None:
        looks.append(seconds)
        services.beat(held)
        if len(looks) == 5:
            convert(image)

    monkeypatch.setattr(waiting.time, "sleep", busy)
    waiting.wait({job_of(image).pk}, lambda done: None)
    assert len(looks) == 5


def test_what_is_not_due_yet_is_waited_for_without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    image = an_image("1.tif")
    services.try_later(take(image), "source_unreadable", "The folder does not answer.")
    monkeypatch.setattr(waiting, "PATIENCE", -1)

    def meanwhile(seconds: float) -> None:
        Job.objects.update(run_at="2026-01-01T00:00Z")
        convert(image)

    monkeypatch.setattr(waiting.time, "sleep", meanwhile)
    waiting.wait({job_of(image).pk}, lambda done: None)


def test_what_was_cancelled_is_no_success() -> None:
    job = job_of(an_image("1.tif"))
    services.cancel(job.pk)
    assert waiting.failures([job.pk]) == [(job.subject, "It was cancelled.")]
    assert waiting.failures([a_failure().pk])[0][1] == "The file is cut off."
