"""Pictures as the pages of works show them: small, and how each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from gcis.jobs.models import Job
from images import services as images
from images.addresses import ImageAddresses
from images.facts import ImageFacts
from images.services import CONVERT
from manifests.models import Manifest, Painting

#: On this host, whatever its public name: only here the session of staff opens what is closed.
HERE = ImageAddresses("")
#: Pixels that the longer edge of a small picture has at least, where the picture has as many.
THUMBNAIL = 160
_COLOURS = {"ready": "success", "failed": "danger", "withdrawn": "warning", "registered": "info"}


@dataclass(frozen=True, slots=True)
class Picture:
    """`badges` are (word, colour); none where all is well. `percent`: of its conversion, None while none is running."""

    thumbnail: str
    badges: tuple[tuple[str, str], ...]
    sentence: str
    percent: int | None
    live: bool
    state: str
    url: str


def picture(image: ImageFacts, work: Job | None) -> Picture:
    """`work` is its conversion that waits or is under way."""
    running = work is not None and work.state == Job.State.RUNNING
    badges = [] if image.ready else [("converting" if work else image.state, _COLOURS[image.state])]
    if image.ready and work:
        badges.append(("replacement pending", "info"))
    elif image.ready and image.reason:
        badges.append(("replacement failed", "danger"))
    return Picture(
        thumbnail(image),
        tuple(badges),
        _sentence(image, work),
        round(work.progress * 100) if work and running else None,
        work is not None,
        image.state,
        reverse("admin:images_image_change", args=[image.id]),
    )


def _sentence(image: ImageFacts, work: Job | None) -> str:
    if work and work.state == Job.State.RUNNING:
        return work.stage
    if work:
        return work.error_text or "Waiting for its conversion."
    if image.state == "registered":
        return "Announced, and not sent yet."
    return image.reason


def thumbnail(image: ImageFacts | None) -> str:
    """The address of a small picture: of a level that is there. Empty where there is none."""
    if image is None or not image.ready:
        return ""
    levels = [level[:2] for level in image.levels]
    width, height = ([level for level in levels if max(level) >= THUMBNAIL] or levels[:1])[-1]
    size = "max" if (width, height) == levels[0] else f"{width},{height}"
    # Its generation stands in it: browsers keep pictures for minutes.
    return f"{HERE.picture(3, image.identifier, f'full/{size}/0/default.jpg')}?{image.generation}"


def conversions(images: Iterable[UUID] | QuerySet[Painting, UUID]) -> dict[UUID, Job]:
    """The conversion of each of these pictures that is under way, else the newest that waits. One query."""
    live = Job.objects.filter(kind=CONVERT, subject__in=images, state__in=Job.LIVE)
    # In the order of the alphabet, "queued" before "running": the last one stays.
    return {job.subject: job for job in live.order_by("state", "created")}


def shown(manifest: Manifest) -> QuerySet[Painting, UUID]:
    """The pictures on its pages, as a subquery."""
    return Painting.pictures.ids(canvas__manifest=manifest, canvas__dropped=None)


def progress(manifest: Manifest) -> dict[str, int]:
    """How many pictures it has, and how many of them are ready, under way (busy), and otherwise."""
    keys = list(dict.fromkeys(shown(manifest)))
    states = [image.state for image in images.facts(keys).values()]
    ended = {state: states.count(state) for state in _COLOURS}
    busy = len(conversions(shown(manifest)))
    return {"total": len(keys), "busy": busy, "percent": 100 * ended["ready"] // max(1, len(keys)), **ended}
