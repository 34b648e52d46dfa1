"""What several ask for at the same time is made once: the first makes it, the others wait for that one, bounded."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from typing import Generic, TypeVar

from gcis.core.errors import Unavailable

Made = TypeVar("Made")


class Flights(Generic[Made]):
    """Of this process. At most `waiting` threads wait, each for at most `seconds`."""

    def __init__(self, waiting: int, seconds: float) -> None:
        self._seconds = seconds
        self._waiting = threading.BoundedSemaphore(waiting)
        self._under_way: dict[Hashable, Future[Made]] = {}
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made], waits: Callable[[], object] = lambda: None) -> Made:
        """What `make` gives, to all who ask under this key while it is being made.

        Its error is its own: why one was refused need not hold for another, and the next who waits tries in its turn.
        `waits` is called when somebody else is at it. Unavailable("busy") when too many wait, or for too long.
        """
        deadline = time.monotonic() + self._seconds
        while True:
            ours: Future[Made] = Future()
            with self._lock:
                under_way = self._under_way.setdefault(key, ours)
            if under_way is ours:
                return self._make(key, make, ours)
            waits()
            try:
                return self._wait(under_way, deadline)
            except CancelledError:  # whoever made it could not
                continue

    def _make(self, key: Hashable, make: Callable[[], Made], ours: Future[Made]) -> Made:
        try:
            made = make()
        except BaseException:
            self._land(key)
            ours.cancel()
            raise
        self._land(key)
        ours.set_result(made)
        return made

    def _land(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]

    def _wait(self, under_way: Future[Made], deadline: float) -> Made:
        if not self._waiting.acquire(blocking=False):
            raise _busy()
        try:
            return under_way.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting.release()


def _busy() -> Unavailable:
    return Unavailable("busy", "This picture is being made just now. Please try again in a few seconds.")
