"""How many renders a process takes on: a few at once, some more waiting a little, the rest sent away at once.

Without a bound a burst of large requests would hold every thread and every megabyte; with one, tiles and cached bytes
pass beside it and the others are told when to come back (503 with Retry-After).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gcis.core.errors import Unavailable


class Gate:
    """`at_once` renders run, `waiting` more wait for at most `seconds`."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._seconds = seconds
        self._inside = threading.Semaphore(at_once + waiting)
        self._rendering = threading.Semaphore(at_once)

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Hold a place while the block runs. Raises Unavailable("busy") where there is none in time."""
        if not self._inside.acquire(blocking=False):
            raise _busy()
        try:
            if not self._rendering.acquire(timeout=self._seconds):
                raise _busy()
            try:
                yield
            finally:
                self._rendering.release()
        finally:
            self._inside.release()


def _busy() -> Unavailable:
    return Unavailable("busy", "Too many pictures are being drawn just now. Please try again in a few seconds.")
