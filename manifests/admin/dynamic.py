"""Saved queries for curators: make a dynamic manifest or collection, see what it is made of, change it, refresh it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import action

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from images import sources
from manifests import dynamic, glimpse
from manifests.admin.queries import NewQueryForm, QueryForm, in_words, initial
from manifests.admin.saved import SAVED
from manifests.admin.wording import WordsAdmin
from manifests.gallery import pick
from manifests.models import Collection
from manifests.pages import preferred_languages
from manifests.payload.query import Query

#: So many of what is found are named beside the form.
MOST = 5


class DynamicAdmin(WordsAdmin):
    def dynamic_urls(self) -> list[URLPattern]:
        count = path(
            "query/count/",
            self.admin_site.admin_view(self.count_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_count",
        )
        return [
            count,
            self.piece("query/", self.query_view, "query"),
            self.piece("query/refresh/", self.refresh_view, "refresh"),
        ]

    # ----------------------------------------------------------------------------------------------------------- new
    @action(description="New saved query…", url_path="new-query", permissions=["add"], icon="saved_search")
    def saved_query(self, request: HttpRequest) -> HttpResponse:
        """At first a page that asks; a POST makes it."""
        if request.method != "POST":
            return self._ask_query(request, NewQueryForm(self.model, sources.called()))
        form = NewQueryForm(self.model, sources.called(), request.POST)
        content = form.content()
        if content is None:
            return self._ask_query(request, form)
        try:
            made = dynamic.make(self.model, form.cleaned_data["called"], content, actor=actor(request))
        except SourceFault as fault:
            form.add_error("called", " ".join(each.sentence for each in fault.fields) or fault.sentence)
            return self._ask_query(request, form)
        return self.back(request, made.pk)

    def _ask_query(self, request: HttpRequest, form: QueryForm) -> HttpResponse:
        collection = self.model is Collection
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"New {'collection' if collection else 'manifest'} of a saved query",
            "help": (
                "It has what the query finds, is published at once, and follows: what fulfils the query later comes, "
                "what does not any more leaves."
            ),
            "form": form,
            "count_url": self._count_url(),
        }
        return TemplateResponse(request, "admin/manifests/query_new.html", context)

    def _count_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_count")

    @method_decorator(require_POST)
    def count_view(self, request: HttpRequest) -> HttpResponse:
        """How many things the query in the form finds now, and the first of them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = QueryForm(self.model, sources.called(), request.POST)
        content = form.content()
        context: dict[str, Any] = {"form": form}
        if isinstance(content, Query):
            found, languages = glimpse.first(content, MOST), preferred_languages(request)
            called = [pick(each.label, languages) or each.name for each in found.entries]
            context |= {"count": found.count, "called": called, "more": found.count - len(called)}
        return TemplateResponse(request, "admin/manifests/query_count.html", context)

    # --------------------------------------------------------------------------------------------- of one that is there
    def query_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What it is made of, as it stands; a POST changes that."""
        if request.method != "POST":
            return self._panel_now(request, object_id)
        record = self._editable(request, object_id)
        form = self._form(record, request.POST)
        content = form.content() if form else None
        if content is None:
            return self._panel(request, record, form, open_form=True)
        try:
            changed = dynamic.change(record, content, actor=actor(request))
        except SourceFault as fault:
            return self._panel(request, record, form, problem=fault.sentence, open_form=True)
        return self._told(request, record, "Saved. It is being refreshed." if changed else "Nothing was changed.")

    @method_decorator(require_GET)
    def _panel_now(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._panel(request, row_or_404(self.model, object_id))

    @method_decorator(require_POST)
    def refresh_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        record = self._editable(request, object_id)
        try:
            dynamic.refresh(record, actor=actor(request))
        except SourceFault as fault:
            return self._panel(request, record, problem=fault.sentence)
        return self._told(request, record, "It is being refreshed.")

    def _told(self, request: HttpRequest, record: Any, done: str) -> HttpResponse:
        answer = self._panel(request, self._fresh(record), done=done)
        answer["HX-Trigger"] = f'{{"{SAVED}": ""}}'
        return answer

    def _panel(self, request: HttpRequest, record: Any, form: QueryForm | None = None, **more: Any) -> HttpResponse:
        context = {**self.dynamic(record, form), "record": record, "may_act": self.has_act_permission(request), **more}
        return TemplateResponse(request, "admin/manifests/query_panel.html", context)

    def dynamic(self, record: Any, form: QueryForm | None = None) -> dict[str, Any]:
        """What the panel's template needs; nothing where the record is not dynamic."""
        standing = dynamic.standing(record)
        if standing is None:
            return {}
        return {
            "dynamic": standing,
            "dynamic_busy": standing.wanted > standing.done and not record.withdrawn,
            "dynamic_words": in_words(record, dict(sources.called())),
            "query_form": form or self._form(record),
            "query_url": self.piece_url("query", record.pk),
            "refresh_url": self.piece_url("refresh", record.pk),
            "count_url": self._count_url(),
        }

    def _form(self, record: Any, sent: Any = None) -> QueryForm | None:
        """None for a list: that is sent by machines."""
        if "of" not in (record.query or {}):
            return None
        more = record.query.get("metadata", [])[1:]
        return QueryForm(self.model, sources.called(), sent, initial=initial(record.query), more_pairs=more)
