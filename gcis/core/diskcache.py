"""A folder of files that others made and never change, within a limit of bytes: what was not used for long goes."""

import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from gcis.core import meters
from gcis.core.blobs.protocol import check_key
from gcis.core.blobs.streams import sync_folder
from gcis.core.diskroom import NOTE_SECONDS, Figures, Limits, Room, noted
from gcis.core.errors import Unavailable
from gcis.core.filelocks import try_lock

log = structlog.get_logger(__name__)

#: Makes the file of that path, which is not there yet.
Fetch = Callable[[Path], object]
#: Seconds after its last use in which a file is safe: who was given its path opens it in that time.
SAFE_SECONDS = 2 * NOTE_SECONDS
#: Seconds between two counts of the folder, for other processes use it too.
COUNT_SECONDS = 60
#: Seconds for which a file that somebody else fetches is waited for.
PATIENCE = 60
FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskCache:
    """One folder, shared by all processes and threads of this host. Safe against kill -9 at any moment.

    What was not used for `seconds` goes (0: never), and above `limit` bytes what has the highest score (`diskroom`).
    `name` is what it is called in figures.
    """

    def __init__(
        self,
        folder: Path,
        limit: int,
        *,
        name: str = "files",
        seconds: float = 0,
        interval: float = COUNT_SECONDS,
    ) -> None:
        self.name = name
        self.room = Room(folder, name, Limits(limit, seconds, interval, SAFE_SECONDS))
        self.folder = folder
        self._incoming = folder / "incoming"

    def here(self, key: str) -> Path | None:
        """The file of that key, if it is here; who has it opens it within `NOTE_SECONDS`, and then keeps it."""
        path = self._path(key)
        found = noted(path)
        (meters.CACHE_HITS if found else meters.CACHE_MISSES).labels(self.name).inc()
        return path if found else None

    def get(self, key: str, fetch: Fetch) -> Path:
        """The same, fetched if it is not here: once, however many ask for it at the same time.

        Unavailable when there is no room or the folder cannot be written; what `fetch` raises else comes through.
        """
        if path := self.here(key):
            return path
        path, name = self._path(key), self._begin(key)
        with self._only_one(name):
            if not noted(path):
                self._bring(path, self._incoming / name, fetch)
        return path

    def bring(self, key: str, fetch: Fetch) -> bool:
        """Fetch it if it is not here and nobody on this host is at it already. Returns whether it is here now."""
        path, name = self._path(key), self._begin(key)
        with self._disk(), try_lock(self._lock(name)) as ours:
            if ours and not noted(path):
                self._bring(path, self._incoming / name, fetch)
            return ours or path.exists()

    # ------------------------------------------------------------------------------------------------ for the operator
    def figures(self) -> Figures:
        return self.room.figures()

    def prune(self) -> Figures:
        """Remove what is too old or too much, and what killed fetchers left. Returns what went."""
        return self._make_room()

    def clear(self) -> Figures:
        """Remove all that nobody may be about to open. Returns what went."""
        with self._disk():
            return self.room.clear()

    # ----------------------------------------------------------------------------------------------------------- files
    def _path(self, key: str) -> Path:
        return self.room.files / check_key(key)

    def _begin(self, key: str) -> str:
        """The name under which it is fetched, in folders that are there."""
        with self._disk():
            for folder in (self._path(key).parent, self._incoming, self.room.locks):
                folder.mkdir(parents=True, exist_ok=True)
        return hashlib.sha256(key.encode()).hexdigest()

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
                if error.errno in FULL:
                    with suppress(Unavailable):
                        self._make_room(full=True)  # others use this disk too; the next one may find room
                raise
            finally:
                unfinished.unlink(missing_ok=True)
        meters.CACHE_STORED_BYTES.labels(self.name).inc(size)
        with suppress(Unavailable), self._disk():  # logged and counted there; the file is here all the same
            if self.room.added(size):
                self._make_room()

    def _make_room(self, *, full: bool = False) -> Figures:
        with self._disk():
            self._sweep()
            return self.room.make(full=full)

    def _sweep(self) -> None:
        """Remove what nobody fetches any more."""
        for path in self._incoming.iterdir() if self._incoming.is_dir() else ():
            with try_lock(self._lock(path.name)) as ours:
                if ours:
                    path.unlink(missing_ok=True)

    # ----------------------------------------------------------------------------------------------------------- locks
    def _lock(self, name: str) -> Path:
        """Some names share one."""
        return self.room.locks / name[:3]

    @contextmanager
    def _only_one(self, name: str) -> Iterator[None]:
        """Nobody else on this host fetches it meanwhile. Unavailable when somebody does so for too long."""
        deadline = time.monotonic() + PATIENCE
        waits = False
        while True:
            with self._disk(), try_lock(self._lock(name)) as ours:
                if ours:
                    yield
                    return
            if not waits:
                waits = True
                meters.CACHE_WAITS.labels(self.name).inc()
            if time.monotonic() > deadline:
                raise Unavailable("cache_busy", "The picture is still being brought here. Please try again.")
            time.sleep(0.02)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:  # what was to be fetched is not there
            raise
        except OSError as error:
            meters.CACHE_FAILURES.labels(self.name).inc()
            log.warning("diskcache.failed", folder=str(self.folder), error=str(error))
            code = "cache_full" if error.errno in FULL else "cache_unavailable"
            raise Unavailable(code, "There is no room for it just now. Please try again.") from error
