from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from unfold.decorators import action, display

from gcis.core.admin import AboutSubjects, StaffAdmin, actor, dialog, row_or_404, tell
from gcis.core.subjects import find
from gcis.jobs import figures, live, people, registry, workers
from gcis.jobs.models import Batch, Job, Worker
from gcis.jobs.sentences import word

#: How many failures the page of a batch shows; the list of jobs has them all.
MOST_FAILURES = 10


class KindFilter(admin.SimpleListFilter):
    """Of the kinds that there are handlers for: looking for those in the table would read all of it."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, word(kind)) for kind in registry.kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(live.LiveAdmin, AboutSubjects):
    list_display = ["work", "about", "state_shown", "progress_shown", "error", "created"]
    list_filter = ["state", KindFilter, "lane"]
    ordering = ["-created"]
    actions = ["retry_selected", "cancel_selected"]
    actions_detail = ["retry", "cancel"]
    fieldsets = [
        (None, {"fields": ["work", "about", "state_shown", "progress_shown", "error", "batch"]}),
        ("When", {"fields": ["created", "run_at", "started", "finished"]}),
        ("How it went", {"fields": ["attempts", "waits", "crashes", "losses", "owner", "lane", "args", "report"]}),
    ]
    readonly_fields = ["work", "about", "state_shown", "progress_shown", "error"]
    change_form_outer_before_template = "admin/jobs/poll.html"

    def timeline_subjects(self, obj: Job) -> list[UUID]:
        return [obj.subject]

    def is_live(self, row: Job) -> bool:
        return row.state in Job.LIVE

    def cells(self, rows: list[Job]) -> list[str]:
        return [live.part(name, job, again=True) for job in rows for name in ("state", "progress", "error")]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["poll_url"] = self.poll_url([kwargs["obj"]])
        return super().render_change_form(request, context, *args, **kwargs)

    # ------------------------------------------------------------------------------------------------------- columns
    @display(description="Work", ordering="kind")
    def work(self, job: Job) -> str:
        return word(job.kind).capitalize()

    @display(description="State", ordering="state")
    def state_shown(self, job: Job) -> str:
        return live.part("state", job)

    @display(description="Progress")
    def progress_shown(self, job: Job) -> str:
        return live.part("progress", job)

    @display(description="Why not", ordering="error_code")
    def error(self, job: Job) -> str:
        return live.part("error", job)

    # ------------------------------------------------------------------------------------------------------- actions
    @action(description="Try again", permissions=["act"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self.report(request, queryset, lambda job: people.retry(job.pk, actor(request)), "to be tried again")

    @action(description="Cancel", permissions=["act"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self.report(request, queryset, lambda job: people.cancel(job.pk, actor(request)), "cancelled")

    @action(
        description="Try again",
        permissions=["act"],
        icon="replay",
        dialog=dialog("Try again", "The work is added to the queue once more.", "Try again"),
    )
    def retry(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        job = row_or_404(Job, object_id)
        return self.act(request, job.pk, lambda: people.retry(job.pk, actor(request)), "It will be tried again.")

    @action(
        description="Cancel",
        permissions=["act"],
        icon="block",
        dialog=dialog("Cancel this work", "What was there before stays as it is.", "Cancel the work"),
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        job = row_or_404(Job, object_id)
        return self.act(request, job.pk, lambda: people.cancel(job.pk, actor(request)), "The work was cancelled.")


@admin.register(Batch)
class BatchAdmin(live.LiveAdmin):
    list_display = ["label", "state_shown", "progress_shown", "errors_shown", "actor", "created"]
    ordering = ["-created"]
    search_fields = ["label", "actor"]
    actions_detail = ["retry_failures", "cancel"]
    fields = ["label", "actor", "created", "closed", "cancelled"]
    change_form_outer_before_template = "admin/jobs/batch.html"

    def prepare(self, rows: list[Any]) -> None:
        found = figures.figures(row.pk for row in rows)
        for row in rows:
            row.counted = found[row.pk]

    def timeline_subjects(self, obj: Batch) -> list[UUID]:
        return [obj.pk]

    def is_live(self, row: Any) -> bool:
        return live.is_live(row, row.counted)

    def cells(self, rows: list[Any]) -> list[str]:
        self.prepare(rows)
        parts = ("state", "progress", "errors")
        return [live.batch_part(name, batch, batch.counted, again=True) for batch in rows for name in parts]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.figures_view)
        return [path("<uuid:batch_id>/figures/", view, name="jobs_batch_figures"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context |= self._page(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def figures_view(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """The upper part of a batch's page, as it is now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = self._page(row_or_404(Batch, batch_id))
        return live.answer([render_to_string("admin/jobs/figures.html", page)], live=page["live"])

    def _page(self, batch: Any) -> dict[str, Any]:
        self.prepare([batch])
        failed = list(people.failures(Job.objects.filter(batch=batch)).order_by("-finished")[:MOST_FAILURES])
        about = find(job.subject for job in failed)
        jobs = f"{reverse('admin:jobs_job_changelist')}?batch__id__exact={batch.pk}"
        return {
            "batch": batch,
            "figures": batch.counted,
            "live": self.is_live(batch),
            "costs": figures.costs(batch),
            "failed": [(job, about.get(job.subject)) for job in failed],
            "to_retry": figures.to_retry(batch),
            "jobs_url": jobs,
        }

    # ------------------------------------------------------------------------------------------------------- columns
    @display(description="State")
    def state_shown(self, batch: Any) -> str:
        return live.batch_part("state", batch, batch.counted)

    @display(description="Progress")
    def progress_shown(self, batch: Any) -> str:
        return live.batch_part("progress", batch, batch.counted)

    @display(description="Errors")
    def errors_shown(self, batch: Any) -> str:
        return live.batch_part("errors", batch, batch.counted)

    # ------------------------------------------------------------------------------------------------------- actions
    @action(
        description="Retry failures",
        permissions=["act"],
        icon="replay",
        dialog=dialog("Retry failures", "What failed, and nothing newer has mended, is tried again.", "Try again"),
    )
    def retry_failures(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        batch = row_or_404(Batch, object_id)
        outcome = people.retry_failures(batch.pk, actor(request))
        if outcome.done or outcome.refused:
            tell(request, outcome, "to be tried again")
        else:
            messages.info(request, "Nothing of this batch failed that was not mended since.")
        return self.back(request, batch.pk)

    @action(
        description="Cancel",
        permissions=["act"],
        icon="block",
        dialog=dialog(
            "Cancel this batch", "What waits or is under way is stopped. What is done stays.", "Cancel the batch"
        ),
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        batch = row_or_404(Batch, object_id)
        return self.act(
            request, batch.pk, lambda: people.cancel_batch(batch.pk, actor(request)), "The batch was cancelled."
        )


@admin.register(Worker)
class WorkerAdmin(StaffAdmin):
    """Who does the work. Rows of processes that are over go after some days."""

    list_display = ["name", "state_shown", "running", "lanes", "threads", "host", "started", "seen"]
    ordering = ["-seen"]
    fields = ["name", "state_shown", "running", "lanes", "threads", "host", "pid", "started", "seen", "stopped"]
    readonly_fields = ["state_shown", "running"]

    def prepare(self, rows: list[Any]) -> None:
        alive = set(workers.workers().values_list("pk", flat=True))
        counts = workers.running(row.owner for row in rows)
        for row in rows:
            row.state = "stopped" if row.stopped else "at work" if row.pk in alive else "lost"
            row.jobs = counts.get(row.owner, 0)

    @display(description="State", label={"at work": "success", "lost": "danger"})
    def state_shown(self, worker: Any) -> str:
        if not hasattr(worker, "state"):
            self.prepare([worker])
        return str(worker.state)

    @display(description="Jobs running")
    def running(self, worker: Any) -> int:
        if not hasattr(worker, "jobs"):
            self.prepare([worker])
        return int(worker.jobs)
