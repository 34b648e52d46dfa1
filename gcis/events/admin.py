from django.contrib import admin

from gcis.core.admin import ReadOnlyAdmin
from gcis.events.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "subject", "actor", "at"]
    list_filter = ["kind"]
    search_fields = ["subject"]
    ordering = ["-id"]
