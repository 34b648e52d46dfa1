"""How a worker process ends: asked to stop, asked twice, or killed. No job is lost, and none pays for it."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from gcis.events.models import Event
from gcis.jobs import workers
from gcis.jobs.models import Job, Worker
from tests.jobs.site.hosts import Host, all_over, ask, database, done, until

Start = Callable[..., Host]


@pytest.fixture(scope="module")
def url(postgresql: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), database(postgresql) as address:
        yield address


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts worker processes without a broker: they find what is due by themselves."""
    for model in (Job, Worker, Event):
        model._default_manager.all().delete()
    hosts: list[Host] = []

    def begin(name: str, *options: str, **environment: str) -> Host:
        hosts.append(Host(tmp_path / name, name, {"GCIS_DATABASE_URL": url, **environment}, *options))
        return hosts[-1].enter()

    yield begin
    for host in hosts:
        host.end()
        print(host.said())  # shown where the test fails


def begun(*keys: str) -> None:
    running = Job.objects.filter(key__in=keys, state="running")
    until(lambda: running.count() == len(keys), f"{keys} do not begin", 10)


def paid(key: str) -> tuple[str, int, int, int]:
    """What the job has come to: state, attempts, losses, crashes."""
    job = Job.objects.get(key=key)
    return job.state, job.attempts, job.losses, job.crashes


def test_who_is_asked_to_stop_gives_back_and_it_costs_the_job_nothing(start: Start) -> None:
    host = start("host-a")
    ask("long", seconds=60)
    begun("long")
    row = host.row()
    assert [(each.name, each.pid, each.lanes) for each in workers.workers()] == [
        ("host-a", host.process.pid, "interactive,bulk,sweep")
    ]
    host.signal(signal.SIGTERM)
    assert host.left(15) == 0
    assert paid("long") == ("queued", 0, 0, 0)
    assert row
    assert Worker.objects.get(pk=row.pk).stopped is not None
    assert not workers.workers()


def test_work_that_does_not_listen_may_finish_in_time_and_is_taken_back_at_the_end_of_it(start: Start) -> None:
    host = start("host-a", "--threads", "3", GCIS_STOP_SECONDS="3")
    ask("short", seconds=2, stubborn=True)
    ask("endless", seconds=60, stubborn=True)
    begun("short", "endless")
    host.signal(signal.SIGTERM)
    assert host.left(20) == 0
    assert done() == ["short"]
    assert paid("endless") == ("queued", 0, 0, 0)
    assert "job.taken_back" in host.said()


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGQUIT])
def test_who_is_asked_twice_goes_at_once(start: Start, second: signal.Signals) -> None:
    host = start("host-a", GCIS_STOP_SECONDS="60")
    ask("endless", seconds=60, stubborn=True)
    begun("endless")
    host.signal(signal.SIGTERM)
    until(lambda: "worker.stopping" in host.said(), "it does not stop", 5)
    host.signal(second)
    assert host.left(15) == 0
    assert paid("endless") == ("queued", 0, 0, 0)


@pytest.mark.long
def test_what_a_killed_worker_held_is_done_by_another_after_its_lease(start: Start) -> None:
    host = start("host-a")
    ask("held", seconds=2)
    begun("held")
    host.end()
    start("host-b")
    all_over(20)
    assert done() == ["held"]
    assert paid("held") == ("succeeded", 2, 1, 0)
    until(lambda: [each.name for each in workers.workers()] == ["host-b"], "the dead are thought alive", 8)


@pytest.mark.long
def test_a_frozen_worker_finds_its_work_taken_and_changes_nothing(start: Start) -> None:
    host = start("host-a")
    ask("held", seconds=3)
    begun("held")
    host.signal(signal.SIGSTOP)
    start("host-b")
    all_over(20)
    host.signal(signal.SIGCONT)
    until(lambda: "job.fenced" in host.said(), "it does not notice", 10)
    assert done() == ["held"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--name", "a:b"], "a name is"),
        (["--lanes", "bulk,fast"], "there is no lane fast"),
        (["--threads", "0"], "from 1 to 256"),
    ],
)
def test_what_makes_no_sense_is_refused(options: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("worker", *options)
