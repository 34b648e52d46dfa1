"""Ask something that may hang, and wait for it only so long."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


#: Seconds after which a question is no longer waited for: the other host may be gone, and this connection with it.
HOPELESS = 30


class Silent(Exception):
    """There was no answer in time."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was said, or why nothing was: exactly one of the two; and how long that took."""

    value: T | None
    error: Exception | None
    seconds: float


class Probe(Generic[T]):
    """One question, asked in a thread of its own, with database connections of its own.

    An answer is good for `keep` seconds. While a question hangs, none like it is asked for HOPELESS seconds: everybody
    waits for the same one, `patience` seconds from when it was asked.
    """

    def __init__(self, ask: Callable[[], T], *, patience: float, keep: float) -> None:
        self._ask = ask
        self.patience = patience
        self.keep = keep
        self._lock = threading.Lock()
        self._asked: Question[T] | None = None

    def begin(self) -> "Question[T]":
        """The question under way, or the answered one if that is still good, or a new one. Returns at once."""
        with self._lock:
            if self._asked is None or self._asked.is_stale(self.keep):
                self._asked = Question(self._ask, self.patience)
            return self._asked

    def answer(self) -> Answer[T]:
        return self.begin().answer()


class Question(Generic[T]):
    """One question under way, or answered."""

    def __init__(self, ask: Callable[[], T], patience: float) -> None:
        self._deadline = time.monotonic() + patience
        self._began = time.monotonic()
        self._over = threading.Event()
        self._answer: Answer[T] | None = None
        threading.Thread(target=self._run, args=(ask,), name="probe", daemon=True).start()

    def answer(self) -> Answer[T]:
        """Waits as long as there is patience left."""
        if self._over.wait(max(0, self._deadline - time.monotonic())):
            assert self._answer
            return self._answer
        waited = time.monotonic() - self._began
        return Answer(None, Silent(f"No answer for {waited:.0f} s."), waited)

    def is_stale(self, keep: float) -> bool:
        """Whether it was asked too long ago to be good, or will hardly be answered any more."""
        return time.monotonic() - self._began > (keep if self._over.is_set() else HOPELESS)

    def _run(self, ask: Callable[[], T]) -> None:
        try:
            value, error = ask(), None
        except Exception as caught:  # noqa: BLE001  handed to whoever asked
            value, error = None, caught
        finally:
            connections.close_all()
        self._answer = Answer(value, error, time.monotonic() - self._began)
        self._over.set()
