"""What the jobs of batches have come to: how many, how many bytes, seconds per stage. Counted, never kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, FloatField, Q, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from gcis.jobs.models import Batch, Job
from gcis.jobs.people import failures

#: How many reports are looked at to learn which stages there are.
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """Jobs of one batch. `finished` are over one way or the other; `finished < submitted` means that it goes on."""

    submitted: int = 0
    completed: int = 0
    errors: int = 0
    finished: int = 0

    @property
    def live(self) -> bool:
        return self.finished < self.submitted

    @property
    def percent(self) -> int:
        return self.finished * 100 // self.submitted if self.submitted else 0


@dataclass(frozen=True, slots=True)
class Costs:
    """Of the jobs that succeeded: bytes read and written, and seconds of all jobs together by stage."""

    bytes_in: int = 0
    bytes_out: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def figures(batches: Iterable[UUID]) -> dict[UUID, Figures]:
    """The figures of these batches in one query; those of a batch without jobs are zeros."""
    wanted = list(batches)
    counted = Job.objects.filter(batch__in=wanted).values("batch").annotate(**_COUNTS).order_by()
    found = {row[0]: Figures(*row[1:]) for row in counted.values_list("batch", *_COUNTS)}
    return {batch: found.get(batch, Figures()) for batch in wanted}


#: In the order of Figures.
_COUNTS = {
    "submitted": Count("id"),
    "completed": Count("id", filter=Q(state__in=[Job.State.SUCCEEDED, Job.State.SUPERSEDED])),
    "errors": Count("id", filter=Q(state__in=[Job.State.FAILED, Job.State.DEAD])),
    "finished": Count("id", filter=~Q(state__in=Job.LIVE)),
}


def to_retry(batch: Batch) -> int:
    """How many failures of the batch nothing newer has mended."""
    return failures(Job.objects.filter(batch=batch)).count()


def costs(batch: Batch) -> Costs:
    """What its jobs reported, summed up by the database."""
    done = Job.objects.filter(batch=batch, state=Job.State.SUCCEEDED)
    reports = done.order_by("-finished").values_list("report__seconds", flat=True)[:SAMPLE]
    stages = list(dict.fromkeys(stage for seconds in reports for stage in seconds or {}))
    sums: dict[str, Any] = {f"stage{n}": _seconds(stage) for n, stage in enumerate(stages)}
    found = done.aggregate(bytes_in=_bytes("bytes_in"), bytes_out=_bytes("bytes_out"), **sums)
    return Costs(
        found["bytes_in"] or 0,
        found["bytes_out"] or 0,
        {stage: found[f"stage{n}"] or 0.0 for n, stage in enumerate(stages)},
    )


def _bytes(name: str) -> Sum:
    return Sum(Cast(KeyTextTransform(name, "report"), BigIntegerField()))


def _seconds(stage: str) -> Sum:
    return Sum(Cast(KeyTextTransform(stage, KeyTransform("seconds", "report")), FloatField()))
