"""Destroy what we keep of something that was withdrawn: its publications and pictures. Its tombstone stays.

Pictures that other works show are told and left. What is destroyed cannot be brought back.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.jobs import services as jobs
from images import erasing as images
from images.erasing import Kept
from manifests import access, services
from manifests.inheritance import pictures_of
from manifests.models import Manifest, Painting, PreviewLink, Publication, Resource
from redirects import services as names

LONGEST_REASON = 300
NOT_WITHDRAWN = "Only what is withdrawn can be erased. Withdraw it first."
BUSY = "It is just being published. Please try again in a moment."
#: So many pictures are named in the event; its figures count them all.
MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that is not destroyed, and the names of the works that show it."""

    image: UUID
    works: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"image": str(self.image), "works": list(self.works)}


@dataclass(frozen=True, slots=True)
class Inventory:
    """What erasing destroys, and the pictures that it leaves since other works show them."""

    publications: int
    pictures: tuple[Kept, ...]
    shown: tuple[Shown, ...]

    @property
    def bytes(self) -> int:
        """Of sources and access masters."""
        return sum(each.bytes for each in self.pictures)

    def as_json(self) -> dict[str, Any]:
        return {
            "publications": self.publications,
            "bytes": self.bytes,
            "pictures": [each.as_json() for each in self.pictures],
            "shown": [each.as_json() for each in self.shown],
        }


def inventory(record: Resource) -> Inventory:
    """What erasing it would destroy now. Collections and dynamic manifests have no pictures of their own."""
    keys = pictures_of([record]) if isinstance(record, Manifest) and record.query is None else []
    shown = _elsewhere(keys, record)
    return Inventory(
        Publication.objects.filter(resource=record.pk).count(),
        tuple(images.kept(key for key in keys if key not in shown)),
        tuple(Shown(key, works) for key, works in sorted(shown.items())),
    )


def erase(record: Resource, *, actor: str, reason: str) -> Inventory:
    """Destroy it. Returns what was destroyed; the timeline keeps that too. Once more goes on where something broke off.

    SourceFault for what is not withdrawn, or without a reason; Unavailable while work on it runs, or where a store does
    not answer.
    """
    if not reason.strip():
        raise SourceFault("reason", "Erasing needs a reason.")
    there = _forget(record)
    store("published").delete_prefix(f"{record.pk.hex[:2]}/{record.pk}/")
    images.erase([each.image for each in there.pictures], actor=actor, reason=reason)
    with transaction.atomic():
        row = access.lock(record)
        services.write(row, revision=F("revision") + 1)
        kind = row._meta.model_name
        events.record(f"{kind}.erased", row.pk, actor, reason=reason[:LONGEST_REASON], **_told(there))
    return there


@transaction.atomic
def _forget(record: Resource) -> Inventory:
    """First nothing points at the bytes any more; then they go."""
    row = access.lock(record)
    if not row.withdrawn:
        raise SourceFault("not_withdrawn", NOT_WITHDRAWN)
    if jobs.live(services.PUBLISH, [row.pk]):
        raise SourceFault("publishing", BUSY)
    there = inventory(row)
    services.write(row, publication=None, published=0, findings=[])
    Publication.objects.filter(resource=row.pk).delete()
    PreviewLink.objects.filter(resource=row.pk).delete()
    row.annotation_pages.update(documents={}, built=0)
    if isinstance(row, Manifest):
        row.annotation_collections.update(documents={})
    return there


def _elsewhere(keys: Iterable[UUID], record: Resource) -> dict[UUID, tuple[str, ...]]:
    """Which of these pictures other works show, withdrawn ones too: they may come back. Dynamic ones only list them."""
    wanted = sorted(keys)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for start in range(0, len(wanted), 1000):
        others = Painting.pictures.filter(image__in=wanted[start : start + 1000], canvas__manifest__query__isnull=True)
        others = others.exclude(canvas__manifest=record.pk)
        for image, manifest in others.values_list("image", "canvas__manifest"):
            assert image
            found[image].add(manifest)
    called = names.current({manifest for manifests in found.values() for manifest in manifests})
    return {image: tuple(sorted(called.get(each, str(each)) for each in works)) for image, works in found.items()}


def _told(there: Inventory) -> dict[str, Any]:
    """What the timeline keeps."""
    return {
        "publications": there.publications,
        "bytes": there.bytes,
        "pictures": len(there.pictures),
        "destroyed": [each.identifier for each in there.pictures[:MOST_TOLD]],
        "left": [str(each.image) for each in there.shown[:MOST_TOLD]],
    }
