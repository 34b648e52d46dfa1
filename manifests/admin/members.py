"""The members of a collection: what is in it, what may be put into it, and the views that change that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from gcis.core.admin import actor, row_or_404
from gcis.core.errors import SourceFault
from manifests import members, services
from manifests.admin import filters, looks
from manifests.admin.ordering import OrderAdmin
from manifests.admin.saved import saved
from manifests.models import Collection, Manifest, Member
from manifests.pages import preferred_languages
from redirects import services as names

#: So many members are shown at once; the order of more is not for a page.
MOST = 2000
#: So many of each kind are offered by the search.
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A manifest or collection in a list. `record` is prepared (`looks.prepare`)."""

    record: Any
    kind: str
    label: str
    url: str


class MembersAdmin(OrderAdmin):
    def members_urls(self) -> list[URLPattern]:
        return [
            self.piece("members/", self.members_view, "members"),
            path("finder/", self.admin_site.admin_view(self.finder_view), name="manifests_collection_finder"),
            self.piece("members/find/", self.find_view, "find"),
            self.piece("members/put/", self.put_view, "put"),
            self.piece("members/out/", self.out_view, "out"),
        ]

    @method_decorator(require_GET)
    def members_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """All members, in the order that holds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        collection = row_or_404(Collection, object_id)
        found, total = inside(collection)
        context = {
            **self.order_bar(collection),
            "members": entries(found, preferred_languages(request)),
            "total": total,
            "may_act": self.has_act_permission(request),
            "dynamic": collection.query is not None,
        }
        return TemplateResponse(request, "admin/manifests/members.html", context)

    @method_decorator(require_GET)
    def finder_view(self, request: HttpRequest) -> HttpResponse:
        """Collections that every word of `q` says something of, as {identifier: label}."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text, languages = request.GET.get("q", "").strip()[:200], preferred_languages(request)
        found = filters.search(Collection.objects.filter(withdrawn=None), text)[:MOST_FOUND] if text else []
        called = names.current(row.pk for row in found)
        return JsonResponse({called[row.pk]: looks.label(row, languages) for row in found if row.pk in called})

    @method_decorator(require_GET)
    def find_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What every word of `q` says something of, and is not in the collection yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = request.GET.get("q", "").strip()[:200]
        there = Member.objects.filter(collection=object_id)
        found: list[Any] = []
        if text:
            manifests = filters.search(Manifest.objects.filter(withdrawn=None), text)
            found += manifests.exclude(pk__in=there.filter(child=None).values("manifest"))[:MOST_FOUND]
            collections = filters.search(Collection.objects.filter(withdrawn=None), text).exclude(pk=object_id)
            found += collections.exclude(pk__in=there.filter(manifest=None).values("child"))[:MOST_FOUND]
        context = {"found": entries(found, preferred_languages(request)), "query": text}
        return TemplateResponse(request, "admin/manifests/found.html", context)

    @method_decorator(require_POST)
    def put_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Put `member` in, at the end."""
        collection, record = self._editable(request, object_id), _named(request)
        return _answer(lambda: members.put_in(collection, record, actor=actor(request)))

    @method_decorator(require_POST)
    def out_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Take `member` out; nothing else happens to it."""
        collection, record = self._editable(request, object_id), _named(request)
        return _answer(lambda: members.take_out(collection, record, actor=actor(request)))


def inside(collection: Collection) -> tuple[list[Any], int]:
    """The first members, in the order that holds, and how many there are."""
    rows = collection.members.filter(foreign__isnull=True).order_by("place", "position", "pk")
    shown = rows.select_related("manifest", "child").defer("manifest__search_text", "child__search_text")[:MOST]
    return [member.manifest or member.child for member in shown], rows.count()


def entries(records: Sequence[Any], languages: Sequence[str]) -> list[Entry]:
    """In the same order, each with its look."""
    for kind in (Manifest, Collection):
        looks.prepare([record for record in records if isinstance(record, kind)])
    return [
        Entry(record, str(record._meta.verbose_name), looks.label(record, languages), _page(record))
        for record in records
    ]


def _page(record: Any) -> str:
    return reverse(f"admin:manifests_{record._meta.model_name}_change", args=[record.pk])


def _named(request: HttpRequest) -> Any:
    try:
        record = services.find(UUID(request.POST.get("member", "")))
    except ValueError:
        record = None
    if record is None:
        raise Http404
    return record


def _answer(service: Any) -> HttpResponse:
    try:
        changed = service()
    except SourceFault as fault:
        return JsonResponse({"problem": fault.sentence}, status=400)
    return saved(JsonResponse({"changed": changed}))
