"""The list of manifests, and that of collections."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import display
from unfold.views import ChangeList

from gcis.core.admin import Prepared
from gcis.jobs import live
from images.admin.filters import AccessFilter
from images.admin.words import access
from manifests.admin import filters, looks
from manifests.admin.many import ManyAdmin
from manifests.models import Collection
from manifests.pages import preferred_languages

#: How many of the collections that a row is in are named.
MOST_ABOVE = 3


class Spoken(Prepared):
    """A list whose rows know the languages of the person."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        languages = preferred_languages(request)
        for row in self.result_list:
            row.languages = languages


class ListAdmin(ManyAdmin, live.LiveAdmin):
    list_display = [
        "small",
        "label",
        "state",
        "size",
        "source_shown",
        "above",
        "access_shown",
        "changed",
    ]
    list_display_links = ["label"]
    list_filter = [
        filters.StateFilter,
        "source",
        filters.CollectionFilter,
        AccessFilter,
        filters.DifferenceFilter,
    ]
    list_select_related = ["source"]
    ordering = ["-created", "pk"]
    search_fields = ["external_id"]  # makes the field appear; `filters.search` answers
    search_help_text = "Part of a name (old ones too), of its words or its external id; a whole uuid"

    class Media:
        css = {"all": ["css/admin-pictures.css", "css/admin-works.css"]}

    # -------------------------------------------------------------------------------------------------- what is shown
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*looks.LEFT_OUT)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return filters.search(queryset, search_term), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Spoken

    def titles(self, keys: Iterable[UUID]) -> dict[UUID, str]:
        rows = self.model._default_manager.filter(pk__in=list(keys)).defer(*looks.LEFT_OUT)
        return {row.pk: looks.label(row) for row in rows}

    def prepare(self, rows: list[Any]) -> None:
        looks.prepare(rows)

    def is_live(self, row: Any) -> bool:
        return bool(row.look.standing.live)

    def cells(self, rows: list[Any]) -> list[str]:
        self.prepare(rows)
        return [looks.part(name, row, again=True) for row in rows for name in looks.LIVE_PARTS]

    # ------------------------------------------------------------------------------------------------------- columns
    @display(description="")
    def small(self, row: Any) -> str:
        return looks.part("thumbnail", row)

    @display(description="Label, identifier")
    def label(self, row: Any) -> str:
        lines = '<span class="gcis-name">{}</span> <span class="gcis-name gcis-soft gcis-identifier">{}</span>'
        return format_html(lines, looks.label(row, row.languages), row.look.identifier)

    @display(description="State")
    def state(self, row: Any) -> str:
        return looks.part("state", row)

    @display(description="Pages")
    def size(self, row: Any) -> int:
        return int(row.look.size)

    @display(description="Source", ordering="source__name")
    def source_shown(self, row: Any) -> str:
        return row.source.name if row.source else "-"

    @display(description="In")
    def above(self, row: Any) -> str:
        shown = [(_page(each), looks.label(each, row.languages)) for each in row.look.above[:MOST_ABOVE]]
        links = format_html_join("", '<a class="gcis-link gcis-above" href="{}">{}</a>', shown)
        more = len(row.look.above) - len(shown)
        return format_html('{} <span class="gcis-soft">and {} more</span>', links, more) if more else links

    @display(description="Access")
    def access_shown(self, row: Any) -> str:
        now = timezone.now()
        return "" if row.policy.is_open(now) else access(row.policy, now).capitalize()

    @display(description="Changed")
    def changed(self, row: Any) -> Any:
        return row.look.changed or row.created


def _page(collection: Collection) -> str:
    return reverse("admin:manifests_collection_change", args=[collection.pk])
