"""What every page for staff has in common: rows are shown, and changed by services only."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from gcis.core import subjects
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.outcomes import Outcome, for_each

Row = TypeVar("Row", bound=Model)


def actor(request: HttpRequest) -> str:
    """Who acts, as events have it."""
    return f"admin {request.user.get_username()}"


def tell(request: HttpRequest, outcome: Outcome, done: str) -> None:
    """Say on the next page what became of it; of a single thing that was refused just why."""
    level = messages.SUCCESS if not outcome.refused else messages.WARNING if outcome.done else messages.ERROR
    alone = not outcome.done and sum(outcome.refused.values()) == 1
    messages.add_message(request, level, next(iter(outcome.refused)) if alone else outcome.sentence(done))


def dialog(title: str, description: str, button: str, form: type | None = None) -> dict[str, Any]:
    """What an action of one row asks before it is done. Without it unfold would do it at a mere GET.

    `form`: a subclass of unfold's BaseDialogForm, for actions that need to know more.
    """
    return {"title": title, "description": description, "form_submit_text": button, "form_class": form}


def row_or_404(model: type[Row], key: Any) -> Row:
    """The row of that uuid, which stood in an address and may be anything."""
    try:
        row = model._default_manager.filter(pk=UUID(str(key))).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404
    return row


class Prepared(ChangeList):
    """A list whose rows have got what its columns need, in a constant number of queries."""

    result_list: Any
    full_result_count: int | None

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count  # as shown: nobody has to count the table once more
        self.model_admin.prepare(list(self.result_list))  # a query set keeps the rows that it has read


class StaffAdmin(ModelAdmin):
    """Shows rows, and lets people act on them by services. As it stands nothing can be added, changed or deleted.

    Actions ask for the permission "act": Django's own right to change, whether or not there is a form. Actions of one
    row (`actions_detail`) must have a `dialog`: only what is posted may change anything.
    """

    #: Methods (request, obj, form) and (request, obj) that call a service. Only where they are defined can a row be
    #: changed by its form, or deleted. A SourceFault or Unavailable undoes it all and its sentence is shown.
    save_by_service: Callable[..., None] | None = None
    delete_by_service: Callable[..., None] | None = None
    #: Whether events and jobs may be about its rows, so that lists elsewhere link to them (see `core.subjects`).
    is_subject = True

    list_per_page = 50
    show_full_result_count = False
    change_form_outer_after_template = "admin/timeline.html"

    # ------------------------------------------------------------------------------------------------ for subclasses
    def prepare(self, rows: list[Any]) -> None:
        """Fetch what the columns show of these rows, all at once, and put it on them."""

    def titles(self, keys: Iterable[UUID]) -> dict[UUID, str]:
        """What people call these rows, where other pages link to them; unknown keys are left out."""
        return {row.pk: str(row) for row in self.model._default_manager.filter(pk__in=list(keys))}

    def timeline_subjects(self, obj: Any) -> list[UUID]:
        """Whose events are shown under the form; the first is the row itself. None: no timeline."""
        return []

    def report(self, request: HttpRequest, rows: Iterable[Any], service: Callable[[Any], object], done: str) -> None:
        """Call the service for each row and say what came of it: `12 converted; 2 not: The file is cut off.`"""
        tell(request, for_each(rows, service), done)

    def act(self, request: HttpRequest, object_id: Any, service: Callable[[], object], done: str) -> HttpResponse:
        """The end of a dialog: call the service for this row, say `done` or why not, and show the row again."""
        outcome = for_each([service], lambda call: call())
        if outcome.done:
            messages.success(request, done)
        else:
            tell(request, outcome, done)
        return self.back(request, object_id)

    def back(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """To the page of that row; a dialog is told so in htmx's way."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    # --------------------------------------------------------------------------------------------------- permissions
    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.save_by_service is not None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.delete_by_service is not None and super().has_delete_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may act on a row may see it, as Django has it for forms."""
        return super().has_view_permission(request, obj) or self.has_act_permission(request, obj)

    # ------------------------------------------------------------------------------- Django's ways, led to the services
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if self.save_by_service is None:
            raise PermissionDenied
        self.save_by_service(request, obj, form)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """`save_by_service` has done it all; a form of Django's own for other rows has no service behind it."""
        if any(formset.has_changed() for formset in formsets):
            raise PermissionDenied

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if self.delete_by_service is None:
            raise PermissionDenied
        self.delete_by_service(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    # --------------------------------------------------------------------------------------------------------- pages
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Prepared

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except (SourceFault, Unavailable) as fault:
            return self._refused(request, fault.sentence)
        return response

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, *args, **kwargs)
        except (SourceFault, Unavailable) as fault:
            return self._refused(request, fault.sentence)
        return response

    def _refused(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.error(request, sentence)
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        context["timeline_subjects"] = self.timeline_subjects(obj) if obj is not None else []
        response: HttpResponse = super().render_change_form(request, context, add=add, change=change, **kwargs)
        return response


class ReadOnlyAdmin(StaffAdmin):
    """Shows rows, to everybody who may see them, and nothing else."""

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AboutSubjects(StaffAdmin):
    """Rows about another, whose uuid is their `subject`: column `about` links to it, the search takes whole uuids."""

    search_fields = ["subject"]
    search_help_text = "The uuid of what it is about"
    is_subject = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Parts of uuids name nothing, and whole ones have an index."""
        if not search_term:
            return queryset, False
        try:
            return queryset.filter(subject=UUID(search_term.strip())), False
        except ValueError:
            return queryset.none(), False

    def prepare(self, rows: list[Any]) -> None:
        found = subjects.find(row.subject for row in rows)
        for row in rows:
            row.subject_found = found.get(row.subject)

    @display(description="About")
    def about(self, row: Any) -> str:
        if not hasattr(row, "subject_found"):
            self.prepare([row])
        if row.subject_found is None:
            return str(row.subject or "-")
        return format_html('<a class="gcis-link" href="{}">{}</a>', row.subject_found.url, row.subject_found.title)
