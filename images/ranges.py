"""Parts of access masters, read from their store as they are needed: in blocks, each once, few of them in memory."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import groupby

from gcis.core import meters
from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from gcis.core.memory import BytesInMemory

#: Bytes that are read at a time. Beside the time that a store takes to answer at all, they cost nothing; and they hold
#: the next tiles of a row, which viewers ask for next.
BLOCK = 128 << 10
#: Longer parts are read in one piece and not kept.
STRAIGHT = 16 * BLOCK
#: Seconds for which a block that somebody else reads is waited for.
PATIENCE = 60
#: Threads of a process that wait for the store at the same time, and seconds for which the others wait for a place.
AT_ONCE, PLACE_SECONDS = 8, 2.0

_Name = tuple[str, int]


class Blocks:
    """Of all masters that this process reads from, together at most `limit` bytes. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self._kept = BytesInMemory(limit)
        self._under_way: dict[_Name, Future[bytes]] = {}
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def read(self, key: str, size: int, start: int, stop: int) -> bytes:
        """Bytes `start` to `stop` of the object, which has `size` bytes.

        FileNotFoundError, Unavailable, Damaged (other bytes came than were asked for).
        """
        if stop - start > STRAIGHT:
            with self._place():
                return fetched(key, start, stop)
        first, last = start // BLOCK, max(start, stop - 1) // BLOCK
        numbers = range(first, last + 1)
        blocks = self._in_memory(key, numbers)
        if blocks is None:
            with self._place():
                blocks = self._all(key, size, numbers)
        return b"".join(blocks)[start - first * BLOCK : stop - first * BLOCK]

    def _in_memory(self, key: str, numbers: range) -> list[bytes] | None:
        """All of them, if nothing has to be waited for."""
        found = [data for number in numbers if (data := self._kept.get((key, number))) is not None]
        if len(found) < len(numbers):
            return None
        _count(len(found), 0, 0)
        return found

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Among the threads that wait for the store: however long that takes, others stay free."""
        if not self._places.acquire(timeout=PLACE_SECONDS):
            raise Unavailable("busy", "Too many pictures are on their way here. Please try again in a few seconds.")
        try:
            yield
        finally:
            self._places.release()

    def _all(self, key: str, size: int, numbers: range) -> list[bytes]:
        found: dict[int, bytes] = {}
        awaited: dict[int, Future[bytes]] = {}
        ours: list[int] = []
        with self._lock:
            for number in numbers:
                name = key, number
                if (data := self._kept.get(name)) is not None:
                    found[number] = data
                elif name in self._under_way:
                    awaited[number] = self._under_way[name]
                else:
                    self._under_way[name] = Future()
                    ours.append(number)
        _count(len(found), len(ours), len(awaited))
        found.update(self._fetch(key, size, ours))
        found.update((number, _result(future)) for number, future in awaited.items())
        return [found[number] for number in numbers]

    def _fetch(self, key: str, size: int, numbers: list[int]) -> Iterator[tuple[int, bytes]]:
        """Blocks that nobody else reads meanwhile: neighbours by one request. Who waits for them hears of errors."""
        waited_for = {number: self._under_way[key, number] for number in numbers}
        try:
            for first, past in runs(numbers):
                data = memoryview(fetched(key, first * BLOCK, min(size, past * BLOCK)))
                for number in range(first, past):
                    at = (number - first) * BLOCK
                    block = bytes(data[at : at + BLOCK])
                    self._kept.put((key, number), block)
                    waited_for.pop(number).set_result(block)
                    yield number, block
        except BaseException as error:
            for future in waited_for.values():
                future.set_exception(error)
            raise
        finally:
            with self._lock:
                for number in numbers:
                    del self._under_way[key, number]


class RemoteBytes:
    """An object as bytes that can be sliced: what the engine needs of a master that lies elsewhere.

    Slices raise FileNotFoundError, Unavailable or Damaged. Has no buffer: who unpacks numbers slices first.
    """

    def __init__(self, key: str, size: int, blocks: Blocks) -> None:
        self.key = key
        self._size = size
        self._blocks = blocks

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, wanted: slice) -> bytes:
        start, stop, step = wanted.indices(self._size)
        if step != 1:
            raise ValueError("only bytes that lie together")
        return self._blocks.read(self.key, self._size, start, stop) if start < stop else b""


class Reader:
    """The same as a file that is read from some place on, such as libvips wants it (`pyvips.SourceCustom`).

    No error gets through libvips: a part that cannot be had ends the file for it, and `check` tells afterwards. One
    for each picture that is drawn.
    """

    def __init__(self, data: RemoteBytes) -> None:
        self._data = data
        self._at = 0
        self._failure: Exception | None = None

    def read(self, size: int) -> bytes:
        if self._failure:
            return b""
        try:
            piece = self._data[self._at : self._at + size]
        except Exception as error:  # noqa: BLE001  raised by `check`
            self._failure = error
            return b""
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int) -> int:
        self._at = max(0, offset + (0, self._at, len(self._data))[whence])
        return self._at

    def check(self) -> None:
        """Raise what kept a part away: FileNotFoundError, Unavailable, Damaged. What was drawn without it is none."""
        if self._failure:
            raise self._failure


def fetched(key: str, start: int, stop: int) -> bytes:
    """Those bytes by one request. Damaged where fewer or more came."""
    data = store("masters").read(key, start, stop - start)
    meters.RANGE_READS.inc()
    meters.RANGE_BYTES.inc(len(data))
    if len(data) != stop - start:
        raise Damaged
    return data


def runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as stretches without a gap: (first, past the last)."""
    for _, stretch in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        found = [number for _, number in stretch]
        yield found[0], found[-1] + 1


def _result(future: Future[bytes]) -> bytes:
    try:
        return future.result(PATIENCE)
    except TimeoutError:
        raise Unavailable("store_unavailable", "The store does not answer in time. Please try again.") from None


def _count(hits: int, misses: int, waits: int) -> None:
    for meter, number in ((meters.CACHE_HITS, hits), (meters.CACHE_MISSES, misses), (meters.CACHE_WAITS, waits)):
        if number:
            meter.labels("ranges").inc(number)
