"""Access masters, as they are."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from gcis.core.admin import ReadOnlyAdmin
from images.admin.words import TIMES
from images.models import AccessMaster


@admin.register(AccessMaster)
class AccessMasterAdmin(ReadOnlyAdmin):
    list_display = ["digest_shown", "image_shown", "pixels", "size_shown", "recipe_shown", "created"]
    list_display_links = ["digest_shown"]
    list_select_related = ["image"]
    ordering = ["-created", "pk"]
    search_fields = ["key", "source_digest"]
    search_help_text = "Part of its key or of the digest of its source"
    fields = ["image_shown", "key", "digest", "size_shown", "pixels", "levels_shown", "recipe_shown", "source_digest"]
    fields += ["created", "provenance"]
    readonly_fields = ["image_shown", "size_shown", "pixels", "levels_shown", "recipe_shown"]

    class Media:
        css = {"all": ["css/admin-pictures.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("tile_index", "image__embedded")

    @display(description="Digest", ordering="digest")
    def digest_shown(self, master: AccessMaster) -> str:
        return format_html('<span class="gcis-digest">{}…</span>', master.digest[:16])

    @display(description="Image")
    def image_shown(self, master: AccessMaster) -> str:
        page = reverse("admin:images_image_change", args=[master.image_id])
        return format_html('<a class="gcis-link" href="{}">{}</a>', page, master.image.file_name)

    @display(description="Pixels", ordering="width")
    def pixels(self, master: AccessMaster) -> str:
        return _size(master.width, master.height)

    @display(description="Levels")
    def levels_shown(self, master: AccessMaster) -> str:
        return ", ".join(_size(width, height) for width, height, *_ in master.levels)

    @display(description="Size", ordering="size")
    def size_shown(self, master: AccessMaster) -> str:
        return filesizeformat(master.size)

    @display(description="Recipe", ordering="recipe")
    def recipe_shown(self, master: AccessMaster) -> str:
        return f"{master.recipe}@{master.recipe_version}"


def _size(width: int, height: int) -> str:
    """On one line."""
    return f"{width}\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}{height}"
