"""The pages of a manifest: the views of its grid, and what the grid shows, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from gcis.jobs.live import asked
from images import services as images
from manifests import canvases, editing, making, words
from manifests.admin.fields import plainly
from manifests.admin.ordering import OrderAdmin
from manifests.admin.pictures import Picture, conversions, picture, shown
from manifests.admin.saved import saved
from manifests.description import effective
from manifests.models import Canvas, Manifest
from manifests.pages import preferred_languages


@dataclass(frozen=True, slots=True)
class Page:
    """A page on the grid. Its label is edited in the language `tag`; `source` is what it is called by its source."""

    id: UUID
    number: int
    label: str
    tag: str
    picture: Picture | None
    source: str | None = None
    differs: bool = False
    #: Its own size and that of its new picture, of which a person has to choose.
    sizes: tuple[tuple[int, int], tuple[int, int]] | None = None


class PagesAdmin(OrderAdmin):
    def pages_urls(self) -> list[URLPattern]:
        return [
            self.piece("pages/", self.pages_view, "pages"),
            self.piece("pages/pictures/", self.pictures_view, "pictures"),
            self.piece("pages/add/", self.add_pages_view, "add_pages"),
            self.piece("pages/label/", self.label_view, "label"),
            self.piece("pages/out/", self.take_out_view, "take_out"),
            self.piece("pages/size/", self.size_view, "size"),
        ]

    @method_decorator(require_GET)
    def pages_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The whole grid, in the order that holds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        manifest = row_or_404(Manifest, object_id)
        context = {
            **self.order_bar(manifest),
            "pages": pages(manifest, preferred_languages(request)),
            "may_act": self.has_act_permission(request),
            "own_pages": making.has_own_pages(manifest) and not manifest.withdrawn,
        }
        return TemplateResponse(request, "admin/manifests/grid.html", context)

    @method_decorator(require_GET)
    def pictures_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """How the pictures on these pages (`id`, at most 50) stand."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            keys = asked(request)
        except ValueError:
            return HttpResponseBadRequest("No such rows.")
        rows = Canvas.objects.filter(manifest=object_id, pk__in=keys, dropped=None)
        context = {"pages": _with_pictures(rows.prefetch_related("paintings"), ())}
        return TemplateResponse(request, "admin/manifests/pictures.html", context)

    @method_decorator(require_POST)
    def add_pages_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """A page for each picture (`image`), in their order."""
        manifest = self._editable(request, object_id)
        try:
            keys = [UUID(key) for key in request.POST.getlist("image")]
            count = making.add_pages(manifest, keys, actor=actor(request))
        except ValueError:
            return _problem("These are no pictures.")
        except SourceFault as fault:
            return _problem(fault.sentence)
        return saved(JsonResponse({"added": count}))

    @method_decorator(require_POST)
    def label_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Call one page otherwise, in one language; `seen` is what it was called when it was shown.

        Empty, or with `source`, it is called as its source calls it. Answers the label that holds now.
        """
        canvas, languages = self._page(request, object_id), preferred_languages(request)
        now = effective(canvas).get("label")
        tag, text = request.POST.get("tag", "none"), request.POST.get("label", "").strip()
        texts = (now or {}).get(tag, [])
        if "".join(texts[:1]) != request.POST.get("seen", ""):
            called = plainly("label", now)
            return _problem(f"Somebody else has called it {called!r} meanwhile.", 409, **_label(canvas, languages))
        sent = None if "source" in request.POST or not text else {**(now or {}), tag: [text, *texts[1:]]}
        try:
            if "keep" in request.POST:
                words.keep_mine(canvas, "label", actor=actor(request))
            else:
                editing.describe(canvas, {"label": sent}, {"label": now}, actor=actor(request))
        except SourceFault as fault:
            return _problem(" ".join([fault.sentence, *(each.sentence for each in fault.fields)]))
        return saved(JsonResponse(_label(Canvas.objects.get(pk=canvas.pk), languages)))

    @method_decorator(require_POST)
    def take_out_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        canvas = self._page(request, object_id)
        try:
            making.take_out_page(canvas, actor=actor(request))
        except SourceFault as fault:
            return _problem(fault.sentence)
        return saved(JsonResponse({"removed": str(canvas.pk)}))

    @method_decorator(require_POST)
    def size_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The page keeps its size (`keep`), or takes that of its new picture."""
        canvas = self._page(request, object_id)
        if not canvases.choose_size(canvas, keep="keep" in request.POST, actor=actor(request)):
            return _problem("There is nothing to decide any more. Load the page again.", 409)
        return saved(JsonResponse({"page": str(canvas.pk)}))

    def _page(self, request: HttpRequest, object_id: UUID) -> Canvas:
        """The page of this manifest that is named by `page`."""
        manifest = self._editable(request, object_id)
        canvas = row_or_404(Canvas, request.POST.get("page", ""))
        if canvas.manifest_id != manifest.pk:
            raise PermissionDenied
        return canvas


def pages(manifest: Manifest, languages: Sequence[str]) -> list[Page]:
    """All pages, in the order that holds."""
    places = {key: place for place, key in enumerate(editing.current_order(manifest))}
    rows = manifest.canvases.filter(dropped=None).prefetch_related("paintings")
    # Work under way is looked for by subquery: there may be thousands of pages.
    found = sorted(rows, key=lambda canvas: places.get(str(canvas.pk), len(places)))
    return _with_pictures(found, languages, manifest)


def _with_pictures(
    shown_rows: Iterable[Canvas], languages: Sequence[str], manifest: Manifest | None = None
) -> list[Page]:
    rows = list(shown_rows)
    firsts = {canvas.pk: painting.image for canvas in rows if (painting := _first(canvas))}
    facts = images.facts(set(firsts.values()))
    work = conversions(shown(manifest) if manifest else set(firsts.values()))
    return [
        Page(
            canvas.pk,
            number,
            picture=picture(facts[image], work.get(image)) if (image := firsts.get(canvas.pk)) in facts else None,
            sizes=_sizes(canvas),
            **_label(canvas, languages),
        )
        for number, canvas in enumerate(rows, start=1)
    ]


def _sizes(canvas: Canvas) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if not canvas.proposed or not canvas.width or not canvas.height:
        return None
    return (canvas.width, canvas.height), (canvas.proposed["width"], canvas.proposed["height"])


def _first(canvas: Canvas) -> Any:
    return min(canvas.paintings.all(), key=lambda painting: painting.position, default=None)


def _label(canvas: Canvas, languages: Sequence[str]) -> dict[str, Any]:
    """What it is called, in the person's language if it is called something in that."""
    called = effective(canvas).get("label") or {}
    tags = {tag.lower(): tag for tag in called}
    tag = next((tags[each] for each in (*languages, "none", "en") if each in tags), next(iter(called), "none"))
    curated, source = "label" in canvas.curated_layer, canvas.source_layer.get("label")
    return {
        "label": next(iter(called.get(tag, [])), ""),
        "tag": tag,
        "source": plainly("label", source) if curated and source else None,
        "differs": any(each.name == "label" for each in words.differences(canvas)),
    }


def _problem(sentence: str, status: int = 400, **more: Any) -> JsonResponse:
    return JsonResponse({"problem": sentence, **more}, status=status)
