"""What can be done with one manifest or collection, each after a dialog."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from gcis.core.admin import StaffAdmin, actor, dialog, row_or_404
from gcis.core.errors import SourceFault
from manifests import asking, curation
from manifests.admin.forms import MergeForm, ReasonForm, RenameForm, WithdrawForm

#: What can be done with something that is withdrawn; with others everything but that.
WHEN_WITHDRAWN = ("restore",)


class DialogAdmin(StaffAdmin):
    actions_detail = [
        "publish",
        {"title": "More", "icon": "more_horiz", "items": ["rename", "merge", "purge", "withdraw", "restore"]},
    ]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Those that make sense now. To publish there is a button on the page."""
        withdrawn = bool(row_or_404(self.model, object_id).withdrawn)
        found = [each for each in super().get_actions_detail(request, object_id) if each.path != "publish"]
        return [each for each in found if (each.path in WHEN_WITHDRAWN) == withdrawn]

    @action(
        description="Publish",
        permissions=["act"],
        icon="publish",
        dialog=dialog("Publish", "The public gets it as it is now, as far as it may see it.", "Publish"),
    )
    def publish(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        def publish(record: Any) -> None:
            asking.publish(record, actor=actor(request))

        return self._do(request, object_id, publish, "It is being published.")

    @action(
        description="Rename",
        permissions=["act"],
        icon="sell",
        dialog=dialog("Rename", "It gets another identifier, and with it another address.", "Rename", RenameForm),
    )
    def rename(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        said = form.cleaned_data

        def rename(record: Any) -> None:
            name, reason = said["identifier"], said["reason"]
            if not curation.rename(record, name, actor=actor(request), reason=reason):
                raise SourceFault("same", "It is called so already.")

        return self._do(request, object_id, rename, f"It is called {said['identifier']} now.")

    @action(
        description="Merge",
        permissions=["act"],
        icon="merge",
        dialog=dialog(
            "Merge into another",
            "All its names, and its places in collections, go to the other one. This one is withdrawn for good.",
            "Merge",
            MergeForm,
        ),
    )
    def merge(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        into, reason = form.cleaned_data["into"], form.cleaned_data["reason"]

        def merge(record: Any) -> None:
            curation.merge(record, into, actor=actor(request), reason=reason)

        return self._do(request, object_id, merge, "Its names lead to the other one now.")

    @action(
        description="Purge the pictures",
        permissions=["purge"],
        icon="mop",
        dialog=dialog("Purge the pictures", "Every cached copy of them is put out of reach.", "Purge", ReasonForm),
    )
    def purge(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        def purge(record: Any) -> None:
            asking.purge(record, actor=actor(request), reason=form.cleaned_data["reason"])

        return self._do(request, object_id, purge, "The cached copies of its pictures are out of reach.")

    @action(
        description="Withdraw",
        permissions=["act"],
        icon="block",
        dialog=dialog(
            "Withdraw",
            "Nobody gets it any more; its address says that it is gone, and why. It can be restored.",
            "Withdraw",
            WithdrawForm,
        ),
    )
    def withdraw(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        def withdraw(record: Any) -> None:
            curation.withdraw(record, actor=actor(request), reason=form.cleaned_data["reason"])

        return self._do(request, object_id, withdraw, "It is withdrawn.")

    @action(
        description="Restore",
        permissions=["act"],
        icon="undo",
        dialog=dialog("Restore", "It is back as it was, under its last identifier.", "Restore", ReasonForm),
    )
    def restore(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        def restore(record: Any) -> None:
            curation.restore(record, actor=actor(request), reason=form.cleaned_data["reason"])

        return self._do(request, object_id, restore, "It is restored.")

    def _do(self, request: HttpRequest, object_id: str, service: Callable[[Any], object], done: str) -> HttpResponse:
        record = row_or_404(self.model, object_id)
        return self.act(request, record.pk, lambda: service(record), done)
