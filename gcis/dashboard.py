"""The first page for staff: what is there, what is under way, what went wrong."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import HttpRequest

from gcis.core import subjects
from gcis.jobs import figures, live, people
from gcis.jobs.models import Batch, Job
from gcis.upkeep import services as upkeep
from images.models import Image
from images.services import PENDING
from manifests import scheduling
from manifests import services as manifests
from manifests.mirror import services as mirrors

#: How many failures and batches are shown; the lists have them all.
MOST = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's hook: what the first page shows to this person."""
    context["title"] = "At a glance"
    if request.user.has_perm("images.view_image"):
        context["pictures"] = pictures()
    if request.user.has_perm("manifests.view_manifest"):
        context["outstanding"] = manifests.outstanding()
        context["scheduled"] = scheduling.waiting()
        context["mirrors_late"] = mirrors.late()
    if request.user.has_perm("upkeep.view_reconciliation"):
        context["upkeep"] = upkeep.figures()
    if request.user.has_perm("jobs.view_batch"):
        context["batches"] = running_batches()
    if request.user.has_perm("jobs.view_job"):
        context["failed"] = failures()
    context["live"] = bool(
        context.get("batches") or context.get("outstanding") or context.get("pictures", {}).get("waiting")
    )
    return context


def pictures() -> dict[str, int]:
    """How many pictures are served, wait for a conversion, and could not be converted as was last wanted."""
    return Image.objects.filter(withdrawn=None).aggregate(
        ready=Count("pk", filter=Q(current__isnull=False)),
        waiting=Count("pk", filter=PENDING),
        failed=Count("pk", filter=Q(wanted__gt=0, failed=F("wanted"))),
    )


def running_batches() -> list[tuple[Batch, figures.Figures]]:
    """The newest batches that go on."""
    work = Job.objects.filter(batch=OuterRef("pk"), state__in=Job.LIVE)
    batches = list(Batch.objects.filter(Exists(work) | Q(closed=None), cancelled=None).order_by("-created")[:MOST])
    counted = figures.figures(batch.pk for batch in batches)
    return [(batch, counted[batch.pk]) for batch in batches if live.is_live(batch, counted[batch.pk])]


def failures() -> list[tuple[Job, subjects.Subject | None]]:
    """The newest failures that nothing has mended since, and what they are about."""
    failed = list(people.failures(Job.objects.all()).order_by("-finished")[:MOST])
    about = subjects.find(job.subject for job in failed)
    return [(job, about.get(job.subject)) for job in failed]
