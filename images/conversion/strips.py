"""A picture of libvips in strips of plain pixels, top to bottom, in one pass. libvips goes on while they are used."""

from collections.abc import Generator
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pyvips


def strips(image: pyvips.Image, rows: int) -> Generator[bytearray]:
    """So many rows each, the last one those that are left; 8 bits, channels side by side. Raises pyvips.Error.

    Whoever stops before the end closes it, or libvips would wait for ever.
    """
    feed = _Feed(image.width * image.bands * rows)
    thread = Thread(target=feed.run, args=(image,), name="strips")
    thread.start()
    try:
        while (found := feed.ready.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        feed.stop(thread)


class _Feed:
    """What libvips writes, cut into strips. One is ready while the next is being filled."""

    def __init__(self, size: int) -> None:
        self.ready: Queue[bytearray | BaseException | None] = Queue(maxsize=1)
        self._size = size
        self._filling, self._filled = bytearray(size), 0
        self._stopped = False
        self._failed: BaseException | None = None

    def run(self, image: pyvips.Image) -> None:
        target = pyvips.TargetCustom()
        target.on_write(self._write)
        try:
            image.rawsave_target(target)
        except BaseException as error:  # noqa: BLE001  raised again where the strips are used
            self.ready.put(self._failed or error)
            return
        if self._filled:
            self.ready.put(self._filling[: self._filled])
        self.ready.put(None)

    def stop(self, thread: Thread) -> None:
        """Let `run` end, whatever it waits for."""
        self._stopped = True
        while thread.is_alive():
            try:
                self.ready.get(timeout=0.01)
            except Empty:
                continue

    def _write(self, chunk: Any) -> int:
        """Called by libvips, which cannot hand an exception on: -1 makes it end with an error of its own."""
        try:
            return -1 if self._stopped else self._fill(memoryview(chunk))
        except BaseException as error:  # noqa: BLE001  raised by `run`
            self._failed = error
            return -1

    def _fill(self, chunk: memoryview) -> int:
        taken = 0
        while taken < len(chunk):
            part = chunk[taken : taken + self._size - self._filled]
            self._filling[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            taken += len(part)
            if self._filled == self._size:
                self.ready.put(self._filling)
                self._filling, self._filled = bytearray(self._size), 0
        return taken
