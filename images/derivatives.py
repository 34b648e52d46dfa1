"""Pictures that were drawn, kept on this host's disk and, where there is one, in a cache that all hosts share.

A picture is kept when it is asked for the N-th time among the last M requests for pictures of its image: what one
visitor cuts out once is not worth a place. These requests are counted by each process for itself, so that with several
processes it may take up to one request more for each of them; nobody is served anything else for it.

Keys (`images.addresses.derivative_key`) hold everything on which the bytes depend. A new master or a purge makes other
keys: what was kept under the old ones cannot be reached any more, and leaves for being idle.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from gcis.core import meters
from gcis.core.diskbytes import DiskBytes
from gcis.core.diskroom import Limits
from gcis.core.flights import Flights
from images.shared import NAME as TIER
from images.shared import SharedTier

NAME = "derivatives"
#: Images whose last requests are remembered, those that were asked for last.
MOST_IMAGES = 10_000
#: Threads of a process that wait for a picture which another one draws, and for how many seconds: some of the web
#: server's 16 threads have to stay free for tiles.
MOST_WAITING, WAIT_SECONDS = 8, 10.0


class Demand:
    """Which pictures are asked for again. Thread-safe."""

    def __init__(self, asked: int, among: int, images: int = MOST_IMAGES) -> None:
        self._asked = asked
        self._among = among
        self._images = images
        self._last: OrderedDict[UUID, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, image: UUID, key: str) -> bool:
        """This picture is asked for. Returns whether that is often enough to keep it."""
        name = hash(key)
        with self._lock:
            last = self._last.get(image)
            if last is None:
                last = self._last[image] = deque(maxlen=self._among)
                if len(self._last) > self._images:
                    self._last.popitem(last=False)
            else:
                self._last.move_to_end(image)
            last.append(name)
            return last.count(name) >= self._asked


class Derivatives:
    """The disk (None: not used), the shared tier (None: there is none), and who asks for what."""

    def __init__(self, disk: DiskBytes | None, shared: SharedTier | None, demand: Demand) -> None:
        self.disk = disk
        self.shared = shared
        self._demand = demand
        self._flights: Flights[bytes] = Flights(MOST_WAITING, WAIT_SECONDS)

    def through(self, key: str, image: UUID, make: Callable[[], bytes]) -> bytes:
        """The picture under this key: kept, or made now, once for all who ask this process at the same time.

        Nothing that is wrong with a cache costs the picture. What `make` raises comes through; Unavailable("busy") when
        too many wait for the same picture, or for too long.
        """
        is_wanted = self._demand.note(image, key)
        if (data := self._kept(key, is_wanted)) is not None:
            return data
        made = self._flights.once(key, make, meters.CACHE_WAITS.labels(NAME).inc)
        if is_wanted:
            self.keep(key, made)
        return made

    def keep(self, key: str, data: bytes) -> None:
        """Keep it, however often it was asked for."""
        if self.disk:
            self.disk.put(key, data)
        if self.shared:
            self.shared.put(key, data)

    def _kept(self, key: str, is_wanted: bool) -> bytes | None:
        if self.disk and (data := self.disk.get(key)) is not None:
            return data
        if self.shared and (data := self.shared.get(key)) is not None:
            if is_wanted and self.disk:
                self.disk.put(key, data)
            return data
        return None


def through(key: str, image: UUID, make: Callable[[], bytes]) -> bytes:
    """The picture under this key (`images.addresses.derivative_key`): kept, or made now. See `Derivatives.through`."""
    return here().through(key, image, make)


def here() -> Derivatives:
    """Those of this host."""
    return _here(
        settings.GCIS_DERIVATIVE_CACHE_DIR,
        Limits(
            settings.GCIS_DERIVATIVE_CACHE_BYTES,
            settings.GCIS_DERIVATIVE_CACHE_SECONDS,
            settings.GCIS_CACHE_PRUNE_SECONDS,
        ),
        (settings.GCIS_DERIVATIVE_CACHE_ASKED, settings.GCIS_DERIVATIVE_CACHE_AMONG),
        settings.GCIS_TILE_CACHE_SECONDS if TIER in settings.CACHES else 0,
    )


@cache
def _here(folder: Path, limits: Limits, demand: tuple[int, int], shared_seconds: int) -> Derivatives:
    disk = DiskBytes(folder, limits, name=NAME) if limits.bytes else None
    shared = SharedTier(TIER, shared_seconds) if shared_seconds else None
    return Derivatives(disk, shared, Demand(*demand))
