"""A cache that cannot answer is a miss; a count that cannot be made is said to be impossible."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache, caches
from pytest_django import Settings

from gcis.core import cache as counting
from gcis.core.errors import Unavailable
from tests.world import services
from tests.world.fixtures import need
from tests.world.valkey import Valkey


@pytest.fixture
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Valkey]:
    """A Valkey that the test may do anything to."""
    need(request, Valkey)
    with services.running([Valkey]) as [server]:
        assert isinstance(server, Valkey)
        point_at(settings, server.address)
        yield server
    settings.CACHES = settings.CACHES


def point_at(settings: Settings, address: str) -> None:
    settings.CACHES = {"default": {"BACKEND": "gcis.core.cache.SharedCache", "LOCATION": address}}


@pytest.fixture(params=["shared", "own"])
def either(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The shared cache and the one of this process alone."""
    if request.param == "shared":
        point_at(settings, request.getfixturevalue("valkey"))
    else:
        settings.CACHES = {"default": {"BACKEND": "gcis.core.cache.ProcessCache", "LOCATION": "test"}}
    cache.clear()


def all_miss() -> None:
    assert cache.get("a", "missed") == "missed"
    assert cache.get_many(["a"]) == {}
    assert "a" not in cache
    assert not cache.add("a", 1)
    assert not cache.touch("a", 10)
    assert not cache.delete("a")
    cache.set("a", 1)
    assert cache.set_many({"a": 1}) == ["a"]
    cache.delete_many(["a"])
    cache.clear()


def cannot_count() -> None:
    with pytest.raises(Unavailable) as caught:
        counting.count("n", 60)
    assert caught.value.code == "cache_away"
    with pytest.raises(Unavailable):
        counting.prolong("n", 60)


def test_it_keeps_what_it_is_given(server: Valkey) -> None:
    cache.set("a", {"x": [1]}, 60)
    assert cache.get("a") == {"x": [1]}
    assert cache.get_many(["a", "b"]) == {"a": {"x": [1]}}
    assert "a" in cache
    assert cache.add("b", 1) and not cache.add("b", 2)
    assert cache.touch("b", 60)
    assert cache.set_many({"c": 3}, 60) == []
    assert cache.delete("c")
    cache.clear()
    assert cache.get("a") is None


def test_counts_go_up_and_start_again(either: None) -> None:
    assert [counting.count("n", 60) for _ in range(3)] == [1, 2, 3]
    assert counting.count("m", 60) == 1
    counting.forget("n")
    assert counting.count("n", 60) == 1


def test_no_two_get_the_same_number(either: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: counting.count("n", 60), range(200))) == list(range(1, 201))


def test_a_count_lives_from_its_first(either: None) -> None:
    counting.count("n", 1)
    time.sleep(0.6)
    assert counting.count("n", 1) == 2
    time.sleep(0.6)
    assert counting.count("n", 1) == 1


def test_a_count_can_be_prolonged(either: None) -> None:
    counting.count("n", 1)
    counting.prolong("n", 60)
    time.sleep(1.1)
    assert counting.count("n", 1) == 2


def test_a_server_that_is_gone(server: Valkey) -> None:
    cache.set("a", 1)
    server.kill()
    all_miss()
    cannot_count()


def test_a_server_that_comes_back(server: Valkey) -> None:
    cache.set("a", 1)
    server.kill()
    all_miss()
    server.start()
    assert counting.count("n", 60) == 1
    until = time.monotonic() + 5
    while cache.get("a") != 2:
        assert time.monotonic() < until
        cache.set("a", 2)


def test_a_server_that_was_started_again_costs_nothing(server: Valkey) -> None:
    counting.count("n", 60)
    server.kill()
    server.start()
    assert counting.count("n", 60) == 1


def test_a_frozen_server_costs_half_a_second_once(server: Valkey) -> None:
    cache.set("a", 1)
    server.freeze()
    began = time.monotonic()
    all_miss()
    assert time.monotonic() - began < 0.9
    began = time.monotonic()
    cannot_count()
    assert time.monotonic() - began < 2.2
    server.thaw()


def test_a_full_server(server: Valkey) -> None:
    cache.set("a", 1)
    server.client().config_set("maxmemory-policy", "noeviction")
    server.client().config_set("maxmemory", "1")
    cache.set("b", "x" * 1000)
    assert cache.get("b") is None
    assert cache.get("a") == 1
    with pytest.raises(Unavailable):
        counting.count("n", 60)


def test_a_server_that_was_flushed(server: Valkey) -> None:
    counting.count("n", 60)
    cache.set("a", 1)
    server.client().flushall()
    assert cache.get("a") is None
    assert counting.count("n", 60) == 1


def test_a_count_never_stays_for_ever(server: Valkey) -> None:
    counting.count("n", 60)
    [key] = server.client().keys("*n")
    assert 0 < int(server.client().ttl(key)) <= 60


def test_trouble_is_said_once_a_minute(server: Valkey, caplog: pytest.LogCaptureFixture) -> None:
    server.kill()
    for _ in range(5):
        cannot_count()
    assert sum("cache.trouble" in record.getMessage() for record in caplog.records) == 1


def test_without_an_address_every_process_has_its_own() -> None:
    assert type(caches["default"]).__name__ == "ProcessCache"
