"""The page of one manifest or collection: its head, and the pieces that both have."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET

from gcis.core.admin import row_or_404
from manifests import curation
from manifests.addresses import PresentationAddresses
from manifests.admin import fields, looks
from manifests.admin.dialogs import DialogAdmin
from manifests.admin.erasing import ErasingAdmin
from manifests.admin.listing import ListAdmin
from manifests.admin.ordering import OrderAdmin
from manifests.admin.pictures import progress
from manifests.admin.publishing import PublishingAdmin
from manifests.admin.sharing import SharingAdmin
from manifests.models import Manifest
from manifests.pages import preferred_languages
from redirects import services as names


class RecordAdmin(DialogAdmin, OrderAdmin, SharingAdmin, PublishingAdmin, ErasingAdmin, ListAdmin):
    """There is no form of Django's on the page: its pieces send what they are about to views of their own."""

    change_form_template = "admin/manifests/page.html"

    # ----------------------------------------------------------------------------------------------------- addresses
    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return []

    def get_urls(self) -> list[URLPattern]:
        head = self.piece("head/", self.head_view, "head")
        own = [
            head,
            *self.words_urls(),
            *self.sharing_urls(),
            *self.publishing_urls(),
            *self.erasing_urls(),
            *self.order_urls(),
        ]
        return [*own, *super().get_urls()]

    def piece(self, route: str, view: Any, name: str) -> URLPattern:
        """An address under that of a record."""
        full = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(f"<uuid:object_id>/{route}", self.admin_site.admin_view(view), name=full)

    def piece_url(self, name: str, key: UUID) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=[key])

    def timeline_subjects(self, obj: Any) -> list[UUID]:
        return [obj.pk]

    # ---------------------------------------------------------------------------------------------------------- page
    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = kwargs["obj"]
        context |= {
            **self._head(request, record),
            **self._words_context(record),
            **self.sharing(record),
            **self.inside(request, record),
            "fields": fields.fields(record),
            "names": names.history(record.pk),
            "original": Called(record, preferred_languages(request)),
            "title": looks.label(record, preferred_languages(request)),
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_GET)
    def head_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """How it stands now, and what has happened to it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = row_or_404(self.model, object_id)
        context = {**self._head(request, record), "timeline_subjects": self.timeline_subjects(record), "again": True}
        return TemplateResponse(request, "admin/manifests/head.html", context)

    def inside(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What the page needs for the pages, or members."""
        raise NotImplementedError

    def _head(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        looks.prepare([record])
        successor = curation.successor(record) if record.withdrawn else record
        return {
            "record": record,
            "look": record.look,
            "label": looks.label(record, preferred_languages(request)),
            "above": [(each.pk, looks.label(each, preferred_languages(request))) for each in record.look.above],
            "picture": record.look.thumbnail,
            "links": _links(record),
            "progress": progress(record) if isinstance(record, Manifest) else None,
            "head_url": self.piece_url("head", record.pk),
            "publish_url": self.piece_url("publish", record.pk),
            "publishing_url": self.piece_url("publishing", record.pk),
            "changes_url": self.piece_url("changes", record.pk),
            "may_act": self.has_act_permission(request),
            "erase_url": self.piece_url("erase", record.pk) if record.withdrawn and self.may_erase(request) else "",
            "merged_into": self.piece_url("change", successor.pk) if successor.pk != record.pk else "",
            "by_hand": record.publish_when == record.PublishWhen.MANUAL,
            **self.sharing(record),
        }


class Called:
    """A record that is called by its label where templates name it."""

    def __init__(self, record: Any, languages: Sequence[str]) -> None:
        self._record, self._label = record, looks.label(record, languages)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)

    def __str__(self) -> str:
        return self._label


def _links(record: Any) -> list[tuple[str, str]]:
    """Title and address of what the public gets; of a draft, what staff sees of it."""
    identifier = record.look.identifier
    if not identifier or record.withdrawn:
        return []
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    if not record.publication_id:
        return [("Preview", addresses.view(identifier))]
    document, word = (
        (addresses.manifest, "Manifest") if isinstance(record, Manifest) else (addresses.collection, "Collection")
    )
    return [
        ("Public page", addresses.view(identifier)),
        (f"{word} 3", document(identifier, 3)),
        (f"{word}, any version", document(identifier)),
    ]
