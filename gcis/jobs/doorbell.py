"""Say "look" to the workers. Losing or doubling it does no harm: they look by themselves every second or so."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from kombu.exceptions import ChannelError, KombuError

from gcis.jobs.lanes import MESSAGES

log = structlog.get_logger(__name__)

#: The task that hears it (`gcis.jobs.tasks`), by name: those who ring need not know what it does.
RUN = "gcis.jobs.run"
#: A queue with so many doorbells gets no more of them: nobody empties it.
MOST_WAITING = 100
#: The worker of this process, which needs no broker to hear.
_here: list[Callable[[], None]] = []


class Unheard(Exception):
    """The broker does not answer, or refuses us."""


def ring(lane: str) -> None:
    """Tell the workers of a lane that something is due, from any process. Never waits for the broker."""
    wake()
    if not settings.GCIS_EMBEDDED:
        _ringer.ask(lane)


def wake() -> None:
    """Tell the worker of this process, if it is one."""
    for look in _here:
        look()


def answer_here(look: Callable[[], None]) -> None:
    """Call this whenever a doorbell is heard or rung in this process."""
    _here.append(look)


def send(lanes: Iterable[str]) -> None:
    """Put one doorbell in the queue of each lane. Unheard, after some seconds at most, when the broker takes none."""
    with _broker() as connection:
        for lane in lanes:
            if _length(connection, lane) < MOST_WAITING:
                _client().send_task(RUN, queue=lane, connection=connection, retry=False)


def waiting(lanes: Iterable[str]) -> int:
    """How many doorbells lie in the queues of these lanes. Unheard as in `send`."""
    with _broker() as connection:
        return sum(_length(connection, lane) for lane in lanes)


@cache
def _client() -> Celery:
    """Not the app of the process: web servers and commands ring too, and have none."""
    client = Celery("doorbell", set_as_current=False)
    client.config_from_object("django.conf:settings", namespace="CELERY")
    client.conf.update(MESSAGES)
    return client


@contextmanager
def _broker() -> Iterator[Any]:
    """A connection that does not wait long; whatever goes wrong with it is Unheard."""
    patience = settings.GCIS_BROKER_PATIENCE
    amqp = settings.CELERY_BROKER_URL.startswith("amqp")
    options = {"read_timeout": patience, "write_timeout": patience} if amqp else {}
    connection = _client().connection_for_write(connect_timeout=patience, transport_options=options)
    try:
        with connection:
            yield connection
    except (OSError, KombuError, *connection.connection_errors, *connection.channel_errors) as error:
        raise Unheard(f"{type(error).__name__}: {error}") from error


def _length(connection: Any, queue: str) -> int:
    with closing(connection.channel()) as channel:
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except ChannelError:
            return 0  # nobody ever listened or rang there


class _Ringer:
    """Rings in a thread of its own, so that nobody waits for a broker. After it did not answer, there is a pause."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def ask(self, lane: str) -> None:
        with self._lock:
            self._asked.add(lane)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._thread.start()
        self._something.set()

    def _run(self) -> None:
        while self._something.wait():
            self._something.clear()
            with self._lock:
                lanes, self._asked = sorted(self._asked), set()
            try:
                send(lanes)
            except Unheard as error:
                log.warning("doorbell.unheard", lanes=lanes, error=str(error))
                time.sleep(settings.GCIS_BROKER_PAUSE)
            except Exception:
                log.exception("doorbell.broken", lanes=lanes)
                time.sleep(settings.GCIS_BROKER_PAUSE)


_ringer = _Ringer()


def _after_fork() -> None:
    """The thread stayed with the parent."""
    global _ringer
    _ringer = _Ringer()


os.register_at_fork(after_in_child=_after_fork)
