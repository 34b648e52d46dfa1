"""The page that imports a IIIF document: first it says what it found and what it cannot keep, then it is done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from gcis.core.admin import StaffAdmin, actor
from gcis.core.commands import counted
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.ids import LONGEST_IDENTIFIER
from manifests import importing
from manifests.gallery import pick
from manifests.importing import Outcome, Request
from manifests.pages import preferred_languages

MODES = [
    ("keep", "keep the addresses that they have, so that what others have said of them still fits"),
    ("mint", "get addresses of ours"),
]
#: So many sentences of what is lost are shown; the rest is counted.
MOST_LOSSES = 200


class ImportForm(forms.Form):
    url = forms.CharField(
        label="Its address",
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://", "inputmode": "url", "autocomplete": "off"}),
        help_text="Of a manifest, a collection or an annotation page, in Presentation 3.0, 2.1 or 2.0.",
    )
    file = forms.FileField(label="Or a file", required=False, widget=UnfoldAdminFileFieldWidget)
    ids = forms.ChoiceField(
        label="Its canvases, ranges and annotations", choices=MODES, initial="keep", widget=UnfoldAdminRadioSelectWidget
    )
    identifier = forms.CharField(
        label="Identifier",
        required=False,
        max_length=LONGEST_IDENTIFIER,
        widget=UnfoldAdminTextInputWidget,
        help_text="What it is to be called. Left empty, it gets one.",
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if bool(found.get("url")) == bool(found.get("file")):
            self.add_error("url", "Give either an address or a file.")
        return found

    def document(self) -> Any:
        """SourceFault, Unavailable: it cannot be read."""
        said = self.cleaned_data
        return importing.from_url(said["url"].strip()) if said["url"] else importing.from_bytes(said["file"].read())

    def request(self) -> Request:
        return Request(self.cleaned_data["ids"], self.cleaned_data["identifier"].strip())


class ImportAdmin(StaffAdmin):
    actions_list = ["import_document"]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("manifests.add_manifest") and request.user.has_perm("manifests.add_collection")

    @action(description="Import a manifest…", url_path="import", permissions=["import"], icon="upload_file")
    def import_document(self, request: HttpRequest) -> HttpResponse:
        """At first a page that asks; a POST says what would become of it, and with `confirmed` it is done."""
        if request.method != "POST":
            return self._ask_document(request, ImportForm())
        form = ImportForm(request.POST, request.FILES)
        confirmed = "confirmed" in request.POST
        if not form.is_valid():
            return self._ask_document(request, form) if confirmed else self._foretell(request, errors=_errors(form))
        bring = importing.bring if confirmed else importing.forecast
        try:
            outcome = bring(form.document(), form.request(), actor=actor(request))
        except (SourceFault, Unavailable) as fault:
            sentences = [fault.sentence, *(_fields(fault))]
            if not confirmed:
                return self._foretell(request, errors=sentences)
            form.add_error(None, " ".join(sentences))
            return self._ask_document(request, form)
        return self._imported(request, outcome) if confirmed else self._foretell(request, outcome)

    def _ask_document(self, request: HttpRequest, form: ImportForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Import a manifest",
            "form": form,
            "list_url": reverse("admin:manifests_manifest_changelist"),
        }
        return TemplateResponse(request, "admin/manifests/import.html", context)

    def _foretell(self, request: HttpRequest, outcome: Outcome | None = None, errors: Any = ()) -> HttpResponse:
        context: dict[str, Any] = {"errors": errors, "outcome": outcome}
        if outcome:
            context |= {
                "label": pick(outcome.label, preferred_languages(request)),
                "losses": outcome.losses[:MOST_LOSSES],
                "more": max(0, len(outcome.losses) - MOST_LOSSES),
            }
        return TemplateResponse(request, "admin/manifests/import_found.html", context)

    def _imported(self, request: HttpRequest, outcome: Outcome) -> HttpResponse:
        lost = f" {counted(len(outcome.losses), 'thing')} could not be kept." if outcome.losses else ""
        messages.success(request, f"The {outcome.kind} is imported ({outcome.what}).{lost}")
        model = outcome.record._meta.model_name
        return HttpResponseRedirect(reverse(f"admin:manifests_{model}_change", args=[outcome.record.pk]))


def _fields(fault: SourceFault | Unavailable) -> list[str]:
    return [f"{each.field}: {each.sentence}" for each in fault.fields] if isinstance(fault, SourceFault) else []


def _errors(form: ImportForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
