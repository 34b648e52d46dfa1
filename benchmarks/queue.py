"""Ten thousand pictures in the queue: whether the process that registers them, or the worker that passes them, grows.

Registering is `images.services.register`, a picture and its job each. The worker's jobs do nothing, so that only what
holds them is measured. Each part in a process of its own, on SQLite in a temporary file or on PostgreSQL.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNT = 10_000
#: Memory is looked at so often while they pass; the slope is taken from the second fifth on.
LOOKS = 20
MOST = 5_000_000
THREADS = 3


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if options.here:
        return _here(options.here, options.count)
    with tempfile.TemporaryDirectory(prefix="gcis-bench-") as home:
        if not options.postgresql:
            return 0 if _run("SQLite", home, {}, options.count) else 1
        from tests.world import services
        from tests.world.postgresql import PostgreSQL

        if reason := services.missing(PostgreSQL):
            raise SystemExit(reason)
        with services.address(PostgreSQL) as url:
            return 0 if _run("PostgreSQL", home, {"GCIS_DATABASE_URL": url}, options.count) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench queue", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL, not on SQLite")
    parser.add_argument("--here", choices=("registering", "working"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _run(name: str, home: str, variables: dict[str, str], count: int) -> bool:
    env = {**os.environ, "GCIS_HOME": home, "DJANGO_SETTINGS_MODULE": "gcis.settings", **variables}
    flat = True
    for part in ("registering", "working"):
        command = [sys.executable, "-m", "benchmarks.queue", "--here", part, "--count", str(count)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        print(f"{name}, {part}: {done.stdout.strip() or done.stderr[-2000:]}", flush=True)
        flat = flat and done.returncode == 0
    return flat


def _here(part: str, count: int) -> int:
    """Print the series of this process's memory; 0 when it is flat."""
    import django

    django.setup()
    from django.db import connection

    file = str(Path(os.environ["GCIS_HOME"]) / "bench.sqlite3")
    connection.settings_dict["TEST"]["NAME"] = None if connection.vendor == "postgresql" else file
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        began = time.monotonic()
        series = {"registering": _registering, "working": _working}[part](count)
        return _told(series, count, time.monotonic() - began)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _registering(count: int) -> list[tuple[int, int]]:
    from images import services, sources

    source, _ = sources.put_system("bench", "Bench", actor="bench")
    series = []
    for number in range(count):
        services.register(source, str(number), services.SourceFile(f"{number}.tif", size=number), actor="bench")
        if not number % (count // LOOKS):
            series.append((number, _resident()))
    return series


def _working(count: int) -> list[tuple[int, int]]:
    import uuid

    from gcis.jobs import claims, registry
    from gcis.jobs.crew import Crew
    from gcis.jobs.models import Job

    handler = _Nothing()
    registry.register("bench.nothing", handler)
    waiting = (
        Job(kind="bench.nothing", key=str(number), subject=uuid.uuid4(), heavy=not number % 50)
        for number in range(count)
    )
    Job.objects.bulk_create(waiting, batch_size=1000)
    crew = Crew("bench:1", ["bulk", "sweep"], THREADS)
    series = _watched(crew.start, handler, count)
    claims.stopping.set()
    crew.finished(5, threading.Event())
    return series


class _Nothing:
    """The handler of jobs that do nothing."""

    done = 0

    def run(self, claim: object) -> Callable[[], dict[str, object]]:
        self.done += 1
        return dict

    def gave_up(self, claim: object, code: str, sentence: str) -> None:
        raise RuntimeError(sentence)

    def again(self, *_: object) -> None:
        raise NotImplementedError


def _watched(start: Callable[[], None], handler: _Nothing, count: int) -> list[tuple[int, int]]:
    series: list[tuple[int, int]] = []
    start()
    while handler.done < count:
        if handler.done >= len(series) * count // LOOKS:
            series.append((handler.done, _resident()))
        time.sleep(0.01)
    return series


def _told(series: Sequence[tuple[int, int]], count: int, seconds: float) -> int:
    settled = [(at, held) for at, held in series if at >= count // 5]
    slope = statistics.linear_regression(*zip(*settled, strict=True)).slope * count
    values = " ".join(f"{held / 1e6:.0f}" for _, held in series)
    verdict = "flat" if slope <= MOST else "NOT FLAT"
    print(f"{count} in {seconds:.0f} s, {count / seconds:.0f} a second\n  MB resident: {values}")
    print(f"  slope {slope / 1e6:+.1f} MB in {count} (at most {MOST / 1e6:.0f}): {verdict}")
    return int(slope > MOST)


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
