"""The page that makes a new manifest or collection."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from gcis.core.admin import StaffAdmin, actor
from gcis.core.errors import SourceFault
from manifests.admin.forms import NewForm
from manifests.models import Collection


class NewAdmin(StaffAdmin):
    new_title = ""
    new_help = ""

    def make(self, label: str, collection: Collection | None, by: str) -> Any:
        """The record of that label, by its service."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """`?collection=` has the identifier of a collection that it is to be in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._new(request, NewForm(initial={"collection": request.GET.get("collection", "")}))
        form = NewForm(request.POST)
        if not form.is_valid():
            return self._new(request, form)
        said = form.cleaned_data
        try:
            made = self.make(said["label"], said["collection"], actor(request))
        except SourceFault as fault:
            form.add_error("label", " ".join(each.sentence for each in fault.fields) or fault.sentence)
            return self._new(request, form)
        return self.back(request, made.pk)

    def _new(self, request: HttpRequest, form: NewForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.new_title,
            "help": self.new_help,
            "form": form,
        }
        return TemplateResponse(request, "admin/manifests/new.html", context)
