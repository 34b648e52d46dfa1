"""Text and annotations on the page of a manifest: what there is, files of text, notes on a page or a part of it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from manifests import annotating, texts
from manifests.admin import annotation_rows
from manifests.admin.annotation_rows import KINDS
from manifests.admin.saved import SAVED, saved
from manifests.admin.wording import WordsAdmin
from manifests.annotatable import around
from manifests.build.references import reference
from manifests.models import Annotation, AnnotationPage, Canvas, Manifest
from manifests.pages import preferred_languages
from manifests.payload.annotations.reading import AnnotationSent, annotation_sent
from manifests.payload.texts import read
from manifests.payload.texts.source import MOST_BYTES
from manifests.texts import Options, Report

#: What the page is told when files were imported: the list asks for itself anew.
IMPORTED = f'{{"{SAVED}": "", "gcis:texts": ""}}'
_REGION = re.compile(r"\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*")


class AnnotationsAdmin(WordsAdmin):
    """Answers are pieces of the page, which htmx puts in their places."""

    def annotations_urls(self) -> list[URLPattern]:
        return [
            self.piece("annotations/", self.annotations_view, "annotations"),
            self.piece("annotations/texts/", self.texts_view, "texts"),
            self.piece("annotations/text/", self.text_view, "text"),
            self.piece("annotations/note/", self.note_view, "note"),
            self.piece("annotations/remove/", self.remove_view, "remove_annotation"),
        ]

    @method_decorator(require_GET)
    def annotations_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The list: some pages of the work, and what each holds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        manifest = row_or_404(Manifest, object_id)
        number = request.GET.get("sheet", "1")
        sheet = annotation_rows.sheet(manifest, int(number) if number.isdecimal() else 1, preferred_languages(request))
        context = {**self._annotation_context(request, manifest), "sheet": sheet}
        return TemplateResponse(request, "admin/manifests/annotations.html", context)

    @method_decorator(require_POST)
    def texts_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Files of text (`file`), each for the page that has its name; answers what became of each."""
        manifest = self._editable(request, object_id)
        files = [(file.name or "", _reader(file)) for file in request.FILES.getlist("file")]
        context: dict[str, Any] = {"problem": "" if files else "Choose files first."}
        try:
            context["report"] = Report(list(texts.run(manifest, files, _options(request), actor=actor(request))))
        except SourceFault as fault:
            context["problem"] = fault.sentence
        answer = TemplateResponse(request, "admin/manifests/texts_report.html", context)
        answer["HX-Trigger"] = IMPORTED
        return answer

    @method_decorator(require_POST)
    def text_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The text of one page (`canvas`), as a file."""
        manifest = self._editable(request, object_id)
        canvas = self._canvas_of_manifest(request, manifest)
        file = request.FILES.get("file")

        def put() -> None:
            if canvas is None or file is None:
                raise SourceFault("file", "Choose a file first.")
            texts.put(canvas, read(_reader(file)(), file.name or ""), _options(request), actor=actor(request))

        return self._leaf_again(request, manifest, canvas, put)

    @method_decorator(require_POST)
    def note_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """A comment, tag or the like on a page (`canvas`), on a part of it (`region`), or on the work as a whole."""
        manifest = self._editable(request, object_id)
        canvas = self._canvas_of_manifest(request, manifest)
        subject = reference("canvas", canvas.pk) if canvas else ""

        def note() -> None:
            annotating.note(manifest, _said(request, manifest, subject), subject, actor=actor(request))

        return self._leaf_again(request, manifest, canvas, note)

    @method_decorator(require_POST)
    def remove_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """An annotation (`annotation`), or a page of them (`page`), is gone for good."""
        manifest = self._editable(request, object_id)
        canvas = self._canvas_of_manifest(request, manifest)
        note = row_or_404(Annotation, request.POST["annotation"]) if "annotation" in request.POST else None
        page = note.page if note else row_or_404(AnnotationPage, request.POST.get("page", ""))
        if page.manifest_id != manifest.pk:
            raise PermissionDenied

        def remove() -> None:
            if note:
                annotating.remove(note, actor=actor(request))
            else:
                annotating.remove_page(page, actor=actor(request))

        return self._leaf_again(request, manifest, canvas, remove)

    def _leaf_again(
        self, request: HttpRequest, manifest: Manifest, canvas: Canvas | None, service: Callable[[], None]
    ) -> HttpResponse:
        """The row of that page as it is now, with what was typed where it was refused."""
        problem = ""
        try:
            service()
        except SourceFault as fault:
            problem = " ".join(dict.fromkeys([*(each.sentence for each in fault.fields)] or [fault.sentence]))
        leaf = annotation_rows.leaf(manifest, canvas, preferred_languages(request))
        context = {
            **self._annotation_context(request, manifest),
            "leaf": leaf,
            "problem": problem,
            "typed": request.POST,
        }
        answer = TemplateResponse(request, "admin/manifests/annotations_leaf.html", context)
        return answer if problem else saved(answer)

    def _annotation_context(self, request: HttpRequest, manifest: Manifest) -> dict[str, Any]:
        names = ("annotations", "texts", "text", "note", "remove_annotation")
        return {
            "urls": {name: self.piece_url(name, manifest.pk) for name in names},
            "may_act": self.has_act_permission(request) and not manifest.withdrawn,
            "kinds": KINDS,
            "record": manifest,
        }

    def _canvas_of_manifest(self, request: HttpRequest, manifest: Manifest) -> Canvas | None:
        """The page of this manifest that is named; None for the work as a whole."""
        key = request.POST.get("canvas", "")
        canvas = row_or_404(Canvas, key) if key else None
        if canvas and canvas.manifest_id != manifest.pk:
            raise PermissionDenied
        return canvas


def _said(request: HttpRequest, manifest: Manifest, subject: str) -> AnnotationSent:
    """What the form says, as an annotation. SourceFault names what is wrong."""
    said = {name: request.POST.get(name, "").strip() for name in ("kind", "text", "language", "region")}
    region = _REGION.fullmatch(said["region"])
    if said["region"] and region is None:
        raise SourceFault("region", "A region is written as x, y, width, height.")
    if not subject and region:
        raise SourceFault("region", "The work as a whole has no regions.")
    known = around(manifest, subject)
    assert known.subject
    language = {"language": said["language"]} if said["language"] else {}
    body = {"type": "TextualBody", "value": said["text"], "format": "text/plain", **language}
    fragment = f"#xywh={','.join(region.groups())}" if region else ""
    sent = {"motivation": said["kind"] or "commenting", "body": body, "target": f"{known.subject.reference}{fragment}"}
    return annotation_sent(sent, known)


def _options(request: HttpRequest) -> Options:
    place = AnnotationPage.Place.EMBEDDED if "embed" in request.POST else AnnotationPage.Place.REFERENCED
    return Options("words" in request.POST, place)


def _reader(file: Any) -> Callable[[], bytes]:
    """The bytes of a file that was sent; no more than are read of any."""

    def take() -> bytes:
        data: bytes = file.read(MOST_BYTES + 1)
        return data

    return take
