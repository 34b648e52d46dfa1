"""Where pictures come from. Folders and uploads come about by themselves; systems are added here or by REST."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from gcis.core.admin import StaffAdmin, actor
from images import sources
from images.models import Image, Source


class SystemForm(forms.ModelForm):
    class Meta:
        model = Source
        fields = ("name", "slug")
        widgets = {"name": UnfoldAdminTextInputWidget, "slug": UnfoldAdminTextInputWidget}
        help_texts = {"slug": "What it is called in addresses of the API. It stays for ever."}


@admin.register(Source)
class SourceAdmin(StaffAdmin):
    list_display = ["name", "slug", "kind", "location", "pictures", "created"]
    list_filter = ["kind"]
    ordering = ["name", "pk"]
    search_fields = ["name", "slug", "location"]
    form = SystemForm
    fields = ["name", "slug", "kind", "location", "pictures", "created"]

    def prepare(self, rows: list[Any]) -> None:
        counted = Image.objects.filter(source__in=rows).order_by().values_list("source").annotate(Count("pk"))
        counts = dict(counted)
        for row in rows:
            row.pictures = counts.get(row.pk, 0)

    @display(description="Pictures")
    def pictures(self, source: Any) -> str:
        if not hasattr(source, "pictures"):
            self.prepare([source])
        link = f"{reverse('admin:images_image_changelist')}?source__id__exact={source.pk}"
        return format_html('<a class="gcis-link" href="{}">{}</a>', link, source.pictures)

    # ------------------------------------------------------------------------------------------------ systems, by form
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("images.add_source")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a system the name; folders have theirs from the disk."""
        return super().has_change_permission(request, obj) and (obj is None or obj.kind == Source.Kind.SYSTEM)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields if obj else ["name", "slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "kind", "location", "pictures", "created"] if obj else []

    def save_by_service(self, request: HttpRequest, obj: Source, form: Any) -> None:
        made, _ = sources.put_system(obj.slug, form.cleaned_data["name"], actor=actor(request))
        obj.pk = made.pk
