"""Manifests for curators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern

from images.admin import component
from manifests import making
from manifests.admin.new import NewAdmin
from manifests.admin.pages import PagesAdmin
from manifests.admin.record import RecordAdmin
from manifests.models import Collection, Manifest


@admin.register(Manifest)
class ManifestAdmin(NewAdmin, PagesAdmin, RecordAdmin):
    new_title = "New manifest"
    new_help = "It begins as a draft without pages. Nobody but staff sees it before it is published."

    def get_urls(self) -> list[URLPattern]:
        return [*self.pages_urls(), *super().get_urls()]

    def make(self, label: str, collection: Collection | None, by: str) -> Manifest:
        return making.new_manifest(label, (), collection, actor=by)

    def inside(self, request: HttpRequest, record: Manifest) -> dict[str, Any]:
        own = making.has_own_pages(record) and not record.withdrawn
        urls = ("pages", "pictures", "add_pages", "label", "take_out", "order")
        uploads = own and request.user.has_perm("images.add_image") and self.has_act_permission(request)
        return {
            "urls": {name: self.piece_url(name, record.pk) for name in urls},
            "upload": component() if uploads else None,
            "own_pages": own,
        }
