"""How heavy work leaves room for light work, and light work for heavy."""

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from gcis.jobs import registry, services
from gcis.jobs.claims import Claim, stopping
from gcis.jobs.crew import Crew
from gcis.jobs.models import Job
from gcis.jobs.room import Room
from tests.jobs.handlers import KIND, Remembering, older

#: Pieces of light work for each of heavy work.
EACH = 10


class Paced(Remembering):
    """Heavy work that ends when EACH more pieces of light work are done than before it, at the latest with all of them.

    `log` has the beginnings of heavy work and the ends of light work, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []
        self.light = threading.Semaphore(0)
        self.waits = True

    def run(self, claim: Claim) -> registry.Commit:
        if not claim.heavy:
            self.log.append("light")
            self.light.release()
            return dict
        self.log.append("heavy")
        if self.waits:
            assert all(self.light.acquire(timeout=20) for _ in range(EACH))
        return dict

    def before(self, heavy: int) -> int:
        """How many pieces of light work were done when that piece of heavy work, from 0, began."""
        places = [place for place, which in enumerate(self.log) if which == "heavy"]
        return places[heavy] - heavy


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Paced]:
    settings.GCIS_DISPATCH_SECONDS = 0.05
    handler = Paced()
    monkeypatch.setitem(registry._handlers, KIND, handler)
    yield handler
    stopping.set()


class Gate(Remembering):
    """Work that turns out to be heavy, and goes on until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.open = threading.Event(), threading.Event()

    def run(self, claim: Claim) -> registry.Commit:
        claim.heavy = True
        self.begun.set()
        self.open.wait(20)
        return dict


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    handler = Gate()
    monkeypatch.setitem(registry._handlers, KIND, handler)
    yield handler
    handler.open.set()
    stopping.set()


def ask(heavy: bool, many: int = 1, **options: int) -> list[Job]:
    return [services.add(KIND, f"{heavy}:{uuid4()}", uuid4(), heavy=heavy, **options) for _ in range(many)]  # type: ignore[arg-type]


def work_off(threads: int) -> None:
    crew = Crew("host-a:1", ["bulk"], threads)
    crew.start()
    deadline = time.monotonic() + 30
    while Job.objects.filter(state__in=Job.LIVE).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stopping.set()
    crew._looking.join(5)


@pytest.mark.django_db(transaction=True)
def test_forty_small_pictures_do_not_wait_for_four_big_ones(paced: Paced) -> None:
    """Each big one ends only when ten small ones are done: had they to wait for it, nothing would ever end."""
    ask(True, 4)
    ask(False, 4 * EACH)
    work_off(threads=2)
    assert paced.log[0] == "heavy"
    assert sorted(paced.log) == ["heavy"] * 4 + ["light"] * 4 * EACH
    began = [paced.before(heavy) for heavy in range(4)]
    assert all(at >= EACH * heavy for heavy, at in enumerate(began)), "one at a time, while small ones are due"
    assert began[-1] < 4 * EACH, "big ones go on while small ones are due"


@pytest.mark.django_db(transaction=True)
def test_a_single_thread_takes_turns(paced: Paced, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that shows how much was done: a second for each light piece, EACH seconds for each heavy one."""

    def clock() -> float:
        return float(sum(EACH if which == "heavy" else 1 for which in paced.log))

    paced.waits = False
    monkeypatch.setattr("gcis.jobs.crew.time", SimpleNamespace(monotonic=clock))
    ask(True, 3)
    ask(False, 4 * EACH)
    work_off(threads=1)
    assert [paced.before(heavy) for heavy in range(3)] == [0, EACH, 2 * EACH]


@pytest.mark.django_db(transaction=True)
def test_heavy_work_has_all_threads_when_nothing_else_is_due(paced: Paced) -> None:
    ask(True, 2)
    crew = Crew("host-a:1", ["bulk"], 2)
    crew.take_up()
    assert Job.objects.filter(state="running", heavy=True).count() == 2
    paced.light.release(2 * EACH)
    stopping.set()
    assert crew.finished(10, threading.Event())


@pytest.mark.django_db(transaction=True)
def test_work_that_learns_how_heavy_it_is_leaves_room_from_then_on(gate: Gate) -> None:
    ask(False)
    crew = Crew("host-a:1", ["bulk"], 2)
    crew.take_up()
    assert gate.begun.wait(10)
    ask(True)
    ask(False)
    crew.take_up()
    assert Job.objects.filter(state="queued", heavy=True).exists(), "the light one went first"
    gate.open.set()
    stopping.set()
    assert crew.finished(10, threading.Event())


@pytest.mark.django_db(transaction=True)
def test_light_goes_first_within_its_lane_only(paced: Paced) -> None:
    older(ask(True, priority=5)[0], 60)
    (sweep,) = [services.add(KIND, "sweep", uuid4(), lane="sweep")]
    (light,) = ask(False)
    taken = [services.claim_next(["bulk", "sweep"], "host-a:1", light_first=True) for _ in range(3)]
    assert [held and held.heavy for held in taken] == [False, True, False]
    assert taken[0]
    assert taken[2]
    assert (taken[0].id, taken[2].id) == (light.pk, sweep.pk)


@pytest.mark.django_db(transaction=True)
def test_light_work_is_found_by_an_index() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the plan of PostgreSQL")
    Job.objects.bulk_create([Job(kind=KIND, key=f"k{n}", subject=uuid4(), heavy=n % 2 == 0) for n in range(20_000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")
        with CaptureQueriesContext(connection) as asked:
            assert services.claim_next(["bulk"], "host-a:1", light_first=True)
        (chosen,) = [query["sql"] for query in asked if "SKIP LOCKED" in query["sql"]]
        cursor.execute("EXPLAIN " + chosen)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "job_due_light" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(("threads", "most"), [(2, 1), (3, 1), (4, 2), (9, 4)])
def test_heavy_work_has_half_of_the_threads(threads: int, most: int) -> None:
    room = Room(threads)
    assert [room.is_taken(heavy, 100.0) for heavy in (most - 1, most)] == [False, True]


def test_of_one_thread_heavy_work_has_half_of_the_time() -> None:
    room = Room(1)
    assert not room.is_taken(0, 100.0)
    room.ended(100.0, 160.0)
    assert room.is_taken(0, 219.0)
    assert not room.is_taken(0, 220.0)
