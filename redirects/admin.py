from django.contrib import admin

from gcis.core.admin import ReadOnlyAdmin
from redirects.models import Identifier


@admin.register(Identifier)
class IdentifierAdmin(ReadOnlyAdmin):
    list_display = ["value", "kind", "status", "resource", "since"]
    list_filter = ["kind", "status"]
    search_fields = ["value", "resource"]
