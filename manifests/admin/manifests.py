"""Manifests for curators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern

from images.admin import component
from manifests import making
from manifests.admin.annotations import AnnotationsAdmin
from manifests.admin.contents import ContentsAdmin
from manifests.admin.dynamic import DynamicAdmin
from manifests.admin.importing import ImportAdmin
from manifests.admin.new import NewAdmin
from manifests.admin.pages import PagesAdmin
from manifests.admin.record import RecordAdmin
from manifests.models import Collection, Manifest


@admin.register(Manifest)
class ManifestAdmin(NewAdmin, ImportAdmin, AnnotationsAdmin, DynamicAdmin, ContentsAdmin, PagesAdmin, RecordAdmin):
    actions_list = [*ImportAdmin.actions_list, "saved_query"]
    new_title = "New manifest"
    new_help = "It begins as a draft without pages. Nobody but staff sees it before it is published."

    def get_urls(self) -> list[URLPattern]:
        return [
            *self.pages_urls(),
            *self.contents_urls(),
            *self.annotations_urls(),
            *self.dynamic_urls(),
            *super().get_urls(),
        ]

    def make(self, label: str, collection: Collection | None, by: str) -> Manifest:
        return making.new_manifest(label, (), collection, actor=by)

    def inside(self, request: HttpRequest, record: Manifest) -> dict[str, Any]:
        own = making.has_own_pages(record) and not record.withdrawn
        urls = (
            "pages",
            "pictures",
            "add_pages",
            "label",
            "take_out",
            "order",
            "annotations",
            "texts",
            "contents",
            "size",
        )
        uploads = own and request.user.has_perm("images.add_image") and self.has_act_permission(request)
        return {
            "urls": {name: self.piece_url(name, record.pk) for name in urls},
            "upload": component() if uploads else None,
            "own_pages": own,
            **self.dynamic(record),
        }
