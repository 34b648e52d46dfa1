"""The page on which a manager destroys what is kept of something that was withdrawn."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from unfold.widgets import UnfoldAdminTextInputWidget

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault, Unavailable
from manifests import erasing
from manifests.admin import looks
from manifests.admin.wording import WordsAdmin
from manifests.pages import preferred_languages

#: So many pictures are named on the page; its figures count them all.
MOST = 200


class EraseForm(forms.Form):
    reason = forms.CharField(
        max_length=erasing.LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text="It stays in the timeline.",
    )
    confirmed = forms.CharField(
        label="To go on, type erase",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def clean_confirmed(self) -> str:
        text: str = self.cleaned_data["confirmed"].strip().lower()
        if text != "erase":
            raise forms.ValidationError("Type erase here, if that is what you want.")
        return text


class ErasingAdmin(WordsAdmin):
    def erasing_urls(self) -> list[URLPattern]:
        return [self.piece("erase/", self.erase_view, "erase")]

    def may_erase(self, request: HttpRequest) -> bool:
        """Managers have Django's right to delete; nobody else has."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('delete', self.opts)}")

    def erase_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What would be destroyed and what left; destroyed once that is confirmed."""
        if not self.may_erase(request):
            raise PermissionDenied
        record = row_or_404(self.model, object_id)
        form = EraseForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                there = erasing.erase(record, actor=actor(request), reason=form.cleaned_data["reason"])
            except (SourceFault, Unavailable) as fault:
                form.add_error(None, fault.sentence)
            else:
                return self._erased(request, record, there)
        if not record.withdrawn:
            messages.error(request, erasing.NOT_WITHDRAWN)
            return HttpResponseRedirect(self.piece_url("change", record.pk))
        return self._inventory(request, record, erasing.inventory(record), form=form)

    def _erased(self, request: HttpRequest, record: Any, there: erasing.Inventory) -> HttpResponse:
        return self._inventory(request, record, there, done=True)

    def _inventory(self, request: HttpRequest, record: Any, there: erasing.Inventory, **more: Any) -> TemplateResponse:
        label = looks.label(record, preferred_languages(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": f"Erase {label}",
            "label": label,
            "record_url": self.piece_url("change", record.pk),
            "there": there,
            "pictures": there.pictures[:MOST],
            "shown": there.shown[:MOST],
            "unnamed": max(0, len(there.pictures) - MOST),
            **more,
        }
        return TemplateResponse(request, "admin/manifests/erase.html", context)
