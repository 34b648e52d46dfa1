"""Durable work. The row is the truth; messages only say "look"."""

import uuid

from django.db import models
from django.db.models import Count, Q

from gcis.core.db import DbNow
from gcis.jobs.lanes import LANES

STATES = ("queued", "running", "succeeded", "failed", "dead", "superseded", "cancelled")


class Batch(models.Model):
    """Jobs that belong together: an import, a re-conversion. Its figures are counted, never kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=300)
    actor = models.CharField(max_length=200)
    created = models.DateTimeField(db_default=DbNow())
    #: Set when everything that will ever belong to it has been added.
    closed = models.DateTimeField(null=True)
    #: Set when a person stopped it (admin and REST, next issue).
    cancelled = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.label

    def figures(self) -> dict[str, int]:
        """How many jobs were submitted, are completed, ended with errors, and are finished one way or the other."""
        return self.jobs.aggregate(
            submitted=Count("id"),
            completed=Count("id", filter=Q(state__in=[Job.State.SUCCEEDED, Job.State.SUPERSEDED])),
            errors=Count("id", filter=Q(state__in=[Job.State.FAILED, Job.State.DEAD])),
            finished=Count("id", filter=~Q(state__in=Job.LIVE)),
        )


class Job(models.Model):
    """One piece of work, done once whatever happens to the processes that try it (DESIGN §7).

    A worker owns a running job only under its `token` and until `lease_until`; whoever reaches the end with another
    token changes nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed", "failed (the source is at fault)"
        DEAD = "dead", "dead (we gave up)"
        SUPERSEDED = "superseded", "superseded (something newer was wanted)"
        CANCELLED = "cancelled"

    class Lane(models.TextChoices):
        INTERACTIVE = "interactive"
        BULK = "bulk"
        SWEEP = "sweep"

    LIVE = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    #: What this work is about; two live jobs never share it.
    key = models.CharField(max_length=200)
    subject = models.UUIDField()
    args = models.JSONField(default=dict)
    lane = models.CharField(max_length=20, choices=Lane, default=Lane.BULK)
    #: Higher goes first within a lane.
    priority = models.SmallIntegerField(default=0)
    #: Takes many times as long as most: such work leaves room for lighter work that is due (gcis/jobs/room.py).
    heavy = models.BooleanField(default=False, db_default=False)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="jobs")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)

    token = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    run_at = models.DateTimeField(db_default=DbNow())

    attempts = models.PositiveIntegerField(default=0)
    #: How often something did not answer, the tool that did the work died under it, its worker was lost.
    waits = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    losses = models.PositiveIntegerField(default=0)

    progress = models.FloatField(default=0)
    stage = models.CharField(max_length=60, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_text = models.TextField(blank=True)
    #: Bytes and seconds per stage, told by the handler.
    report = models.JSONField(default=dict)

    created = models.DateTimeField(db_default=DbNow())
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state__in=["queued", "running"]), name="job_one_live"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="job_state"),
            models.CheckConstraint(condition=Q(lane__in=LANES), name="job_lane"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "-priority", "run_at", "created"], condition=Q(state="queued"), name="job_due"
            ),
            models.Index(
                fields=["lane", "heavy", "-priority", "run_at", "created"],
                condition=Q(state="queued"),
                name="job_due_light",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(fields=["subject", "kind"], name="job_subject"),
            models.Index(fields=["batch", "state"], name="job_batch"),
        ]

    def __str__(self) -> str:
        return self.key


class Worker(models.Model):
    """One run of a worker process, from its start to its end; `seen` is its last sign of life."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    #: With commas between them, in the order in which they are served.
    lanes = models.CharField(max_length=60)
    threads = models.PositiveIntegerField()
    started = models.DateTimeField(db_default=DbNow())
    seen = models.DateTimeField(db_default=DbNow())
    stopped = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["seen"], name="worker_seen")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> str:
        """As in `Job.owner`."""
        return f"{self.name}:{self.pid}"
