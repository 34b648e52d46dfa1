"""Access masters, as they are, and the recipes that made them."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from images import reconversion
from images.admin import recipes
from images.admin.filters import OLDER, ConditionFilter
from images.admin.provenance import making
from images.admin.words import TIMES
from images.models import AccessMaster


class MadeByFilter(ConditionFilter):
    """By recipe, those that are gone too, and by its version: `default@1`."""

    title = "recipe"
    parameter_name = "recipe"

    def conditions(self) -> dict[str, Q]:
        made = {
            f"{each.recipe}@{each.version}": Q(recipe=each.recipe, recipe_version=each.version)
            for each in reconversion.counts()
        }
        return {**made, OLDER: reconversion.old()}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, "An older recipe" if name == OLDER else name) for name in self.conditions()]


@admin.register(AccessMaster)
class AccessMasterAdmin(recipes.RecipesAdmin):
    list_display = ["digest_shown", "image_shown", "pixels", "size_shown", "recipe_shown", "created"]
    list_display_links = ["digest_shown"]
    list_filter = [MadeByFilter]
    list_select_related = ["image"]
    ordering = ["-created", "pk"]
    search_fields = ["key", "source_digest"]
    search_help_text = "Part of its key or of the digest of its source"
    fields = ["image_shown", "key", "digest", "size_shown", "pixels", "levels_shown", "recipe_shown", "source_digest"]
    fields += ["created"]
    readonly_fields = ["image_shown", "size_shown", "pixels", "levels_shown", "recipe_shown"]
    change_form_outer_after_template = "admin/images/master.html"

    class Media:
        css = {"all": ["css/admin-pictures.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("tile_index", "image__embedded")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["making"] = making(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

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
        made_by = f"{master.recipe}@{master.recipe_version}"
        return f"{made_by}, older" if reconversion.is_old(master.recipe, master.recipe_version) else made_by


def _size(width: int, height: int) -> str:
    """On one line."""
    return f"{width}\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}{height}"
