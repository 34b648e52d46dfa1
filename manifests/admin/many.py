"""What can be done with the manifests or collections that are selected in the list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.decorators import action

from gcis.core.admin import StaffAdmin, actor
from gcis.core.errors import SourceFault
from images.access import Access
from images.curation import Restriction
from manifests import asking, curation, deciding, members
from manifests.admin import looks
from manifests.admin.forms import PutIntoForm, WithdrawSelectedForm
from manifests.pages import preferred_languages

#: More than that at once is work for a command: a page should answer while one waits for it.
MOST = 500
TOO_MANY = f"At most {MOST} at once. Narrow the list down, or use `./run manage publish` and its like."


class ManyAdmin(StaffAdmin):
    """The actions of the list."""

    actions = [
        "publish_selected",
        "put_selected_into",
        "close_selected",
        "open_selected",
        "purge_selected",
        "withdraw_selected",
        "restore_selected",
        "take_sources_selected",
        "keep_ours_selected",
    ]

    def has_purge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("images.add_purge")

    @action(description="Publish", permissions=["act"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rows = self._chosen(request, queryset)
        self.report(request, rows, lambda row: asking.publish(row, actor=actor(request)), "to be published")

    @action(description="Put into a collection…", permissions=["act"])
    def put_selected_into(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        rows = self._chosen(request, queryset)
        form = PutIntoForm(request.POST if "confirmed" in request.POST else None)
        if rows and not form.is_valid():
            return self._ask(request, rows, form, "put_selected_into", "Put into a collection", "Put into it")

        def put(row: Any) -> None:
            if not members.put_in(form.cleaned_data["collection"], row, actor=actor(request)):
                raise SourceFault("there", "It is in that collection already.")

        self.report(request, rows, put, "put into the collection")
        return None

    @action(description="Close to the public", permissions=["act"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._restrict(request, queryset, Restriction(Access.CLOSED), "closed")

    @action(description="Open to the public", permissions=["act"])
    def open_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._restrict(request, queryset, Restriction(Access.OPEN), "opened")

    @action(description="Purge the pictures", permissions=["purge"])
    def purge_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rows = self._chosen(request, queryset)
        self.report(request, rows, lambda row: asking.purge(row, actor=actor(request)), "purged")

    @action(description="Withdraw…", permissions=["act"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        rows = self._chosen(request, queryset)
        form = WithdrawSelectedForm(request.POST if "confirmed" in request.POST else None)
        if rows and not form.is_valid():
            return self._ask(request, rows, form, "withdraw_selected", "Withdraw", "Withdraw")

        def withdraw(row: Any) -> None:
            if not curation.withdraw(row, actor=actor(request), reason=form.cleaned_data["reason"]):
                raise SourceFault("withdrawn", "It is withdrawn already.")

        self.report(request, rows, withdraw, "withdrawn")
        return None

    @action(description="Restore", permissions=["act"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        def restore(row: Any) -> None:
            if not curation.restore(row, actor=actor(request)):
                raise SourceFault("not_withdrawn", "It is not withdrawn.")

        self.report(request, self._chosen(request, queryset), restore, "restored")

    @action(description="Source differs: take the source", permissions=["act"])
    def take_sources_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        def take(row: Any) -> None:
            if not deciding.take_all(row, actor=actor(request)):
                raise SourceFault("same", "Its source does not differ.")

        self.report(request, self._chosen(request, queryset), take, "said as the source says it")

    @action(description="Source differs: keep mine", permissions=["act"])
    def keep_ours_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        def keep(row: Any) -> None:
            if not deciding.keep_all(row, actor=actor(request)):
                raise SourceFault("same", "Its source does not differ.")

        self.report(request, self._chosen(request, queryset), keep, "kept")

    def report(self, request: HttpRequest, rows: Any, service: Callable[[Any], object], done: str) -> None:
        """Nothing is said where nothing was tried: why not was said already."""
        if rows:
            super().report(request, rows, service, done)

    def _restrict(self, request: HttpRequest, queryset: QuerySet[Any], word: Restriction, done: str) -> None:
        def restrict(row: Any) -> None:
            if not curation.restrict(row, word, actor=actor(request)):
                raise SourceFault("access_same", f"It is {done} already.")

        self.report(request, self._chosen(request, queryset), restrict, done)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        rows = list(queryset.order_by("pk")[: MOST + 1])
        if len(rows) > MOST:
            messages.error(request, TOO_MANY)
            return []
        return rows

    def _ask(
        self, request: HttpRequest, rows: list[Any], form: Any, name: str, title: str, button: str
    ) -> TemplateResponse:
        """A page of its own that asks what the action needs to know, once for all of them."""
        languages = preferred_languages(request)
        kind = self.opts.verbose_name if len(rows) == 1 else self.opts.verbose_name_plural
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{title}: {len(rows)} {kind}",
            "rows": [(row.pk, looks.label(row, languages)) for row in rows],
            "form": form,
            "action": name,
            "button": button,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/manifests/ask.html", context)
