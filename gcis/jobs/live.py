"""What the pages of staff show of work under way, and the answers to their asking how it goes."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString, mark_safe

from gcis.core.admin import StaffAdmin
from gcis.jobs.figures import Figures
from gcis.jobs.models import Batch, Job

#: htmx takes this status as: what is here is final, do not ask again.
STOP_POLLING = 286
#: How many rows are asked about at once: as many as a page of a list shows.
MOST = 50
State = Job.State
_COLOURS: dict[str, str] = {
    State.RUNNING: "info",
    State.SUCCEEDED: "success",
    State.FAILED: "danger",
    State.DEAD: "danger",
    State.CANCELLED: "warning",
}
_WORDS: dict[str, str] = {State.QUEUED: "waiting", State.DEAD: "given up"}


def part(name: str, job: Job, *, again: bool = False) -> SafeString:
    """One cell of a job: state, progress or error. `again`: to take the place of the one that is on the page."""
    words = {"word": _WORDS.get(job.state, job.state), "colour": _COLOURS.get(job.state, "")}
    return render_to_string(
        f"admin/jobs/{name}.html", {"job": job, **words, "percent": round(job.progress * 100), "again": again}
    )


def batch_part(name: str, batch: Batch, figures: Figures, *, again: bool = False) -> SafeString:
    """One cell of a batch: state, progress or errors."""
    return render_to_string(
        f"admin/jobs/batch_{name}.html",
        {"batch": batch, "figures": figures, "live": is_live(batch, figures), "again": again},
    )


def is_live(batch: Batch, figures: Figures) -> bool:
    """Whether its figures may still change by themselves."""
    return figures.live or not (batch.closed or batch.cancelled)


def poll_url(view: str, keys: Iterable[UUID]) -> str:
    """Where to ask how these are; empty when there are none."""
    query = urlencode([("id", key) for key in keys])
    return f"{reverse(view)}?{query}" if query else ""


def asked(request: HttpRequest) -> list[UUID]:
    """The rows that a page asks about. ValueError for what is no uuid."""
    return [UUID(key) for key in request.GET.getlist("id")[:MOST]]


def answer(cells: Iterable[str], *, live: bool) -> HttpResponse:
    """The cells, each of which finds its place on the page by its id; the last answer says that it is the last."""
    return HttpResponse(mark_safe("".join(cells)), status=200 if live else STOP_POLLING)  # noqa: S308


class LiveAdmin(StaffAdmin):
    """A list, or the page of one row, that asks every second how its rows are while any of them may change."""

    list_before_template = "admin/jobs/poll.html"

    def poll_url(self, rows: Iterable[Any]) -> str:
        return poll_url(f"admin:jobs_{self.opts.model_name}_live", [row.pk for row in rows if self.is_live(row)])

    def is_live(self, row: Any) -> bool:
        raise NotImplementedError

    def cells(self, rows: list[Any]) -> list[str]:
        """What changes on the page while the work goes on."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.live_view)
        return [path("live/", view, name=f"jobs_{self.opts.model_name}_live"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if shown := getattr(response, "context_data", {}).get("cl"):
            response.context_data["poll_url"] = self.poll_url(shown.result_list)
        return response

    def live_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = list(self.model._default_manager.filter(pk__in=asked(request)))
        except ValueError:
            return HttpResponseBadRequest("No such rows.")
        cells = self.cells(rows)
        return answer(cells, live=any(self.is_live(row) for row in rows))
