"""Give names to resources, change them, and find resources by name. Only this module and `hits` save identifiers.

Whoever renames, merges, withdraws or restores holds the lock on the resource's row: names are demoted first and then
given, and no two people do that to one resource at once. What remains to chance the constraints refuse.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier
from redirects import hits
from redirects.models import Identifier

Status = Identifier.Status
#: Characters kept of a reason; its event has it whole.
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Name:
    """A name as somebody asked for it. `current` is what its resource is called now (the last name if withdrawn).

    `in_place`: answer under the old name too, do not send on to the current one. The current name was a former one
    until a moment ago, and caches that still send its visitors here would send them round in a circle.
    """

    value: str
    resource: UUID
    status: str
    current: str
    in_place: bool = False


# ------------------------------------------------------------------------------------------------------------ questions
def find(kind: str, value: str) -> Identifier | None:
    """The name as it was ever given, current or not. However Unicode composes it; names are kept in NFC."""
    if not _askable(value):
        return None
    return Identifier.objects.filter(kind=kind, value=unicodedata.normalize("NFC", value)).first()


def visit(kind: str, value: str) -> Name | None:
    """What the public asks for under this name. One query for a current name; the use of a former one is counted."""
    row = find(kind, value)
    if row is None:
        return None
    if row.status == Status.CURRENT:
        return Name(row.value, row.resource, row.status, row.value)
    hits.note(row.pk)
    now = Identifier.objects.filter(resource=row.resource).exclude(status=Status.MOVED).first()
    if now is None:
        return Name(row.value, row.resource, row.status, row.value)
    window = timedelta(seconds=2 * settings.GCIS_REDIRECT_MAX_AGE)
    in_place = bool(now.returned and now.returned > timezone.now() - window)
    return Name(row.value, row.resource, now.status, now.value, in_place)


def taken(kind: str, value: str) -> bool:
    """Whether anything has or had this name."""
    return find(kind, value) is not None


def resource(kind: str, value: str) -> UUID | None:
    """What has this name now."""
    row = find(kind, value)
    return row.resource if row and row.status == Status.CURRENT else None


def current(resources: Iterable[UUID]) -> dict[UUID, str]:
    """The name of each of these resources, in one query per thousand; of what is withdrawn, its last name."""
    wanted = list(resources)
    names: dict[UUID, str] = {}
    for start in range(0, len(wanted), 1000):
        rows = Identifier.objects.filter(resource__in=wanted[start : start + 1000]).exclude(status=Status.MOVED)
        names.update(rows.values_list("resource", "value"))
    return names


def history(resource: UUID) -> list[Identifier]:
    """Every name that the resource has or had, the current one first, then the latest."""
    rows = Identifier.objects.filter(resource=resource).order_by("-since", "-pk")
    return sorted(rows, key=lambda row: row.status == Status.MOVED)


def holders(fragment: str, kind: str) -> QuerySet[Identifier, UUID]:
    """The resources of which some name, former ones too, holds this text: a subquery."""
    if not _askable(fragment):
        return Identifier.objects.none().values_list("resource", flat=True)
    wanted = unicodedata.normalize("NFC", fragment)
    return Identifier.objects.filter(kind=kind, value__icontains=wanted).values_list("resource", flat=True)


def _askable(text: str) -> bool:
    """Whether a name may hold this. PostgreSQL refuses even to look for NUL, and drivers for half a character."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


# ---------------------------------------------------------------------------------------------------------- transitions
@transaction.atomic
def register(kind: str, value: str, resource: UUID, actor: str) -> Identifier:
    """Name a resource that has no name yet. SourceFault when the name cannot be used or was ever another's."""
    check_identifier(value)
    identifier, made = Identifier.objects.get_or_create(
        kind=kind, value=value, defaults={"resource": resource, "actor": actor}
    )
    if not made and identifier.resource != resource:
        raise _taken(value)
    return identifier


@transaction.atomic
def rename(kind: str, resource: UUID, value: str, *, actor: str, reason: str = "") -> str | None:
    """Give the resource another current name; one of its own former names may come back.

    Returns the name it had until now, None when it is called so already.
    """
    check_identifier(value)
    known = Identifier.objects.filter(kind=kind, value=value).first()
    if known and known.resource != resource:
        raise _taken(value)
    if known and known.status == Status.CURRENT:
        return None
    before = Identifier.objects.filter(resource=resource, status=Status.CURRENT).first()
    if before is None:
        raise SourceFault("withdrawn", "What is withdrawn cannot be renamed. Restore it first.")
    reason = reason[:LONGEST_REASON]
    changed = {"reason": reason, "actor": actor, "since": DbNow()}
    Identifier.objects.filter(pk=before.pk).update(status=Status.MOVED, **changed)
    if known:
        Identifier.objects.filter(pk=known.pk).update(status=Status.CURRENT, returned=DbNow(), **changed)
        return before.value
    try:
        with transaction.atomic():
            Identifier.objects.create(kind=kind, value=value, resource=resource, reason=reason, actor=actor)
    except IntegrityError:  # somebody else was given the name since we looked
        raise _taken(value) from None
    return before.value


@transaction.atomic
def merge(resource: UUID, into: UUID, *, actor: str, reason: str = "") -> list[str]:
    """Every name of `resource` leads to `into` from now on. Returns them."""
    names = Identifier.objects.filter(resource=resource)
    values = list(names.order_by("pk").values_list("value", flat=True))
    names.update(resource=into, status=Status.MOVED, reason=reason[:LONGEST_REASON], actor=actor, since=DbNow())
    return values


@transaction.atomic
def withdraw(resource: UUID, *, actor: str, reason: str) -> None:
    """The name stays the resource's and answers with its tombstone."""
    _turn(resource, Status.CURRENT, Status.WITHDRAWN, actor, reason)


@transaction.atomic
def restore(resource: UUID, *, actor: str, reason: str = "") -> None:
    """The name that was withdrawn is current again."""
    if not _turn(resource, Status.WITHDRAWN, Status.CURRENT, actor, reason):
        raise SourceFault("merged", "This was merged into something else, which has its names now.")


def _turn(resource: UUID, was: str, becomes: str, actor: str, reason: str) -> int:
    rows = Identifier.objects.filter(resource=resource, status=was)
    return rows.update(status=becomes, actor=actor, reason=reason[:LONGEST_REASON], since=DbNow())


def _taken(value: str) -> SourceFault:
    return SourceFault("identifier_taken", f"The identifier {value!r} belongs to something else, now or formerly.")
