"""Bytes on their way between streams and files: hashed as they pass, and visible whole or not at all."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import CHUNK, Stored, Tell


def hashed(stream: BinaryIO) -> Stored:
    """What can still be read from the stream."""
    sha, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        sha.update(chunk)
        size += len(chunk)
    return Stored(sha.hexdigest(), size)


def pour(stream: BinaryIO, sink: BinaryIO, tell: Tell | None = None) -> Stored:
    """All that can be read from `stream` into `sink`, in pieces."""
    sha, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        sha.update(chunk)
        sink.write(chunk)
        size += len(chunk)
        if tell:
            tell(size)
    return Stored(sha.hexdigest(), size)


def copy_to(path: Path, stream: BinaryIO, tell: Tell | None = None) -> Stored:
    """The stream as that file, under another name beside it until it is whole and on the disk."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with stream, unfinished.open("xb") as file:
            stored = pour(stream, file, tell)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return stored


def sync_folder(folder: Path) -> None:
    """What was named or renamed in it stays so after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
