from django.contrib import admin

from gcis.core.admin import ReadOnlyAdmin
from gcis.jobs.models import Batch, Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject", "state", "stage", "progress", "attempts", "error_text", "created", "finished"]
    list_filter = ["state", "kind", "lane"]
    search_fields = ["key", "subject"]
    ordering = ["-created"]


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["label", "figures", "actor", "created", "closed"]
    ordering = ["-created"]
