"""The editor of a manifest's contents: its ranges as a tree, saved together over what the person saw."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from manifests import editing, words
from manifests.admin import ranges
from manifests.admin.saved import saved
from manifests.admin.wording import WordsAdmin
from manifests.description import effective
from manifests.gallery import pick
from manifests.models import Manifest

#: The field of the layers that holds the ranges.
STRUCTURES = "structures"


class ContentsAdmin(WordsAdmin):
    def contents_urls(self) -> list[URLPattern]:
        return [
            self.piece("contents/", self.contents_view, "contents"),
            self.piece("contents/save/", self.save_contents_view, "save_contents"),
            self.piece("contents/source/", self.contents_source_view, "contents_source"),
        ]

    @method_decorator(require_GET)
    def contents_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._contents(request, row_or_404(Manifest, object_id))

    @method_decorator(require_POST)
    def save_contents_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """`rows` as `ranges.trees` has them, `seen` the structures that were there: both JSON.

        Answers the editor anew, or where it was refused {"problem"}; then nothing was saved.
        """
        manifest = self._editable(request, object_id)
        try:
            seen, sent = (json.loads(request.POST.get(name, "")) for name in ("seen", "rows"))
            trees = ranges.trees(sent, seen or [], editing.current_order(manifest))
            editing.describe(manifest, {STRUCTURES: trees or None}, {STRUCTURES: seen}, actor=actor(request))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return _problem("This is not what the form sends. Load the page again.")
        except editing.Stale as stale:
            return _problem(stale.sentence, 409)
        except SourceFault as fault:
            return _problem(" ".join([fault.sentence, *(each.sentence for each in fault.fields)]))
        return saved(self._contents(request, self._fresh(manifest)))

    @method_decorator(require_POST)
    def contents_source_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Take the source's contents (`verb` take), or keep one's own over them."""
        manifest = self._editable(request, object_id)
        if request.POST.get("verb") == "keep":
            words.keep_mine(manifest, STRUCTURES, actor=actor(request))
        else:
            words.take_source(manifest, STRUCTURES, actor=actor(request))
        return saved(self._contents(request, self._fresh(manifest)))

    def _contents(self, request: HttpRequest, manifest: Manifest) -> TemplateResponse:
        said = effective(manifest).get(STRUCTURES)
        order = editing.current_order(manifest)
        main = next(iter(effective(manifest).get("label") or {"none": ()}))
        differs = any(each.name == STRUCTURES for each in words.differences(manifest))
        context: dict[str, Any] = {
            "rows": ranges.rows(said or [], order, main),
            "main_tag": main,
            "seen": json.dumps(said),
            "order": json.dumps(order),
            "count": len(order),
            "called": _called(manifest, order),
            "curated": STRUCTURES in manifest.curated_layer,
            "differs": differs,
            "may_act": self.has_act_permission(request) and not manifest.withdrawn,
            "save_url": self.piece_url("save_contents", manifest.pk),
            "contents_source_url": self.piece_url("contents_source", manifest.pk),
        }
        return TemplateResponse(request, "admin/manifests/contents.html", context)


def _called(manifest: Manifest, order: list[str]) -> list[tuple[int, str]]:
    """The number of each page, and what it is called."""
    labels = {str(row.pk): pick(effective(row).get("label"), ()) for row in manifest.canvases.filter(dropped=None)}
    return [(number, labels.get(key, "")) for number, key in enumerate(order, start=1)]


def _problem(sentence: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"problem": sentence}, status=status)
