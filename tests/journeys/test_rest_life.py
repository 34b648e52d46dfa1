"""A small DAM lives its life through REST, against the real demo with a token from the command line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demo import ROOT, RunningDemo

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The demo of an empty folder."""
    root = tmp_path_factory.mktemp("rest-life")
    (root / "nothing").mkdir()
    running = RunningDemo(root / "home", root / "nothing")
    try:
        running.ready()
        running.summary()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def token(demo: RunningDemo) -> str:
    issue = ["manage.py", "tokens", "issue", "emuseum", "--scope", "write", "--scope", "purge"]
    issued = python(*issue, GCIS_HOME=str(demo.home))
    assert issued.returncode == 0, issued.stderr
    return issued.stdout.strip()


def python(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run it in the root of the project, without the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GCIS_", "DJANGO_"))}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**clean, **env}, capture_output=True, text=True, timeout=240)


def logs(home: Path) -> str:
    return "\n".join(log.read_text() for log in home.glob("logs/*.log"))


@pytest.mark.parametrize("seed", [3, pytest.param(1905, marks=pytest.mark.long)])
def test_a_dam_lives_its_life_and_nothing_is_doubled(demo: RunningDemo, token: str, seed: int) -> None:
    life = python("-m", "tests.journeys.rest_life", demo.ready(), token, "--seed", str(seed))
    assert life.returncode == 0, life.stdout + life.stderr
    assert life.stdout.count("nothing has changed") == 3
    assert life.stderr == ""
    said = logs(demo.home) + "\n".join(demo.lines)
    assert "Traceback" not in said, said


def test_a_life_that_goes_wrong_ends_with_status_1(demo: RunningDemo) -> None:
    life = python("-m", "tests.journeys.rest_life", demo.ready(), "gcis_wrong")
    assert life.returncode == 1
    assert "SURPRISE: PUT" in life.stdout
    assert "This token is not valid" in life.stdout
