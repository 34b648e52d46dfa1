"""A store in a local folder."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import check_key

#: Unfinished writes live here, on the same file system as what they become. Swept when nobody runs.
INCOMING = ".incoming"


class LocalStore:
    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def put(self, key: str, data: bytes) -> None:
        target = self._path(key)
        if target.exists():
            return
        unfinished = self._incoming()
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
        unfinished = self._incoming()
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
                if key.startswith(prefix):
                    yield key

    def local_path(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.exists() else None

    def sweep_incoming(self) -> int:
        """Remove what interrupted writers left. Only for a moment when no process of ours runs. Returns how many."""
        left = list((self.folder / INCOMING).glob("*"))
        for path in left:
            path.unlink()
        return len(left)

    def _path(self, key: str) -> Path:
        return self.folder / check_key(key)

    def _incoming(self) -> Path:
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / secrets.token_hex(16)

    def _publish(self, unfinished: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
