"""The list of pictures, and the page of one."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.decorators import action, display

from gcis.core.admin import actor, dialog, row_or_404
from gcis.jobs import live
from images import curation, services
from images.admin import filters, leaves, looks, words
from images.admin.forms import (
    ACCESS_FIELDS,
    ConvertForm,
    MergeForm,
    PictureForm,
    ReasonForm,
    RenameForm,
    WithdrawForm,
)
from images.admin.many import ManyAdmin
from images.admin.page import page
from images.admin.uploads import UploadAdmin
from images.models import Image
from images.refetch import refetch

#: What can be done with a picture that is withdrawn; with others everything but that.
WHEN_WITHDRAWN = ("restore",)


@admin.register(Image)
class ImageAdmin(ManyAdmin, UploadAdmin, live.LiveAdmin):
    list_display = ["small", "file", "identifier_shown", "state_shown", "size_shown", "registered"]
    list_display_links = ["file"]
    list_filter = [
        filters.StateFilter,
        filters.ReplacementFilter,
        "source",
        filters.RecipeFilter,
        filters.MissingFilter,
        filters.DamageFilter,
        filters.AccessFilter,
    ]
    ordering = ["-created", "page", "pk"]
    search_fields = ["file_name"]  # makes the field appear; `filters.search` answers
    search_help_text = "Part of a name (old ones too), file name or external id; a whole uuid, digest or source's slug"
    form = PictureForm
    fieldsets = [
        ("What people say of it", {"fields": ["rights_curated", "rights_source_shown", "credit", "recipe"]}),
        ("Who may see it", {"fields": ["access", "access_edge", "access_from"]}),
    ]
    readonly_fields = ["rights_source_shown"]
    conditional_fields = {"access_edge": "access == 'limited'"}
    warn_unsaved_form = True
    actions_detail = ["convert_again", "rename", "merge", "purge", "withdraw", "restore"]
    change_form_outer_before_template = "admin/images/before.html"
    change_form_outer_after_template = "admin/images/after.html"

    class Media:
        css = {"all": ["css/admin-pictures.css"]}

    # -------------------------------------------------------------------------------------------------- what is shown
    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).defer(*looks.LEFT_OUT)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        return filters.search(queryset, search_term), False

    def prepare(self, rows: list[Any]) -> None:
        looks.prepare(rows)

    def timeline_subjects(self, obj: Image) -> list[UUID]:
        return [obj.pk]

    def is_live(self, row: Image) -> bool:
        return words.is_live(row)

    def cells(self, rows: list[Image]) -> list[str]:
        self.prepare(rows)
        return [looks.part(name, image, again=True) for image in rows for name in looks.LIVE_PARTS]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture_view)
        return [path("<uuid:image_id>/live/", view, name="images_image_live"), *super().get_urls()]

    def picture_view(self, request: HttpRequest, image_id: UUID) -> HttpResponse:
        """How one picture stands; when its conversion is over, all that its page shows around the form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        image = row_or_404(Image, image_id)
        if words.is_live(image):
            looks.prepare([image])
            return live.answer([looks.part("state", image, again=True)], live=True)
        context = {**self._page(request, image), "timeline_subjects": self.timeline_subjects(image), "again": True}
        parts = ("admin/images/head.html", "admin/images/about.html")
        return live.answer([render_to_string(part, context, request) for part in parts], live=False)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        image = kwargs["obj"]
        context |= self._page(request, image)
        context["show_save_and_add_another"] = False
        if words.is_live(image):
            context["poll_url"] = reverse("admin:images_image_live", args=[image.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Those that make sense now."""
        withdrawn = bool(row_or_404(Image, object_id).withdrawn)
        found = super().get_actions_detail(request, object_id)
        return [each for each in found if (each.path in WHEN_WITHDRAWN) == withdrawn]

    def _page(self, request: HttpRequest, image: Image) -> dict[str, Any]:
        return page(image, may_replace=self.has_act_permission(request))

    # ------------------------------------------------------------------------------------------------------- columns
    @display(description="")
    def small(self, image: Any) -> str:
        return looks.part("thumbnail", image)

    @display(description="File", ordering="file_name")
    def file(self, image: Image) -> str:
        where = '<span class="gcis-name">{}<br><span class="gcis-soft">{}</span></span>'
        page = leaves.title(image)
        return format_html(where, f"{image.file_name}, {page}" if page else image.file_name, image.source.name)

    @display(description="Identifier")
    def identifier_shown(self, image: Any) -> str:
        return format_html('<span class="gcis-name">{}</span>', image.identifier or "-")

    @display(description="State")
    def state_shown(self, image: Any) -> str:
        return looks.part("state", image)

    @display(description="Size", ordering="size")
    def size_shown(self, image: Any) -> str:
        return looks.part("size", image)

    @display(description="Registered", ordering="created")
    def registered(self, image: Image) -> str:
        day, time = (date_format(image.created, part) for part in ("j M Y", "H:i"))
        return format_html('<span class="nowrap">{}</span><br><span class="gcis-soft">{}</span>', day, time)

    @display(description="The source says")
    def rights_source_shown(self, image: Image) -> str:
        return image.rights_source or "Nothing on rights."

    # -------------------------------------------------------------------------------------------------------- changes
    def save_by_service(self, request: HttpRequest, obj: Image, form: PictureForm) -> None:
        if words_said := form.words():
            curation.describe(obj.pk, actor=actor(request), **words_said)
        if ACCESS_FIELDS & set(form.changed_data):
            curation.restrict(obj.pk, form.restriction(form.cleaned_data), actor=actor(request))

    @action(
        description="Convert again",
        permissions=["act"],
        icon="replay",
        dialog=dialog("Convert again", "What serves goes on serving until then.", "Convert", ConvertForm),
    )
    def convert_again(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image = row_or_404(Image, object_id)
        again = refetch if form.cleaned_data.get("refetch") else services.convert_again
        return self.act(request, image.pk, lambda: again(image.pk, actor=actor(request)), "It will be converted.")

    @action(
        description="Rename",
        permissions=["act"],
        icon="sell",
        dialog=dialog("Rename", "The picture gets another identifier.", "Rename", RenameForm),
    )
    def rename(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image, said = row_or_404(Image, object_id), form.cleaned_data
        return self.act(
            request,
            image.pk,
            lambda: curation.rename(image.pk, said["identifier"], actor=actor(request), reason=said["reason"]),
            f"It is called {said['identifier']} now.",
        )

    @action(
        description="Merge",
        permissions=["act"],
        icon="merge",
        dialog=dialog(
            "Merge into another",
            "All its names lead to the other picture from now on, and this one is withdrawn for good.",
            "Merge",
            MergeForm,
        ),
    )
    def merge(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image, said = row_or_404(Image, object_id), form.cleaned_data
        return self.act(
            request,
            image.pk,
            lambda: curation.merge(image.pk, said["into"], actor=actor(request), reason=said["reason"]),
            "Its names lead to the other picture now.",
        )

    @action(
        description="Purge",
        permissions=["purge"],
        icon="mop",
        dialog=dialog("Purge", "Every cached copy is put out of reach.", "Purge", ReasonForm),
    )
    def purge(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image, reason = row_or_404(Image, object_id), form.cleaned_data["reason"]
        return self.act(
            request,
            image.pk,
            lambda: curation.purge(image.pk, [image.pk], actor=actor(request), reason=reason),
            "Its cached copies are out of reach.",
        )

    @action(
        description="Withdraw",
        permissions=["act"],
        icon="block",
        dialog=dialog("Withdraw", "Nobody gets it any more. It can be restored.", "Withdraw", WithdrawForm),
    )
    def withdraw(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image, reason = row_or_404(Image, object_id), form.cleaned_data["reason"]
        return self.act(
            request,
            image.pk,
            lambda: curation.withdraw(image.pk, actor=actor(request), reason=reason),
            "It is withdrawn.",
        )

    @action(
        description="Restore",
        permissions=["act"],
        icon="undo",
        dialog=dialog("Restore", "It is back as it was, under its last identifier.", "Restore", ReasonForm),
    )
    def restore(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        image, reason = row_or_404(Image, object_id), form.cleaned_data["reason"]
        return self.act(
            request,
            image.pk,
            lambda: curation.restore(image.pk, actor=actor(request), reason=reason),
            "It is restored.",
        )
