"""Find pictures that the public gets, by where they come from: what others make lists of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from images.models import Image
from images.visible import public

#: So many are asked for at a time.
PORTION = 1000
_COLUMNS = ("file_name", "width", "height", "created", "access", "access_edge", "access_from")
_INHERITED = ("inherited_access", "inherited_edge", "inherited_from")


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that the public gets, with the size of its master in pixels; `whole`: not only a smaller one of it."""

    id: UUID
    file_name: str
    width: int
    height: int
    created: datetime
    whole: bool


def seen(keys: Iterable[UUID], now: datetime, source: str = "") -> dict[UUID, Seen]:
    """Those of these pictures that the public gets, and that come from the source of that slug ("" = any)."""
    wanted, found = list(keys), {}
    for start in range(0, len(wanted), PORTION):
        rows = _public(now, source).filter(pk__in=wanted[start : start + PORTION])
        found.update({row.pk: _seen(row) for row in rows.only(*_COLUMNS, *_INHERITED)})
    return found


def all_seen(now: datetime, source: str = "") -> Iterator[list[UUID]]:
    """All such pictures by their ids, some at a time."""
    later = Q()
    while keys := list(_public(now, source).filter(later).order_by("pk").values_list("pk", flat=True)[:PORTION]):
        yield keys
        later = Q(pk__gt=keys[-1])


def opened_between(since: datetime, until: datetime) -> bool:
    """Whether an embargo on any picture has ended in that time."""
    own = Q(access_from__gt=since, access_from__lte=until)
    inherited = Q(inherited_from__gt=since, inherited_from__lte=until)
    return Image.objects.filter(own | inherited).exists()


def _public(now: datetime, source: str) -> QuerySet[Image]:
    rows = Image.objects.filter(public(now), width__isnull=False, height__isnull=False)
    return rows.filter(source__slug=source) if source else rows


def _seen(row: Image) -> Seen:
    return Seen(row.pk, row.file_name, row.width or 0, row.height or 0, row.created, row.policy.edge is None)
