"""Every name that anything has or had. They are changed on the page of what they name."""

import unicodedata
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from gcis.core import subjects
from gcis.core.admin import ReadOnlyAdmin
from redirects import services
from redirects.models import Identifier

Status = Identifier.Status
_COLOURS: dict[str, str] = {Status.CURRENT: "success", Status.WITHDRAWN: "warning"}


class UseFilter(admin.SimpleListFilter):
    """Whether former names are still asked for; the use of current ones is not counted."""

    title = "use of former names"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("never", "Never used"), ("year", "Used in the last year"), ("before", "Not for a year")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Identifier]) -> QuerySet[Identifier]:
        year = timezone.now() - timedelta(days=365)
        uses = {"never": Q(last_used=None), "year": Q(last_used__gte=year), "before": Q(last_used__lt=year)}
        use = uses.get(self.value() or "")
        return queryset if use is None else queryset.filter(use).exclude(status=Status.CURRENT)


@admin.register(Identifier)
class IdentifierAdmin(ReadOnlyAdmin):
    list_display = ["value_shown", "kind", "status_shown", "names", "why", "since", "used"]
    list_display_links = ["value_shown"]
    list_filter = ["kind", "status", UseFilter]
    ordering = ["-since", "-pk"]
    search_fields = ["value"]
    search_help_text = "Part of a name, or the whole uuid of what it names"
    fields = ["value", "kind", "status_shown", "names", "called_now", "reason", "actor", "since", "hits", "last_used"]
    readonly_fields = ["status_shown", "names", "called_now"]

    class Media:
        css = {"all": ["css/admin-pictures.css"]}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Identifier], search_term: str
    ) -> tuple[QuerySet[Identifier], bool]:
        text = unicodedata.normalize("NFC", search_term.strip())
        if not text:
            return queryset, False
        named = Q(value__icontains=text)
        try:
            named |= Q(resource=UUID(text))
        except ValueError:
            pass  # most names are no uuids
        return queryset.filter(named), False

    def prepare(self, rows: list[Any]) -> None:
        found = subjects.find(row.resource for row in rows)
        called = services.current(row.resource for row in rows)
        for row in rows:
            row.named, row.now = found.get(row.resource), called.get(row.resource, "")

    def timeline_subjects(self, obj: Identifier) -> list[UUID]:
        return [obj.resource]

    @display(description="Status", ordering="status")
    def status_shown(self, identifier: Identifier) -> str:
        colour = _COLOURS.get(identifier.status, "")
        return render_to_string("unfold/helpers/label.html", {"text": identifier.status, "type": colour})

    @display(description="Value", ordering="value")
    def value_shown(self, identifier: Identifier) -> str:
        return format_html('<span class="gcis-name">{}</span>', identifier.value)

    @display(description="Names")
    def names(self, identifier: Any) -> str:
        """What it leads to, and what that is called now where it is not this."""
        self._prepare_one(identifier)
        if identifier.named is None:
            return str(identifier.resource)
        now = identifier.now if identifier.now != identifier.value else ""
        return format_html(
            '<a class="gcis-link" href="{}">{}</a><br><span class="gcis-soft">{}{}</span>',
            identifier.named.url,
            identifier.named.title,
            identifier.named.kind,
            f", now {now}" if now else "",
        )

    @display(description="Is called now")
    def called_now(self, identifier: Any) -> str:
        self._prepare_one(identifier)
        return identifier.now

    @display(description="Why", ordering="reason")
    def why(self, identifier: Identifier) -> str:
        parts = [(part,) for part in (identifier.reason, identifier.actor) if part]
        return format_html_join("", '<span class="gcis-soft gcis-why">{}</span>', parts) or "-"

    @display(description="Asked for", ordering="hits")
    def used(self, identifier: Identifier) -> str:
        if not identifier.last_used:
            return "-"
        times = f"{identifier.hits} time{'s' if identifier.hits > 1 else ''}"
        return format_html("{}<br>last {}", times, date_format(identifier.last_used, "j M Y, H:i"))

    def _prepare_one(self, identifier: Any) -> None:
        """On its own page nobody has prepared it."""
        if not hasattr(identifier, "named"):
            self.prepare([identifier])
