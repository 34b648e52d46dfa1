"""What a store of immutable bytes can do. Keys are made in the `addresses` modules only."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


def is_key(key: str) -> bool:
    return bool(_KEY.fullmatch(key))


def check_key(key: str) -> str:
    """Return the key; raise ValueError for anything that could leave the store's folder."""
    if not is_key(key):
        raise ValueError(f"not a key: {key!r}")
    return key


class BlobStore(Protocol):
    """Bytes under keys. An object is visible whole or not at all, and is never changed after that."""

    def put(self, key: str, data: bytes) -> None:
        """Store bytes; when the key exists already, nothing is done (equal keys hold equal bytes)."""

    def adopt(self, key: str, path: Path) -> None:
        """Store a finished local file and take it away from where it was."""

    def open(self, key: str) -> BinaryIO:
        """The object's bytes; FileNotFoundError when there is none."""

    def read(self, key: str) -> bytes:
        """All of the object's bytes; FileNotFoundError when there is none."""

    def size(self, key: str) -> int | None:
        """Its length in bytes, None when there is no such object."""

    def age(self, key: str) -> float | None:
        """Seconds since it was stored, None when there is no such object."""

    def delete(self, key: str) -> None:
        """Remove the object; no error when there is none."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that start so, in no particular order."""

    def local_path(self, key: str) -> Path | None:
        """Where this host can open the object as a file, None when it cannot."""
