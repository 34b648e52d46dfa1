"""Events: how many a second are written and numbered, and how long a committed one waits for its number.

SQLite in a temporary file, and PostgreSQL at GCIS_TEST_POSTGRESQL_URL or one of our own. Each in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
WRITERS = 4
SECONDS = 5.0
#: Events in one transaction: a conversion or a PUT writes two or three.
TOGETHER = 3
#: How many wait when nobody numbers for a while.
BACKLOG = 20_000


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if options.here:
        print(_measured(options.seconds), flush=True)
        return 0
    print(f"{'':12}{'written/s':>11}{'numbered/s':>12}{'backlog/s':>11}{'p50 ms':>9}{'p95 ms':>9}")
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as home:
        _run("SQLite", home, {}, options.seconds)
        from tests.world import services
        from tests.world.postgresql import PostgreSQL

        if reason := services.missing(PostgreSQL):
            print(reason)
            return 1
        with services.address(PostgreSQL) as url:
            _run("PostgreSQL", home, {"GCIS_DATABASE_URL": url}, options.seconds)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long writers write")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _run(name: str, home: str, variables: dict[str, str], seconds: float) -> None:
    env = {**os.environ, "GCIS_HOME": home, "DJANGO_SETTINGS_MODULE": "gcis.settings", **variables}
    command = [sys.executable, "-m", "benchmarks.events", "--here", "--seconds", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    print(f"{name:12}{done.stdout.strip()}", flush=True)


def _measured(seconds: float) -> str:
    """The figures of this process's database, as columns of the table."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = None if connection.vendor == "postgresql" else _file()
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _columns(seconds)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _file() -> str:
    return str(Path(os.environ["GCIS_HOME"]) / "bench.sqlite3")


def _columns(seconds: float) -> str:
    from gcis.events.models import Event
    from gcis.events.services import number_committed

    committed: dict[int, float] = {}
    waits: list[float] = []
    stop = threading.Event()
    writers = [_thread(lambda: _write(stop, committed)) for _ in range(WRITERS)]
    reader = _thread(lambda: _number_and_read(stop, committed, waits))
    began = time.monotonic()
    time.sleep(seconds)
    stop.set()
    for thread in (*writers, reader):
        thread.join()
    took = time.monotonic() - began
    written, numbered = Event.objects.count(), Event.objects.exclude(number=None).count()
    waits.sort()
    Event.objects.bulk_create([Event(kind="bench", actor="bench") for _ in range(BACKLOG)], batch_size=1000)
    began = time.monotonic()
    while number_committed():
        pass
    backlog = BACKLOG / (time.monotonic() - began)
    p50, p95 = (1000 * waits[int(len(waits) * part)] for part in (0.5, 0.95))
    return f"{written / took:11.0f}{numbered / took:12.0f}{backlog:11.0f}{p50:9.1f}{p95:9.1f}"


def _thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _write(stop: threading.Event, committed: dict[int, float]) -> None:
    import uuid

    from django.db import connection, transaction

    from gcis.events.services import record

    while not stop.is_set():
        with transaction.atomic():
            made = [record("bench.written", uuid.uuid4(), "bench", what="x") for _ in range(TOGETHER)]
        now = time.monotonic()
        committed.update((event.pk, now) for event in made)
    connection.close()


def _number_and_read(stop: threading.Event, committed: dict[int, float], waits: list[float]) -> None:
    """A sequencer that is always there, and the first reader of what it numbered."""
    from django.db import connection

    from gcis.events.models import Event
    from gcis.events.services import number_committed

    cursor = 0
    while not stop.is_set() or Event.objects.filter(number=None).exists():
        if not number_committed():
            time.sleep(0.005)
            continue
        now = time.monotonic()
        for key, number in Event.objects.filter(number__gt=cursor).order_by("number").values_list("pk", "number"):
            cursor = number
            if key in committed:  # else its writer has not yet noticed that it is committed
                waits.append(now - committed[key])
    connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
