"""`/livez` and `/readyz`: what takes a node out of the load balancer, and what is an alarm only."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from gcis import health
from gcis.jobs import services as jobs
from gcis.jobs import workers
from tests.world.fixtures import need
from tests.world.postgresql import PostgreSQL
from tests.world.server import free_ports
from tests.world.services import running
from tests.world.valkey import Valkey

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    health._parts.cache_clear()
    health._failing.clear()
    yield
    health._parts.cache_clear()


@pytest.fixture
def folders(settings: Settings) -> dict[str, Path]:
    made = {name: Path(chosen["OPTIONS"]["folder"]) for name, chosen in settings.GCIS_STORES.items()}
    for folder in made.values():
        folder.mkdir()
    return made


def test_alive_without_anything_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """This test may not reach the database."""
    monkeypatch.setenv("GCIS_NONCE", "abc")
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"alive": True, "nonce": "abc"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_ready_when_every_part_answers(client: Client, folders: dict[str, Path]) -> None:
    answer = client.get("/readyz")
    body = answer.json()
    assert (answer.status_code, body["ready"], body["degraded"]) == (200, True, False)
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(body["parts"]) == ["database", "work", "store sources", "store masters", "store published"]
    for part in body["parts"].values():
        assert part["ok"]
        assert part["sentence"].endswith(".")
        assert part["milliseconds"] >= 0


def test_without_a_database_this_node_serves_nobody(client: Client, folders: dict[str, Path]) -> None:
    """pytest-django lets nobody reach the database here."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert not answer.json()["parts"]["database"]["ok"]
    assert answer.json()["parts"]["store masters"]["ok"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "status"), [("masters", 503), ("published", 503), ("sources", 200)])
def test_a_lost_disk_takes_the_node_out_if_visitors_need_it(
    client: Client, folders: dict[str, Path], name: str, status: int
) -> None:
    folders[name].rmdir()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (status, True)
    assert answer.json()["parts"][f"store {name}"]["sentence"] == "Its folder is not there."


@pytest.mark.django_db(transaction=True)
def test_work_that_nobody_takes_up_is_told_and_a_long_queue_is_not(
    client: Client, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DUE_SECONDS", 0.01)

    def degraded() -> bool:
        time.sleep(0.02)
        health._parts.cache_clear()
        answer = client.get("/readyz")
        assert answer.status_code == 200
        return not answer.json()["parts"]["work"]["ok"]

    jobs.add("test.nothing", "one", uuid4(), lane="bulk")
    assert degraded(), "it is due and there is no worker"
    workers.enter("host-a", ["bulk"], 2)
    assert not degraded(), "a long queue is no fault"
    jobs.add("test.nothing", "two", uuid4(), lane="interactive")
    assert degraded(), "somebody waits for that one"


@pytest.mark.django_db(transaction=True)
def test_a_folder_of_our_own_home_comes_with_the_first_file(client: Client, settings: Settings) -> None:
    for name, chosen in settings.GCIS_STORES.items():
        chosen["OPTIONS"]["folder"] = settings.GCIS_HOME / "never-made" / name
    assert client.get("/readyz").json()["degraded"] is False


# ------------------------------------------------------------------------------------- with servers that fall over
class Web:
    """The web server, with services of its own."""

    def __init__(self, home: Path, variables: dict[str, str]) -> None:
        (self.port,) = free_ports(1)
        environment = os.environ | {"GCIS_HOME": str(home), "GCIS_WEB_PORT": str(self.port), "GCIS_WEB_PROCESSES": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gcis.embedded.web"],
            cwd=ROOT,
            env=environment | variables,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ready(self) -> tuple[int, dict[str, Any], float]:
        """Status, body, and seconds until they came."""
        began = time.monotonic()
        status, body = self.ask("/readyz")
        return status, json.loads(body), time.monotonic() - began

    def until(self, status: int, *, degraded: bool) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while True:
            try:
                found, body, _ = self.ready()
                if (found, body["degraded"]) == (status, degraded):
                    return body
            except OSError:
                pass  # it is not up yet
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.1)


@contextmanager
def serving(home: Path, **variables: str) -> Iterator[Web]:
    web = Web(home, variables)
    try:
        yield web
    finally:
        web.process.terminate()
        try:
            web.process.wait(15)
        except subprocess.TimeoutExpired:
            web.process.kill()
            web.process.wait()


@pytest.mark.long
def test_a_frozen_database_is_noticed_in_time_and_a_dead_broker_is_no_outage(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    need(request, PostgreSQL, Valkey)
    with running([PostgreSQL, Valkey]) as (database, broker):
        variables = {"GCIS_DATABASE_URL": database.address, "GCIS_BROKER_URL": broker.address}
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, **variables, "GCIS_HOME": str(tmp_path)}, check=True)
        with serving(tmp_path, **variables) as web:
            assert web.until(200, degraded=False)["parts"]["broker"]["ok"]

            broker.freeze()
            body = web.until(200, degraded=True)
            assert not body["parts"]["broker"]["ok"]
            broker.thaw()
            web.until(200, degraded=False)
            broker.kill()
            web.until(200, degraded=True)
            broker.start()
            web.until(200, degraded=False)

            database.freeze()
            time.sleep(1.1)  # the last answer is good for a second
            status, body, seconds = web.ready()
            assert (status, body["parts"]["database"]["ok"]) == (503, False)
            assert seconds < 3
            status, text = web.ask("/metrics")
            assert (status, "gcis_database_up 0.0" in text, "gcis_jobs{" in text) == (200, True, False)
            assert 'gcis_part_up{part="broker"} 1.0' in text
            assert web.ask("/livez")[0] == 200
            database.thaw()
            web.until(200, degraded=False)
            assert database.address not in json.dumps(body)
