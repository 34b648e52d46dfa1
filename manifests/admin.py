from django.contrib import admin

from gcis.core.admin import ReadOnlyAdmin
from manifests.models import Collection, Manifest


@admin.register(Manifest, Collection)
class PublishedAdmin(ReadOnlyAdmin):
    list_display = ["external_id", "id", "source", "dirty", "published", "publish_when", "publish_error", "withdrawn"]
    list_filter = ["source", "publish_when"]
    list_select_related = ["source"]
    search_fields = ["external_id", "search_text"]
