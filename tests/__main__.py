"""`./run test`: every test on SQLite and folders, then those that touch the database on PostgreSQL.

The services are started once for all test processes. Other arguments go to pytest.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.world import services
from tests.world.postgresql import PostgreSQL

#: pytest's status when no test was chosen: of a folder whose tests touch no database, say.
NONE_CHOSEN = 5
PYTEST = (sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: Sequence[str]) -> int:
    wanted = [service for service in services.ALL if not os.environ.get(service.variable)]
    reasons = [reason for service in wanted if (reason := services.missing(service))]
    for reason in reasons:
        print(f"{reason}: tests that need it are skipped.")
    if reasons and "--require-services" in arguments:
        return 1
    with services.running([service for service in wanted if not services.missing(service)]) as servers:
        os.environ |= {server.variable: server.address for server in servers}
        passes = {"SQLite": _run("SQLite", arguments, {})}
        if url := os.environ.get(PostgreSQL.variable):
            # Left as it is at the end: on a server of ours that is its end too, and elsewhere it is made anew.
            chosen = ["--database-only", "--reuse-db", "--create-db", *arguments]
            passes["PostgreSQL"] = _run("PostgreSQL", chosen, {"GCIS_DATABASE_URL": url})
    return max(passes.values())


def _run(name: str, arguments: Sequence[str], variables: dict[str, str]) -> int:
    print(f"\n-- on {name}", flush=True)
    began = time.monotonic()
    status = subprocess.run([*PYTEST, *arguments], env={**os.environ, **variables}).returncode
    status = 0 if status == NONE_CHOSEN else status
    print(f"-- on {name}: {'passed' if not status else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
