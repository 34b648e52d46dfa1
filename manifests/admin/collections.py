"""Collections for curators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from unfold.decorators import display

from images.admin import component
from manifests import making
from manifests.admin.dynamic import DynamicAdmin
from manifests.admin.members import MembersAdmin
from manifests.admin.new import NewAdmin
from manifests.admin.record import RecordAdmin
from manifests.admin.works import WorksAdmin
from manifests.models import Collection


@admin.register(Collection)
class CollectionAdmin(NewAdmin, WorksAdmin, DynamicAdmin, MembersAdmin, RecordAdmin):
    actions_list = ["saved_query"]
    new_title = "New collection"
    new_help = "It is published at once. What is put into it appears there when it is published itself."

    def get_urls(self) -> list[URLPattern]:
        return [*self.members_urls(), *self.works_urls(), *self.dynamic_urls(), *super().get_urls()]

    def make(self, label: str, collection: Collection | None, by: str) -> Collection:
        return making.new_collection(label, collection, actor=by)

    @display(description="Members")
    def size(self, row: Any) -> int:
        return super().size(row)

    def inside(self, request: HttpRequest, record: Collection) -> dict[str, Any]:
        may = self.has_act_permission(request) and not record.withdrawn and record.query is None
        uploads = may and request.user.has_perms(("images.add_image", "manifests.add_manifest"))
        inside = f"?collection={record.pk}"
        return {
            "urls": {
                name: self.piece_url(name, record.pk) for name in ("members", "find", "put", "out", "works", "order")
            },
            "upload": component() if uploads else None,
            "own_pages": may,
            "list_url": reverse("admin:manifests_manifest_changelist") + inside,
            "new_manifest_url": reverse("admin:manifests_manifest_add"),
            "new_collection_url": reverse("admin:manifests_collection_add"),
            **self.dynamic(record),
        }
