"""Jobs and batches as they are listed at a terminal: which of them, and what is said of each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils import timezone

from gcis.core import subjects
from gcis.core.errors import SourceFault
from gcis.jobs import figures, people
from gcis.jobs.models import Batch, Job

State = Job.State
JOB_COLUMNS = ("state", "work", "about", "when", "why", "id")
BATCH_COLUMNS = ("batch", "by", "begun", "over", "errors", "state", "id")
#: What is enough of an id to be told from others.
_START = re.compile(r"[0-9a-f-]{6,36}")
_WORDS: dict[str, str] = {State.QUEUED: "waiting", State.DEAD: "given up"}


@dataclass(frozen=True, slots=True)
class Listing:
    """Jobs by state. What failed and was mended since is not among the failed, unless it was asked for by state."""

    groups: dict[str, QuerySet[Job]]

    @property
    def live(self) -> bool:
        return any(self.groups[state].exists() for state in Job.LIVE if state in self.groups)

    def summary(self) -> str:
        return ", ".join(f"{jobs.count()} {_WORDS.get(state, state)}" for state, jobs in self.groups.items())

    def rows(self, limit: int, *, short: bool) -> list[tuple[str, ...]]:
        """At most so many of each state."""
        found = [job for jobs in self.groups.values() for job in jobs[:limit]]
        titles = {key: subject.title for key, subject in subjects.find(job.subject for job in found).items()}
        return [
            (
                _WORDS.get(job.state, job.state),
                job.kind,
                titles.get(job.subject, str(job.subject)),
                _when(job),
                job.error_text,
                _id(job, short=short),
            )
            for job in found
        ]


def listing(state: str | None = None, kind: str | None = None, batch: Batch | None = None) -> Listing:
    """What runs, failed and waits, or what is in that state; of that kind of work, of that batch."""
    jobs = Job.objects.all()
    if kind:
        jobs = jobs.filter(kind=kind)
    if batch:
        jobs = jobs.filter(batch=batch)
    if state:
        return Listing({state: jobs.filter(state=state).order_by("-created", "pk")})
    return Listing(
        {
            State.RUNNING: jobs.filter(state=State.RUNNING).order_by("started", "pk"),
            State.FAILED: people.failures(jobs).order_by("-finished", "pk"),
            State.QUEUED: jobs.filter(state=State.QUEUED).order_by("-priority", "run_at", "created"),
        }
    )


def batch_rows(batches: Sequence[Batch], *, short: bool) -> list[tuple[str, ...]]:
    counts = figures.figures(batch.pk for batch in batches)
    return [
        (
            batch.label,
            batch.actor,
            _moment(batch.created),
            f"{counts[batch.pk].finished} of {counts[batch.pk].submitted}",
            str(counts[batch.pk].errors),
            "cancelled" if batch.cancelled else "under way" if counts[batch.pk].live or not batch.closed else "over",
            _id(batch, short=short),
        )
        for batch in batches
    ]


def find(text: str) -> Job | Batch:
    """The job or batch whose id begins so. SourceFault when there is none, or more than one."""
    start = text.strip().lower()
    found: list[Job | Batch] = []
    if _START.fullmatch(start):
        found += Job.objects.filter(pk__startswith=start)[:2]
        found += Batch.objects.filter(pk__startswith=start)[:2]
    if not found:
        raise SourceFault("job_unknown", f"No job and no batch has an id that begins with {text!r}.")
    if len(found) > 1:
        raise SourceFault("job_ambiguous", f"More than one job or batch has an id that begins with {text!r}.")
    return found[0]


def find_all(texts: Iterable[str]) -> list[Job | Batch]:
    return [find(text) for text in texts]


def find_batch(text: str) -> Batch:
    found = find(text)
    if not isinstance(found, Batch):
        raise SourceFault("batch_unknown", f"{text!r} is a job, not a batch.")
    return found


def _when(job: Job) -> str:
    if job.state == State.RUNNING:
        return f"{job.stage} {job.progress:.0%}".strip()
    if job.state == State.QUEUED:
        seconds = (job.run_at - timezone.now()).total_seconds()
        return f"in {seconds:.0f} s" if seconds >= 1 else "now"
    return _moment(job.finished)


def _moment(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _id(row: Model, *, short: bool) -> str:
    return str(row.pk)[:8] if short else str(row.pk)
