"""The benchmarks run, with little to do: what they say is for people."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("conversion --sizes 3 --rounds 1 --only", "ours by stage"),
        ("recipes --rounds 1", "line art"),
        ("parallel --rounds 1", "speed-up"),
        ("conversions --count 60 --recycling yes", "no process, file or descriptor"),
        ("queue --count 200", "MB resident"),
    ],
)
def test_a_benchmark_runs(command: str, said: str) -> None:
    name, *options = command.split()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options], cwd=ROOT, capture_output=True, text=True, timeout=110
    )
    assert said in done.stdout, done.stdout + done.stderr
    assert not done.stderr
