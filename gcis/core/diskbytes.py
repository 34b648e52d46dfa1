"""Many small pieces of bytes in a folder, within a limit. Whatever goes wrong with it is a miss, never an error."""

import hashlib
import os
import secrets
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

import structlog

from gcis.core import meters
from gcis.core.diskcache import FULL
from gcis.core.diskroom import NOTE_SECONDS, Figures, Limits, Room

log = structlog.get_logger(__name__)

#: Seconds for which nothing is written after the disk was full or could not be written to.
REST = 10.0
#: Seconds after which an unfinished file is somebody's who was killed.
UNFINISHED_SECONDS = 600
_HEAD = struct.Struct("4s16s")
_MARK = b"GCd1"


class DiskBytes:
    """One folder, shared by all processes and threads of this host. Safe against kill -9 at any moment.

    Every entry begins with a checksum over key and bytes: one that a power cut cut short (nothing is synced), that has
    rotted, or lies under another's name, is thrown away. `name` is what it is called in figures.
    """

    def __init__(self, folder: Path, limits: Limits, *, name: str) -> None:
        self.name = name
        self.folder = folder
        self.room = Room(folder, name, limits)
        self._incoming = folder / "incoming"
        self._rest_until = 0.0
        self._pruning = threading.Lock()

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        data = self._read(path, key)
        (meters.CACHE_MISSES if data is None else meters.CACHE_HITS).labels(self.name).inc()
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep it, if that can be done. Room for it is made in a thread of its own."""
        if len(data) > self.room.limits.bytes // 8 or time.monotonic() < self._rest_until:
            return
        unfinished = self._incoming / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            self._write(unfinished, self._path(key), sealed(key, data))
            meters.CACHE_STORED_BYTES.labels(self.name).inc(len(data))
            if self.room.added(_HEAD.size + len(data)):
                self._make_room_beside()
        except OSError as error:
            self._rest_until = time.monotonic() + REST
            self._failed(error)
            if error.errno in FULL:
                self._make_room_beside(full=True)  # others use this disk too
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    # ------------------------------------------------------------------------------------------------ for the operator
    def figures(self) -> Figures:
        return self.room.figures()

    def prune(self, *, full: bool = False) -> Figures:
        """Remove what is too old or too much, and what killed writers left. Returns what went. OSError."""
        self._sweep()
        return self.room.make(full=full)

    def clear(self) -> Figures:
        """Remove everything. Returns what went. OSError."""
        return self.room.clear()

    # --------------------------------------------------------------------------------------------------------- helpers
    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.room.files / name[:3] / name[3:]

    def _read(self, path: Path, key: str) -> bytes | None:
        try:
            with path.open("rb", buffering=0) as file:
                held = file.readall()
                if time.time() - os.fstat(file.fileno()).st_mtime > NOTE_SECONDS:
                    with suppress(OSError):  # a folder that may only be read serves what it has
                        os.utime(file.fileno())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._failed(error)
            return None
        data = unsealed(key, held)
        if data is None:
            meters.CACHE_FAILURES.labels(self.name).inc()
            log.warning("diskbytes.corrupt", cache=self.name, file=str(path))
            with suppress(OSError):
                path.unlink()
        return data

    def _write(self, unfinished: Path, path: Path, held: bytes) -> None:
        for folder in (self._incoming, path.parent, self.room.locks):
            folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("xb") as file:
            file.write(held)
        unfinished.replace(path)

    def _make_room_beside(self, *, full: bool = False) -> None:
        """Who asks for a picture does not wait for that."""
        if self._pruning.acquire(blocking=False):
            threading.Thread(target=self._make_room, args=(full,), name=f"prune-{self.name}", daemon=True).start()

    def _make_room(self, full: bool) -> None:
        try:
            self.prune(full=full)
        except OSError as error:
            self._failed(error)
        finally:
            self._pruning.release()

    def _sweep(self) -> None:
        before = time.time() - UNFINISHED_SECONDS
        for path in self._incoming.iterdir() if self._incoming.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()

    def _failed(self, error: OSError) -> None:
        meters.CACHE_FAILURES.labels(self.name).inc()
        log.warning("diskbytes.failed", cache=self.name, error=str(error))


def sealed(key: str, data: bytes) -> bytes:
    """The bytes behind a checksum that holds for them under this key only."""
    return _HEAD.pack(_MARK, _checksum(key, data)) + data


def unsealed(key: str, held: bytes) -> bytes | None:
    """The bytes again; None where they are not what was put under this key."""
    if len(held) < _HEAD.size or _HEAD.unpack_from(held) != (_MARK, _checksum(key, data := held[_HEAD.size :])):
        return None
    return data


def _checksum(key: str, data: bytes) -> bytes:
    sha = hashlib.sha256(key.encode() + b"\0")
    sha.update(data)
    return sha.digest()[:16]
