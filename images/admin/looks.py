"""The parts of a page that show a picture. Each knows its place there, so that it can be renewed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gcis.jobs.models import Job
from images.addresses import ImageAddresses
from images.admin import words
from images.models import AccessMaster
from images.services import CONVERT
from redirects import services as names

#: On this host, whatever its public name: only here the session of staff opens what is closed.
HERE = ImageAddresses("")
#: Pixels that the longer edge of a small picture has at least, where the picture has as many.
THUMBNAIL = 160
#: The parts that change while a picture is converted.
LIVE_PARTS = ("thumbnail", "state", "size")
#: What no list needs, and what may be large.
LEFT_OUT = ("embedded",)
_MASTERS = AccessMaster.objects.defer("tile_index", "provenance")


def prepare(rows: list[Any]) -> None:
    """Put on each image what its parts show, in a constant number of queries."""
    prefetch_related_objects(rows, "source", Prefetch("current", _MASTERS))
    called = names.current(row.pk for row in rows)
    work = conversions(row.pk for row in rows if words.is_live(row))
    for row in rows:
        row.identifier = called.get(row.pk, "")
        row.standing = words.standing(row, work.get(row.pk))
        row.thumbnail = thumbnail(row)


def conversions(images: Iterable[UUID]) -> dict[UUID, Job]:
    """The conversion of each of these images that is under way, else the newest that waits."""
    wanted = list(images)
    live = Job.objects.filter(kind=CONVERT, subject__in=wanted, state__in=Job.LIVE) if wanted else Job.objects.none()
    # In the order of the alphabet, "queued" before "running": the last one stays.
    return {job.subject: job for job in live.order_by("state", "created")}


def part(name: str, image: Any, *, again: bool = False) -> SafeString:
    """One part of a prepared image. `again`: to take the place of the one that is on the page."""
    return render_to_string(f"admin/images/{name}.html", {"image": image, "again": again})


def thumbnail(image: Any) -> str:
    """The address of a small picture of a prepared image: of a level that is there. Empty where there is none."""
    if not image.current or image.withdrawn or not image.identifier:
        return ""
    levels = [(level[0], level[1]) for level in image.current.levels]
    width, height = ([level for level in levels if max(level) >= THUMBNAIL] or levels[:1])[-1]
    return picture(image, f"full/{'max' if (width, height) == levels[0] else f'{width},{height}'}/0/default.jpg")


def picture(image: Any, parameters: str) -> str:
    """The address of a derivative. Its generation stands in it: browsers keep pictures for minutes."""
    return f"{HERE.picture(3, image.identifier, parameters)}?{image.generation}"
