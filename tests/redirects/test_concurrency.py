"""Many people name the same things at once, each on a connection of their own."""

import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest
from django.db import connection

from gcis.core.errors import SourceFault
from images import curation
from redirects import services as names
from redirects.models import Identifier
from tests import work

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16
EACH = 10  # 160 renames in all
FIRST = [f"first-{number}" for number in range(THREADS)]


def at_once(tasks: Sequence[Callable[[], object]]) -> list[object]:
    """Begin them all at the same moment. What each returned; a refusal's code; any other error is raised here."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        gate.wait()
        try:
            return task()
        except SourceFault as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        begun = [pool.submit(run, task) for task in tasks]
    return [each.result() for each in begun]


def images_called(*values: str) -> list[UUID]:
    source = work.a_source()
    return [work.an_image(f"{value}.tif", source, identifier=value) for value in values]


def rename(image: UUID, value: str) -> bool:
    return curation.rename(image, value, actor="test")


def in_turn(plan: Sequence[tuple[UUID, str]]) -> list[bool]:
    return [rename(image, value) for image, value in plan]


def leads_to(image: UUID) -> set[str]:
    """The names that lead to it, when each of them leads to its one present name."""
    rows = Identifier.objects.filter(resource=image)
    present = rows.get(status=Identifier.Status.CURRENT).value
    for row in rows:
        found = names.visit("image", row.value)
        assert found and (found.resource, found.current) == (image, present)
    return {row.value for row in rows}


@pytest.mark.parametrize("pictures", [1, 4, THREADS])
def test_160_renames_leave_each_picture_one_present_name(pictures: int) -> None:
    images = images_called(*FIRST[:pictures])
    expected = {image: {value} for image, value in zip(images, FIRST, strict=False)}
    tasks = []
    for thread in range(THREADS):
        plan = [(images[(thread + step) % pictures], f"{thread}-{step}") for step in range(EACH)]
        for image, value in plan:
            expected[image].add(value)
        tasks.append(partial(in_turn, plan))
    assert at_once(tasks) == [[True] * EACH] * THREADS
    assert {image: leads_to(image) for image in images} == expected
    assert Identifier.objects.count() == pictures + THREADS * EACH


def test_back_and_forth_between_few_names_at_once() -> None:
    [image] = images_called("first")
    plans = [[(image, "abc"[(thread + step) % 3]) for step in range(EACH)] for thread in range(THREADS)]
    at_once([partial(in_turn, plan) for plan in plans])
    assert leads_to(image) == {"first", "a", "b", "c"}


def test_of_many_that_want_one_name_one_gets_it() -> None:
    images = images_called(*FIRST)
    had = {image: {value} for image, value in zip(images, FIRST, strict=False)}
    for step in range(EACH):
        value = f"wanted-{step}"
        outcomes = at_once([partial(rename, image, value) for image in images])
        assert sorted(map(str, outcomes)) == ["True", *["identifier_taken"] * (THREADS - 1)]
        had[images[outcomes.index(True)]].add(value)
    assert {image: leads_to(image) for image in images} == had


def test_of_many_new_things_one_gets_the_name() -> None:
    def register() -> UUID:
        return names.register("image", "wanted", uuid.uuid4(), "test").resource

    outcomes = at_once([register] * THREADS)
    winner = names.resource("image", "wanted")
    assert [outcome for outcome in outcomes if outcome != "identifier_taken"] == [winner]


def test_what_is_renamed_and_withdrawn_at_once_has_one_last_name() -> None:
    images = images_called(*FIRST[: THREADS // 2])
    tasks: list[Callable[[], object]] = []
    for image in images:
        tasks.append(partial(rename, image, f"new-{image}"))
        tasks.append(partial(curation.withdraw, image, actor="test", reason="not ours"))
    assert set(at_once(tasks)) <= {True, "withdrawn"}
    for image in images:
        last = Identifier.objects.exclude(status=Identifier.Status.MOVED).get(resource=image)
        assert last.status == Identifier.Status.WITHDRAWN


def test_of_two_that_are_merged_into_each_other_one_stays() -> None:
    pairs = [images_called(f"{number}-a", f"{number}-b") for number in range(THREADS // 2)]
    tasks: list[Callable[[], object]] = []
    for pair in pairs:
        for image, into in (pair, pair[::-1]):
            tasks.append(partial(curation.merge, image, into, actor="test"))
    outcomes = at_once(tasks)
    assert sorted(map(str, outcomes)) == ["None"] * len(pairs) + ["withdrawn"] * len(pairs)
    for number, pair in enumerate(pairs):
        [kept] = names.current(pair)
        assert leads_to(kept) == {f"{number}-a", f"{number}-b"}
