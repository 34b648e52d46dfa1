"""Presentation: how fast documents are built, published, served and found by name, beside their references.

Four parts, each in a process of its own: build, publish, serve, lookup. `--parts` chooses.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = {
    "build": "benchmarks._building",
    "publish": "benchmarks._publishing",
    "serve": "benchmarks._serving",
    "lookup": "benchmarks._lookups",
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presentation", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="some of build,publish,serve,lookup")
    parser.add_argument("--quick", action="store_true", help="little of everything: whether it runs")
    options = parser.parse_args(arguments)
    failed = 0
    for part in options.parts.split(","):
        print(f"\n-- {part}", flush=True)
        with tempfile.TemporaryDirectory(prefix="gcis-bench-") as home:
            env = {**os.environ, "GCIS_HOME": home, "DJANGO_SETTINGS_MODULE": "gcis.settings"}
            command = [sys.executable, "-m", PARTS[part], *(["--quick"] if options.quick else [])]
            failed |= subprocess.run(command, cwd=ROOT, env={**env, "PYTHONPATH": str(ROOT)}).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
