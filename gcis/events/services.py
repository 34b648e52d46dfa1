"""Record what happens, tell the rest of the house in the same transaction, and number what is committed."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from gcis.events.models import Event

Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)

#: PostgreSQL's advisory lock of the sequencer: any constant of ours.
_SEQUENCER_LOCK = 7_241_001


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
    """Give the next numbers to committed events, in the order of their ids. Returns how many."""
    if not Event.objects.filter(number=None).exists():
        return 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEQUENCER_LOCK])
        last = Event.objects.aggregate(last=Max("number"))["last"] or 0
        waiting = list(Event.objects.filter(number=None).order_by("id")[:limit])
        for number, event in enumerate(waiting, start=last + 1):
            event.number = number
        Event.objects.bulk_update(waiting, ["number"])
        return len(waiting)
