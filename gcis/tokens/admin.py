"""Keys for machines: issued here, shown once, revoked here. For managers only."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from gcis.core.admin import StaffAdmin, actor, dialog, row_or_404
from gcis.core.errors import SourceFault
from gcis.tokens import services
from gcis.tokens.models import Token
from gcis.tokens.scopes import SCOPES


class IssueForm(forms.Form):
    name = forms.CharField(
        max_length=100, widget=UnfoldAdminTextInputWidget, help_text="Which system it is for; events name it."
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {sentence}") for scope, sentence in SCOPES.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    expires = forms.DateField(
        label="Last day",
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
        help_text="In UTC. Empty: it does not expire.",
    )
    networks = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="Where it may be used from, one network in a line, such as 192.0.2.0/24. Empty: from anywhere.",
    )

    def issue(self, by: str) -> services.Issued | None:
        """The new token; None when it was refused, which the form then says."""
        said = self.cleaned_data
        last = said["expires"]
        try:
            return services.issue(
                said["name"],
                said["scopes"],
                actor=by,
                expires=datetime.combine(last, time.max, UTC) if last else None,
                networks=said["networks"].split(),
            )
        except SourceFault as fault:
            fields = {"token_scopes": "scopes", "token_network": "networks", "token_expires": "expires"}
            self.add_error(fields.get(fault.code, "name"), fault.sentence)
            return None


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Token]) -> QuerySet[Token]:
        expired = Q(revoked=None, expires__lte=timezone.now())
        states = {"valid": Q(revoked=None) & ~expired, "expired": expired, "revoked": Q(revoked__isnull=False)}
        state = states.get(self.value() or "")
        return queryset if state is None else queryset.filter(state)


@admin.register(Token)
class TokenAdmin(StaffAdmin):
    list_display = [
        "name",
        "public_id",
        "state_shown",
        "scopes_shown",
        "networks_shown",
        "expires",
        "last_used",
        "created",
    ]
    list_filter = [StateFilter]
    search_fields = ["name", "public_id"]
    fields = ["name", "public_id", "state_shown", "scopes_shown", "networks_shown", "expires", "revoked", "last_used"]
    fields += ["created", "actor"]
    readonly_fields = ["state_shown", "scopes_shown", "networks_shown"]
    actions = ["revoke_selected"]
    actions_detail = ["revoke"]

    def timeline_subjects(self, obj: Token) -> list[UUID]:
        return [obj.pk]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To add a token is to issue one."""
        return request.user.has_perm("tokens.add_token")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form, and the only answer in which the secret stands: it is kept nowhere."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Issue a token"}
        form = IssueForm(request.POST or None)
        issued = form.issue(actor(request)) if request.method == "POST" and form.is_valid() else None
        if issued is None:
            return TemplateResponse(request, "admin/tokens/issue.html", {**context, "form": form})
        return TemplateResponse(request, "admin/tokens/issued.html", {**context, "issued": issued})

    # ------------------------------------------------------------------------------------------------------- columns
    @display(description="State")
    def state_shown(self, token: Token) -> str:
        expired = token.expires is not None and token.expires <= timezone.now()
        word, colour = ("revoked", "") if token.revoked else ("expired", "warning") if expired else ("valid", "success")
        return render_to_string("unfold/helpers/label.html", {"text": word, "type": colour})

    @display(description="May")
    def scopes_shown(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @display(description="From")
    def networks_shown(self, token: Token) -> str:
        return ", ".join(token.networks) or "anywhere"

    # ------------------------------------------------------------------------------------------------------- actions
    @action(description="Revoke", permissions=["act"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        self.report(request, queryset, lambda token: services.revoke(token.pk, actor(request)), "revoked")

    @action(
        description="Revoke",
        permissions=["act"],
        icon="block",
        dialog=dialog("Revoke", "From now on it opens nothing. This cannot be undone.", "Revoke"),
    )
    def revoke(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        token = row_or_404(Token, object_id)
        return self.act(request, token.pk, lambda: services.revoke(token.pk, actor(request)), "It is revoked.")
