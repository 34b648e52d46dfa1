"""One file given to the conversion process, and everything that came of it."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from gcis.core.errors import SourceFault, Unavailable
from images.conversion.process import ChildCrashed, ConversionProcess
from images.conversion.recipes.recipe import DEFAULT
from images.conversion.work import Limits, Look, Result, Work
from tests.hostile.decoding import Decoder

#: What a conversion may use here. Its address space is limited; what it holds is less.
LIMITS = Limits(seconds=20, memory=1 << 30, pixels=50_000_000, file=256 << 20)
#: Seconds that a child which is to be killed may take beyond its time, and bytes that it holds before it begins.
GRACE, BASE = 2.0, 200 << 20
ACCEPTED, CRASHED, BROKEN = "accepted", "crashed", "broken"


@dataclass
class Outcome:
    """`verdict`: accepted, the code of a fault, unavailable CODE, crashed NAME (by a signal) or broken (our own fault).

    Seconds; the highest memory of the child and the most bytes in its folders, in bytes; what was not as it must be.
    """

    verdict: str
    sentence: str = ""
    seconds: float = 0
    peak: int = 0
    disk: int = 0
    wrong: list[str] = field(default_factory=list)
    result: Result | None = None


class Trials:
    """A conversion process and a second reader, as long as the block lasts; every file is a trial of them."""

    def __init__(self, folder: Path) -> None:
        self._scratch, self._temporary = folder / "scratch", folder / "tmp"
        self._scratch.mkdir()
        self._temporary.mkdir()
        self._process, self._decoder = ConversionProcess(), Decoder()

    def close(self) -> None:
        self._process.close()
        self._decoder.close()

    def take(self, source: Path, limits: Limits = LIMITS, page: int = 0) -> Outcome:
        """Look, choose, convert, as a worker does; then see what is there."""
        target = self._scratch / "master.tif"
        highest = _Highest(self._process, self._temporary, self._scratch)
        began = time.monotonic()
        with highest.watching():
            outcome = self._convert(source, target, limits, page, highest.look)
        outcome.seconds = time.monotonic() - began
        outcome.peak, outcome.disk = highest.memory, highest.disk
        self._check(outcome, target, limits)
        return outcome

    def _convert(
        self, source: Path, target: Path, limits: Limits, page: int, watch: Callable[[float, str], None]
    ) -> Outcome:
        try:
            self._process.look(Look(source, page, limits), watch)
            made = self._process.convert(Work(source, target, DEFAULT, limits, page), watch)
        except SourceFault as fault:
            return Outcome(fault.code, fault.sentence)
        except Unavailable as fault:
            return Outcome(f"unavailable {fault.code}", fault.sentence)
        except ChildCrashed as crash:
            return Outcome(f"{CRASHED} {crash.signal}" if crash.signal else BROKEN, str(crash))
        return Outcome(ACCEPTED, result=made)

    def _check(self, outcome: Outcome, target: Path, limits: Limits) -> None:
        """Within its limits, decodable when accepted, and nothing left behind but the target (its folder is ours)."""
        wrong = outcome.wrong
        if outcome.verdict == BROKEN:
            wrong.append(f"our own fault: {outcome.sentence}")
        if outcome.seconds > 2 * limits.seconds + GRACE:  # it is looked at and then converted: each has its time
            wrong.append(f"took {outcome.seconds:.1f} s")
        if outcome.peak > limits.memory + BASE:
            wrong.append(f"held {outcome.peak >> 20} MB")
        if outcome.disk > limits.file + limits.memory:
            wrong.append(f"wrote {outcome.disk >> 20} MB")
        if outcome.verdict == ACCEPTED and (told := self._decoder.complaint(target, outcome.result)):
            wrong.append(f"accepted, and its master does not decode: {told}")
        target.unlink(missing_ok=True)
        for left in (*self._temporary.rglob("*"), *self._scratch.rglob("*")):
            wrong.append(f"left {left.name} ({left.stat().st_size} bytes)")
            left.unlink()


@contextmanager
def trials() -> Iterator[Trials]:
    """Trials in a folder of their own, to which temporary files of the child go too."""
    kept = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="gcis-hostile-") as folder:
        made = Trials(Path(folder))
        os.environ["TMPDIR"] = str(Path(folder) / "tmp")
        try:
            yield made
        finally:
            made.close()
            os.environ.pop("TMPDIR")
            if kept is not None:
                os.environ["TMPDIR"] = kept


class _Highest:
    """The most that the child held, from /proc, and the most that lay in its folders, both looked at all the while."""

    def __init__(self, process: ConversionProcess, *folders: Path) -> None:
        self._process, self._folders = process, folders
        self.memory = self.disk = 0
        self._reset: int | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()

        def look_again() -> None:
            while not over.wait(0.02):
                self.look()

        watcher = threading.Thread(target=look_again)
        watcher.start()
        try:
            yield
            self.look()
        finally:
            over.set()
            watcher.join()

    def look(self, progress: float = 0, stage: str = "") -> None:
        pid = self._process.pid
        if pid is None:
            return
        with suppress(OSError, psutil.Error, ValueError):
            if self._reset != pid:  # a warm child: what it held for the file before does not count (proc(5))
                Path(f"/proc/{pid}/clear_refs").write_text("5")
                self._reset = pid
            self.memory = max(self.memory, _high_water(pid))
            sizes = (path.stat().st_size for folder in self._folders for path in folder.rglob("*"))
            self.disk = max(self.disk, sum(sizes))


def _high_water(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
