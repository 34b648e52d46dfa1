"""The members of a collection as they present themselves to its readers. There may be very many."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import Q

from images import services as images
from images.exposure import seen_by
from images.facts import ImageFacts
from images.policy import Caller, Policy
from manifests.build.facts import Description, MemberFacts
from manifests.exposure import public, published
from manifests.models import Collection, Manifest, Member
from redirects import services as names

#: So many are in memory at a time as rows.
PIECE = 2_000


class _Row(NamedTuple):
    """What is read of each: without the layers and documents of the members, which nobody asks for here."""

    foreign: dict[str, Any] | None
    manifest: UUID | None
    child: UUID | None
    manifest_summary: dict[str, Any] | None
    child_summary: dict[str, Any] | None

    @property
    def key(self) -> UUID | None:
        return self.manifest or self.child

    @property
    def shown(self) -> dict[str, Any]:
        return self.manifest_summary or self.child_summary or {}

    @property
    def image(self) -> UUID | None:
        image = self.shown.get("image")
        return UUID(image) if image else None


def members_of(
    collection: Collection, description: Description, caller: Caller, now: datetime
) -> Iterator[MemberFacts]:
    """Those that are published and that the caller may see, in their order.

    `description` is that of the collection: it may speak of members in other words.
    """
    said, rows = description.get("references", {}), _rows(collection, caller, now)
    while piece := [_Row(*row) for row in islice(rows, PIECE)]:
        identifiers = names.current({row.key for row in piece if row.key})
        thumbnails = images.facts({row.image for row in piece if row.image})
        for row in piece:
            if row.key:
                thumbnail = _seen(row, thumbnails, caller, now)
                yield _member_facts(row, identifiers[row.key], thumbnail, said.get(str(row.key)))
            elif row.foreign:
                yield _foreign(row.foreign)


def next_opening_of_members(collection: Collection, now: datetime) -> datetime | None:
    """When the first of those that are published and shut opens by itself."""
    shut = Q(access_from__gt=now) | Q(inherited_from__gt=now)
    found = [
        model.objects.filter(published() & shut, memberships__collection=collection) for model in (Manifest, Collection)
    ]
    return next_opening((record.policy for records in found for record in records), now)


def next_opening(policies: Iterable[Policy], now: datetime) -> datetime | None:
    """When the first of these opens by itself."""
    return min((opens for policy in policies if (opens := policy.opening(now))), default=None)


def _rows(collection: Collection, caller: Caller, now: datetime) -> Iterator[tuple[Any, ...]]:
    seen = [published(path) if caller.sees_all else public(now, path) for path in ("manifest__", "child__")]
    rows = Member.objects.filter(Q(foreign__isnull=False) | seen[0] | seen[1], collection=collection)
    columns = ("foreign", "manifest", "child", "manifest__publication__summary", "child__publication__summary")
    return rows.order_by("place", "pk").values_list(*columns).iterator(PIECE)


def _member_facts(row: _Row, identifier: str, thumbnail: ImageFacts | None, said: Description | None) -> MemberFacts:
    """As it presents itself; `said` is what the collection says of it in other words."""
    return MemberFacts(
        kind="manifest" if row.manifest else "collection",
        identifier=identifier,
        label=row.shown["label"],
        thumbnail=thumbnail,
        more={**row.shown.get("more", {}), **(said or {})},
    )


def _foreign(member: dict[str, Any]) -> MemberFacts:
    kind: Literal["manifest", "collection"] = "collection" if member["type"] == "Collection" else "manifest"
    return MemberFacts(kind, "", member["label"], foreign=member)


def _seen(row: _Row, thumbnails: dict[UUID, ImageFacts], caller: Caller, now: datetime) -> ImageFacts | None:
    """The picture that stands for a member, as far as it may be seen."""
    picture = thumbnails.get(row.image) if row.image else None
    return seen_by(caller, picture, now) if picture else None
