"""Who rings does not wait; a queue that nobody empties does not grow; a worker notices that it is deaf."""

import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from gcis.jobs import doorbell
from gcis.jobs.claims import stopping
from gcis.jobs.crew import Crew
from gcis.worker import Ears
from tests.world import services as world
from tests.world.fixtures import need
from tests.world.server import Server, free_ports
from tests.world.valkey import Valkey


@pytest.fixture
def broker(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Server]:
    need(request, Valkey)
    with world.running([Valkey]) as servers:
        point_at(settings, servers[0].address)
        yield servers[0]
    doorbell._client.cache_clear()


def point_at(settings: Settings, address: str) -> None:
    settings.CELERY_BROKER_URL, settings.GCIS_EMBEDDED = address, False
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    settings.GCIS_BROKER_PATIENCE = 0.5
    doorbell._client.cache_clear()


def test_a_queue_that_nobody_empties_does_not_grow_without_end(broker: Server) -> None:
    doorbell.send(["bulk"] * (doorbell.MOST_WAITING + 20))
    doorbell.send(["sweep"])
    assert doorbell.waiting(["bulk"]) == doorbell.MOST_WAITING
    assert doorbell.waiting(["interactive", "bulk", "sweep"]) == doorbell.MOST_WAITING + 1


def test_many_rings_at_once_are_few_messages(broker: Server) -> None:
    for _ in range(1000):
        doorbell.ring("bulk")
    deadline = time.monotonic() + 5
    while not doorbell.waiting(["bulk"]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert 1 <= doorbell.waiting(["bulk"]) <= 50


def test_a_frozen_broker_keeps_who_rings_from_nothing(broker: Server) -> None:
    broker.freeze()
    began = time.monotonic()
    for _ in range(100):
        doorbell.ring("interactive")
    assert time.monotonic() - began < 0.2
    began = time.monotonic()
    with pytest.raises(doorbell.Unheard):
        doorbell.send(["interactive"])
    assert time.monotonic() - began < 6
    broker.thaw()


@pytest.mark.parametrize("address", ["redis://127.0.0.1:{}/0", "amqp://guest:guest@127.0.0.1:{}//"])
def test_a_broker_that_is_not_there_is_unheard(settings: Settings, address: str) -> None:
    point_at(settings, address.format(free_ports(1)[0]))
    with pytest.raises(doorbell.Unheard):
        doorbell.send(["bulk"])
    doorbell._client.cache_clear()


def test_doorbells_that_lie_unheard_make_an_idle_worker_leave(broker: Server, settings: Settings) -> None:
    settings.GCIS_DEAF_SECONDS = 0.2
    ears = Ears(Crew("host-a:1", ["bulk"], 1))
    ears.listening = True
    doorbell.send(["interactive"])
    listen(ears)
    assert not ears.deaf, "that lane is not ours"
    doorbell.send(["bulk"])
    listen(ears)
    assert ears.deaf
    assert stopping.is_set()


def test_who_has_not_begun_to_listen_is_not_deaf(broker: Server, settings: Settings) -> None:
    settings.GCIS_DEAF_SECONDS = 0.2
    ears = Ears(Crew("host-a:1", ["bulk"], 1))
    doorbell.send(["bulk"])
    listen(ears)
    assert not ears.deaf


def test_who_hears_now_and_then_is_not_deaf_and_a_broker_that_is_away_is_no_sign(
    broker: Server, settings: Settings
) -> None:
    settings.GCIS_DEAF_SECONDS = 0.2
    ears = Ears(Crew("host-a:1", ["bulk"], 1))
    ears.listening = True
    doorbell.send(["bulk"])
    ears.check()
    assert isinstance(broker, Valkey)
    broker.client().flushall()
    ears.check()
    time.sleep(0.3)
    doorbell.send(["bulk"])
    ears.check()
    broker.kill()
    time.sleep(0.3)
    ears.check()
    assert not ears.deaf


def listen(ears: Ears) -> None:
    ears.check()
    time.sleep(0.3)
    ears.check()
