"""What the threads of a worker take up, and in which order."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django import Settings

from gcis.jobs import registry, services
from gcis.jobs.claims import Claim, stopping
from gcis.jobs.crew import Crew
from gcis.jobs.models import Job
from tests.jobs.handlers import KIND, Remembering

pytestmark = pytest.mark.django_db(transaction=True)


class Gate(Remembering):
    """Work that goes on until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.begun: list[str] = []

    def run(self, claim: Claim) -> registry.Commit:
        self.begun.append(claim.key)
        self.open.wait(20)
        return dict


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Gate]:
    settings.GCIS_DISPATCH_SECONDS = 0.05
    handler = Gate()
    monkeypatch.setitem(registry._handlers, KIND, handler)
    yield handler
    handler.open.set()


def ask(key: str, lane: str = "bulk", **options: int) -> Job:
    return services.add(KIND, key, uuid4(), lane=lane, **options)  # type: ignore[arg-type]


def a_crew(lanes: str, threads: int) -> Crew:
    return Crew("host-a:1", lanes.split(","), threads)


def let_go(crew: Crew, gate: Gate) -> None:
    """All that was taken up ends, and the crew takes up what is left."""
    gate.open.set()
    deadline = time.monotonic() + 10
    while Job.objects.filter(state__in=Job.LIVE).exists() and time.monotonic() < deadline:
        crew.take_up()
        time.sleep(0.01)
    stopping.set()


def test_free_threads_take_up_the_best_of_all_lanes(gate: Gate) -> None:
    ask("sweep", "sweep", priority=9)
    ask("bulk")
    ask("urgent", priority=1)
    ask("quick", "interactive")
    crew = a_crew("interactive,bulk,sweep", 1)
    crew.take_up()
    let_go(crew, gate)
    assert gate.begun == ["quick", "urgent", "bulk", "sweep"]


@pytest.mark.parametrize(
    ("lanes", "threads", "taken"),
    [
        ("interactive,bulk,sweep", 3, ["a", "b"]),  # one is kept
        ("interactive,bulk", 2, ["a"]),
        ("interactive,bulk", 1, ["a"]),
        ("bulk,sweep", 2, ["a", "b"]),
        ("bulk", 2, ["a", "b"]),
        ("interactive", 2, []),
        ("sweep", 2, []),
    ],
)
def test_of_several_lanes_one_thread_is_kept_for_what_somebody_waits_for(
    gate: Gate, lanes: str, threads: int, taken: list[str]
) -> None:
    for key in "abcd":
        ask(key)
    crew = a_crew(lanes, threads)
    crew.take_up()
    assert list(Job.objects.filter(state="running").order_by("key").values_list("key", flat=True)) == taken
    if "interactive" in lanes:
        ask("quick", "interactive")
        crew.take_up()
        assert Job.objects.get(key="quick").state == ("queued" if threads == 1 else "running")
    let_go(crew, gate) if "bulk" in lanes else stopping.set()
    gate.open.set()
    assert crew.finished(5, threading.Event())


def test_what_is_taken_back_is_fenced_off_from_whoever_works_on(gate: Gate) -> None:
    job = ask("slow")
    crew = a_crew("bulk", 1)
    crew.take_up()
    stopping.set()
    crew.start()
    assert not crew.finished(0.2, threading.Event())
    assert crew.give_back() == 1
    again = services.claim(job.pk, "host-b:1")
    gate.open.set()
    assert crew.finished(5, threading.Event())
    assert again
    assert services.beat(again)
    assert Job.objects.get(pk=job.pk).attempts == 1
