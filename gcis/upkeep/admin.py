from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from gcis.core import subjects
from gcis.core.admin import ReadOnlyAdmin, actor, dialog, row_or_404, tell
from gcis.core.outcomes import for_each
from gcis.upkeep import checks, services
from gcis.upkeep.models import Reconciliation


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = ["started_shown", "state_shown", "wrong", "mended", "took", "actor"]
    ordering = ["-finished", "pk"]
    actions_list = ["check_now"]
    actions_detail = ["mend"]
    change_form_outer_before_template = "admin/upkeep/run.html"
    is_subject = False

    class Media:
        css = {"all": ["css/admin-pictures.css"]}

    # --------------------------------------------------------------------------------------------------- permissions
    def has_check_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add")

    def has_mend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change")

    def _may(self, request: HttpRequest, what: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(what, self.opts)}")

    # ---------------------------------------------------------------------------------------------------------- pages
    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Its page says it all in tables."""
        return []

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        run = kwargs["obj"]
        about = {check.name: check for check in checks.named()}
        found = subjects.find(_uuid(each["subject"]) for each in run.findings)
        context |= {
            "run": run,
            "took": took(run),
            "left": run.wrong - run.mended,
            "figures": [(name, about[name].means if name in about else "", each) for name, each in run.figures.items()],
            "findings": [
                (each, found.get(UUID(each["subject"])) if each["subject"] else None) for each in run.findings
            ],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    # -------------------------------------------------------------------------------------------------------- columns
    @display(description="Started", ordering="started")
    def started_shown(self, run: Reconciliation) -> str:
        return date_format(run.started, "j M Y, H:i")

    @display(description="State")
    def state_shown(self, run: Reconciliation) -> SafeString:
        return render_to_string("admin/upkeep/state.html", {"run": run, "left": run.wrong - run.mended})

    @display(description="Took")
    def took(self, run: Reconciliation) -> str:
        return took(run)

    # -------------------------------------------------------------------------------------------------------- actions
    @action(
        description="Check now",
        permissions=["check"],
        icon="search_check",
        dialog=dialog(
            "Check now",
            "Database, stores and published files are compared. What needs no decision is mended by the way.",
            "Check",
        ),
    )
    def check_now(self, request: HttpRequest, form: Any) -> HttpResponse:
        return self._ask(request, services.HARMLESS, "It will be checked. What comes of it is listed here.")

    @action(
        description="Mend",
        permissions=["mend"],
        icon="healing",
        dialog=dialog(
            "Mend what can be mended",
            "Everything is compared once more. What is missing or damaged is made again, what nobody names is deleted.",
            "Mend",
        ),
    )
    def mend(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        row_or_404(Reconciliation, object_id)
        return self._ask(request, services.ALL, "It will be mended. What comes of it is listed here.")

    def _ask(self, request: HttpRequest, mends: str, done: str) -> HttpResponse:
        outcome = for_each([mends], lambda what: services.ask(what, actor=actor(request)))
        if outcome.done:
            self.message_user(request, done)
        else:
            tell(request, outcome, done)
        url = reverse("admin:upkeep_reconciliation_changelist")
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def took(run: Reconciliation) -> str:
    seconds = (run.finished - run.started).total_seconds()
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
