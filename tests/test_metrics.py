"""`/metrics`: who may ask, what is said, and that nothing is lost with the processes that counted it."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from gcis import health
from gcis.core import meters
from gcis.core.lastknown import REST, LastKnown
from gcis.jobs import services as jobs
from gcis.jobs import workers
from gcis.metrics import figures, parts
from gcis.metrics.exposition import text
from gcis.metrics.processes import Processes, fold_dead
from gcis.upkeep import services as upkeep
from images.services import CONVERT
from tests import work

ROOT = Path(__file__).parents[1]
Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What was answered in another test is of no use here."""
    for kept in (figures._probe, health._parts):
        kept.cache_clear()
    yield
    for kept in (figures._probe, health._parts):
        kept.cache_clear()


def read(figures_text: bytes) -> Values:
    """Every sample as Prometheus reads it; a name twice is an error."""
    values: Values = {}
    for family in text_string_to_metric_families(figures_text.decode()):
        assert family.documentation, family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in values
            values[key] = sample.value
    return values


def plain(values: Values) -> dict[str, float]:
    return {name: value for (name, labels), value in values.items() if not labels}


# ---------------------------------------------------------------------------------------------------------- who may ask
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_host_may_ask(db: None, client: Client, address: str) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["10.1.2.3", "203.0.113.7", "2001:db8::1", "", "unix:"])
def test_for_others_there_is_nothing(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


def test_networks_may_be_named(db: None, client: Client, settings: Settings) -> None:
    settings.GCIS_METRICS_NETWORKS = ["10.1.0.0/16"]
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404


def test_behind_a_proxy_its_word_counts(db: None, client: Client, settings: Settings) -> None:
    settings.GCIS_PROXIES = 1
    outside = {"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}
    assert client.get("/metrics", headers=outside, REMOTE_ADDR="127.0.0.1").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
    inside = {"X-Forwarded-For": "203.0.113.7, 127.0.0.1"}
    assert client.get("/metrics", headers=inside, REMOTE_ADDR="10.0.0.1").status_code == 200


# --------------------------------------------------------------------------------------------------------- what is said
@pytest.mark.django_db(transaction=True)
def test_the_installation_in_figures(client: Client) -> None:
    jobs.add("test.nothing", "one", uuid4(), lane="interactive")
    jobs.add("test.nothing", "two", uuid4(), delay=1000)
    workers.enter("host-a", ["bulk"], 2)
    time.sleep(0.05)
    values = read(client.get("/metrics").content)
    assert values["gcis_jobs", (("lane", "interactive"), ("state", "queued"))] == 1
    assert values["gcis_jobs", (("lane", "bulk"), ("state", "queued"))] == 1
    assert values["gcis_jobs", (("lane", "sweep"), ("state", "running"))] == 0
    assert values["gcis_images", (("state", "failed"),)] == 0
    said = plain(values)
    assert said["gcis_database_up"] == 1
    assert 0 < values["gcis_job_oldest_due_seconds", (("lane", "interactive"),)] < 60
    assert values["gcis_job_oldest_due_seconds", (("lane", "bulk"),)] == 0
    assert (said["gcis_workers"], 0 <= said["gcis_worker_sign_seconds"] < 60) == (1, True)
    assert {"gcis_events_unnumbered", "gcis_publications_outstanding"} <= said.keys()
    assert any(name == "gcis_process_resident_bytes" and value > 1 << 20 for (name, _), value in values.items())


@pytest.mark.django_db(transaction=True)
def test_figures_are_asked_for_once_in_a_while(client: Client, settings: Settings) -> None:
    settings.GCIS_METRICS_SECONDS = 60
    waiting = ("gcis_jobs", (("lane", "bulk"), ("state", "queued")))
    before = read(client.get("/metrics").content)[waiting]
    jobs.add("test.nothing", "one", uuid4())
    assert read(client.get("/metrics").content)[waiting] == before == 0


def test_without_a_database_its_figures_are_absent(client: Client) -> None:
    """pytest-django lets nobody reach the database here: that is what away looks like."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    said = {name for name, _ in read(answer.content)}
    assert plain(read(answer.content))["gcis_database_up"] == 0
    assert "gcis_jobs" not in said


@pytest.mark.django_db(transaction=True)
def test_a_part_that_breaks_does_not_take_the_others_along(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(parts, "ALL", (broken, parts.events))
    said = plain(read(client.get("/metrics").content))
    assert said["gcis_events_unnumbered"] == 0
    assert said["gcis_database_up"] == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_says_the_same(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    door = {name for name, _ in read(client.get("/metrics").content)}
    call_command("metrics")
    assert {name for name, _ in read(capsys.readouterr().out.encode())} == door
    connection.close()


def test_the_command_serves_a_port(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "metrics", "--port", "0"]
    environment = {**os.environ, "GCIS_HOME": str(tmp_path), "GCIS_DATABASE_URL": "", "GCIS_METRICS_DIR": ""}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert "gcis_database_up" in {name for name, _ in read(answer.read())}
    finally:
        process.kill()
        process.communicate()


# ------------------------------------------------------------------------------------------------------------ processes
COUNTS = """
import sys
from gcis.core import meters
from gcis.core.lastknown import REST, LastKnown
for _ in range(int(sys.argv[1])):
    meters.JOBS_ENDED.labels("test.kind", "succeeded").inc()
    meters.RENDER_SECONDS.observe(0.02)
print("counted", flush=True)
sys.stdin.read()
"""


class Counting:
    """Another process that counts so often, and lives until it is killed."""

    def __init__(self, folder: Path, times: int) -> None:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", COUNTS, str(times)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "counted\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def collected(folder: Path) -> Values:
    registry = CollectorRegistry()
    registry.register(Processes(str(folder)))
    return read(generate_latest(registry))


JOBS = ("gcis_jobs_ended_total", (("kind", "test.kind"), ("outcome", "succeeded")))
RENDERS = ("gcis_render_seconds_count", ())


def test_counts_outlive_the_processes_and_their_files_do_not(tmp_path: Path) -> None:
    first, second = Counting(tmp_path, 3), Counting(tmp_path, 4)
    alive = collected(tmp_path)
    assert (alive[JOBS], alive[RENDERS]) == (7, 7)
    assert sum(name == "gcis_process_resident_bytes" for name, _ in alive) == 2
    first.kill()
    for _ in range(2):  # what was added up must not be added again
        values = collected(tmp_path)
        assert (values[JOBS], values[RENDERS]) == (7, 7)
    second.kill()
    third = Counting(tmp_path, 5)
    values = collected(tmp_path)
    assert (values[JOBS], values[RENDERS]) == (12, 12)
    assert values["gcis_render_seconds_bucket", (("le", "0.025"),)] == 12
    assert values["gcis_render_seconds_bucket", (("le", "0.01"),)] == 0
    third.kill()
    collected(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"counter_dead.db", "histogram_dead.db", "lock"}


def test_what_a_killed_process_left_unreadable_is_dropped(tmp_path: Path) -> None:
    dead = Counting(tmp_path, 1)
    dead.kill()
    pid = dead.process.pid
    (tmp_path / f"counter_{pid}.db").write_bytes(b"\xff\xff\xff\x7f" + b"\xff" * 100)
    (tmp_path / f"histogram_{pid}.db").write_bytes(b"")
    assert fold_dead(tmp_path) == 3  # the third holds gauges
    assert JOBS not in collected(tmp_path)


# ----------------------------------------------------------------------------------------------------------- the alarms
@pytest.mark.django_db(transaction=True)
def test_alarms_ask_for_figures_that_there_are(client: Client) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    asked = set(re.findall(r"\bgcis_[a-z_]+\b", page))
    workers.enter("host-a", ["bulk"], 2)
    upkeep.keep(upkeep.compare(actor="test", names=("jobs.lost",)))
    said = {name for name, _ in read(client.get("/metrics").content)}
    kinds = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    counted = [next(iter(each.describe())) for each in vars(meters).values() if isinstance(each, MetricWrapperBase)]
    declared = {family.name + suffix for family in counted for suffix in kinds[family.type]}
    assert len(asked) > 12
    assert asked - said - declared == set()


# ----------------------------------------------------------------------------------------------------- what work counts
def ended(kind: str, outcome: str) -> float:
    values = read(text())
    return values.get(("gcis_jobs_ended_total", (("kind", kind), ("outcome", outcome))), 0)


@pytest.mark.django_db(transaction=True)
def test_attempts_that_end_are_counted_once_it_is_certain() -> None:
    before = ended(CONVERT, "failed"), ended(CONVERT, "succeeded")
    work.fail(work.an_image("a.tif"))
    held = work.take(work.an_image("b.tif"))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.end(held, "succeeded")
        _ = 1 // 0
    assert (ended(CONVERT, "failed"), ended(CONVERT, "succeeded")) == (before[0] + 1, before[1])
    work.finish(held)
    assert (ended(CONVERT, "failed"), ended(CONVERT, "succeeded")) == (before[0] + 1, before[1] + 1)


@pytest.mark.django_db(transaction=True)
def test_seconds_are_counted_by_stage() -> None:
    held = work.take(work.an_image("a.tif"))
    stage = ("gcis_job_stage_seconds_total", (("kind", CONVERT), ("stage", "test")))
    before = read(text()).get(stage, 0)
    jobs.keep_report(held, {"seconds": {"test": 1.5}, "bytes_in": 3})
    assert read(text())[stage] == before + 1.5


def test_an_open_breaker_is_a_figure() -> None:
    def fails() -> int:
        gone = OperationalError()
        gone.__cause__ = psycopg2.OperationalError("gone")
        raise gone

    memory: LastKnown[str, int] = LastKnown(lambda found: found)
    memory.ask("x", lambda: 1)
    before = plain(read(text()))["gcis_breakers_open"]
    for _ in range(3):
        assert memory.ask("x", fails) == 1
    assert plain(read(text()))["gcis_breakers_open"] == before + 1
    time.sleep(REST + 0.1)
    assert memory.ask("x", lambda: 2) == 2
    assert plain(read(text()))["gcis_breakers_open"] == before
