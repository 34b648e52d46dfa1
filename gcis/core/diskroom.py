"""How full the folder of a cache is, and what goes when it is too full: for all processes of this host together.

What is used is known by its file's time (mtime), for access times are not kept everywhere (noatime).
"""

import fcntl
import heapq
import os
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from gcis.core import meters
from gcis.core.filelocks import try_lock

log = structlog.get_logger(__name__)

#: Of the limit, what is left after room was made.
LOW_WATER = 0.9
#: Seconds between two notes that a file was used.
NOTE_SECONDS = 60
#: Seconds between two counts of what is really there, unless said otherwise.
COUNT_SECONDS = 600
#: The weight of idleness in the score, found best by A. J. Smith (Long Term File Migration, CACM 24/8, 1981).
_IDLENESS = 1.4
_TALLY = struct.Struct("<qqd")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a cache may take: `bytes`; `seconds` without use after which a file goes (0: never).

    `interval`: seconds between two counts, in which also what has grown old goes. `safe`: seconds after its last use in
    which no file goes, for somebody may be about to open it.
    """

    bytes: int
    seconds: float = 0
    interval: float = COUNT_SECONDS
    safe: float = 0

    def protect(self, idle: float) -> bool:
        """Whether a file that was used so many seconds ago is safe. One of the future is not: clocks go back."""
        return abs(idle) < self.safe


@dataclass(frozen=True, slots=True)
class Figures:
    """Files, their bytes, and the time (POSIX) of the longest unused one's last use, None where there is none."""

    files: int
    bytes: int
    oldest: float | None = None


@dataclass(frozen=True, slots=True)
class HeldFile:
    path: Path
    size: int
    used: float


class Room:
    """One folder: `files` in any folders below it, `locks`, and the host's own count of both, `tally`."""

    def __init__(self, folder: Path, name: str, limits: Limits) -> None:
        self.folder = folder
        self.name = name
        self.limits = limits
        self.files = folder / "files"
        self.locks = folder / "locks"

    def added(self, size: int) -> bool:
        """A file of that size is new here. Returns whether it is time to make room. OSError."""
        held, counted = self._tally(size)
        return held.bytes > self.limits.bytes or time.time() - counted > self.limits.interval

    def known(self) -> Figures:
        """What is here as far as the processes of this host know, without looking. OSError."""
        return self._tally(0)[0] if self.folder.is_dir() else Figures(0, 0)

    def figures(self) -> Figures:
        """What is here: every file is looked at."""
        files = total = 0
        oldest: float | None = None
        for file in self._held():
            files, total = files + 1, total + file.size
            oldest = file.used if oldest is None else min(oldest, file.used)
        return Figures(files, total, oldest)

    def make(self, *, full: bool = False) -> Figures:
        """Remove what is too old, and above the limit what is worth least. Returns what went. OSError.

        `full`: the disk is, whatever the limit; a tenth goes. Nothing is done while another process makes room.
        """
        self.locks.mkdir(parents=True, exist_ok=True)
        with try_lock(self.locks / "room") as ours:
            if not ours:
                return Figures(0, 0)
            held = self.figures()
            limit = held.bytes if full else self.limits.bytes
            excess = held.bytes - limit * LOW_WATER if held.bytes > limit or full else 0
            going = leaving(self._held(), excess, self.limits, time.time())
            return self._remove(going, held)

    def clear(self) -> Figures:
        """Remove all but what is safe. Returns what went. OSError."""
        self.locks.mkdir(parents=True, exist_ok=True)
        now = time.time()
        return self._remove((file for file in self._held() if not self.limits.protect(now - file.used)), self.figures())

    def _remove(self, going: Iterable[HeldFile], held: Figures) -> Figures:
        files = size = 0
        for file in going:
            with suppress(FileNotFoundError):
                file.path.unlink()
                files, size = files + 1, size + file.size
        self._tally(held.bytes - size, held.files - files, anew=True)
        if files:
            meters.CACHE_EVICTIONS.labels(self.name).inc(files)
            log.info("diskcache.pruned", cache=self.name, files=files, bytes=size, left=held.bytes - size)
        return Figures(files, size)

    def _held(self) -> Iterator[HeldFile]:
        for parent, _, names in os.walk(self.files):
            for name in names:
                path = Path(parent, name)
                with suppress(FileNotFoundError):
                    found = path.stat()
                    yield HeldFile(path, found.st_size, found.st_mtime)

    def _tally(self, size: int, files: int = 1, *, anew: bool = False) -> tuple[Figures, float]:
        """Add one file of that size (0: none), or begin anew from a count. Returns it, and when all were looked at.

        It may be wrong, until the next look, by what was written just while all were looked at, and by the file of a
        process that was killed before it noted it.
        """
        descriptor = os.open(self.folder / "tally", os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            known = os.pread(descriptor, _TALLY.size, 0)
            held, count, counted = _TALLY.unpack(known) if len(known) == _TALLY.size else (0, 0, 0.0)
            if anew:
                held, count, counted = size, files, time.time()
            elif size:
                held, count = held + size, count + files
            if anew or size:
                os.pwrite(descriptor, _TALLY.pack(held, count, counted), 0)
        finally:
            os.close(descriptor)
        return Figures(count, held), counted


def score(size: int, idle: float) -> float:
    """What it costs to keep a file: bytes times seconds without use to the power of 1.4.

    The highest leaves first. A large file makes room for many small ones, each of which somebody would ask for, and of
    a large master the first tiles come by parts until it is back (`images.ranges`). Idleness counts more than size:
    what is being looked at stays however large it is.
    """
    return float(size * max(idle, 0.0) ** _IDLENESS)


def leaving(files: Iterable[HeldFile], excess: float, limits: Limits, now: float) -> list[HeldFile]:
    """Those that are too old, and of the others the highest scores, until so many bytes go altogether.

    Holds no more of them in memory than go.
    """
    old: list[HeldFile] = []
    going: list[tuple[float, int, HeldFile]] = []
    gathered = 0
    for number, file in enumerate(files):
        idle = now - file.used
        if limits.protect(idle):
            continue
        if limits.seconds and idle > limits.seconds:
            old.append(file)
            excess -= file.size
        else:
            heapq.heappush(going, (score(file.size, idle), number, file))
            gathered += file.size
        while going and gathered - going[0][2].size >= excess:
            gathered -= heapq.heappop(going)[2].size
    return old + [file for _, _, file in sorted(going, reverse=True)]


def noted(path: Path) -> bool:
    """Whether the file is here; if so, that it was used is noted by its time, for others see that too."""
    try:
        if time.time() - path.stat().st_mtime > NOTE_SECONDS:
            os.utime(path)
    except FileNotFoundError:
        return False
    except OSError:  # a folder that may only be read serves what it has
        return path.exists()
    return True
