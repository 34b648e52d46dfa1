"""What public lookups were last answered: it goes on being served for a while when the database cannot answer.

Per process and in memory. Only what anybody may see is kept, so nothing here needs a permission.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from django.conf import settings
from django.db import Error

from gcis.core import meters
from gcis.core.errors import Unavailable
from gcis.core.patience import answered_within
from gcis.core.trouble import passing

log = structlog.get_logger(__name__)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

#: So many answers are kept, those that were asked for last.
MOST = 20_000
#: Seconds that a visitor waits for the database at most.
PATIENCE = 2.0
#: Seconds after a failure in which the database is not asked: hundreds of visitors need not all wait to learn the same.
REST = 1.5
#: Seconds that caches outside may keep an answer that rests on this memory.
MAX_AGE = 10

_local = threading.local()
_all: "list[LastKnown[Any, Any]]" = []


@dataclass
class Note:
    """Whether an answer rests on the memory."""

    recalled: bool = False


@contextmanager
def noting() -> Iterator[Note]:
    """Around the making of one answer, in the thread that makes it."""
    note = _local.note = Note()
    try:
        yield note
    finally:
        _local.note = None


def recalled() -> bool:
    """Whether the answer that this thread makes rests on the memory so far (False outside of `noting`)."""
    note = getattr(_local, "note", None)
    return note is not None and note.recalled


def forget_all() -> None:
    for memory in _all:
        memory.forget()


class LastKnown(Generic[Key, Value]):
    """The memory of one kind of lookup.

    `share` gives what of an answer may be shown to anybody for some minutes, None for nothing. While the database
    fails, one thread asks it now and then; the others are answered from here at once.
    """

    def __init__(self, share: Callable[[Value], Value | None], most: int = MOST) -> None:
        self._share = share
        self._most = most
        self._lock = threading.Lock()
        self.forget()
        _all.append(self)

    def ask(self, key: Key, look: Callable[[], Value]) -> Value:
        """What `look` finds, or found last if the database cannot answer. Unavailable when that is not known."""
        trouble = self._resting()
        if trouble is None:
            try:
                with answered_within(PATIENCE):
                    found = look()
            except Error as error:
                trouble = passing(error)
                if trouble is None:
                    raise
                log.warning("database.trouble", code=trouble.code, error=str(error).strip())
                self._rest(trouble)
            else:
                self._keep(key, found)
                return found
        return self._recall(key, trouble)

    def forget(self) -> None:
        with self._lock:
            self._known: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
            self._rest_until = 0.0
            self._trouble: Unavailable | None = None

    # ------------------------------------------------------------------------------------------------------ the memory
    def _keep(self, key: Key, found: Value) -> None:
        shared = self._share(found)
        with self._lock:
            if self._trouble:
                meters.BREAKERS_OPEN.dec()
            self._trouble = None
            self._known.pop(key, None)
            if shared is not None:
                self._known[key] = time.monotonic(), shared
                if len(self._known) > self._most:
                    self._known.popitem(last=False)

    def _recall(self, key: Key, trouble: Unavailable) -> Value:
        with self._lock:
            when, value = self._known.get(key, (None, None))
        if when is None or time.monotonic() - when > settings.GCIS_LAST_KNOWN_SECONDS:
            raise Unavailable(trouble.code, trouble.sentence)
        if note := getattr(_local, "note", None):
            note.recalled = True
        return value  # type: ignore[return-value]  # there is a moment, so there is a value

    # ----------------------------------------------------------------------------------------------------- the breaker
    def _resting(self) -> Unavailable | None:
        """Why the database is not asked just now. When the rest is over, the first who comes asks, for all."""
        with self._lock:
            if self._trouble is None:
                return None
            now = time.monotonic()
            if now < self._rest_until:
                return self._trouble
            self._rest_until = now + PATIENCE + REST
            return None

    def _rest(self, trouble: Unavailable) -> None:
        with self._lock:
            if self._trouble is None:
                meters.BREAKERS_OPEN.inc()
            self._trouble = trouble
            self._rest_until = time.monotonic() + REST
