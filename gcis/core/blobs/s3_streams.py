"""Bytes on their way to and from S3: not too slowly, and downwards only as they were stored."""

import hashlib
import io
import time
from typing import Any, BinaryIO

from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.s3_border import border
from gcis.core.errors import Unavailable

#: Bytes a second, over so many seconds of waiting, below which a transfer is given up.
LEAST_SPEED = 20_000
WINDOW = 20.0
_PIECE = 1 << 16


class Pace:
    """Counts bytes and the seconds spent on them."""

    def __init__(self) -> None:
        self._bytes = 0
        self._seconds = 0.0

    def add(self, count: int, seconds: float) -> None:
        """Unavailable when it goes too slowly."""
        self._bytes += count
        self._seconds += seconds
        if self._seconds < WINDOW:
            return
        if self._bytes < LEAST_SPEED * self._seconds:
            raise Unavailable("store_unavailable", "The store sends or takes bytes too slowly. It is tried again.")
        self._bytes, self._seconds = 0, 0.0


class Part:
    """So many bytes of a file, from `start` on, as a body of a request: it may be read again from its beginning."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0
        self._pace = Pace()
        self._given, self._asked = 0, time.monotonic()

    def read(self, size: int = -1) -> bytes:
        now = time.monotonic()
        self._pace.add(self._given, now - self._asked)  # what was given last is sent by now
        left = self._size - self._at
        self._file.seek(self._start + self._at)
        piece = self._file.read(left if size < 0 else min(size, left))
        self._at += len(piece)
        self._given, self._asked = len(piece), now
        return piece

    def seek(self, at: int, whence: int = io.SEEK_SET) -> int:
        self._at = at + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._pace = Pace()
        self._given, self._asked = 0, time.monotonic()
        return self._at

    def tell(self) -> int:
        return self._at


class Download(io.RawIOBase):
    """An object's body. The piece that completes it is given out only when all were those that were stored.

    `digest` is their sha256 (hex); None where nobody wrote it down, and their number is all that can be compared.
    """

    def __init__(self, answer: dict[str, Any], digest: str | None, bucket: str, key: str) -> None:
        self._body = answer["Body"]
        self._left: int = answer["ContentLength"]
        self._digest = digest
        self._where = bucket, key
        self._sha = hashlib.sha256()
        self._pace = Pace()

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        if not self._left:
            return 0
        began = time.monotonic()
        with border(*self._where):
            piece: bytes = self._body.read(min(len(room), self._left, _PIECE))
        if not piece:
            raise Damaged
        self._pace.add(len(piece), time.monotonic() - began)
        self._sha.update(piece)
        self._left -= len(piece)
        if not self._left:
            self._check()
        room[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._body.close()
        super().close()

    def _check(self) -> None:
        """Also read past the end: that is where boto3 compares the server's own checksum."""
        with border(*self._where):
            self._body.read(1)
        if self._digest and self._sha.hexdigest() != self._digest:
            raise Damaged
