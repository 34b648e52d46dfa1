"""When what is re-hashed: a share of everything in each hour, and what a conversion was to repair at once."""

from collections.abc import Iterator
from heapq import merge
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from gcis.core.db import DbNow
from gcis.events.models import Event
from gcis.jobs import registry
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch, Job
from gcis.upkeep.services import HOUSE, is_due
from images import fixity
from images.models import AccessMaster, Image

FIXITY = "images.fixity"
#: What happens to an image after which marked bytes of it are looked at again.
IMAGE_EVENTS = ("image.ready", "image.failed")


def _oldest() -> Iterator[fixity.Held]:
    """What has waited longest for its check, without end; nothing twice within a period."""
    while True:
        before = DbNow(-settings.GCIS_FIXITY_SECONDS)
        chunk = list(merge(fixity.masters(checked_at__lt=before), fixity.copies(copy_checked_at__lt=before)))[
            : fixity.AT_A_TIME
        ]
        if not chunk:
            return
        yield from chunk


def kept_bytes() -> int:
    """The bytes of all current masters and all kept sources."""
    masters = AccessMaster.objects.filter(current_of__isnull=False).aggregate(bytes=Sum("size"))["bytes"]
    copies = Image.objects.exclude(copy_key="").aggregate(bytes=Sum("size"))["bytes"]
    return (masters or 0) + (copies or 0)


def ask_when_due() -> Job | None:
    """The sweep: once in each period, on one host, its part of what is to be re-hashed in a day."""
    period, percent = settings.GCIS_FIXITY_SECONDS, settings.GCIS_FIXITY_PERCENT
    if not percent or not is_due(FIXITY, period):
        return None
    share = round(kept_bytes() * percent / 100 * period / 86400)
    return _ask(share) if share else None


def _ask(share: int, before: UUID = HOUSE) -> Job:
    """`before` is the job that this one goes on from: it is no share of its own."""
    return jobs.add(FIXITY, f"{FIXITY}:{before}", before, args={"bytes": share}, lane=Job.Lane.SWEEP)


def look_again(image: UUID) -> Job:
    """Have what we keep of the image re-hashed now."""
    args = {"image": str(image)}
    return jobs.add(FIXITY, f"{FIXITY}:{image}", image, args=args, lane=Job.Lane.SWEEP, priority=1)


def on_image_event(event: Event) -> None:
    """A conversion is over: if it was to repair something, see whether it did. Inside that transaction."""
    assert event.subject
    damaged = AccessMaster.objects.filter(current_of=event.subject).exclude(damaged="").exists()
    if damaged or Image.objects.filter(pk=event.subject).exclude(copy_damaged="").exists():
        look_again(event.subject)


class FixityHandler:
    """Re-hashes a share of everything, or all that is kept of one image."""

    def run(self, claim: Claim) -> registry.Commit:
        if "image" in claim.args:
            outcomes = [fixity.check(held, pulse=claim.check) for held in fixity.of_image(UUID(claim.args["image"]))]
            return lambda: {"outcomes": outcomes}
        share = claim.args["bytes"]
        now = min(share, settings.GCIS_FIXITY_BYTES)
        spent, checked = scrub(now, claim)

        def commit() -> dict[str, Any]:
            if spent >= now and share > spent:  # else there was nothing left to look at, or a die was cast
                _ask(share - spent, claim.id)
            return {"bytes_in": spent, "checked": checked}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """What was checked stays checked; the rest is the oldest of the next share."""

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        if "image" in args:
            look_again(UUID(args["image"]))
        else:
            _ask(args["bytes"])


def scrub(share: int, claim: Claim) -> tuple[int, int]:
    """Check so many bytes, the oldest check first. Returns the bytes and the number of things.

    What is larger than what is left is checked with the probability that it has in it: so also an installation whose
    daily share is less than one picture comes round.
    """
    spent = checked = 0
    for held in _oldest():
        left = share - spent
        if left <= 0 or (held.size > left and SystemRandom().random() * held.size >= left):
            break
        claim.tell(spent / share, "re-hash")
        fixity.check(held, pulse=claim.check)
        spent += held.size
        checked += 1
    return spent, checked
