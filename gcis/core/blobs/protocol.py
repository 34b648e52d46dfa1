"""What a store of immutable bytes can do. Keys are made in the `addresses` modules only."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from gcis.core.errors import Unavailable

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")
#: Bytes that are read and written at a time.
CHUNK = 1 << 18
#: Called with the bytes so far; may raise to end it.
Tell = Callable[[int], None]


def is_key(key: str) -> bool:
    return bool(_KEY.fullmatch(key))


def check_key(key: str) -> str:
    """Return the key; raise ValueError for anything that could leave the store's folder."""
    if not is_key(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def check_prefix(prefix: str) -> str:
    """Return the prefix of keys that are to go together: whole segments, at least one. Else ValueError."""
    if not (prefix.endswith("/") and is_key(prefix[:-1])):
        raise ValueError(f"not a prefix of whole segments: {prefix!r}")
    return prefix


@dataclass(frozen=True, slots=True)
class Stored:
    """What was read or written: sha256 (hex) and bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class UploadAddress:
    """Where somebody else may PUT one file, once, without any other key: with these headers, for so many seconds."""

    url: str
    headers: Mapping[str, str]
    seconds: int


class Damaged(Unavailable):
    """What came is not what was stored: cut off, or other bytes. Nothing of it may be used."""

    def __init__(self, sentence: str = "The bytes that came are not those that were stored.") -> None:
        super().__init__("checksum", sentence)


class BlobStore(Protocol):
    """Bytes under keys. An object is visible whole or not at all, and only `mend` ever changes it.

    FileNotFoundError: there is no such object. Unavailable: the store does not answer (store_unavailable), is full
    (store_full) or refuses us (store_denied). Damaged: bytes were lost or changed on their way.
    """

    def put(self, key: str, data: bytes) -> None:
        """Store bytes; when the key exists already, nothing is done (equal keys hold equal bytes)."""

    def adopt(self, key: str, path: Path) -> None:
        """Store a finished local file and take it away from where it was; when the key exists already, only that."""

    def write(self, key: str, stream: BinaryIO) -> Stored:
        """Store what can be read from the stream, without holding it in memory; returns what was read from it.

        When the key exists already, its object stays. What fails on the way, also in the stream, leaves nothing.
        """

    def open(self, key: str) -> BinaryIO:
        """The object's bytes as they come; the last of them only when all of them are right, else Damaged."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, all of them or a part; like a slice, it ends where the object does.

        All of them are compared with their sha256, a part only with the length that it must have.
        """

    def fetch(self, key: str, path: Path, tell: Tell | None = None) -> Stored:
        """The object as a local file that is there whole or not at all, compared with its sha256; replaces `path`."""

    def size(self, key: str) -> int | None:
        """Its length in bytes, None when there is no such object."""

    def age(self, key: str) -> float | None:
        """Seconds since it was stored, by the store's clock; None when there is no such object."""

    def delete(self, key: str) -> None:
        """Remove the object; no error when there is none."""

    def delete_prefix(self, prefix: str) -> int:
        """Remove all objects under whole segments ("ab/cd/"); returns how many. ValueError for any other prefix."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that start so, in no particular order."""

    def local_path(self, key: str) -> Path | None:
        """Where this host can open the object as a file, None when it cannot."""

    def mend(self, key: str, path: Path) -> None:
        """Put the right bytes in the place of damaged or lost ones, in one step, and take the file away.

        The only way to change an object: the caller has made sure that the file holds what the key says.
        """

    def sweep(self, older_than: float) -> int:
        """Remove what killed writers left more than so many seconds ago; returns how many. No object is touched."""

    def upload_address(
        self, key: str, seconds: int, size: int | None = None, digest: str | None = None
    ) -> UploadAddress | None:
        """Where a client may send that object itself, bound to a size and a sha256 (hex) if they are given.

        None where clients cannot reach the store. What was sent is checked by whoever asked for it: `size`, `fetch`.
        """
