"""How long a web process waits for PostgreSQL: a server that is frozen, or a network that swallows, sends no error.

`connect_timeout` and `statement_timeout` end what the server can still end; this is the clock on our side.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2  # type: ignore[import-untyped]
from django.conf import settings
from psycopg2 import extensions

#: Seconds in which connections are made or given up: the server, or the pool before it, may take them and say nothing.
CONNECT_SECONDS = 3
#: Seconds for the answer to arrive of a statement that the server itself ended at its own limit.
GRACE = 1

#: The states of a psycopg2 connection before its first statement; it has no names for the last two.
_CONNECTING = (extensions.STATUS_SETUP, 20, 21)

_local = threading.local()


def install() -> None:
    """From now on no thread of this process waits without end. Connections that are there already are included."""
    extensions.set_wait_callback(_wait)


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Everything that this thread asks inside has to be answered by then, all of it together; else OperationalError."""
    before = _deadline()
    _local.deadline = time.monotonic() + seconds
    try:
        yield
    finally:
        _local.deadline = before


def _deadline() -> float | None:
    deadline: float | None = getattr(_local, "deadline", None)
    return deadline


def _wait(connection: Any) -> None:
    """What psycopg2 calls instead of blocking (its `set_wait_callback`); an error here closes the connection."""
    until = _until(connection)
    while (state := connection.poll()) != extensions.POLL_OK:
        ready = select.poll()
        ready.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        left = None if until is None else max(0, until - time.monotonic()) * 1000
        if not ready.poll(left):
            raise psycopg2.OperationalError("no answer in time")


def _until(connection: Any) -> float | None:
    """When this wait ends; None: never."""
    now, deadline = time.monotonic(), _deadline()
    if connection.status in _CONNECTING:
        limit: float | None = CONNECT_SECONDS
    else:
        statement = settings.GCIS_DATABASE_STATEMENT_SECONDS
        limit = statement + GRACE if statement else None
    ends = [each for each in (deadline, now + limit if limit else None) if each is not None]
    return min(ends, default=None)
