"""How far it is: read from the database, which alone knows."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q, Sum
from django.utils import timezone

from gcis.jobs.models import Job
from images.models import Image, Source
from images.services import CONVERT
from manifests.models import Manifest
from manifests.services import outstanding


@dataclass(frozen=True, slots=True)
class Now:
    """Conversions since we began: all, ended, bytes of source ended; manifests out; changes not yet published."""

    total: int = 0
    ended: int = 0
    bytes: int = 0
    seconds: float = 0
    published: int = 0
    outstanding: int = 0
    live: int = 0

    @property
    def at_rest(self) -> bool:
        return self.live == 0 and self.outstanding == 0


@dataclass(slots=True)
class Outcome:
    """What became of the conversions since we began, and every picture that cannot be shown, with its reason."""

    converted: int = 0
    bytes: int = 0
    seconds: float = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


class Figures:
    """Counts from the moment it is made."""

    def __init__(self) -> None:
        self.since: datetime = timezone.now()

    def read(self, source: Source | None) -> Now:
        if source is None:
            return Now()
        live = Job.objects.filter(kind=CONVERT, state__in=Job.LIVE).count()
        ended = Job.objects.filter(self._ended())
        subjects = ended.filter(state=Job.State.SUCCEEDED).values("subject")
        size = Image.objects.filter(pk__in=subjects).aggregate(all=Sum("size"))["all"] or 0
        count = ended.count()
        return Now(
            total=live + count,
            ended=count,
            bytes=size,
            seconds=(timezone.now() - self.since).total_seconds(),
            published=Manifest.objects.filter(source=source, publication__isnull=False).count(),
            outstanding=outstanding(),
            live=live,
        )

    def outcome(self, source: Source | None) -> Outcome:
        ended = Job.objects.filter(self._ended(), state=Job.State.SUCCEEDED)
        jobs = list(ended.values_list("report", "finished"))
        ends = [finished for _, finished in jobs if finished]
        seconds = (max(ends) - self.since).total_seconds() if ends else 0
        broken = Image.objects.filter(source=source, failed=F("wanted"), failed__gt=0, withdrawn=None)
        return Outcome(
            converted=len(jobs),
            bytes=sum(report.get("bytes_in", 0) for report, _ in jobs),
            seconds=seconds,
            failed=list(broken.order_by("external_id").values_list("external_id", "error_text")),
        )

    def _ended(self) -> Q:
        return Q(kind=CONVERT, finished__gte=self.since)
