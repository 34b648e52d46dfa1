from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from gcis.core.admin import AboutSubjects, ReadOnlyAdmin
from gcis.events import timeline
from gcis.events.models import Event


class KindFilter(admin.SimpleListFilter):
    """Of the kinds that have a sentence: looking for those in the table would read all of it."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind.replace(".", " ").replace("_", " ")) for kind in timeline.kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(AboutSubjects, ReadOnlyAdmin):
    list_display = ["number", "what", "about", "actor", "at"]
    list_display_links = ["what"]
    list_filter = [KindFilter]
    fields = ["number", "what", "about", "actor", "at", "kind", "subject", "data"]
    readonly_fields = ["what", "about"]
    ordering = ["-id"]

    @display(description="What happened")
    def what(self, event: Event) -> str:
        return timeline.sentence(event)
