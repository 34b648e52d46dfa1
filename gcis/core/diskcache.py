"""A folder of files that others made and never change, within a limit of bytes: what was not used for long goes."""

import errno
import fcntl
import hashlib
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from gcis.core.blobs.protocol import check_key
from gcis.core.blobs.streams import sync_folder
from gcis.core.errors import Unavailable

log = structlog.get_logger(__name__)

#: Makes the file of that path, which is not there yet.
Fetch = Callable[[Path], object]
#: Of the limit, what is left after room was made.
LOW_WATER = 0.9
#: Seconds between two notes that a file was used, and after the last one in which it is safe: who was given its path
#: opens it in that time.
NOTE_SECONDS = 60
SAFE_SECONDS = 2 * NOTE_SECONDS
#: Seconds after which the folder is counted again, for other processes use it too.
COUNT_SECONDS = 60
#: Seconds for which a file that somebody else fetches is waited for.
PATIENCE = 60
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FILES, _INCOMING, _LOCKS = "files", "incoming", "locks"


class DiskCache:
    """One folder, shared by all processes and threads of this host. Safe against kill -9 at any moment."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self._used = 0
        self._counted = -math.inf

    def get(self, key: str, fetch: Fetch) -> Path:
        """The file of that key, fetched if it is not here: once, however many ask for it at the same time.

        Unavailable when there is no room or the folder cannot be written; what `fetch` raises else comes through. The
        path may be opened for `NOTE_SECONDS` from now; who has it open keeps it.
        """
        path = self.folder / _FILES / check_key(key)
        if _noted(path):
            return path
        name = hashlib.sha256(key.encode()).hexdigest()
        with self._disk():
            for folder in (path.parent, self.folder / _INCOMING, self.folder / _LOCKS):
                folder.mkdir(parents=True, exist_ok=True)
        with self._only_one(name):
            if not _noted(path):
                self._bring(path, self.folder / _INCOMING / name, fetch)
        return path

    def _bring(self, path: Path, unfinished: Path, fetch: Fetch) -> None:
        with self._disk():
            unfinished.unlink(missing_ok=True)  # left by somebody who was killed
            try:
                fetch(unfinished)
                with unfinished.open("rb") as file:
                    os.fsync(file.fileno())
                os.utime(unfinished)
                size = unfinished.stat().st_size
                unfinished.replace(path)
                sync_folder(path.parent)
            except OSError as error:
                if error.errno in _FULL:
                    self._make_room(full=True)  # others use this disk too; the next one may find room
                raise
            finally:
                unfinished.unlink(missing_ok=True)
            self._used += size
            if self._used > self.limit or time.monotonic() - self._counted > COUNT_SECONDS:
                self._make_room()

    # -------------------------------------------------------------------------------------------------------- room
    def _make_room(self, *, full: bool = False) -> None:
        """Count what is here; above the limit, or on a full disk, remove what was used longest ago."""
        with self._try_lock("room") as ours:
            if not ours:
                return
            self._sweep()
            held = sorted(self._held(), key=lambda file: file.used)
            self._used, self._counted = sum(file.size for file in held), time.monotonic()
            limit = self._used if full else self.limit
            if not full and self._used <= limit:
                return
            safe = time.time() - SAFE_SECONDS
            for file in held:
                if self._used <= limit * LOW_WATER or file.used > safe:
                    break
                file.path.unlink(missing_ok=True)
                self._used -= file.size
            log.info("diskcache.pruned", folder=str(self.folder), bytes=self._used)

    def _held(self) -> Iterator["_File"]:
        for parent, _, names in os.walk(self.folder / _FILES):
            for name in names:
                path = Path(parent, name)
                with suppress(FileNotFoundError):
                    found = path.stat()
                    yield _File(path, found.st_size, found.st_mtime)

    def _sweep(self) -> None:
        """Remove what nobody fetches any more."""
        for path in (self.folder / _INCOMING).iterdir():
            with self._try_lock(path.name) as ours:
                if ours:
                    path.unlink(missing_ok=True)

    # ------------------------------------------------------------------------------------------------------- locks
    @contextmanager
    def _only_one(self, name: str) -> Iterator[None]:
        """Nobody else on this host fetches it meanwhile. Unavailable when somebody does so for too long."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with self._try_lock(name) as ours:
                if ours:
                    yield
                    return
            if time.monotonic() > deadline:
                raise Unavailable("cache_busy", "The picture is still being brought here. Please try again.")
            time.sleep(0.02)

    @contextmanager
    def _try_lock(self, name: str) -> Iterator[bool]:
        """Whether the lock for that name is ours now. Some names share one; the kernel frees those of the dead."""
        with self._disk(), (self.folder / _LOCKS / name[:3]).open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:  # what was to be fetched is not there
            raise
        except OSError as error:
            log.warning("diskcache.failed", folder=str(self.folder), error=str(error))
            code = "cache_full" if error.errno in _FULL else "cache_unavailable"
            raise Unavailable(code, "There is no room for it just now. Please try again.") from error


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    used: float


def _noted(path: Path) -> bool:
    """Whether the file is here; if so, that it was used is noted by its time, for others see that too."""
    try:
        if time.time() - path.stat().st_mtime > NOTE_SECONDS:
            os.utime(path)
    except FileNotFoundError:
        return False
    except OSError:  # a folder that may only be read serves what it has
        return path.exists()
    return True
