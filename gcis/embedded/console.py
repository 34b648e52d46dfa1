"""What the person at the terminal reads: plain lines when it is not a terminal, a progress bar when it is."""

import sys
import time

from rich.console import Console as Terminal
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from gcis.embedded.figures import Now, Outcome
from manifests.ingest import Report

#: Seconds between two lines of progress where there is no terminal.
LINE_SECONDS = 5
#: So many names are listed before the rest is only counted.
MOST_NAMES = 40


class Console:
    def __init__(self) -> None:
        self._terminal = Terminal(highlight=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._last_line = 0.0

    def say(self, line: str) -> None:
        self._terminal.print(line, markup=False)
        sys.stdout.flush()

    def ready(self, url: str) -> None:
        """The one line that scripts wait for."""
        self.say(f"READY {url}")

    def progress(self, now: Now) -> None:
        if now.live == 0:
            self.close_progress()
        elif self._terminal.is_terminal:
            self._draw(now)
        elif time.monotonic() - self._last_line > LINE_SECONDS:
            self._last_line = time.monotonic()
            self.say(f"converted {now.ended} of {now.total} files, {rate(now)}, {left(now)}")

    def close_progress(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = self._task = None

    def summary(self, reports: list[Report], outcome: Outcome) -> None:
        """What this import came to, counts first, then every name a person may have to look at."""
        counts = {
            "converted": outcome.converted,
            "unchanged": sum(len(report.unchanged) for report in reports),
            "moved": sum(len(report.moved) for report in reports),
            "replaced": sum(len(report.replaced) for report in reports),
            "missing": sum(len(report.missing) for report in reports),
            "failed": len(outcome.failed),
            "skipped": max((len(report.skipped) for report in reports), default=0),
        }
        took = f" ({megabytes(outcome.bytes)} MB in {outcome.seconds:.1f} s)" if outcome.converted else ""
        self.say("Summary: " + ", ".join(f"{count} {word}" for word, count in counts.items()) + took)
        self._names("failed", [f"{name}: {reason}" for name, reason in outcome.failed])
        self._names("moved", [f"{was} is now {now}" for report in reports for was, now in report.moved])
        self._names("missing", [f"{name} (still shown; nothing was taken down)" for r in reports for name in r.missing])
        self._names("skipped", [f"{name} {reason}" for name, reason in (reports[-1].skipped if reports else [])])
        self._names("note", [warning for report in reports for warning in report.warnings])

    def _names(self, word: str, lines: list[str]) -> None:
        for line in lines[:MOST_NAMES]:
            self.say(f"  {word}  {line}")
        if len(lines) > MOST_NAMES:
            self.say(f"  {word}  and {len(lines) - MOST_NAMES} more; the admin lists them all")

    def _draw(self, now: Now) -> None:
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[figures]}"))
            self._bar = Progress(*columns, console=self._terminal, transient=True)
            self._task = self._bar.add_task("Converting", total=now.total, figures="")
            self._bar.start()
        if self._task is not None:
            figures = f"{now.ended}/{now.total} files  {rate(now)}  {left(now)}"
            self._bar.update(self._task, completed=now.ended, total=now.total, figures=figures)


def megabytes(size: float) -> str:
    return f"{size / 1e6:.1f}"


def rate(now: Now) -> str:
    return f"{megabytes(now.bytes / now.seconds if now.seconds else 0)} MB/s"


def left(now: Now) -> str:
    """An estimate from what has ended so far."""
    if not now.ended:
        return "time left unknown"
    seconds = now.seconds / now.ended * (now.total - now.ended)
    return f"{seconds / 60:.0f} min left" if seconds >= 90 else f"{seconds:.0f} s left"
