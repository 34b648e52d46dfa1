"""The public pages: a gallery, and a page with a viewer for everything in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from gcis.core import tombstones, web
from images import services as images
from images.exposure import not_public
from images.facts import ImageFacts
from images.policy import PUBLIC, Caller
from manifests import doors, gallery
from manifests.addresses import PresentationAddresses
from manifests.build.rights import rights_uri
from manifests.description import effective
from manifests.gallery import Thumbnail, pick
from manifests.models import Collection, Manifest, Resource
from redirects import services as names
from redirects.models import Identifier
from redirects.services import Name

#: So many pictures are shown as a list when the viewer's files are not here.
MOST_WITHOUT_VIEWER = 100
#: The longer edge in pixels from which on a picture is worth downloading.
DOWNLOAD_FROM = 800
MIRADOR = "mirador-4.0.0/mirador.min.js"


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its values, in the visitor's language."""

    label: str
    value: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Collections and works, or what was searched for."""
    languages = preferred_languages(request)
    query = request.GET.get("q", "").strip()[:200]
    collections = None if query else gallery.collections(languages)
    context = {
        "query": query,
        "collections": collections,
        "roots": gallery.roots(languages) if collections and collections.pages > 1 else [],
        "shelf": gallery.works(query, page_number(request), languages),
        "converting": images.waiting(),
    }
    return _page(request, "gallery.html", context)


@require_safe
def view(request: HttpRequest, identifier: str) -> HttpResponse:
    """A manifest in Mirador, or a collection as a shelf of its members."""
    name = names.visit(Identifier.Kind.PRESENTATION, identifier)
    record = gallery.find(name.resource) if name else None
    if name is None or record is None:
        raise Http404
    if stone := doors.tombstone(record, name):
        return tombstones.page(replace(stone, kind=_word(record)))
    now = timezone.now()
    caller = doors.caller(request, record, now)
    if caller.sees_all:
        return web.restricted(_named(request, record, name, identifier, caller), sees_all=True)
    if record.policy.is_shut(now):
        return web.restricted(_closed(request, record), sees_all=False)
    return _named(request, record, name, identifier, PUBLIC)


def _named(request: HttpRequest, record: Resource, name: Name, identifier: str, caller: Caller) -> HttpResponse:
    """The page under the current name, or the way there from a former one."""
    if identifier != name.current and not name.in_place:
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        location = PresentationAddresses(settings.GCIS_PUBLIC_URL).view(name.current) + query
        return web.redirect(301, location, settings.GCIS_REDIRECT_MAX_AGE)
    if record.publication is None and not caller.sees_all:
        raise Http404
    if isinstance(record, Collection):
        return _collection(request, record, name.current, caller)
    return _manifest(request, record, name.current, caller)


def _closed(request: HttpRequest, record: Resource) -> HttpResponse:
    """What the public gets instead of what is shut. Nothing is said of it but when it opens."""
    response = render(request, "closed.html", {"opens": record.policy.opening(timezone.now())}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """What visitors see changes at any time, and with their languages."""
    response = render(request, template, context)
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _collection(request: HttpRequest, record: Collection, identifier: str, caller: Caller) -> HttpResponse:
    languages = preferred_languages(request)
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    context = {
        **_described(record, languages),
        "note": _note(record, caller),
        "crumbs": gallery.crumbs(record, languages),
        "shelf": gallery.members(record, page_number(request), languages, caller),
        "document": addresses.collection(identifier, 3),
        "address": addresses.view(identifier),
    }
    return _page(request, "collection.html", context)


@csp_update({"style-src": [UNSAFE_INLINE]})  # Mirador writes styles at run time
def _manifest(request: HttpRequest, record: Manifest, identifier: str, caller: Caller) -> HttpResponse:
    languages = preferred_languages(request)
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    has_viewer = (settings.GCIS_VIEWERS_DIR / MIRADOR).is_file()
    canvas = request.GET.get("canvas", "")
    drafted = record.canvases.filter(dropped=None)
    pages = record.publication.summary.get("canvases", 0) if record.publication else drafted.count()
    cover = gallery.cover(record, caller)
    context = {
        **_described(record, languages),
        "note": _note(record, caller),
        "crumbs": gallery.crumbs(record, languages),
        "document": addresses.manifest(identifier, 3),
        "address": addresses.view(identifier),
        "canvas": canvas if addresses.is_canvas(canvas) else "",
        "pages": pages,
        "cover": gallery.thumbnail(cover, gallery.LARGE) if cover else None,
        "downloads": _downloads(cover) if cover and pages == 1 else [],
        "workspace": "workspace" in request.GET,
        "viewer": reverse("viewer-file", args=MIRADOR.split("/")) if has_viewer else "",
        "pictures": [] if has_viewer else gallery.pictures(record, MOST_WITHOUT_VIEWER, caller),
    }
    return _page(request, "view.html", context)


def _note(record: Resource, caller: Caller) -> str:
    """What those are told who see more than the public does."""
    return not_public(_word(record), record.policy, timezone.now()) if caller.sees_all else ""


def _word(record: Resource) -> str:
    """What visitors call it."""
    return "work" if isinstance(record, Manifest) else "collection"


def _downloads(image: ImageFacts) -> list[Thumbnail]:
    """The sizes worth taking home among those that are ready-made; a picture smaller than these, whole."""
    sizes = [(width, height) for width, height, *_ in image.levels if _is_worth_having(width, height)]
    return [gallery.sized(image, width, height) for width, height in sizes or [(image.width, image.height)]]


def _is_worth_having(width: int, height: int) -> bool:
    longer = max(width, height)
    return DOWNLOAD_FROM <= longer <= settings.GCIS_MAX_EDGE and width * height <= settings.GCIS_MAX_AREA


def _described(record: Resource, languages: Sequence[str]) -> dict[str, Any]:
    """Label, summary, metadata pairs, required statement and rights, for people."""
    description = effective(record)
    statement = description.get("requiredStatement")
    rights = description.get("rights", "")
    return {
        "label": pick(description.get("label"), languages),
        "summary": pick(description.get("summary"), languages),
        "pairs": [_pair(entry, languages) for entry in description.get("metadata", [])],
        "statement": _pair(statement, languages) if statement else None,
        "rights": rights_name(rights),
        "rights_address": rights if rights.startswith(("http://", "https://")) else "",
    }


def _pair(entry: dict[str, Any], languages: Sequence[str]) -> Pair:
    return Pair(pick(entry.get("label"), languages), pick(entry.get("value"), languages))


def rights_name(uri: str) -> str:
    """What people call the statement behind a Creative Commons or RightsStatements.org address."""
    known = rights_uri(uri)
    if known is None:
        return uri
    host, _, code, *rest = known.removeprefix("http://").split("/")
    if host == "rightsstatements.org":
        return f"RightsStatements.org: {code}"
    named = {"zero": "CC0", "mark": "Public Domain Mark"}
    return " ".join([named.get(code, f"CC {code.upper()}"), *(part.upper() for part in rest if part)])


def preferred_languages(request: HttpRequest) -> list[str]:
    """The languages of Accept-Language in lower case, most wanted first, each region followed by its language."""
    header = request.headers.get("Accept-Language", "")
    wanted = [tag for tag, weight in parse_accept_lang_header(header) if weight]
    return list(dict.fromkeys(name for tag in wanted for name in (tag, tag.partition("-")[0])))


def page_number(request: HttpRequest) -> int:
    """The page that is asked for, at least 1; what is no number is 1, and what is too large is the last one."""
    number = request.GET.get("page", "")
    return max(1, int(number[:9])) if number.isascii() and number.isdigit() else 1
