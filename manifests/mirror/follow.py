"""Keep the mirror of this host at what the records say, by the numbered events."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import Max, Q
from django.utils import timezone

from gcis.events import services as events
from gcis.events.models import Event
from gcis.upkeep.chunks import by_key, chunked
from manifests import access, exposure
from manifests.mirror import copying, services
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.stray import stray
from manifests.models import Collection, Manifest

log = structlog.get_logger(__name__)

#: What happens to a manifest or collection and changes what is public of it, or under which name.
_CHANGES = ("published", "renamed", "merged", "took_over", "withdrawn", "restored", "restricted", "inherited", "erased")
#: What happens to a collection and may change that for everything in it.
_BELOW = (
    "sent",
    "imported",
    "refreshed",
    "member_added",
    "member_removed",
    "withdrawn",
    "restored",
    "restricted",
    "merged",
    "took_over",
)
#: Asked for by hand or by upkeep.
AGAIN = "mirror_again"
KINDS = frozenset(
    (
        *(f"{noun}.{what}" for noun in ("manifest", "collection") for what in (*_CHANGES, AGAIN)),
        *(f"collection.{what}" for what in _BELOW),
    )
)
_REACHING_BELOW = frozenset(f"collection.{what}" for what in _BELOW)
#: Events that are looked at, and records that are brought, before somebody looks for what has to go.
EVENTS, RECORDS = 20_000, 100
#: Seconds between two looks at embargoes that have ended, and after which a host says that it is alive.
OPENINGS, SIGN = 15, 2


class Follower:
    """`step` again and again. One process for each mirror: the caller holds the folder."""

    def __init__(self, mirror: MirrorFolder, host: str) -> None:
        self.mirror = mirror
        self.host = host
        self.removed = self.number = 0
        #: What is to be brought, with the number of the event that said so: the oldest first.
        self._waiting: dict[UUID, int] = {}
        self._said = (-1, -1)
        self._sign = -float(SIGN)
        self._looked: datetime = timezone.now()

    def begin(self) -> None:
        """Go on where this host has stopped; without a complete mirror, make one."""
        row = services.host(self.host)
        if row is None or self.mirror.whole_for != self.host:
            self.rebuild()
        else:
            self.removed = self.number = row.number
        self._looked = timezone.now()
        self._say()

    def rebuild(self, tell: Callable[[int], None] = lambda files: None) -> int:
        """Compare everything: what must not be here goes, then what is lacking comes. Returns the files written."""
        self.removed = self.number = _last_number()
        self._waiting.clear()
        for paths in chunked(self.mirror.paths(), 1000):
            for path in stray(self.mirror, paths):
                self.mirror.remove(path)
            self.mirror.settle()
        written = 0
        for keys in _public():
            written += copying.bring(self.mirror, keys)
            tell(written)
        self.mirror.is_whole_for(self.host)
        return written

    def step(self) -> bool:
        """Take away what has to go, then bring some of what is to come. False when there is nothing left to do."""
        events.number_committed()
        self._take_away()
        self._notice_openings()
        if some := list(self._waiting)[:RECORDS]:
            copying.bring(self.mirror, some)
            for key in some:
                del self._waiting[key]
        self.number = min(self._waiting.values(), default=self.removed + 1) - 1
        self._say()
        return bool(self._waiting)

    def _take_away(self) -> None:
        """Of everything that has happened since, before anything else is done."""
        while (last := min(_last_number(), self.removed + EVENTS)) > self.removed:
            news = Event.objects.filter(number__gt=self.removed, number__lte=last, kind__in=KINDS)
            concerned: dict[UUID, int] = {}
            for event in news.order_by("number"):
                for key in _concerned(event):
                    concerned.setdefault(key, event.number or 0)
            for keys in chunked(concerned, 500):
                copying.remove(self.mirror, keys)
            for key, number in concerned.items():
                self._waiting.setdefault(key, number)
            self.removed = last

    def _notice_openings(self) -> None:
        """An embargo ends without an event."""
        now = timezone.now()
        if (now - self._looked).total_seconds() < OPENINGS:
            return
        ended = Q(access_from__gt=self._looked, access_from__lte=now)
        ended |= Q(inherited_from__gt=self._looked, inherited_from__lte=now)
        for model in (Manifest, Collection):
            for key in model.objects.filter(ended).values_list("pk", flat=True):
                self._waiting.setdefault(key, self.removed)
        self._looked = now

    def _say(self) -> None:
        now, reached = time.monotonic(), (self.removed, self.number)
        if reached != self._said or now - self._sign >= SIGN:
            services.reached(self.host, *reached)
            self._said, self._sign = reached, now


def _last_number() -> int:
    return Event.objects.aggregate(last=Max("number"))["last"] or 0


def _concerned(event: Event) -> Iterator[UUID]:
    assert event.subject, "every event of these kinds is about a record"
    yield event.subject
    if event.kind in _REACHING_BELOW:
        if "member" in event.data:
            yield UUID(event.data["member"])
        if collection := Collection.objects.filter(pk=event.subject).only("pk").first():
            yield from (record.pk for record in access.below(collection))


def _public() -> Iterator[list[UUID]]:
    """The keys of all that is public, some at a time."""
    for model in (Manifest, Collection):
        rows = model._default_manager.filter(exposure.public(timezone.now())).only("pk")
        for chunk in by_key(rows, RECORDS):
            yield [row.pk for row in chunk]
