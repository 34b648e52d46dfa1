"""How far each host's mirror has come, and the times that files bear."""

import time
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.events.models import Event
from manifests.mirror.layout import SECONDS
from manifests.mirror_models import MirrorHost, MirrorSlot
from manifests.models import Publication

#: Seconds without a sign of life after which a host counts as silent, and within which all hosts should have removed.
SILENT, REMOVED_WITHIN = 10, 10
#: Slots of a resource that are remembered: enough that a host which lags asks for one of them.
_REMEMBERED = 5


# --------------------------------------------------------------------------------------------------------------- hosts
def host(name: str) -> MirrorHost | None:
    return MirrorHost.objects.filter(name=name).first()


def hosts() -> QuerySet[MirrorHost]:
    return MirrorHost.objects.order_by("name")


def reached(name: str, removed: int, number: int) -> None:
    """This host has come so far, and is alive."""
    MirrorHost.objects.update_or_create(name=name, defaults={"removed": removed, "number": number, "seen": DbNow()})


def forget(name: str) -> None:
    """This host has no mirror any more; nobody waits for it. SourceFault when there is none of that name."""
    if not MirrorHost.objects.filter(name=name).delete()[0]:
        raise SourceFault("host_unknown", f"No host called {name!r} has a mirror.")


def silent() -> list[str]:
    """The hosts that nobody has heard of for a while: what they hold may be withdrawn by now."""
    return list(hosts().filter(seen__lt=DbNow(-SILENT)).values_list("name", flat=True))


def lagging(number: int) -> list[str]:
    """The hosts that may still serve what the event of that number took away."""
    return list(hosts().filter(removed__lt=number).values_list("name", flat=True))


def late() -> list[str]:
    """The hosts that may still serve what was taken away more than ten seconds ago."""
    old = Event.objects.filter(number__isnull=False, at__lt=DbNow(-REMOVED_WITHIN)).order_by("-number")
    number = old.values_list("number", flat=True).first()
    return lagging(number) if number and MirrorHost.objects.exists() else []


def await_removal(event: Event, seconds: float | None = None) -> list[str]:
    """Wait until no host serves what this event took away. Returns the names of those that had not said so by then.

    Not inside a transaction: others must see the event to do their part.
    """
    deadline = time.monotonic() + (REMOVED_WITHIN if seconds is None else seconds)
    while True:
        number = Event.objects.filter(pk=event.pk).values_list("number", flat=True).first()
        behind = lagging(number) if number else list(hosts().values_list("name", flat=True))
        if not behind or time.monotonic() > deadline:
            return behind
        time.sleep(0.1)


def still_serving(resource: UUID) -> list[str]:
    """The hosts that have not followed the last that happened to it within ten seconds. As `await_removal`."""
    event = Event.objects.filter(subject=resource).order_by("-id").first()
    return await_removal(event) if event else []


# --------------------------------------------------------------------------------------------------------------- times
def slots(publications: Sequence[Publication]) -> dict[UUID, int]:
    """The slot of each of these publications: the one that some host gave it, or a new one."""
    known = _known(publications)
    while lacking := [each for each in publications if each.pk not in known]:
        _give(lacking)  # another host may have been quicker; what it gave counts
        known = _known(publications)
    return known


def _known(publications: Sequence[Publication]) -> dict[UUID, int]:
    rows = MirrorSlot.objects.filter(pk__in=[each.pk for each in publications])
    return dict(rows.values_list("publication", "slot"))


@transaction.atomic
def _give(publications: Sequence[Publication]) -> None:
    now = int(time.time()) // SECONDS
    resources = [each.resource for each in publications]
    rows = MirrorSlot.objects.filter(resource__in=resources).values_list("resource")
    last = dict(rows.annotate(last=Max("slot")).order_by())
    new = []
    for each in publications:
        last[each.resource] = max(now, last.get(each.resource, 0) + 1)
        new.append(MirrorSlot(publication=each.pk, resource=each.resource, slot=last[each.resource]))
    MirrorSlot.objects.bulk_create(new, ignore_conflicts=True)
    for slot in new:
        old = MirrorSlot.objects.filter(resource=slot.resource, slot__lt=slot.slot)
        keep = list(old.order_by("-slot").values_list("slot", flat=True)[:_REMEMBERED])
        if len(keep) == _REMEMBERED:
            old.filter(slot__lt=keep[-1]).delete()
