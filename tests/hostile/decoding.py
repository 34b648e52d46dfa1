"""A reader of masters in a process of its own: every level is decoded, and an error is told.

`python -m tests.hostile.decoding` reads one path in JSON after another and answers with the sizes that it decoded.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from images.conversion.work import Result

ROOT = Path(__file__).parents[2]


class Decoder:
    """The worker's side of it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def complaint(self, master: Path, result: Result | None) -> str:
        """What is wrong with the master; empty when each of its levels decodes and has the size it was said to have."""
        answer = self._ask(master)
        if "error" in answer:
            return str(answer["error"])
        said = [[width, height] for width, height, *_ in result.levels] if result else []
        return "" if answer["sizes"] == said else f"{answer['sizes']} and not {said}"

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()

    def _ask(self, master: Path) -> dict[str, Any]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "tests.hostile.decoding"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(str(master)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its reader died"}
        return answer


def _decoded(path: str) -> dict[str, Any]:
    import pyvips

    try:
        levels = pyvips.Image.new_from_file(path, fail_on="error", revalidate=True).get("n-pages")
        sizes = []
        for page in range(levels):
            level = pyvips.Image.new_from_file(path, page=page, access="sequential", fail_on="error", revalidate=True)
            level.avg()
            sizes.append([level.width, level.height])
        return {"sizes": sizes}
    except pyvips.Error as error:
        return {"error": str(error)}


if __name__ == "__main__":
    for asked in sys.stdin:
        print(json.dumps(_decoded(json.loads(asked))), flush=True)
