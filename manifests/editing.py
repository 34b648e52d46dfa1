"""What people save from pages that they opened a while ago: only over what they saw, so that nobody's words get lost.

A revision would not do: it rises with every picture that becomes ready, and is then no sign that anybody said anything.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from gcis.core.errors import SourceFault
from images.curation import Restriction
from manifests import access, asking, curation, scheduling, services, words
from manifests.description import effective
from manifests.models import Canvas, Describable, Manifest, Resource


class Stale(SourceFault):
    """Somebody has changed it since the page was opened. `now` has what is said there now, by name."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        super().__init__("stale", "Somebody else has changed this since you opened the page. Nothing was saved yet.")
        self.now = dict(now)


@transaction.atomic
def describe(record: Describable, sent: Mapping[str, Any], seen: Mapping[str, Any], *, actor: str) -> list[str]:
    """Write people's words, as `words.describe`; Stale when any of what they saw is not what is said now.

    `seen` has the values on their page by name, None for nothing.
    """
    said = effective(_locked(record))
    if now := {name: said.get(name) for name, value in seen.items() if said.get(name) != value}:
        raise Stale(now)
    return words.describe(record, sent, actor=actor)


@transaction.atomic
def order(record: Resource, keys: Sequence[UUID], seen: Sequence[UUID], *, actor: str) -> bool:
    """People's order of all pages, or all members; Stale when they saw another than the present one."""
    row = services.lock(record)
    now = current_order(row)
    if now != [str(key) for key in seen]:
        raise Stale({_order_name(row): now})
    return words.order(row, keys, actor=actor)


@transaction.atomic
def share(
    record: Resource,
    publish_when: str,
    publish_at: datetime | None,
    restriction: Restriction,
    seen: Mapping[str, Any],
    *,
    actor: str,
) -> bool:
    """When it is published and who may see it; Stale when `seen` (as `sharing` gives it) is not what holds now."""
    said = sharing(access.lock(record))
    if now := {name: value for name, value in said.items() if seen.get(name) != value}:
        raise Stale(now)
    # Its day first: a rule would have it published at once.
    changed = scheduling.set_publish_at(record, publish_at, actor=actor)
    changed |= asking.set_publish_when(record, publish_when, actor=actor)
    return curation.restrict(record, restriction, actor=actor) or changed


def sharing(record: Resource) -> dict[str, Any]:
    """The record's own words on publishing and access, as plain values."""
    return {
        "publish_when": record.publish_when,
        "publish_at": record.publish_at.isoformat() if record.publish_at else None,
        "access": record.access,
        "access_edge": record.access_edge,
        "access_from": record.access_from.isoformat() if record.access_from else None,
    }


def current_order(record: Resource) -> list[str]:
    """The pages, or members, in the order in which they are shown: people's order first, what came later behind."""
    name = _order_name(record)
    places = {key: place for place, key in enumerate(record.curated_layer.get(name, []))}
    return sorted(words.source_value(record, name), key=lambda key: places.get(key, len(places)))


def _order_name(record: Resource) -> str:
    return words.PAGES if isinstance(record, Manifest) else words.MEMBERS


def _locked(record: Describable) -> Any:
    """The row as it is now; a page under the lock of its manifest."""
    if isinstance(record, Canvas):
        services.lock(record.manifest)
        return Canvas.objects.get(pk=record.pk)
    return services.lock(record)
