"""The folder of a mirror: files appear whole or not at all, with the time they were told, and go for good."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gcis.core.blobs.streams import sync_folder
from gcis.core.errors import SourceFault

_INCOMING, _LOCK, _WHOLE = ".incoming", ".lock", ".whole"


class MirrorFolder:
    """One process at a time changes it, whoever `holds` it; anybody may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._changed: set[Path] = set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """It is ours alone. SourceFault when another process has it."""
        for each in (self.folder, self.folder / _INCOMING):
            each.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SourceFault("mirror_held", f"Another process takes care of {self.folder} already.") from None
            for left in (self.folder / _INCOMING).iterdir():
                left.unlink()
            yield

    # ---------------------------------------------------------------------------------------------------------- files
    def modified(self, path: str) -> int | None:
        """When the file there was made, as its writer said; None where there is none."""
        try:
            return int((self.folder / path).stat().st_mtime)
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes, modified: int) -> None:
        """Put it there in one step. Anybody may read it: it is public, and nginx is another account."""
        target = self.folder / path
        unfinished = self.folder / _INCOMING / secrets.token_hex(8)
        try:
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.utime(file.fileno(), (modified, modified))
                os.fsync(file.fileno())
            self._make(target.parent)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        self._changed.add(target.parent)

    def remove(self, path: str) -> bool:
        target = self.folder / path
        try:
            target.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        self._changed.add(target.parent)
        return True

    def settle(self) -> None:
        """What was written and removed stays so after a power cut."""
        changed, self._changed = self._changed, set()
        for folder in changed:
            sync_folder(folder)

    def paths(self) -> Iterator[str]:
        """All files, in no particular order."""
        for parent, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name != _INCOMING]
            for name in names:
                if name not in (_LOCK, _WHOLE):
                    yield (Path(parent) / name).relative_to(self.folder).as_posix()

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            for each in (folder, *folder.relative_to(self.folder).parents):
                (self.folder / each).chmod(0o755)
            self._changed.add(folder.parent)

    # ------------------------------------------------------------------------------------------------ once made whole
    @property
    def whole_for(self) -> str:
        """The host whose complete mirror it is; empty when it has never been complete."""
        try:
            return (self.folder / _WHOLE).read_text()
        except FileNotFoundError:
            return ""

    def is_whole_for(self, host: str) -> None:
        (self.folder / _WHOLE).write_text(host)
        sync_folder(self.folder)
