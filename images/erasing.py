"""Destroy what we keep of pictures: sources, access masters and everything made of them. Their names stay, as gone.

A source in a folder of somebody else's is his; it is told and left. What is destroyed cannot be brought back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from gcis.core.blobs.stores import store
from gcis.core.errors import Unavailable
from gcis.events import services as events
from gcis.jobs import services as jobs
from images import curation
from images.models import AccessMaster, Image, Source
from images.services import CONVERT
from redirects import services as names

LEFT = "Its source lies in the folder {}, which is not ours. It was left there."
SHARED = "Its source holds other pages too, which are still there. It was kept."
BUSY = "One of its pictures is just being converted. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class Kept:
    """What we keep of a picture. `masters` counts its access masters, `bytes` are theirs and those of the source.

    `left` says what stays, and why; empty where nothing does.
    """

    image: UUID
    identifier: str
    file_name: str
    masters: int
    bytes: int
    left: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "image": str(self.image),
            "identifier": self.identifier,
            "file_name": self.file_name,
            "masters": self.masters,
            "bytes": self.bytes,
            "left": self.left,
        }


def kept(keys: Iterable[UUID]) -> list[Kept]:
    """What erasing these pictures would destroy, in the order of their names."""
    wanted = sorted(set(keys))
    called = names.current(wanted)
    masters: dict[UUID, list[int]] = {}
    for image, size in AccessMaster.objects.filter(image__in=wanted).values_list("image", "size"):
        masters.setdefault(image, []).append(size)
    rows = Image.objects.select_related("source").filter(pk__in=wanted)
    found = [_kept(row, called.get(row.pk, ""), masters.get(row.pk, []), set(wanted)) for row in rows]
    return sorted(found, key=lambda each: each.identifier)


def erase(keys: Iterable[UUID], *, actor: str, reason: str) -> list[Kept]:
    """Destroy them. Returns what was destroyed. Once more goes on where something broke off.

    Unavailable while one of them is being converted, or where a store does not answer.
    """
    wanted = sorted(set(keys))
    there = _forget(wanted, actor, reason)
    for each in there:
        folder = f"{each.image.hex[:2]}/{each.image}/"
        store("masters").delete_prefix(folder)
        if each.left != SHARED:
            store("sources").delete_prefix(folder)
    return there


@transaction.atomic
def _forget(wanted: list[UUID], actor: str, reason: str) -> list[Kept]:
    """First nothing points at the bytes any more; then they go: what breaks off between the two harms nobody."""
    curation.hold(wanted)
    for key in wanted:
        curation.withdraw(key, actor=actor, reason=reason)
    if jobs.live(CONVERT, wanted):
        raise Unavailable("converting", BUSY)
    there = kept(wanted)
    for each in there:
        columns: dict[str, Any] = {"current": None, "embedded": {}, "converted": F("wanted")}
        columns |= {"generation": F("generation") + 1, "revision": F("revision") + 1}  # caches lose it too
        if each.left != SHARED:
            columns |= {"copy_key": "", "copy_damaged": "", "url": ""}
        Image.objects.filter(pk=each.image).update(**columns)
        AccessMaster.objects.filter(image=each.image).delete()
        events.record("image.erased", each.image, actor, reason=reason, **_told(each))
    return there


def _told(each: Kept) -> dict[str, Any]:
    return {name: value for name, value in each.as_json().items() if name in ("masters", "bytes", "left")}


def _kept(row: Image, identifier: str, masters: Sequence[int], going: set[UUID]) -> Kept:
    left = _left(row, going)
    copy = row.size if row.copy_key and not left else 0
    return Kept(row.pk, identifier, row.file_name, len(masters), sum(masters) + copy, left)


def _left(row: Image, going: set[UUID]) -> str:
    if row.source.kind == Source.Kind.FOLDER and not row.copy_key:
        return LEFT.format(row.source.location or row.source.name)
    pages = Image.objects.filter(source=row.source, external_id=row.external_id, withdrawn=None).exclude(pk__in=going)
    return SHARED if row.page == 0 and pages.exists() else ""
