"""Differences between people and the source, decided for a whole manifest or collection at once, its pages included."""

from collections.abc import Iterator

from django.db import transaction

from manifests import services, words
from manifests.models import Describable, Manifest, Resource


@transaction.atomic
def take_all(record: Resource, *, actor: str) -> int:
    """Wherever the source differs it counts again. Returns in how many places; SourceFault where it gives no label."""
    found = list(_differing(record))
    for part, name in found:
        words.take_source(part, name, actor=actor)
    return len(found)


@transaction.atomic
def keep_all(record: Resource, *, actor: str) -> int:
    """People's words stay, also over what the source says now. Returns in how many places."""
    return sum(words.keep_mine(part, name, actor=actor) for part, name in list(_differing(record)))


def _differing(record: Resource) -> Iterator[tuple[Describable, str]]:
    row = services.lock(record)
    for part in (row, *_pages(row)):
        for difference in words.differences(part):
            yield part, difference.name


def _pages(row: Resource) -> Iterator[Describable]:
    """Those that people have said something of."""
    if isinstance(row, Manifest):
        yield from row.canvases.filter(dropped=None).exclude(curated_layer={}).order_by("position", "pk")
