"""A store in a local folder."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import check_key, is_key

#: Unfinished writes live here, on the same file system as what they become. Swept when nobody runs.
INCOMING = ".incoming"


class LocalStore:
    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, key: str, data: bytes) -> None:
        target = self._path(key)
        if target.exists():
            return
        with self._incoming() as unfinished:
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._publish(unfinished, target)

    def adopt(self, key: str, path: Path) -> None:
        target = self._path(key)
        if target.exists():
            path.unlink()
            return
        with self._incoming() as unfinished:
            shutil.move(path, unfinished)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            self._publish(unfinished, target)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def read(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def size(self, key: str) -> int | None:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def age(self, key: str) -> float | None:
        try:
            return time.time() - self._path(key).stat().st_mtime
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[str]:
        for parent, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if name != INCOMING]
            for name in files:
                key = (Path(parent) / name).relative_to(self.folder).as_posix()
                if key.startswith(prefix) and is_key(key):  # what a file manager leaves behind is no object
                    yield key

    def local_path(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.exists() else None

    def sweep_incoming(self, older_than: float = 0) -> int:
        """Remove what killed writers left so many seconds ago; 0 when no process of ours runs. Returns how many."""
        limit = time.time() - older_than
        left = [path for path in (self.folder / INCOMING).glob("*") if path.stat().st_mtime <= limit]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, key: str) -> Path:
        return self.folder / check_key(key)

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """A name for something unfinished; what is still there at the end is removed."""
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / secrets.token_hex(16)
        try:
            yield unfinished
        finally:
            unfinished.unlink(missing_ok=True)

    def _publish(self, unfinished: Path, target: Path) -> None:
        """Make it visible under its name, so that it is there after a power cut too: the folders above are synced."""
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.replace(target)
        for folder in (target.parent, *target.parent.parents):
            _sync(folder)
            if folder == self.folder:
                break


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
