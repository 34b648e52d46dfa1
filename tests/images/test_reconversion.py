"""Masters of older recipes: which they are, and making them anew a few at a time."""

from typing import Any
from uuid import UUID

import pytest

from gcis.jobs import people, runner
from gcis.jobs import services as jobs
from gcis.jobs.claims import LeaseLost
from gcis.jobs.models import Batch, Job
from images import curation, reconversion, services
from images.models import AccessMaster, Image
from images.reconversion import RECONVERT, MadeBy
from tests.work import an_image, convert, fail, finish, fresh, happened, run_due, take

pytestmark = pytest.mark.django_db(transaction=True)


def made_by(name: str, recipe: str = "default", version: int = 1) -> UUID:
    """A picture that this version of that recipe has converted."""
    image = an_image(name)
    convert(image)
    AccessMaster.objects.filter(image=image).update(recipe=recipe, recipe_version=version)
    return image


def waiting(batch: Batch) -> set[UUID]:
    """The pictures of this batch that wait for their conversion."""
    jobs = Job.objects.filter(batch=batch, kind=services.CONVERT, state=Job.State.QUEUED)
    return set(jobs.values_list("subject", flat=True))


def step() -> list[Job]:
    return run_due(RECONVERT)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconversion, "STEP", 2)
    monkeypatch.setattr(reconversion, "AHEAD", 1000)


# ---------------------------------------------------------------------------------------------------------- what is old
def test_a_master_is_old_when_its_recipe_is_newer_by_now_or_gone() -> None:
    assert [reconversion.is_old(*made) for made in (("default", 1), ("default", 2), ("default", 3), ("maps", 9))] == [
        *(True, False, False, True)
    ]


def test_what_is_old_is_found_as_it_is_judged() -> None:
    images = [made_by("a"), made_by("b", version=2), made_by("c", "fidelity", 1), made_by("d", "maps", 9)]
    an_image("not converted yet")
    old = {images[0], images[2], images[3]}
    assert set(Image.objects.filter(reconversion.old("current__")).values_list("pk", flat=True)) == old
    assert set(AccessMaster.objects.filter(reconversion.old()).values_list("image", flat=True)) == old


def test_what_serves_is_counted_by_recipe_and_version(django_assert_num_queries: Any) -> None:
    for name, version in (("a", 1), ("b", 1), ("c", 2)):
        made_by(name, version=version)
    replaced = made_by("d", "maps", 7)
    services.convert_again(replaced, actor="test")
    convert(replaced, 400, 300)
    sizes = list(AccessMaster.objects.filter(recipe_version=1).values_list("size", flat=True))
    with django_assert_num_queries(1):
        counted = reconversion.counts()
    assert [(each.recipe, each.version, each.masters, each.old) for each in counted] == [
        ("default", 2, 2, False),
        ("default", 1, 2, True),
    ]
    assert isinstance(counted[1], MadeBy)
    assert counted[1].bytes == sum(sizes)


# --------------------------------------------------------------------------------------------------------- making anew
def test_old_masters_are_asked_for_a_few_at_a_time_until_none_is_left(small: None) -> None:
    old = {made_by(f"{number}.tif") for number in range(5)}
    made_by("new.tif", version=2)
    made_by("other.tif", "fidelity", 1)
    gone = made_by("withdrawn.tif")
    curation.withdraw(gone, actor="test", reason="No")
    batch = reconversion.ask("default", actor="admin jane")
    assert (batch.label, batch.actor) == ("Conversion of 5 masters made by default before version 2", "admin jane")
    assert happened(batch.pk) == ["batch.reconversion"]
    assert waiting(batch) == set(), "the request itself asks for nothing"
    first = Job.objects.get(kind=RECONVERT)
    runner.run(first.pk, "test")
    assert len(waiting(batch)) == 2
    assert not Batch.objects.get().closed
    step()
    assert waiting(batch) == old
    assert Batch.objects.get().closed
    assert [job.report["asked"] for job in Job.objects.filter(kind=RECONVERT).order_by("created")] == [2, 2, 1]
    assert set(Job.objects.filter(batch=batch).values_list("lane", "priority")) == {("bulk", -1)}
    assert all(fresh(image).current_id for image in old), "what serves goes on serving"


def test_what_is_new_is_converted_before_what_is_made_anew() -> None:
    old = made_by("old.tif")
    reconversion.ask("default", actor="test")
    step()
    new = an_image("new.tif")
    claimed = jobs.claim_next(["bulk"], "test")
    assert claimed
    assert claimed.subject == new
    assert Job.objects.get(subject=old, state=Job.State.QUEUED)


