"""Copies of masters that are brought here beside requests: nobody waits for them."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

from gcis.core import meters
from gcis.core.blobs.protocol import Damaged
from gcis.core.errors import Unavailable

log = structlog.get_logger(__name__)

#: Copies that wait for their turn. One that finds no room is asked for again by the next request.
MOST_WAITING = 100
#: Seconds after a copy that failed in which it is not tried again.
REST = 60.0
_MOST_FAILED = 1000

#: Brings one copy; False when another process of this host is at it.
Bring = Callable[[], bool]


class Copies:
    """Of one process: at most `at_once` at a time, in threads that end when there is nothing to do."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: OrderedDict[str, Bring] = OrderedDict()
        self._running: set[str] = set()
        self._failed: OrderedDict[str, tuple[float, Exception]] = OrderedDict()
        self._lock = threading.Lock()

    def want(self, key: str, bring: Bring) -> None:
        """Have it brought soon, unless that failed a moment ago.

        Raises Damaged where it failed because its bytes are not those that were recorded: parts of them are not to be
        served either.
        """
        with self._lock:
            if failure := self._failed.get(key):
                until, error = failure
                if time.monotonic() < until:
                    if isinstance(error, Damaged):
                        raise Damaged
                    return
                del self._failed[key]
            if key in self._running or key in self._waiting or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting[key] = bring
            if len(self._running) < self._at_once:
                self._start_next()

    def _start_next(self) -> None:
        """Under the lock."""
        if self._waiting:
            key, bring = self._waiting.popitem(last=False)
            self._running.add(key)
            threading.Thread(target=self._bring, args=(key, bring), name="master-copy", daemon=True).start()

    def _bring(self, key: str, bring: Bring) -> None:
        failure: Exception | None = None
        try:
            outcome = "made" if bring() else "left"
        except (Unavailable, FileNotFoundError) as error:
            failure, outcome = error, error.code if isinstance(error, Unavailable) else "missing"
            log.warning("master.not_copied", key=key, outcome=outcome)
        except Exception as error:
            failure, outcome = error, "broken"
            log.exception("master.copy_broken", key=key)
        finally:
            with self._lock:
                self._running.discard(key)
                if failure:
                    self._failed[key] = (time.monotonic() + REST, failure)
                    while len(self._failed) > _MOST_FAILED:
                        self._failed.popitem(last=False)
                self._start_next()
        meters.COPIES.labels(outcome).inc()
