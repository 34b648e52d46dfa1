"""Lookup: what a public request asks the database for a name, with 10,000 identifiers and with 5 million."""

import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks._databases import emptied

ROOT = Path(__file__).parents[1]
FEW, MANY = 10_000, 5_000_000
ROUNDS = 4_000


def main() -> int:
    if "--here" in sys.argv:
        return _here("--quick" in sys.argv)
    print(f"{'':12}{'names':>12}{'p50 us':>9}{'p95 us':>9}{'names':>12}{'p50 us':>9}{'p95 us':>9}{'times':>8}")
    from tests.world import services
    from tests.world.postgresql import PostgreSQL

    if reason := services.missing(PostgreSQL):
        print(reason)
        return 1
    with services.address(PostgreSQL) as url:
        env = {**os.environ, "GCIS_DATABASE_URL": url}
        command = [sys.executable, "-m", "benchmarks._lookups", "--here", *sys.argv[1:]]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        print(f"{'PostgreSQL':12}{done.stdout.splitlines()[-1]}", flush=True)
    return 0


def _here(quick: bool) -> int:
    few, many = (1_000, 20_000) if quick else (FEW, MANY)
    with emptied():
        _fill(0, few)
        first = _timed(few)
        _fill(few, many)
        second = _timed(many)
    print(f"{_columns(few, first)}{_columns(many, second)}{second[0] / first[0]:7.2f}x")
    return 0


def _columns(count: int, taken: tuple[float, float]) -> str:
    return f"{count:12,}{taken[0]:9.0f}{taken[1]:9.0f}"


def _fill(start: int, end: int) -> None:
    """Names of the shape of an ARK, each current, made by the database itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO redirects_identifier (kind, value, resource, status, reason, actor, since, hits)"
            " SELECT 'presentation', 'ark:/99999/' || md5(n::text), md5(n::text)::uuid, 'current', '', '', now(), 0"
            " FROM generate_series(%s, %s) AS n",
            [start, end - 1],
        )
    connection.connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE redirects_identifier")


def _timed(count: int) -> tuple[float, float]:
    """Microseconds at the median and at 95 of 100, of the whole question as the public's door asks it."""
    import hashlib

    from redirects import services as names
    from redirects.models import Identifier

    chance = random.Random(1)
    wanted = [f"ark:/99999/{hashlib.md5(str(chance.randrange(count)).encode()).hexdigest()}" for _ in range(ROUNDS)]
    taken = []
    for value in wanted:
        began = time.perf_counter()
        assert names.visit(Identifier.Kind.PRESENTATION, value)
        taken.append(1e6 * (time.perf_counter() - began))
    taken = sorted(taken[ROUNDS // 4 :])
    return statistics.median(taken), taken[int(len(taken) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
