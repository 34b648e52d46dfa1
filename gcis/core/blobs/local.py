"""A store in a local folder."""

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gcis.core.blobs.protocol import Stored, Tell, UploadAddress, check_key, check_prefix, is_key
from gcis.core.blobs.streams import copy_to, pour, sync_folder
from gcis.core.errors import Unavailable

#: Unfinished writes live here, on the same file system as what they become.
INCOMING = ".incoming"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
#: File systems without hard links say so in one of these ways.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)


class LocalStore:
    """The disk is believed: bytes are not compared with anything when they are read. Fixity checks do that."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    # ------------------------------------------------------------------------------------------------------- writing
    def put(self, key: str, data: bytes) -> None:
        if self._stat(key):
            return
        with self._incoming() as unfinished, unfinished.open("xb") as file:
            file.write(data)
            _sync(file)
            self._publish(unfinished, key)

    def adopt(self, key: str, path: Path) -> None:
        if self._stat(key):
            path.unlink()
            return
        with self._incoming() as unfinished:
            _take(path, unfinished)
            self._publish(unfinished, key)

    def write(self, key: str, stream: BinaryIO) -> Stored:
        check_key(key)
        with self._incoming() as unfinished, unfinished.open("xb") as file:
            stored = pour(stream, file)
            _sync(file)
            self._publish(unfinished, key)
        return stored

    def mend(self, key: str, path: Path) -> None:
        target = self._path(key)
        with self._incoming() as unfinished:
            _take(path, unfinished)
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.replace(target)
            self._sync_above(target)

    # ------------------------------------------------------------------------------------------------------- reading
    def open(self, key: str) -> BinaryIO:
        if not self._stat(key):
            raise FileNotFoundError(key)
        return self._path(key).open("rb")

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        with self.open(key) as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def fetch(self, key: str, path: Path, tell: Tell | None = None) -> Stored:
        return copy_to(path, self.open(key), tell)

    def size(self, key: str) -> int | None:
        found = self._stat(key)
        return found.st_size if found else None

    def age(self, key: str) -> float | None:
        found = self._stat(key)
        return time.time() - found.st_mtime if found else None

    def keys(self, prefix: str = "") -> Iterator[str]:
        above = prefix.rpartition("/")[0]
        if above and not is_key(above):  # nothing of ours is called so, and it may lead out of the folder
            return
        for parent, folders, files in os.walk(self.folder / above):
            folders[:] = [name for name in folders if name != INCOMING]
            for name in files:
                key = (Path(parent) / name).relative_to(self.folder).as_posix()
                if key.startswith(prefix) and is_key(key):  # what a file manager leaves behind is no object
                    yield key

    def local_path(self, key: str) -> Path | None:
        return self._path(key) if self._stat(key) else None

    # ------------------------------------------------------------------------------------------------------ removing
    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> int:
        going = list(self.keys(check_prefix(prefix)))
        for key in going:
            self.delete(key)
        return len(going)

    def sweep(self, older_than: float) -> int:
        limit = time.time() - older_than
        left = 0
        for path in (self.folder / INCOMING).glob("*"):
            try:
                if path.stat().st_mtime <= limit:
                    path.unlink()
                    left += 1
            except FileNotFoundError:  # its writer has just finished
                continue
        return left

    def upload_address(
        self, key: str, seconds: int, size: int | None = None, digest: str | None = None
    ) -> UploadAddress | None:
        return None

    # ------------------------------------------------------------------------------------------------------- helpers
    def _path(self, key: str) -> Path:
        return self.folder / check_key(key)

    def _stat(self, key: str) -> os.stat_result | None:
        """Of the object; a folder of that name is none."""
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found if stat.S_ISREG(found.st_mode) else None

    @contextmanager
    def _incoming(self) -> Iterator[Path]:
        """A name for something unfinished; what is still there at the end is removed."""
        folder = self.folder / INCOMING
        unfinished = folder / secrets.token_hex(16)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield unfinished
        except OSError as error:
            if error.errno in _FULL:
                raise Unavailable("store_full", "There is no room left to store anything.") from error
            if error.errno in _REFUSED:
                raise Unavailable("store_denied", "The store's folder may not be written to.") from error
            raise
        finally:
            unfinished.unlink(missing_ok=True)

    def _publish(self, unfinished: Path, key: str) -> None:
        """Make it visible under its name, if nothing is: of two writers the first one wins."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(unfinished, target)
        except FileExistsError:
            return
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            unfinished.replace(target)
        self._sync_above(target)

    def _sync_above(self, target: Path) -> None:
        """So that it is there under its name after a power cut too."""
        for folder in (target.parent, *target.parent.parents):
            sync_folder(folder)
            if folder == self.folder:
                break


def _take(path: Path, unfinished: Path) -> None:
    """A file from wherever it is, so that it is on the disk, as one that is new."""
    shutil.move(path, unfinished)
    os.utime(unfinished)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
