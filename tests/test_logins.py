"""Who gets passwords wrong too often waits (reliability, bad input 108)."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from gcis.logins import ThrottledBackend
from tests.world import services
from tests.world.fixtures import need
from tests.world.valkey import Valkey

pytestmark = pytest.mark.django_db

RIGHT, WRONG = "right-password", "wrong-password"
LOCKED = "Too many wrong passwords for this user from this address. Try again in 15 minutes."


@pytest.fixture(autouse=True)
def jane(settings: Settings) -> Iterator[User]:
    settings.CACHES = {"default": {"BACKEND": "gcis.core.cache.ProcessCache", "LOCATION": "logins"}}
    cache.clear()
    yield User.objects.create_superuser("jane", "", RIGHT)
    cache.clear()


@pytest.fixture
def valkey_of_our_own(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Valkey]:
    need(request, Valkey)
    with services.running([Valkey]) as [server]:
        assert isinstance(server, Valkey)
        settings.CACHES = {"default": {"BACKEND": "gcis.core.cache.SharedCache", "LOCATION": server.address}}
        yield server


def attempt(client: Client, password: str, user: str = "jane", **extra: Any) -> Any:
    return client.post("/admin/login/?next=/admin/", {"username": user, "password": password}, **extra)


def wrong(client: Client, times: int, **extra: Any) -> None:
    for _ in range(times):
        answer = attempt(client, WRONG, **extra)
        assert answer.status_code == 200
        assert LOCKED not in answer.content.decode()


def is_locked(client: Client, **extra: Any) -> bool:
    """Even the right password is not looked at, and it says why."""
    answer = attempt(client, RIGHT, **extra)
    assert answer.status_code == 302 or LOCKED in answer.content.decode()
    return bool(answer.status_code == 200)


def test_twenty_wrong_passwords_lock(client: Client) -> None:
    wrong(client, 20)
    assert is_locked(client)


def test_nineteen_do_not_and_the_right_one_starts_anew(client: Client) -> None:
    wrong(client, 19)
    assert not is_locked(client)
    client.logout()
    wrong(client, 19)
    assert not is_locked(client)


def test_other_users_and_other_addresses_are_not_locked(client: Client) -> None:
    User.objects.create_superuser("joe", "", RIGHT)
    wrong(client, 20)
    assert not is_locked(client, user="joe")
    assert not is_locked(client, REMOTE_ADDR="192.0.2.7")
    assert is_locked(client)


def test_a_forged_header_leads_past_nothing(client: Client, settings: Settings) -> None:
    for number in range(20):
        wrong(client, 1, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert is_locked(client, headers={"X-Forwarded-For": "192.0.2.99"})
    settings.GCIS_PROXIES = 1
    for number in range(20):
        wrong(client, 1, headers={"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.1"})
    assert is_locked(client, headers={"X-Forwarded-For": "192.0.2.99, 198.51.100.1"})
    assert not is_locked(client, headers={"X-Forwarded-For": "198.51.100.1, 198.51.100.2"})


def test_names_that_are_one_to_django_are_one(client: Client) -> None:
    wrong(client, 10, user="jane")
    wrong(client, 10, user="\uff4aane")  # in full width
    assert is_locked(client)


def test_the_lock_ends(client: Client, settings: Settings) -> None:
    settings.GCIS_LOGIN_TRIES, settings.GCIS_LOGIN_LOCK_SECONDS = 2, 3
    wrong(client, 2)
    assert attempt(client, RIGHT).status_code == 200
    time.sleep(3.1)
    assert attempt(client, RIGHT).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_further(valkey_of_our_own: Valkey) -> None:
    backend = ThrottledBackend()

    def one(_: int) -> str:
        try:
            return str(backend.authenticate(RequestFactory().post("/"), "jane", WRONG))
        except ValidationError as refusal:
            return refusal.code or ""
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(one, range(60)))
    assert (outcomes.count("None"), outcomes.count("locked")) == (20, 40)


def test_it_is_written_down(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    wrong(client, 20)
    is_locked(client)
    lines = [record.getMessage() for record in caplog.records if record.name == "gcis.logins"]
    assert sum("login.failed" in line for line in lines) == 20
    assert sum("login.locked" in line for line in lines) == 1
    assert all("jane" in line and "127.0.0.1" in line for line in lines)
    assert not any(WRONG in line or RIGHT in line for line in lines)


def test_what_cannot_be_counted_is_refused(client: Client, valkey_of_our_own: Valkey) -> None:
    valkey_of_our_own.kill()
    answer = attempt(client, RIGHT)
    assert answer.status_code == 503
    assert int(answer["Retry-After"])
    assert answer["Cache-Control"] == "no-store"
    assert "does not answer" in answer.content.decode()
    assert client.get("/").status_code == 200  # everything else is open
    valkey_of_our_own.start()
    assert attempt(client, RIGHT).status_code == 302


def test_a_full_cache_is_closed_for_logins_only(client: Client, valkey_of_our_own: Valkey) -> None:
    valkey_of_our_own.client().config_set("maxmemory", "1")
    assert attempt(client, RIGHT).status_code == 503
    assert client.get("/admin/login/").status_code == 200


def test_a_flushed_cache_forgets_and_breaks_nothing(client: Client, valkey_of_our_own: Valkey) -> None:
    wrong(client, 20)
    assert is_locked(client)
    valkey_of_our_own.client().flushall()
    assert not is_locked(client)
