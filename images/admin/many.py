"""What can be done with the pictures that are selected in the list."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action

from gcis.core.admin import StaffAdmin, actor, tell
from gcis.core.errors import SourceFault
from gcis.core.outcomes import Outcome, for_each
from gcis.jobs import services as jobs
from gcis.jobs.models import Batch
from images import curation, selection, services
from images.admin import words
from images.admin.forms import WithdrawSelectedForm
from images.models import Image

#: More than that at once is work for a command: a page should answer while one waits for it.
MOST = 500
TOO_MANY = f"At most {MOST} pictures at once. Narrow the list down, or use `./run manage convert` and its like."


class ManyAdmin(StaffAdmin):
    """The actions of the list."""

    actions = ["convert_selected", "retry_selected", "purge_selected", "withdraw_selected", "restore_selected"]

    def has_purge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("images.add_purge")

    @action(description="Convert again", permissions=["act"])
    def convert_selected(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        self._convert(request, self._chosen(request, queryset), Outcome())

    @action(description="Retry what failed", permissions=["act"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        rows = self._chosen(request, queryset)
        failed = [row for row in rows if words.has_failed(row)]
        refused = Counter({"Their last conversion did not fail.": len(rows) - len(failed)})
        self._convert(request, failed, Outcome(refused=+refused))

    @action(description="Purge", permissions=["purge"])
    def purge_selected(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        if rows := self._chosen(request, queryset):
            self.report(request, rows, lambda row: curation.purge(row.pk, [row.pk], actor=actor(request)), "purged")

    @action(description="Restore", permissions=["act"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        def restore(row: Image) -> None:
            if not curation.restore(row.pk, actor=actor(request)):
                raise SourceFault("not_withdrawn", "It is not withdrawn.")

        self.report(request, self._chosen(request, queryset), restore, "restored")

    @action(description="Withdraw…", permissions=["act"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Image]) -> TemplateResponse | None:
        """Asks for the reason on a page of its own, then withdraws them all for it."""
        rows = self._chosen(request, queryset)
        form = WithdrawSelectedForm(request.POST if "confirmed" in request.POST else None)
        if rows and not form.is_valid():
            return self._ask_why(request, rows, form)
        reason = form.cleaned_data["reason"] if rows else ""

        def withdraw(row: Image) -> None:
            if not curation.withdraw(row.pk, actor=actor(request), reason=reason):
                raise SourceFault("withdrawn", "It is withdrawn already.")

        self.report(request, rows, withdraw, "withdrawn")
        return None

    def report(self, request: HttpRequest, rows: Any, service: Callable[[Any], object], done: str) -> None:
        """Nothing is said where nothing was tried: why not was said already."""
        if rows:
            super().report(request, rows, service, done)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Image]) -> list[Image]:
        rows = list(queryset.order_by("pk").defer("embedded")[: MOST + 1])
        if len(rows) > MOST:
            messages.error(request, TOO_MANY)
            return []
        return rows

    def _ask_why(self, request: HttpRequest, rows: Sequence[Image], form: WithdrawSelectedForm) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Withdraw {len(rows)} picture{'s' if len(rows) > 1 else ''}",
            "rows": rows,
            "form": form,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/images/withdraw.html", context)

    def _convert(self, request: HttpRequest, rows: Sequence[Image], outcome: Outcome) -> None:
        """`outcome` has those that were left out before."""
        asked, batch = convert(rows, actor(request))
        outcome.done, outcome.refused = asked.done, outcome.refused + asked.refused
        if outcome.done or outcome.refused:
            tell(request, outcome, "to be converted")
        if batch:
            page = reverse("admin:jobs_batch_change", args=[batch.pk])
            messages.info(request, format_html('<a class="gcis-link" href="{}">Watch how it goes</a>', page))


def convert(rows: Sequence[Image], by: str) -> tuple[Outcome, Batch | None]:
    """Ask for the conversion of these, together in one batch where it is more than one that can be."""
    going = len(rows) - len(selection.why_not(row.pk for row in rows))
    batch = jobs.open_batch(f"Conversion of {going} pictures", by) if going > 1 else None
    try:
        return for_each(rows, lambda row: services.convert_again(row.pk, actor=by, batch=batch)), batch
    finally:
        if batch:
            jobs.close_batch(batch)
