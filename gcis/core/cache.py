"""The cache that all processes share, and its stand-in where there is none. What it cannot do is a miss, no error.

Except counting: who counts has to know when it was not possible.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
import structlog
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from gcis.core.errors import Unavailable

log = structlog.get_logger(__name__)

#: Seconds that anybody waits for it.
PATIENCE = 0.5
#: Seconds in which it is not asked after it did not answer.
REST = 1.0
#: Seconds between two lines in the log about the same trouble.
LOG_EVERY = 60
CANNOT_COUNT = "The service that counts tries does not answer just now. Please try again in a minute."

Answer = TypeVar("Answer")


def count(key: str, seconds: int) -> int:
    """One more under this key, which lives so long from its first. Returns how many: no two callers get the same.

    Unavailable when the cache cannot count.
    """
    return int(cache.count(key, seconds))  # type: ignore[attr-defined]  # both of ours have it


def prolong(key: str, seconds: int) -> None:
    """The count under this key lives so long from now. Unavailable when the cache cannot do that."""
    cache.prolong(key, seconds)  # type: ignore[attr-defined]


def forget(key: str) -> None:
    """The next count under this key is the first again. A cache that does not hear it forgets when its time is over."""
    cache.delete(key)


class ProcessCache(LocMemCache):
    """Each process has its own: what one counts the others do not know. With several, limits are that much wider."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._counting = threading.Lock()

    def count(self, key: str, seconds: int) -> int:
        with self._counting:
            self.add(key, 0, seconds)
            return int(self.incr(key))

    def prolong(self, key: str, seconds: int) -> None:
        self.touch(key, seconds)


class SharedCache(RedisCache):
    """Redis or Valkey. Unreachable, full or frozen it costs PATIENCE seconds, and then nothing for REST seconds."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # Connections that died while nobody used them are made anew at once; a second wait is not worth it.
        again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": again}
        super().__init__(server, {**params, "OPTIONS": {**limits, **params.get("OPTIONS", {})}})
        self._log_again = self._rest_until = 0.0

    # --------------------------------------------------------------------------------------------------- what must hold
    def count(self, key: str, seconds: int) -> int:
        name = self.make_and_validate_key(key)
        return int(self._strictly(lambda pipe: pipe.set(name, 0, ex=seconds, nx=True).incr(name))[1])

    def prolong(self, key: str, seconds: int) -> None:
        name = self.make_and_validate_key(key)
        self._strictly(lambda pipe: pipe.expire(name, seconds))

    def _strictly(self, commands: Callable[[Any], Any]) -> list[Any]:
        """These commands together, or none of them: a key never stays without an end."""
        try:
            pipe = self._cache.get_client(write=True).pipeline(transaction=True)
            commands(pipe)
            answers: list[Any] = pipe.execute()
        except redis.RedisError as error:
            self._note(error)
            raise Unavailable("cache_away", CANNOT_COUNT) from error
        return answers

    # ---------------------------------------------------------------------------------------------- what may be missed
    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self._or({}, super().get_many, keys, version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._or(False, super().has_key, key, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._or(False, super().add, key, value, timeout, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._or(None, super().set, key, value, timeout, version)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return self._or(list(data), super().set_many, data, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._or(False, super().touch, key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._or(False, super().delete, key, version)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._or(None, super().delete_many, keys, version)

    def clear(self) -> None:
        self._or(None, super().clear)

    def _or(self, missed: Answer, method: Callable[..., Any], *arguments: Any) -> Answer:
        """What the method answers, or `missed`. (Django's `incr` says by ValueError that there is nothing.)"""
        if time.monotonic() < self._rest_until:
            return missed
        try:
            answer: Answer = method(*arguments)
        except redis.RedisError as error:
            self._note(error)
            return missed
        return answer

    def _note(self, error: redis.RedisError) -> None:
        now = time.monotonic()
        if isinstance(error, redis.ConnectionError | redis.TimeoutError):
            self._rest_until = now + REST
        if now >= self._log_again:
            self._log_again = now + LOG_EVERY
            log.warning("cache.trouble", error=str(error))
