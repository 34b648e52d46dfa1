"""Files that people send: each by a request of its own, to disk as it comes in, and then how its conversion goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import StaffAdmin, actor, row_or_404
from gcis.core.errors import SourceFault, Unavailable
from gcis.jobs import services as jobs
from gcis.jobs.live import asked
from gcis.jobs.models import Batch
from images import deliveries
from images.admin import looks, words
from images.deliveries import Delivery
from images.models import Image

#: Bytes that may come along with the file.
BESIDE_THE_FILE = 1 << 20
#: How many pictures people may send together.
MOST = 10_000

Keep = Callable[[Delivery], deliveries.Outcome]


def component(*, post: str = "", replaces: bool = False) -> dict[str, Any]:
    """What `admin/upload.html` needs as `upload`.

    `post` is where each file goes, by default to the uploads; `replaces`: it takes one file, for a picture that is
    there.
    When all files that were chosen together have been sent, its element fires `gcis:uploaded`, which bubbles;
    `detail.images` has the ids in the order in which the files were chosen. Their conversions go on then.
    """
    return {
        "post": post or reverse("admin:images_image_upload"),
        "states": reverse("admin:images_image_uploaded"),
        "replace": reverse("admin:images_image_replace", args=[UUID(int=0)]),
        "replaces": replaces,
        "limit": settings.GCIS_API_MAX_FILE,
        "too_large": _too_large(),
    }


class UploadAdmin(StaffAdmin):
    """The page for uploads, and the addresses that its component speaks to."""

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("images.add_image")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To add a picture is to upload one."""
        return self.has_upload_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("upload/", wrap(self.upload_view), name="images_image_upload"),
            path("uploaded/", wrap(self.uploaded_view), name="images_image_uploaded"),
            path("<uuid:image_id>/replace/", wrap(self.replace_view), name="images_image_replace"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_upload_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Upload pictures",
            "upload": component(),
        }
        return TemplateResponse(request, "admin/images/upload.html", context)

    # ------------------------------------------------------------------------------------------------------- receiving
    @method_decorator(csrf_exempt)  # it is checked where the body has been read in our way
    @method_decorator(require_POST)
    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """One new picture. Of several the first opens a batch, if `together` says how many they are."""
        return self._receive(request, self.has_upload_permission(request), lambda: self._upload(request))

    @method_decorator(csrf_exempt)
    @method_decorator(require_POST)
    def replace_view(self, request: HttpRequest, image_id: UUID) -> HttpResponse:
        """Another file for a picture that was uploaded."""
        row_or_404(Image, image_id)

        def replace() -> HttpResponse:
            return _answer(request, lambda sent: deliveries.replace(image_id, sent, actor=actor(request)))

        return self._receive(request, self.has_act_permission(request), replace)

    def _receive(self, request: HttpRequest, allowed: bool, then: Callable[[], HttpResponse]) -> HttpResponse:
        """Who may not send, or sends too much, is told so before a byte of it is read."""
        if not allowed:
            raise PermissionDenied
        if _length(request) > settings.GCIS_API_MAX_FILE + BESIDE_THE_FILE:
            return _problem("", _too_large(), 413)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        checked: HttpResponse = csrf_protect(lambda request: then())(request)
        return checked

    def _upload(self, request: HttpRequest) -> HttpResponse:
        try:
            batch = _batch(request)
        except ValueError:
            return _problem("", "This does not belong to an upload of yours.", 400)

        def keep(sent: Delivery) -> deliveries.Outcome:
            try:
                image = deliveries.upload(sent, actor=actor(request), batch=batch)
            finally:
                if batch:
                    jobs.close_batch(batch)  # whether more will come nobody knows: a window may be closed any time
            return deliveries.Outcome(image, "created")

        return _answer(request, keep, batch=str(batch.pk) if batch else "")

    # ------------------------------------------------------------------------------------------------------- afterwards
    @method_decorator(require_GET)
    def uploaded_view(self, request: HttpRequest) -> HttpResponse:
        """How these pictures (`id`, at most 50) stand."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = list(Image.objects.filter(pk__in=asked(request)).defer(*looks.LEFT_OUT))
        except ValueError:
            return HttpResponseBadRequest("No such rows.")
        looks.prepare(rows)
        return JsonResponse({"images": [_standing(row) for row in rows]})


def _length(request: HttpRequest) -> int:
    """The bytes of the body, as Django will read it: none where that is no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _batch(request: HttpRequest) -> Batch | None:
    """The batch that the picture is part of: the one that is named, a new one, or none. ValueError for a stranger's."""
    if named := request.POST.get("batch"):
        batch = Batch.objects.filter(pk=UUID(named), actor=actor(request)).first()
        if batch is None:
            raise ValueError(named)
        return batch
    together = int(request.POST.get("together", 1))
    if not 1 <= together <= MOST:
        raise ValueError(together)
    return jobs.open_batch(f"Upload of {together} pictures", actor(request)) if together > 1 else None


def _answer(request: HttpRequest, keep: Keep, **more: str) -> HttpResponse:
    """Keep the file that was sent and say what became of it."""
    file = request.FILES.get("file")
    if not isinstance(file, TemporaryUploadedFile):
        return _problem("", "No file arrived.", 400)
    name = file.name or ""
    if (file.size or 0) > settings.GCIS_API_MAX_FILE:
        return _problem(name, _too_large(), 413)
    try:
        outcome = keep(Delivery(file=Path(file.temporary_file_path()), name=name))
    except SourceFault as fault:
        return _problem(name, fault.sentence, 400)
    except Unavailable as fault:
        return _problem(name, fault.sentence, 503)
    return JsonResponse({"image": str(outcome.image), "name": name, "outcome": outcome.what, **more}, status=201)


def _problem(name: str, sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"image": None, "name": name, "problem": sentence}, status=status)


def _too_large() -> str:
    return f"The file is larger than the {filesizeformat(settings.GCIS_API_MAX_FILE)} that may be sent."


def _standing(row: Any) -> dict[str, Any]:
    return {
        "image": str(row.pk),
        "name": row.file_name,
        "state": row.state.value,
        "sentence": " ".join(row.standing.sentences),
        "percent": row.standing.percent,
        "live": words.is_live(row),
        "failed": words.has_failed(row),
        "thumbnail": row.thumbnail,
        "page": reverse("admin:images_image_change", args=[row.pk]),
    }
