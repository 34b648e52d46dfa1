"""Worker processes, and the database that they and the test share."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import environ
import psycopg2
from django.core.management import call_command
from django.db import connections

from gcis.events.models import Event
from gcis.jobs import services
from gcis.jobs.models import Job, Worker
from tests.jobs.site.work import DONE, KIND

ROOT = Path(__file__).parents[3]
#: Short ones, so that a lost worker is noticed soon.
TIMES = {
    "GCIS_JOB_LEASE": "3",
    "GCIS_JOB_BEAT": "0.2",
    "GCIS_REAP_SECONDS": "0.5",
    "GCIS_STOP_SECONDS": "1",
    "GCIS_DEAF_SECONDS": "4",
    "GCIS_BROKER_PAUSE": "0.5",
}
#: With this a worker looks by itself so rarely that what begins soon was heard.
BY_EAR = {"GCIS_DISPATCH_SECONDS": "30"}


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of a new database with all tables, which is the default one of this thread inside the block."""
    name = f"site_{uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name}")
    url = f"{server.rpartition('/')[0]}/{name}"
    kept, kept_settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**kept_settings, **environ.Env.db_url_config(url), "OPTIONS": {}}
    connections["default"] = connections.create_connection("default")
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield url
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = kept_settings, kept
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    connection.autocommit = True  # no database is made inside a transaction
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


class Host:
    """One worker process. Its log is beside its home."""

    def __init__(self, home: Path, name: str, environment: dict[str, str], *options: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = home / f"{name}.log"
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("GCIS_", "DJANGO_"))}
        settings = {
            "DJANGO_SETTINGS_MODULE": "tests.jobs.site.settings",
            "GCIS_HOME": str(home),
            "GCIS_LOG_FORMAT": "json",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "--name", name, *options],
                cwd=ROOT,
                env={**clean, **settings, **TIMES, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def enter(self) -> "Host":
        """Return when it works."""
        until(lambda: self.process.poll() is not None or bool(self.row()), f"{self.name} does not start", 30)
        assert self.row(), self.said()
        return self

    def hears(self) -> "Host":
        """Return when it also listens at the broker."""
        self.enter()
        until(lambda: "worker.hears" in self.said(), f"{self.name} does not listen", 30)
        return self

    def row(self) -> Worker | None:
        return Worker.objects.filter(name=self.name, pid=self.process.pid).first()

    def said(self) -> str:
        return self.log.read_text()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def left(self, seconds: float = 30) -> int:
        """Its exit status, when it has gone by itself within that time."""
        return self.process.wait(seconds)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def until(true: Callable[[], bool], otherwise: str, seconds: float = 20) -> float:
    """Seconds until it was true. AssertionError, with what is wrong, when it was not in time."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"{otherwise} (waited {seconds} s)"
        time.sleep(0.02)
    return time.monotonic() - began


def ask(key: str, *, lane: str = "bulk", priority: int = 0, **args: float) -> Job:
    return services.add(KIND, key, uuid4(), args=args, lane=lane, priority=priority)


def done() -> list[str]:
    """The keys of the jobs that had an effect, in order; one that had two is there twice."""
    return [event.data["key"] for event in Event.objects.filter(kind=DONE).order_by("id")]


def doers() -> set[int]:
    """The processes that did them."""
    return {event.data["pid"] for event in Event.objects.filter(kind=DONE)}


def all_over(seconds: float = 20) -> float:
    """Seconds until no job waits or runs any more."""
    return until(lambda: not Job.objects.filter(state__in=Job.LIVE).exists(), "jobs are left", seconds)
