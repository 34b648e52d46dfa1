"""A store in this process's memory: the second implementation that keeps the protocol honest."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import check_key


class MemoryStore:
    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._since: dict[str, float] = {}

    def put(self, key: str, data: bytes) -> None:
        self._objects.setdefault(check_key(key), data)
        self._since.setdefault(key, time.monotonic())

    def adopt(self, key: str, path: Path) -> None:
        self.put(key, path.read_bytes())
        path.unlink()

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.read(key))

    def read(self, key: str) -> bytes:
        try:
            return self._objects[check_key(key)]
        except KeyError:
            raise FileNotFoundError(key) from None

    def size(self, key: str) -> int | None:
        data = self._objects.get(check_key(key))
        return None if data is None else len(data)

    def age(self, key: str) -> float | None:
        since = self._since.get(check_key(key))
        return None if since is None else time.monotonic() - since

    def delete(self, key: str) -> None:
        self._objects.pop(check_key(key), None)
        self._since.pop(key, None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return (key for key in list(self._objects) if key.startswith(prefix))

    def local_path(self, key: str) -> Path | None:
        return None
