"""What SQLite lets pass is tried on PostgreSQL: the tests of names, and of what locks and claims rows."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from tests import postgresql as server

ROOT = Path(__file__).parents[1]
TESTS = (
    "tests/redirects",
    "tests/images/test_services.py",
    "tests/manifests/test_services.py",
    "tests/manifests/test_publish.py",
    "tests/jobs",
    "tests/events",
    "tests/core/test_db.py",
)


@pytest.mark.timeout(600)
def test_names_and_what_builds_on_them_hold_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", *TESTS],
        cwd=ROOT,
        env={**ours, "GCIS_DATABASE_URL": postgresql},
        capture_output=True,
        text=True,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cases = list(ElementTree.parse(report).iter("testcase"))
    assert [case.get("name") for case in cases if len(case.findall("skipped"))] == []
    ran = {case.get("classname", "").replace(".", "/") for case in cases}
    assert [path for path in TESTS if not any(name.startswith(path.removesuffix(".py")) for name in ran)] == []


def wait_until(done: Callable[[], bool], sentence: str) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until, sentence
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("killed", ["tests", "keeper"])
def test_the_server_does_not_outlive_a_kill(postgresql: str, killed: str) -> None:
    script = "from tests.postgresql import started\nwith started() as url: print(url, flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as tests:
        assert tests.stdout
        folder = Path(tests.stdout.readline().strip().removeprefix(f"postgres://{server.USER}@/")).parent
        running = psutil.Process(int((folder / "data/postmaster.pid").read_text().split()[0]))
        [keeper] = psutil.Process(tests.pid).children()
        assert keeper.is_running() and "postgres" in running.name()
        (tests if killed == "tests" else keeper).kill()
        wait_until(lambda: has_ended(running), "the server still runs")
        tests.kill()
    if killed == "tests":
        wait_until(lambda: not folder.exists(), "its files are still there")
    else:  # nobody is left to remove them
        shutil.rmtree(folder)
