"""The worker's side of the conversion child: start it, hand it work, watch it, kill it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gcis.core.errors import SourceFault, Unavailable
from images.conversion.work import Look, Result, Work

ROOT = Path(__file__).parents[2]
#: A child serves so many conversions and is then replaced: whatever a library may leak, it leaks only so often.
SERVINGS = 50
#: Seconds between two calls of `watch` while a child is busy.
WATCH_SECONDS = 0.1

Watch = Callable[[float, str], None]


class ChildCrashed(Exception):
    """The child died, or said nothing that can be understood. `signal` is what killed it, else 0."""

    def __init__(self, sentence: str, signal: int = 0) -> None:
        super().__init__(sentence)
        self.signal = signal


class ConversionProcess:
    """One warm child, serving one conversion after another. Not to be shared between threads."""

    def __init__(self, *, pass_fds: tuple[int, ...] = ()) -> None:
        self._pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._unread = b""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def look(self, work: Look, watch: Watch) -> dict[str, Any]:
        """Have the child tell what the page of the source is (`found`; see docs/recipes.md), without decoding it.

        Raises what `convert` raises; a source that cannot be taken is refused here.
        """
        found: dict[str, Any] = self._ask(work, watch)
        return found

    def convert(self, work: Work, watch: Watch) -> Result:
        """Have the child make the master; `watch(progress, stage)` is called all the while.

        What `watch` raises ends the child and is raised on. Raises SourceFault, Unavailable, ChildCrashed.
        """
        made = self._ask(work, watch)
        self._served += 1
        if self._served >= SERVINGS:
            self.close()
        return Result.from_dict(made)

    def close(self) -> None:
        """Kill the child and everything that it may have started."""
        process, self._process = self._process, None
        self._served, self._unread = 0, b""
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        for pipe in (process.stdin, process.stdout):
            _close_quietly(pipe)

    def _ask(self, work: Look | Work, watch: Watch) -> Any:
        """The child's answer, whatever it was asked."""
        try:
            self._hand_over(work.as_dict())
            answer = self._await(work, watch)
        except BaseException:
            self.close()
            raise
        if answer.pop("leaving", False):
            self.close()
        return _told(answer)

    def _hand_over(self, message: dict[str, Any]) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._start()
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._crash() from None

    def _await(self, work: Look | Work, watch: Watch) -> dict[str, Any]:
        """The child's answer; lines of progress on the way go to `watch`."""
        deadline = time.monotonic() + work.limits.seconds
        progress, stage = 0.0, "start"
        while True:
            watch(progress, stage)
            for line in self._lines():
                if "progress" not in line:
                    return line
                progress, stage = line["progress"], line["stage"]
            if time.monotonic() > deadline:
                sentence = f"The conversion took longer than {work.limits.seconds:.0f} seconds and was given up."
                raise SourceFault("too_slow", sentence)

    def _lines(self) -> list[dict[str, Any]]:
        """Whole lines that came within a moment. ChildCrashed when the child has gone."""
        assert self._process
        assert self._process.stdout
        descriptor = self._process.stdout.fileno()
        if not select.select([descriptor], [], [], WATCH_SECONDS)[0]:
            return []
        arrived = os.read(descriptor, 1 << 16)
        if not arrived:
            raise self._crash()
        *whole, self._unread = (self._unread + arrived).split(b"\n")
        try:
            return [json.loads(line) for line in whole]
        except ValueError:
            raise ChildCrashed("The converter answered with something that is no answer.") from None

    def _crash(self) -> ChildCrashed:
        assert self._process
        status = self._process.wait()
        if status < 0:
            name = signal.Signals(-status).name
            return ChildCrashed(f"The converter was killed ({name}) while it worked on this picture.", -status)
        return ChildCrashed(f"The converter stopped (status {status}) while it worked on this picture.")

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "images.conversion.child"],
            cwd=ROOT,
            env=_environment(),
            pass_fds=self._pass_fds,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )


def _environment() -> dict[str, str]:
    """What the child may know: no credentials, and what keeps libvips small (image-delivery measurements, docs/adr)."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "VIPS_CONCURRENCY": "2",
        "VIPS_BLOCK_UNTRUSTED": "1",
    }


def _told(answer: dict[str, Any]) -> Any:
    if "fault" in answer:
        raise SourceFault(**answer["fault"])
    if "unavailable" in answer:
        raise Unavailable(**answer["unavailable"])
    return answer["ok"]


def _close_quietly(pipe: Any) -> None:
    """Closing flushes; into a pipe whose reader is dead that fails, and nobody is to know."""
    try:
        pipe.close()
    except OSError:
        pass
