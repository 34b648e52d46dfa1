"""A store in this process's memory: the second implementation that keeps the protocol honest."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import Stored, Tell, UploadAddress, check_key, check_prefix
from gcis.core.blobs.streams import copy_to, pour


class MemoryStore:
    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, float]] = {}

    def put(self, key: str, data: bytes) -> None:
        self._objects.setdefault(check_key(key), (data, time.monotonic()))

    def adopt(self, key: str, path: Path) -> None:
        self.put(key, path.read_bytes())
        path.unlink()

    def write(self, key: str, stream: BinaryIO) -> Stored:
        whole = io.BytesIO()
        stored = pour(stream, whole)
        self.put(key, whole.getvalue())
        return stored

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.read(key))

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        found = self._objects.get(check_key(key))
        if found is None:
            raise FileNotFoundError(key)
        return found[0][start : None if length is None else start + length]

    def fetch(self, key: str, path: Path, tell: Tell | None = None) -> Stored:
        return copy_to(path, self.open(key), tell)

    def size(self, key: str) -> int | None:
        found = self._objects.get(check_key(key))
        return len(found[0]) if found else None

    def age(self, key: str) -> float | None:
        found = self._objects.get(check_key(key))
        return time.monotonic() - found[1] if found else None

    def delete(self, key: str) -> None:
        self._objects.pop(check_key(key), None)

    def delete_prefix(self, prefix: str) -> int:
        going = list(self.keys(check_prefix(prefix)))
        for key in going:
            self.delete(key)
        return len(going)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return (key for key in list(self._objects) if key.startswith(prefix))

    def local_path(self, key: str) -> Path | None:
        check_key(key)
        return None

    def mend(self, key: str, path: Path) -> None:
        self._objects[check_key(key)] = (path.read_bytes(), time.monotonic())
        path.unlink()

    def sweep(self, older_than: float) -> int:
        return 0

    def upload_address(
        self, key: str, seconds: int, size: int | None = None, digest: str | None = None
    ) -> UploadAddress | None:
        return None