def test_all_masters_of_a_recipe_are_made_anew_once_whatever_their_version(small: None) -> None:
    images = {made_by("a"), made_by("b", version=2), made_by("c", version=2)}
    batch = reconversion.ask("default", actor="test", everything=True)
    assert batch.label == "Conversion of 3 masters made by default"
    step()
    for image in images:
        convert(image, 500, 400)
    assert step() == []
    assert Job.objects.filter(kind=services.CONVERT, batch=batch).count() == 3


def test_a_recipe_that_is_gone_is_old_in_every_version() -> None:
    images = {made_by("a", "maps", 1), made_by("b", "maps", 9)}
    batch = reconversion.ask("maps", actor="test")
    step()
    assert waiting(batch) == images


def test_what_is_asked_for_twice_is_one_batch_until_that_is_filled(small: None) -> None:
    for number in range(5):
        made_by(f"{number}.tif")
    batch = reconversion.ask("default", actor="test")
    assert reconversion.ask("default", actor="somebody else").pk == batch.pk
    assert Batch.objects.count() == 1
    assert reconversion.ask("default", actor="test", everything=True).pk != batch.pk


def test_what_waits_for_a_conversion_anyway_is_left_alone() -> None:
    image = made_by("a.tif")
    services.convert_again(image, actor="test")
    batch = reconversion.ask("default", actor="test")
    step()
    assert waiting(batch) == set()
    assert fresh(image).wanted == 2


def test_a_worker_that_is_lost_in_the_middle_is_followed_by_one_that_asks_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = {made_by(f"{number}.tif") for number in range(4)}
    batch = reconversion.ask("default", actor="test")
    real, asked = services.convert_again, []

    def dying(image: UUID, **how: Any) -> None:
        if len(asked) == 2:
            raise LeaseLost
        asked.append(image)
        real(image, **how)

    monkeypatch.setattr(services, "convert_again", dying)
    runner.run(Job.objects.get(kind=RECONVERT).pk, "test")
    assert waiting(batch) == set(asked)
    for image in asked:  # one was converted meanwhile, one failed: neither is asked for again
        fail(image) if image == asked[0] else convert(image)
    monkeypatch.setattr(services, "convert_again", real)
    jobs.free_owner("test")
    step()
    assert waiting(batch) == images - set(asked)
    assert {fresh(image).wanted for image in images} == {2}


def test_a_batch_does_not_run_far_ahead_of_its_conversions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconversion, "STEP", 3)
    monkeypatch.setattr(reconversion, "AHEAD", 4)
    for number in range(8):
        made_by(f"{number}.tif")
    batch = reconversion.ask("default", actor="test")
    step()
    assert len(waiting(batch)) == 4
    later = Job.objects.get(kind=RECONVERT, state=Job.State.QUEUED)
    for image in waiting(batch):
        convert(image)
    runner.run(later.pk, "test")
    assert waiting(batch) == set(), "it is not due yet"
    Job.objects.filter(pk=later.pk).update(run_at=later.created)
    step()
    assert len(waiting(batch)) == 4


def test_a_batch_that_is_cancelled_asks_for_nothing_more(small: None) -> None:
    images = [made_by(f"{number}.tif") for number in range(5)]
    batch = reconversion.ask("default", actor="test")
    runner.run(Job.objects.get(kind=RECONVERT).pk, "test")
    people.cancel_batch(batch.pk, "admin jane")
    assert step() == []
    assert waiting(batch) == set()
    assert sorted(fresh(image).wanted for image in images) == [1, 1, 1, 2, 2]
    assert all(fresh(image).current_id for image in images)
    assert Batch.objects.get().closed


def test_a_step_that_runs_while_its_batch_is_cancelled_is_over(small: None) -> None:
    for number in range(5):
        made_by(f"{number}.tif")
    batch = reconversion.ask("default", actor="test")
    jobs.mark_cancelled(batch)
    (ended,) = step()
    assert (ended.state, waiting(batch)) == (Job.State.SUPERSEDED, set())


def test_a_step_that_was_stopped_can_be_asked_for_again(small: None) -> None:
    images = {made_by(f"{number}.tif") for number in range(3)}
    batch = reconversion.ask("default", actor="test")
    stopped = Job.objects.get(kind=RECONVERT)
    people.cancel(stopped.pk, "admin jane")
    assert Batch.objects.get().closed
    people.retry(stopped.pk, "admin jane")
    step()
    assert waiting(batch) == images
    people.cancel_batch(batch.pk, "admin jane")
    people.retry(Job.objects.filter(kind=RECONVERT).earliest("created").pk, "admin jane")
    assert Batch.objects.count() == 2, "what was stopped as a whole begins anew"


def test_what_is_made_anew_by_the_present_recipe_is_old_no_more() -> None:
    image = made_by("a.tif")
    reconversion.ask("default", actor="test")
    step()
    finish(take(image), 640, 480)
    assert not Image.objects.filter(reconversion.old("current__")).exists()
    assert reconversion.how_many("default") == 0
