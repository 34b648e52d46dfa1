"""Access masters on hosts that do not have their store on a disk of their own: local copies, and parts until then."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from django.conf import settings

from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.diskcache import DiskCache
from gcis.core.errors import Unavailable
from images.copies import Copies
from images.engine.pyramid import PYRAMIDS, BrokenPyramid, Pyramid
from images.engine.resample import choose
from images.iiif.derivative import Derivative
from images.ranges import Blocks, Reader, RemoteBytes

#: Bytes up to which a master is simply fetched: its first tiles by parts would not come sooner.
SMALL = 2 << 20
#: What of the end of a master is read at once: our writer has all directories there, libvips those of small levels. The
#: index of a level is about a thousandth of its tiles.
_LEAST_TAIL, _TAIL_PART, _MOST_TAIL = 64 << 10, 512, 2 << 20
#: Bytes of a master up to which a picture is made of parts: more of them take as long as the whole copy.
MOST_BY_PARTS = 16 << 20
#: Threads of a process that wait for copies at the same time: the others stay free for tiles.
MOST_WAITING = 4
_waiting = threading.BoundedSemaphore(MOST_WAITING)
#: Opened masters that are read by parts. What is known of a large one takes some megabytes.
_MOST_OPENED = 16
#: This disk cannot take a copy just now: pictures are made of parts meanwhile.
_NO_ROOM = ("cache_full", "cache_unavailable")


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened master. Its file on this host is `path`; or it is read by parts, of `data`, until a copy is here."""

    key: str
    digest: str
    pyramid: Pyramid
    path: Path | None = None
    data: RemoteBytes | None = None
    skipped: int = 0

    @property
    def file(self) -> Path | Reader:
        """What libvips is to read."""
        if self.data:
            return Reader(self.data)
        assert self.path
        return self.path

    def without(self, largest: int) -> "Opened":
        """The same without its so many largest levels."""
        if not largest:
            return self
        return replace(self, pyramid=self.pyramid.without(largest), skipped=self.skipped + largest)

    def within_reach(self, asked: Derivative) -> "Opened":
        """The same where few parts are needed for this; else the copy is waited for, if the disk takes one.

        Unavailable, Damaged, FileNotFoundError as `master_copy`.
        """
        if self.data is None or self._needed(asked) <= MOST_BY_PARTS:
            return self
        if not _waiting.acquire(blocking=False):
            raise Unavailable("cache_busy", "The picture is still being brought here. Please try again.")
        try:
            path = master_copy(self.key, self.digest)
        except Unavailable as error:
            if error.code not in _NO_ROOM:
                raise
            return self
        finally:
            _waiting.release()
        return replace(self, pyramid=PYRAMIDS.get(path).without(self.skipped), path=path, data=None)

    def _needed(self, asked: Derivative) -> float:
        """About how many bytes of the master are read for it."""
        level = choose(self.pyramid.levels, asked)[0]
        return sum(level.counts) * asked.w * asked.h / (self.pyramid.width * self.pyramid.height)


def opened(key: str, digest: str, size: int | None = None) -> Opened:
    """The access master with that sha256, without waiting for a copy of more than `SMALL`. `size` in bytes, if known.

    Where it lies elsewhere and no copy is here yet, one is begun in the background (the first who asks has it brought,
    for all processes of this host), and this one is read by parts. FileNotFoundError: there is no such master.
    Unavailable: it cannot be had just now. Damaged: it is not what it was. BrokenPyramid: it cannot be served.
    """
    for _ in range(2):  # a copy may leave between the look for it and its opening
        path = store("masters").local_path(key) or masters().here(key)
        if path is not None:
            try:
                return Opened(key, digest, PYRAMIDS.get(path), path)
            except FileNotFoundError:
                continue
        found = store("masters").size(key) if size is None else size
        if found is None:
            raise FileNotFoundError(key)
        if found > SMALL or not _brought(key, digest):
            return _by_parts(key, digest, found)
    raise Unavailable("cache_busy", "The picture could not be brought here. Please try again.")


def master_copy(key: str, digest: str) -> Path:
    """The master as a file on this host, brought here when it is first wanted, and only if it has that sha256.

    FileNotFoundError: there is no such master. Unavailable: it cannot be had just now. Damaged: it is not what it was.
    """
    return masters().get(key, partial(_fetch, key, digest))


def masters() -> DiskCache:
    """The copies of this host."""
    return _masters(
        settings.GCIS_MASTER_CACHE_DIR,
        settings.GCIS_MASTER_CACHE_BYTES,
        settings.GCIS_MASTER_CACHE_SECONDS,
        settings.GCIS_CACHE_PRUNE_SECONDS,
    )


def _brought(key: str, digest: str) -> bool:
    """Whether the copy is here now; not where somebody else is bringing it, and where there is no room."""
    try:
        return masters().bring(key, partial(_fetch, key, digest))
    except Unavailable as error:
        if error.code not in _NO_ROOM:
            raise
        return False


def _fetch(key: str, digest: str, path: Path) -> None:
    if store("masters").fetch(key, path).digest != digest:
        raise Damaged


# ------------------------------------------------------------------------------------------------------------- by parts
def _by_parts(key: str, digest: str, size: int) -> Opened:
    if size <= settings.GCIS_MASTER_CACHE_BYTES:  # a larger one would push out all others, and then itself
        bring = partial(masters().bring, key, partial(_fetch, key, digest))
        _copies(settings.GCIS_MASTER_COPIES).want(key, bring)
    return _remote(settings.GCIS_RANGE_BYTES).get(key, digest, size)


class _Remote:
    """Opened masters that are read by parts, the last used ones, and what is in memory of them."""

    def __init__(self, limit: int) -> None:
        self._blocks = Blocks(limit)
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, digest: str, size: int) -> Opened:
        with self._lock:
            if known := self._opened.get(key):
                self._opened.move_to_end(key)
                return known
        new = self._open(key, digest, size)
        with self._lock:
            kept = self._opened.setdefault(key, new)
            while len(self._opened) > _MOST_OPENED:
                self._opened.popitem(last=False)
        return kept

    def _open(self, key: str, digest: str, size: int) -> Opened:
        """Several may open it at the same time: each block is read once all the same."""
        data = RemoteBytes(key, size, self._blocks)
        tail = min(max(size // _TAIL_PART, _LEAST_TAIL), _MOST_TAIL)
        _ = data[size - tail : size]
        try:
            return Opened(key, digest, Pyramid(data), data=data)
        except BrokenPyramid as error:
            raise BrokenPyramid(f"{key}: {error}") from error


@cache
def _masters(folder: Path, limit: int, seconds: float, interval: float) -> DiskCache:
    return DiskCache(folder, limit, name="masters", seconds=seconds, interval=interval)


@cache
def _remote(limit: int) -> _Remote:
    return _Remote(limit)


@cache
def _copies(at_once: int) -> Copies:
    return Copies(at_once)
