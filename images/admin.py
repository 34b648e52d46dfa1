from django.contrib import admin

from gcis.core.admin import ReadOnlyAdmin
from images.models import AccessMaster, Image, Source


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "location", "created"]


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "state", "replacement", "width", "height", "error_text", "missing_since", "source"]
    list_filter = ["source", "withdrawn", "error_code"]
    list_select_related = ["source", "current"]
    search_fields = ["file_name", "external_id", "digest"]


@admin.register(AccessMaster)
class AccessMasterAdmin(ReadOnlyAdmin):
    list_display = ["key", "width", "height", "size", "recipe", "recipe_version", "created"]
    search_fields = ["key", "source_digest"]
