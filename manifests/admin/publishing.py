"""Before and after publishing: what is wrong, what would change, who may look at it beforehand, what was out before."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST
from unfold.widgets import UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from manifests import asking, comparing, previews, publications
from manifests.addresses import PresentationAddresses
from manifests.admin import looks
from manifests.admin.changes import groups
from manifests.admin.saved import saved
from manifests.admin.wording import WordsAdmin
from manifests.checking import ERROR
from manifests.models import Manifest, PreviewLink
from manifests.pages import preferred_languages
from manifests.preview_documents import link_address
from redirects import services as names

#: So many changes are shown; the API has more.
MOST = 500


class PreviewForm(forms.Form):
    note = forms.CharField(
        label="For whom",
        required=False,
        max_length=previews.LONGEST_NOTE,
        widget=UnfoldAdminTextInputWidget,
        help_text="So that you know later whose link it is.",
    )
    expires = forms.SplitDateTimeField(
        label="Ends",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=f"In UTC. Empty: in {previews.USUAL.days} days.",
    )


class PublishingAdmin(WordsAdmin):
    """The tab on publishing, a piece that is fetched when it is looked at, and the page of changes."""

    def publishing_urls(self) -> list[URLPattern]:
        return [
            self.piece("publishing/", self.publishing_view, "publishing"),
            self.piece("changes/", self.changes_view, "changes"),
            self.piece("previews/", self.make_preview_view, "make_preview"),
            self.piece("previews/end/", self.end_preview_view, "end_preview"),
        ]

    # ---------------------------------------------------------------------------------------------------------- views
    @method_decorator(require_GET)
    def publishing_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._publishing_panel(request, row_or_404(self.model, object_id))

    def changes_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What is wrong with it and what publishing would change; and a button that publishes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = row_or_404(self.model, object_id)
        if request.method == "POST":
            return self._publish_from_changes(request, record)
        found = comparing.pending(record)
        languages = preferred_languages(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": f"What publishing would change: {looks.label(record, languages)}",
            "record": record,
            "record_url": self.piece_url("change", record.pk),
            "groups": groups(found[:MOST], languages),
            "more": max(0, len(found) - MOST),
            "problems": _problems(record),
            "may_act": self.has_act_permission(request),
        }
        return TemplateResponse(request, "admin/manifests/changes.html", context)

    @method_decorator(require_POST)
    def make_preview_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The link is shown this once."""
        record, form = self._editable(request, object_id), PreviewForm(request.POST)
        if not form.is_valid():
            return self._publishing_panel(request, record, form)
        said = form.cleaned_data
        try:
            issued = previews.issue(record, actor=actor(request), expires=said["expires"], note=said["note"])
        except SourceFault as fault:
            form.add_error(fault.code if fault.code in form.fields else None, fault.sentence)
            return self._publishing_panel(request, record, form)
        return saved(self._publishing_panel(request, record, made=link_address(settings.GCIS_PUBLIC_URL, issued.token)))

    @method_decorator(require_POST)
    def end_preview_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        record = self._editable(request, object_id)
        link = row_or_404(PreviewLink, request.POST.get("link", ""))
        if link.resource != record.pk:
            raise PermissionDenied
        previews.revoke(link.pk, actor=actor(request))
        return saved(self._publishing_panel(request, record))

    # --------------------------------------------------------------------------------------------------------- pieces
    def _publish_from_changes(self, request: HttpRequest, record: Any) -> HttpResponse:
        if not self.has_act_permission(request):
            raise PermissionDenied
        return self.act(
            request, record.pk, lambda: asking.publish(record, actor=actor(request)), "It is being published."
        )

    def _publishing_panel(
        self, request: HttpRequest, record: Any, form: PreviewForm | None = None, made: str = ""
    ) -> TemplateResponse:
        context = {
            "record": record,
            "problems": _problems(record),
            "links": [] if record.withdrawn else previews.links(record),
            "preview_form": form or PreviewForm(),
            "made": made,
            "publications": _publications(record),
            "may_act": self.has_act_permission(request) and not record.withdrawn,
            "panel_url": self.piece_url("publishing", record.pk),
            "changes_url": self.piece_url("changes", record.pk),
            "make_url": self.piece_url("make_preview", record.pk),
            "end_url": self.piece_url("end_preview", record.pk),
        }
        return TemplateResponse(request, "admin/manifests/publishing.html", context)


def _problems(record: Any) -> list[dict[str, Any]]:
    """What is wrong with it now, errors marked."""
    return (
        []
        if record.withdrawn
        else [{**each, "is_error": each["severity"] == ERROR} for each in comparing.problems(record)]
    )


def _publications(record: Any) -> list[dict[str, Any]]:
    """When each came out, and where it is found; of what is withdrawn none can be had."""
    if record.withdrawn:
        return []
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    document = addresses.manifest if isinstance(record, Manifest) else addresses.collection
    name = names.current([record.pk]).get(record.pk, "")
    return [
        {
            "created": each.created,
            "current": each.pk == record.publication_id,
            "documents": [
                (f"{form}.0" if form == "3" else "2.1", f"{document(name, int(form))}/versions/{about['digest']}")
                for form, about in sorted(each.documents.items(), reverse=True)
                if form.isdigit()
            ],
        }
        for each in publications.kept(record.pk)
    ]
