"""A second place for drawn pictures, which all hosts share: Redis, Valkey or memcached, by Django's cache framework.

It is asked quickly or not at all. Whatever goes wrong with it is a miss and a number in the figures, never an error.
"""

import hashlib
import time

import structlog
from django.core.cache import caches as backends

from gcis.core import meters
from gcis.core.diskbytes import sealed, unsealed

log = structlog.get_logger(__name__)

NAME = "tiles"
#: Larger pictures stay on the disks of hosts: memcached takes a megabyte at most.
MOST = 1_000_000
#: Seconds in which it is not asked after it did not answer.
REST = 1.0
#: Seconds between two lines in the log about the same trouble.
LOG_EVERY = 60.0


class SharedTier:
    """The cache of that alias in settings.CACHES, in which pictures live `seconds`."""

    def __init__(self, alias: str, seconds: int) -> None:
        self._alias = alias
        self._seconds = seconds
        self._rest_until = self._log_again = 0.0

    def get(self, key: str) -> bytes | None:
        """The picture under this key, if it is there, whole and in time."""
        if self._rests():
            return None
        try:
            held = backends[self._alias].get(_name(key))
        except Exception as error:  # noqa: BLE001  every client library has errors of its own
            self._failed(error)
            return None
        data = unsealed(key, held) if isinstance(held, bytes) else None
        if held is not None and data is None:
            meters.CACHE_FAILURES.labels(NAME).inc()
        (meters.CACHE_MISSES if data is None else meters.CACHE_HITS).labels(NAME).inc()
        return data

    def put(self, key: str, data: bytes) -> None:
        if len(data) > MOST or self._rests():
            return
        try:
            backends[self._alias].set(_name(key), sealed(key, data), self._seconds)
        except Exception as error:  # noqa: BLE001  every client library has errors of its own
            self._failed(error)
            return
        meters.CACHE_STORED_BYTES.labels(NAME).inc(len(data))

    def _rests(self) -> bool:
        return time.monotonic() < self._rest_until

    def _failed(self, error: Exception) -> None:
        now = time.monotonic()
        meters.CACHE_FAILURES.labels(NAME).inc()
        self._rest_until = now + REST
        if now >= self._log_again:
            self._log_again = now + LOG_EVERY
            log.warning("tiles.trouble", error=f"{type(error).__name__}: {error}")


def _name(key: str) -> str:
    """Short and plain, as memcached wants it."""
    return hashlib.sha256(key.encode()).hexdigest()
