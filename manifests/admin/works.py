"""Uploaded pictures become works in a collection: one of all of them, or one of each; and how they come along."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import actor
from gcis.core.errors import SourceFault
from gcis.jobs.live import MOST, STOP_POLLING, asked
from images import services as images
from manifests import making
from manifests.admin import looks
from manifests.admin.pictures import progress
from manifests.admin.saved import SAVED
from manifests.admin.wording import WordsAdmin
from manifests.models import Collection, Manifest
from manifests.pages import preferred_languages


class WorksAdmin(WordsAdmin):
    def works_urls(self) -> list[URLPattern]:
        return [self.piece("works/", self.works_view, "works"), self.piece("works/live/", self.made_view, "made")]

    @method_decorator(require_POST)
    def works_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Of the pictures `image` one work called `label`, or with `each` a work of each, called as its file."""
        if not request.user.has_perm("manifests.add_manifest"):
            raise PermissionDenied
        collection = self._editable(request, object_id)
        try:
            keys = list(dict.fromkeys(UUID(key) for key in request.POST.getlist("image")))
            made = _make(collection, keys, request.POST, actor(request))
        except ValueError:
            return _refused("These are no pictures.")
        except SourceFault as fault:
            return _refused(" ".join(each.sentence for each in fault.fields) or fault.sentence)
        answer = self._made(request, object_id, made)
        answer["HX-Trigger"] = f'{{"{SAVED}": "", "gcis:reload": ""}}'
        return answer

    @method_decorator(require_GET)
    def made_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """How these works (`id`, at most 50) come along."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            keys = asked(request)
        except ValueError:
            return HttpResponseBadRequest("No such rows.")
        return self._made(request, object_id, list(Manifest.objects.filter(pk__in=keys).order_by("created", "pk")))

    def _made(self, request: HttpRequest, object_id: UUID, made: list[Manifest]) -> HttpResponse:
        languages = preferred_languages(request)
        works = [(work, looks.label(work, languages), progress(work)) for work in made[:MOST]]
        live = any(how["busy"] for _, _, how in works)
        query = urlencode([("id", work.pk) for work, _, _ in works])
        context = {
            "works": works,
            "more": len(made) - len(works),
            "live_url": f"{self.piece_url('made', object_id)}?{query}" if live else "",
        }
        status = 200 if live or request.method == "POST" else STOP_POLLING
        return TemplateResponse(request, "admin/manifests/made.html", context, status=status)


def _make(collection: Collection, keys: list[UUID], said: Any, by: str) -> list[Manifest]:
    """Each work is there whole or not at all; of many, those before one that is refused stay."""
    if not keys:
        raise SourceFault("no_pictures", "No picture was uploaded yet.")
    if "each" not in said:
        if not said.get("label", "").strip():
            raise SourceFault("label", "It needs a label.")
        return [making.new_manifest(said["label"], keys, collection, actor=by)]
    facts = images.facts(keys)
    names = {key: making.file_label(facts[key].file_name) for key in keys if key in facts}
    return [making.new_manifest(name, [key], collection, actor=by) for key, name in names.items()]


def _refused(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
