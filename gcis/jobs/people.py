"""What people ask of jobs and batches: once more, or stop. What cannot be done is refused with a sentence."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gcis.core.errors import SourceFault
from gcis.core.outcomes import Outcome, for_each
from gcis.events import services as events
from gcis.jobs import registry, services
from gcis.jobs.models import Batch, Job

State = Job.State
ERRORS = (State.FAILED, State.DEAD)
#: How many jobs of a cancelled batch are stopped at a time; the sweep stops the others.
AT_A_TIME = 500


@transaction.atomic
def retry(job_id: UUID, actor: str) -> None:
    """Have work that ended without effect done once more, in its batch if that was not cancelled."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in (*ERRORS, State.CANCELLED):
        raise SourceFault("job_not_over", "Only work that failed, was given up or was cancelled can be tried again.")
    if services.live(job.kind, [job.subject]):
        raise SourceFault("job_under_way", "This is waiting to be tried again, or under way, already.")
    batch = Batch.objects.filter(jobs=job, cancelled=None).first()
    registry.handler(job.kind).again(job.subject, job.args, actor, batch)
    events.record("job.retried", job.subject, actor, job=str(job.pk), work=job.kind)


@transaction.atomic
def cancel(job_id: UUID, actor: str) -> None:
    """Stop work that waits or is under way; what was there before it stays."""
    job = Job.objects.get(pk=job_id)
    if not services.cancel(job_id):
        raise SourceFault("job_over", "This work is over already.")
    events.record("job.cancelled", job.subject, actor, job=str(job.pk), work=job.kind)


def failures(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that ended with an error which nothing newer has mended or is about to mend.

    Of work that failed several times among them, the last time.
    """
    same = {"kind": OuterRef("kind"), "subject": OuterRef("subject")}
    mended = Job.objects.filter(**same, created__gte=OuterRef("created"), state__in=(*Job.LIVE, State.SUCCEEDED))
    later = jobs.filter(**same, created__gt=OuterRef("created"), state__in=ERRORS)
    return jobs.filter(~Exists(mended), ~Exists(later), state__in=ERRORS)


def retry_failures(batch_id: UUID, actor: str) -> Outcome:
    """Have what failed in a batch done once more: each piece of work once, however often it failed."""
    failed = list(failures(Job.objects.filter(batch=batch_id)).order_by("created").values_list("pk", flat=True))
    return for_each(failed, lambda job_id: retry(job_id, actor))


def cancel_batch(batch_id: UUID, actor: str) -> None:
    """Stop what waits or runs of a batch, and whatever is added to it from now on."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.closed and not batch.jobs.filter(state__in=Job.LIVE).exists():
            raise SourceFault("batch_over", "Nothing of this batch is waiting or under way any more.")
        if services.mark_cancelled(batch):
            events.record("batch.cancelled", batch.pk, actor)
    _stop(Job.objects.filter(batch=batch_id))


def stop_cancelled() -> int:
    """The sweep: stop what is left of cancelled batches. Returns how many jobs that were."""
    return _stop(Job.objects.filter(batch__cancelled__isnull=False))


def _stop(jobs: QuerySet[Job]) -> int:
    """Each in a transaction of its own: others must get a turn at the database between them."""
    live = list(jobs.filter(state__in=Job.LIVE).values_list("pk", flat=True)[:AT_A_TIME])
    return sum(services.cancel(job_id) for job_id in live)
