"""When a work is published, and who may see it: the form, and what counts beside it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
)

from gcis.core.admin import actor
from gcis.core.errors import SourceFault
from images.access import Access
from images.admin.words import access as said_of
from images.curation import LARGEST_EDGE, Restriction
from manifests import editing
from manifests.admin.saved import saved
from manifests.admin.wording import WordsAdmin
from manifests.models import Published


class SharingForm(forms.Form):
    publish_when = forms.ChoiceField(
        label="Published",
        choices=Published.PublishWhen.choices,
        widget=UnfoldAdminSelectWidget,
        help_text="Of a work that is published by hand, later changes wait for a hand too.",
    )
    publish_at = forms.SplitDateTimeField(
        label="On a day",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="In UTC. Published then, whatever is said above; what never was published, not before.",
    )
    access = forms.ChoiceField(
        choices=Access.choices,
        widget=UnfoldAdminSelectWidget(attrs={"x-model": "access"}),
        help_text="What it is part of may be stricter; the strictest word counts, also for everything in it.",
    )
    access_edge = forms.IntegerField(
        label="Longest edge",
        required=False,
        min_value=1,
        max_value=LARGEST_EDGE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="In pixels, for size-limited access. The public gets nothing larger.",
    )
    access_from = forms.SplitDateTimeField(
        label="Opens",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="In UTC. Closed until then, whatever is said above. Empty: at once.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("access") != Access.LIMITED:
            cleaned["access_edge"] = None
        if not self.errors:
            try:
                cleaned["restriction"] = Restriction(cleaned["access"], cleaned["access_edge"], cleaned["access_from"])
            except SourceFault as fault:
                self.add_error(fault.code if fault.code in self.fields else "access", fault.sentence)
        return cleaned

    def tell(self, now: Mapping[str, Any]) -> None:
        """At its fields, what somebody else has said meanwhile."""
        for name, value in now.items():
            field = self.fields[name]
            shown = str(dict(getattr(field, "choices", ())).get(value, value) or "empty").lower()
            self.add_error(name, f"Somebody has changed this since you opened the page: it is {shown} now.")


class SharingAdmin(WordsAdmin):
    def sharing_urls(self) -> list[URLPattern]:
        return [self.piece("sharing/", self.sharing_view, "sharing")]

    @method_decorator(require_POST)
    def sharing_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        record, form = self._editable(request, object_id), SharingForm(request.POST)
        if not form.is_valid():
            return self._sharing(request, record, form, sharing_seen=request.POST.get("seen", ""))
        said = form.cleaned_data
        try:
            changed = editing.share(
                record,
                said["publish_when"],
                said["publish_at"],
                said["restriction"],
                _seen(request),
                actor=actor(request),
            )
        except editing.Stale as stale:
            form.tell(stale.now)
            return self._sharing(request, self._fresh(record), form)
        done = "Saved." if changed else "Nothing was changed."
        return saved(self._sharing(request, self._fresh(record), done=done))

    def _sharing(
        self, request: HttpRequest, record: Any, form: SharingForm | None = None, **more: str
    ) -> TemplateResponse:
        context = {**self.sharing(record, form), "may_act": True, **more}
        return TemplateResponse(request, "admin/manifests/sharing.html", context)

    def sharing(self, record: Any, form: SharingForm | None = None) -> dict[str, Any]:
        """What the form's template needs."""
        now = timezone.now()
        initial = {name: getattr(record, name) for name in SharingForm.base_fields}
        return {
            "sharing_url": self.piece_url("sharing", record.pk),
            "sharing_form": form or SharingForm(initial=initial),
            "sharing_seen": json.dumps(editing.sharing(record)),
            "inherited": said_of(record.inherited, now),
            "public": said_of(record.policy, now),
        }


def _seen(request: HttpRequest) -> dict[str, Any]:
    """What the page showed; nothing, where somebody has made it up."""
    try:
        seen = json.loads(request.POST.get("seen", ""))
    except (ValueError, RecursionError):
        return {}
    return seen if isinstance(seen, dict) else {}
