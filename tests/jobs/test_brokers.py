"""Worker processes over real brokers: who does what, and that no broker can lose or hold up any work."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from gcis.events.models import Event
from gcis.jobs import doorbell
from gcis.jobs.models import Job, Worker
from tests.jobs.site.hosts import BY_EAR, Host, all_over, ask, database, doers, done, until
from tests.world import services as world
from tests.world.fixtures import need
from tests.world.rabbitmq import RabbitMQ
from tests.world.server import Server
from tests.world.valkey import Valkey

LANES = ("interactive", "bulk", "sweep")
#: Of one thread or several, for all lanes.
ONE, TWO = ("--threads", "1"), ("--threads", "2")
Start = Callable[..., Host]


@pytest.fixture(scope="module", params=[Valkey, RabbitMQ], ids=["valkey", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Iterator[Server]:
    """One of our own, to be killed and frozen."""
    need(request, request.param)
    with world.running([request.param]) as servers:
        yield servers[0]


@pytest.fixture(scope="module")
def url(postgresql: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), database(postgresql) as address:
        yield address


@pytest.fixture
def start(
    url: str, broker: Server, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Start]:
    """Starts worker processes over the broker; this process rings there too. Nothing of other tests is left."""
    settings.CELERY_BROKER_URL = broker.address
    settings.GCIS_EMBEDDED = False
    settings.GCIS_BROKER_PAUSE = 0.5
    doorbell._client.cache_clear()
    for model in (Job, Worker, Event):
        model._default_manager.all().delete()
    hosts: list[Host] = []

    def begin(name: str, *options: str, **environment: str) -> Host:
        given = {"GCIS_DATABASE_URL": url, "GCIS_BROKER_URL": broker.address, **environment}
        hosts.append(Host(tmp_path / name, name, given, *options))
        return hosts[-1]

    yield begin
    for host in hosts:
        host.end()
        print(host.said())  # shown where the test fails
    empty(broker)
    doorbell._client.cache_clear()


def empty(broker: Server) -> None:
    """Forget all there is, as FLUSHALL does."""
    if isinstance(broker, Valkey):
        broker.client().flushall()
        return
    with doorbell._broker() as connection:
        for lane in LANES:
            connection.default_channel.queue_delete(lane)


def is_done(key: str, seconds: float = 20) -> float:
    return until(lambda: key in done(), f"{key} is not done", seconds)


# ------------------------------------------------------------------------------------------------------- who does what
def test_hosts_share_the_work_and_do_each_piece_once(start: Start) -> None:
    hosts = [start("host-a", *TWO), start("host-b", *TWO)]
    for host in hosts:
        host.enter()
    asked = [ask(f"shared:{number}", seconds=0.2).key for number in range(12)]
    all_over()
    assert sorted(done()) == sorted(asked)
    assert doers() == {host.process.pid for host in hosts}
    owners = set(Job.objects.values_list("owner", flat=True))
    assert owners == {f"{host.name}:{host.process.pid}" for host in hosts}


def test_a_doorbell_is_heard_at_once_and_what_it_finds_is_the_best(start: Start) -> None:
    start("host-a", "--threads", "1", **BY_EAR).hears()
    ask("first", seconds=0.5)
    until(lambda: Job.objects.filter(state="running").exists(), "nobody heard the doorbell", 15)
    ask("low", lane="sweep", priority=9)
    ask("common")
    ask("urgent", priority=5)
    ask("quick", lane="interactive")
    all_over(25)
    assert done() == ["first", "quick", "urgent", "common", "low"]


def test_doorbells_that_come_doubled_and_shuffled_change_nothing(start: Start) -> None:
    start("host-a", *TWO).hears()
    asked = [ask(f"doubled:{number}", lane=LANES[number % 3], seconds=0.02) for number in range(12)]
    bells = [job.lane for job in asked] * 5
    random.Random(1).shuffle(bells)
    doorbell.send(bells)
    all_over()
    assert sorted(done()) == sorted(job.key for job in asked)


def test_slow_work_leaves_a_thread_for_what_somebody_waits_for(start: Start) -> None:
    start("host-a", *TWO, **BY_EAR).hears()
    for number in range(3):
        ask(f"slow:{number}", seconds=30)
    until(lambda: Job.objects.filter(state="running").exists(), "nothing began", 15)
    ask("quick", lane="interactive")
    is_done("quick", 15)
    assert Job.objects.filter(state="running").count() == 1


# --------------------------------------------------------------------------------------------------- what brokers do
def test_a_broker_that_forgets_everything_loses_nothing(start: Start, broker: Server) -> None:
    host = start("host-a", *TWO, GCIS_DISPATCH_SECONDS="0.5").hears()
    asked = [ask(f"flushed:{number}", seconds=0.1).key for number in range(10)]
    empty(broker)
    all_over(25)
    assert sorted(done()) == sorted(asked)
    assert host.process.poll() is None


@pytest.mark.long
def test_after_it_forgot_everything_it_is_heard_as_before_or_the_worker_leaves(start: Start, broker: Server) -> None:
    """Redis makes a list again when it is needed; RabbitMQ sends nothing more to whoever listened at a lost queue."""
    host = start("host-a", *TWO, **BY_EAR).hears()
    empty(broker)
    until(lambda: host.process.poll() is not None or heard(), "it is deaf and stays", 30)
    if host.process.poll() is not None:
        assert host.process.returncode == 75
        assert "worker.deaf" in host.said()


@pytest.mark.long
def test_a_worker_that_does_not_hear_works_on_and_leaves_when_it_has_nothing_to_do(start: Start) -> None:
    host = start("host-a", *TWO, GCIS_DISPATCH_SECONDS="0.5", SITE_LISTENS_AT="memory://").enter()
    busy = ask("busy", lane="interactive", seconds=4)
    assert host.left() == 75
    assert "worker.deaf" in host.said()
    assert done() == [busy.key]


@pytest.mark.long
def test_a_broker_that_is_killed_holds_nothing_up_and_is_heard_when_it_is_back(start: Start, broker: Server) -> None:
    host = start("host-a", *TWO, GCIS_DISPATCH_SECONDS="0.5").hears()
    broker.kill()
    asked = [ask(f"dead:{number}", seconds=0.05).key for number in range(6)]
    all_over(25)
    assert sorted(done()) == sorted(asked)
    broker.start()
    until(lambda: host.process.poll() is not None or heard(), "it is deaf", 60)


@pytest.mark.long
def test_a_frozen_broker_makes_nobody_wait(start: Start, broker: Server) -> None:
    start("host-a", *TWO, GCIS_DISPATCH_SECONDS="0.5").hears()
    broker.freeze()
    try:
        waited = until_asked([f"frozen:{number}" for number in range(20)])
        all_over(25)
    finally:
        broker.thaw()
    assert waited < 2
    until(lambda: heard(), "it is deaf", 30)


def until_asked(keys: list[str]) -> float:
    """Seconds that asking for all of this took."""
    began = time.monotonic()
    for key in keys:
        ask(key)
    return time.monotonic() - began


def heard() -> bool:
    """Whether the queues are empty a moment after we rang."""
    try:
        doorbell.send(LANES)
        until(lambda: not doorbell.waiting(LANES), "unheard", 1)
    except (AssertionError, doorbell.Unheard):
        return False
    return True
