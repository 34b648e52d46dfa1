"""Every transition of a job, each one UPDATE that a stale owner cannot make (DESIGN §7).

Rows are locked in the order Job, Image, Manifest, Identifier; several of one table by key. So what ends a job (`end`,
`give_up`, `cancel`) comes first in its transaction. Who holds a picture or a manifest already may `add` and
`supersede_queued`: there, jobs that somebody else is changing are passed over and never waited for.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from gcis.core import meters
from gcis.core.db import DbNow
from gcis.jobs import doorbell, registry
from gcis.jobs.claims import Claim, LeaseLost
from gcis.jobs.models import Batch, Job

log = structlog.get_logger(__name__)

#: After so many deaths of the tool, or losses of the worker, the job is given up.
MOST_CRASHES = 3
MOST_LOSSES = 10
#: Seconds until the next try, after something did not answer or died; the last is repeated.
WAITS = (2, 10, 30, 120, 600)
MOST_WAITS = 8
#: How often the live job of a key may end between two looks at it.
MOST_LOOKS = 20
LOST = "Every worker that took this up was lost. It was given up after several tries."

State = Job.State


@transaction.atomic
def add(
    kind: str,
    key: str,
    subject: UUID,
    *,
    args: dict[str, Any] | None = None,
    lane: str = Job.Lane.BULK,
    priority: int = 0,
    heavy: bool = False,
    batch: Batch | None = None,
    delay: float = 0,
) -> Job:
    """Add a job, or return the live one of that key, brought forward if this one is due sooner.

    `heavy` work takes many times as long as most: it leaves room for lighter work that is due.
    """
    wanted = Job(
        kind=kind,
        key=key,
        subject=subject,
        args=args or {},
        lane=Job.Lane(lane),
        priority=priority,
        heavy=heavy,
        batch=batch,
        run_at=DbNow(delay),
    )
    job = _live_or(wanted)
    if job.pk != wanted.pk:
        later = Job.objects.filter(pk=job.pk, state=State.QUEUED, run_at__gt=DbNow(delay))
        _update(later, run_at=DbNow(delay))
    if not delay:
        transaction.on_commit(lambda: doorbell.ring(job.lane), robust=True)
    return job


def _live_or(wanted: Job) -> Job:
    """The live job of that key; this one where there is none. Whoever comes at the same moment gets the same."""
    for _ in range(MOST_LOOKS):
        if found := Job.objects.filter(key=wanted.key, state__in=Job.LIVE).first():
            return found
        # Somebody else may be quicker, and theirs may have ended before we look again: then there is room once more.
        Job.objects.bulk_create([wanted], ignore_conflicts=True)
    raise RuntimeError(f"the job {wanted.key} cannot be added")


def claim_next(lanes: Iterable[str], owner: str, *, light_first: bool = False) -> Claim | None:
    """Take the best of what is due, for one lease: by lane in this order, then by priority and age.

    `light_first`: within a lane, heavy work only where no light work is due.
    """
    order = (*(["heavy"] if light_first else []), "-priority", "run_at", "created")
    for lane in lanes:
        # Looked at first without a transaction: that would take SQLite's write lock though nothing is due.
        if _due(lane).exists() and (held := _claim_first(lane, owner, order)):
            return held
    return None


@transaction.atomic
def _claim_first(lane: str, owner: str, order: Iterable[str]) -> Claim | None:
    best = _passing_over(_due(lane).order_by(*order)).values_list("pk", flat=True).first()
    return claim(best, owner) if best else None


def _due(lane: str) -> QuerySet[Job]:
    return Job.objects.filter(state=State.QUEUED, lane=lane, run_at__lte=DbNow())


@transaction.atomic
def claim(job_id: UUID, owner: str) -> Claim | None:
    """Take a due job for one lease. None when it is not to be had: a doubled doorbell is harmless."""
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED, run_at__lte=DbNow()).update(
        state=State.RUNNING,
        token=F("token") + 1,
        attempts=F("attempts") + 1,
        owner=owner,
        lease_until=DbNow(settings.GCIS_JOB_LEASE),
        beat_at=DbNow(),
        started=DbNow(),
        progress=0,
        stage="",
    )
    if not taken:
        return None
    job = Job.objects.get(pk=job_id)
    return _claim_of(job)


def beat(held: Claim) -> bool:
    """Prolong the lease and write the progress. False when the job is no longer this claim's."""
    return bool(
        _mine(held).update(
            lease_until=DbNow(settings.GCIS_JOB_LEASE), beat_at=DbNow(), progress=held.progress, stage=held.stage
        )
    )


def end(held: Claim, state: str, *, code: str = "", sentence: str = "") -> None:
    """End the job. To be called first inside the final transaction; LeaseLost when it is no longer this claim's."""
    changed = _mine(held).update(
        state=state,
        finished=DbNow(),
        lease_until=None,
        progress=1 if state == State.SUCCEEDED else held.progress,
        stage="",
        error_code=code,
        error_text=sentence,
    )
    if not changed:
        raise LeaseLost(held.key)
    transaction.on_commit(meters.JOBS_ENDED.labels(held.kind, str(state)).inc, robust=True)


def keep_report(held: Claim, report: dict[str, Any]) -> None:
    Job.objects.filter(pk=held.id, token=held.token).update(report=report)
    for stage, seconds in report.get("seconds", {}).items():
        counter = meters.JOB_STAGE_SECONDS.labels(held.kind, stage)
        transaction.on_commit(partial(counter.inc, seconds), robust=True)


def give_back(held: Claim) -> None:
    """The worker is stopping: queue the job again as if it had not been tried."""
    _mine(held).update(**_queued_again(), attempts=F("attempts") - 1)


