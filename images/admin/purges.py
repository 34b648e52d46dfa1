"""What was purged, why, by whom, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from gcis.core import subjects
from gcis.core.admin import AboutSubjects, ReadOnlyAdmin
from images.admin import words
from images.models import Purge

#: How many targets a page names.
MOST_TARGETS = 50


@admin.register(Purge)
class PurgeAdmin(AboutSubjects, ReadOnlyAdmin):
    list_display = ["created", "about", "actor", "reason", "matched", "results_shown"]
    ordering = ["-created", "pk"]
    fields = ["about", "actor", "reason", "created", "matched", "targets_shown", "results_shown", "probe_shown"]
    readonly_fields = ["about", "targets_shown", "results_shown", "probe_shown"]

    @display(description="Results")
    def results_shown(self, purge: Purge) -> str:
        return _lines(purge.results)

    @display(description="Probe")
    def probe_shown(self, purge: Purge) -> str:
        return _lines(purge.probe)

    @display(description="Pictures")
    def targets_shown(self, purge: Purge) -> str:
        keys = [UUID(target) for target in purge.targets[:MOST_TARGETS]]
        found = subjects.find(keys)
        named = format_html_join(
            "", '<li><a class="gcis-link" href="{}">{}</a></li>', ((each.url, each.title) for each in found.values())
        )
        others = len(purge.targets) - len(found)
        return format_html("<ul>{}</ul>{}", named, f"and {others} more" if others else "")


def _lines(facts: dict[str, Any]) -> str:
    return format_html_join("", "<span class='gcis-fact'>{}: {}</span> ", words.pairs(facts)) or "-"
