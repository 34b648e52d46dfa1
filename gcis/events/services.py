"""Record what happens, tell the rest of the house in the same transaction, and number what is committed."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from gcis.events.models import Event

Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)

#: PostgreSQL's advisory lock of the sequencer: any constant of ours.
_SEQUENCER_LOCK = 7_241_001
#: One statement: it sees what was committed when the lock was ours, and its numbers are seen all at once or not at all.
_NUMBER = """
    UPDATE events_event SET number = waiting.number
    FROM (
        SELECT id, (SELECT coalesce(max(number), 0) FROM events_event) + row_number() OVER (ORDER BY id) AS number
        FROM events_event WHERE number IS NULL ORDER BY id LIMIT %s
    ) AS waiting
    WHERE events_event.id = waiting.id
"""


def subscribe(subscriber: Subscriber, *kinds: str) -> None:
    """Call `subscriber` for events of these kinds, inside the transaction that records them.

    A subscriber only marks something dirty or adds a job; effects outside read the numbered rows later.
    """
    for kind in kinds:
        if subscriber not in _subscribers[kind]:
            _subscribers[kind].append(subscriber)


def record(kind: str, subject: UUID, actor: str, **data: Any) -> Event:
    """Write the event and tell its subscribers. Call it after the subject's row is locked or written."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"event {kind} outside of the transaction that makes it true")
    event = Event.objects.create(kind=kind, subject=subject, actor=actor, data=data)
    for subscriber in _subscribers[kind]:
        subscriber(event)
    return event


def number_committed(limit: int = 5000) -> int:
    """Give the next numbers to committed events, in the order of their ids. Returns how many.

    Any number of sequencers may run. An event that is committed later gets a higher number, even if its id was drawn
    first: whoever has read up to a number never misses one below it. Events of one resource are in order, since each
    was written after the resource's row was locked.
    """
    if not Event.objects.filter(number=None).exists():
        return 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER_LOCK])
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [limit])
            return cursor.rowcount