def try_later(held: Claim, code: str, sentence: str) -> bool:
    """Something did not answer: wait and try again. False when that was tried often enough."""
    return _again_after_a_pause(held, "waits", MOST_WAITS, code, sentence)


def try_after_crash(held: Claim, code: str, sentence: str) -> bool:
    """The tool died: try again a few times. False when that was tried often enough."""
    return _again_after_a_pause(held, "crashes", MOST_CRASHES, code, sentence)


def _again_after_a_pause(held: Claim, counter: str, most: int, code: str, sentence: str) -> bool:
    counted = _mine(held).values_list(counter, flat=True).first() or 0
    if counted >= most - 1:
        return False
    changes = _queued_again() | {counter: F(counter) + 1, "error_code": code, "error_text": sentence}
    changes["run_at"] = DbNow(WAITS[min(counted, len(WAITS) - 1)])
    if not _mine(held).update(**changes):
        raise LeaseLost(held.key)
    return True


@transaction.atomic
def cancel(job_id: UUID) -> bool:
    """Stop a live job. A worker that runs it learns so at its next heartbeat, and its token is void at once."""
    stopped = Job.objects.filter(pk=job_id, state__in=Job.LIVE).update(
        state=State.CANCELLED, token=F("token") + 1, finished=DbNow(), lease_until=None
    )
    if stopped:
        job = Job.objects.get(pk=job_id)
        registry.handler(job.kind).gave_up(_claim_of(job), "cancelled", "The work was cancelled.")
    return bool(stopped)


@transaction.atomic
def supersede_queued(kind: str, subject: UUID) -> int:
    """Something newer is wanted: end the queued jobs of that kind and subject. Running ones find out themselves."""
    queued = Job.objects.filter(kind=kind, subject=subject, state=State.QUEUED)
    return _update(queued, state=State.SUPERSEDED, token=F("token") + 1, finished=DbNow())


def reap() -> int:
    """Queue again what workers left behind when their lease ran out; give up on what was lost too often."""
    expired = Job.objects.filter(state=State.RUNNING, lease_until__lt=DbNow())
    return free(expired, losses=1)


def free_owner(owner: str) -> int:
    """A worker process is known to be dead: its jobs need not sit out their lease."""
    return free(Job.objects.filter(state=State.RUNNING, owner=owner), losses=1)


def free_worker(name: str) -> int:
    """The same, of every process that worked under that name."""
    return free(Job.objects.filter(state=State.RUNNING, owner__startswith=f"{name}:"), losses=1)


def free_all() -> int:
    """Nobody of ours runs (the caller holds the lock that says so): every running job was left by the dead.

    That costs the jobs nothing: they were stopped, they did not fail.
    """
    left = Job.objects.filter(state=State.RUNNING)
    return left.update(**_queued_again(), attempts=F("attempts") - 1)


def free(jobs: QuerySet[Job], *, losses: int) -> int:
    """Queue these running jobs again, and give up on those that were lost too often."""
    with transaction.atomic():
        freed = _update(jobs.filter(losses__lt=MOST_LOSSES), **_queued_again(), losses=F("losses") + losses)
    for job in jobs.filter(losses__gte=MOST_LOSSES):
        give_up(_claim_of(job), State.DEAD, "lost", LOST)
    return freed


def give_up(held: Claim, state: str, code: str, sentence: str) -> None:
    """End the job without effect and tell its handler; should that fail, the job ends all the same, loudly."""
    try:
        with transaction.atomic():
            end(held, state, code=code, sentence=sentence)
            registry.handler(held.kind).gave_up(held, code, sentence)
    except LeaseLost:
        log.warning("job.fenced", key=held.key, token=held.token)
    except Exception:
        log.exception("job.gave_up", key=held.key, code=code)
        Job.objects.filter(pk=held.id, token=held.token, state=State.RUNNING).update(
            state=State.DEAD, finished=DbNow(), lease_until=None, error_code=code, error_text=sentence
        )


def live(kind: str, subjects: list[UUID]) -> int:
    return Job.objects.filter(kind=kind, subject__in=subjects, state__in=Job.LIVE).count()


def open_batch(label: str, actor: str) -> Batch:
    return Batch.objects.create(label=label, actor=actor)


def close_batch(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(closed=DbNow())


def mark_cancelled(batch: Batch) -> bool:
    """Note that a person stopped it. False when that was noted before."""
    return bool(Batch.objects.filter(pk=batch.pk, cancelled=None).update(cancelled=DbNow()))


def _passing_over(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that nobody is changing just now, locked, where the database locks rows."""
    if connection.features.has_select_for_update_skip_locked:
        return jobs.select_for_update(skip_locked=True)
    return jobs


def _update(jobs: QuerySet[Job], **changes: Any) -> int:
    """Change those of the jobs that nobody else is changing just now. Returns how many."""
    keys = list(_passing_over(jobs.order_by("pk")).values_list("pk", flat=True))
    return jobs.filter(pk__in=keys).update(**changes) if keys else 0


def _mine(held: Claim) -> Any:
    return Job.objects.filter(pk=held.id, token=held.token, state=State.RUNNING)


def _queued_again() -> dict[str, Any]:
    """Back in the queue under a new token, so that whoever still works on it is fenced off."""
    return {
        "state": State.QUEUED,
        "token": F("token") + 1,
        "lease_until": None,
        "run_at": DbNow(),
        "owner": "",
    }


def _claim_of(job: Job) -> Claim:
    return Claim(
        job.id, job.kind, job.key, job.subject, job.args, job.token, job.attempts, lane=job.lane, heavy=job.heavy
    )
