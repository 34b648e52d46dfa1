"""A throw-away PostgreSQL from Debian's binaries, on a socket that only we can reach.

As a program it starts the server, prints its address and keeps it until its own input is closed. The tests hold that
pipe, so the server and its files go whenever the tests do, killed or not.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

ROOT = Path(__file__).parents[1]
USER = "gcis"
DATABASE = "postgres"
NOBODY = 65534
#: Nothing here has to survive a loss of power, and nobody is to come in by the network.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
START_SECONDS = 60


def binaries() -> Path | None:
    """The folder of the newest installed version's programs, None when there is none."""
    if not shutil.which("setpriv"):
        return None
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def started() -> Iterator[str]:
    """The address (GCIS_DATABASE_URL) of a server that lives as long as this block, or this process if that is less."""
    command = [sys.executable, "-m", "tests.postgresql"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True) as keeper:
        assert keeper.stdout
        url = keeper.stdout.readline().strip()
        if not url:
            raise RuntimeError("PostgreSQL did not start; what it said is above.")
        yield url


def _keep(programs: Path) -> None:
    """Start it, say where it is, wait for the end of our input, stop it and clean up."""
    folder = Path(tempfile.mkdtemp(prefix="gcis-postgresql-"))
    try:
        with _server(programs, folder) as server:
            try:
                _wait_until_open(server, folder)
                print(f"postgres://{USER}@/{folder}/{DATABASE}", flush=True)
                sys.stdin.read()
            finally:
                server.send_signal(signal.SIGQUIT)  # at once, whoever is connected
    finally:
        shutil.rmtree(folder)


def _server(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    data = folder / "data"
    account = ["setpriv", "--pdeathsig=QUIT"]  # should we be killed before we can stop it
    if os.geteuid() == 0:  # which PostgreSQL refuses to be
        os.chown(folder, NOBODY, NOBODY)
        account += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    make = [programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([*account, *make], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    options = [part for option in OPTIONS for part in ("-c", option)]
    command = [*account, programs / "postgres", "-D", data, "-k", folder, *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _wait_until_open(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg2.connect(host=str(folder), user=USER, dbname=DATABASE).close()
        except psycopg2.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit((folder / "log").read_text())
            time.sleep(0.05)


if __name__ == "__main__":
    found = binaries()
    if found is None:
        sys.exit("PostgreSQL is not installed.")
    _keep(found)
