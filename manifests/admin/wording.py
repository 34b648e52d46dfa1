"""The views of the form of words: save it, take the source's word for a field, or keep one's own."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from gcis.core.admin import StaffAdmin, actor, row_or_404
from gcis.core.errors import SourceFault
from manifests import editing, words
from manifests.admin import fields, sheet
from manifests.admin.saved import SAVED, saved
from manifests.admin.vocabulary import LANGUAGES, RIGHTS


class WordsAdmin(StaffAdmin):
    """Answers are pieces of the page, which htmx puts in their places."""

    def words_urls(self) -> list[URLPattern]:
        return [
            self.piece("words/", self.words_view, "words"),
            self.piece("source/", self.source_view, "source"),
        ]

    def piece(self, route: str, view: Any, name: str) -> URLPattern:
        raise NotImplementedError

    @method_decorator(require_POST)
    def words_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Save what was changed. What is refused comes back with everything that was typed."""
        record = self._editable(request, object_id)
        try:
            said = fields.read(request.POST.get("words", ""))
        except SourceFault as fault:
            return self.words_form(request, record, fields.fields(record), problem=fault.sentence)
        try:
            changed = editing.describe(record, said.sent, said.seen, actor=actor(request))
        except editing.Stale as stale:
            form = fields.refused(self._fresh(record), said, (), stale.now)
            news = [each for each in form if each.name in stale.now]
            return self.words_form(request, record, form, problem=stale.sentence, news=news)
        except SourceFault as fault:
            form = fields.refused(self._fresh(record), said, fault.fields, {})
            return self.words_form(request, record, form, problem=fault.sentence)
        done = "Saved." if changed else "Nothing was changed."
        return saved(self.words_form(request, record, fields.fields(self._fresh(record)), done=done))

    @method_decorator(require_POST)
    def source_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Take the source's word for one field, or keep one's own over it; the field comes back."""
        record, name = self._editable(request, object_id), request.POST.get("name", "")
        if name not in (*sheet.FIELDS, words.PAGES, words.MEMBERS):
            raise Http404
        try:
            if request.POST.get("verb") == "keep":
                words.keep_mine(record, name, actor=actor(request))
            else:
                words.take_source(record, name, actor=actor(request))
        except SourceFault as fault:
            return HttpResponse(fault.sentence, status=400, content_type="text/plain; charset=utf-8")
        if name not in sheet.FIELDS:
            return HttpResponse(status=204, headers={"HX-Trigger": f'{{"{SAVED}": "", "gcis:reload": ""}}'})
        context = {**self._words_context(record), "field": fields.one(self._fresh(record), name), "may_act": True}
        return saved(TemplateResponse(request, "admin/manifests/field.html", context))

    def words_form(self, request: HttpRequest, record: Any, form: list[fields.Field], **more: Any) -> TemplateResponse:
        context = {**self._words_context(record), "fields": form, "may_act": True, **more}
        return TemplateResponse(request, "admin/manifests/words.html", context)

    def _words_context(self, record: Any) -> dict[str, Any]:
        return {
            "record": record,
            "words_url": self.piece_url("words", record.pk),
            "source_url": self.piece_url("source", record.pk),
            "languages": LANGUAGES,
            "statements": RIGHTS,
            "main_language": _main_language(record),
        }

    def piece_url(self, name: str, key: UUID) -> str:
        raise NotImplementedError

    def _editable(self, request: HttpRequest, object_id: UUID) -> Any:
        if not self.has_act_permission(request):
            raise PermissionDenied
        return row_or_404(self.model, object_id)

    def _fresh(self, record: Any) -> Any:
        return self.model._default_manager.get(pk=record.pk)


def _main_language(record: Any) -> str:
    """In which language a field begins that has no text yet: that of the label."""
    label = {**record.source_layer, **record.curated_layer}.get("label") or {}
    tag = next(iter(label), "none")
    return "" if tag == "none" else str(tag)
