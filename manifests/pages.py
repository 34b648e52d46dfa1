"""The public pages: a gallery, and a page with a viewer for everything in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from images import services as images
from manifests import gallery
from manifests.addresses import PresentationAddresses
from manifests.description import effective
from manifests.gallery import pick
from manifests.models import Collection, Manifest
from manifests.services import images_of

#: So many pictures are shown as a list when the viewer's files are not here.
MOST_WITHOUT_VIEWER = 100
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
    context = {
        "query": query,
        "collections": [] if query else gallery.collections(languages),
        "shelf": gallery.works(query, page_number(request), languages),
        "converting": images.waiting(),
    }
    return render(request, "gallery.html", context)


@csp_update({"style-src": ["'unsafe-inline'"]})  # Mirador writes styles at run time
@require_safe
def view(request: HttpRequest, identifier: str) -> HttpResponse:
    """A manifest in Mirador, or a collection as a shelf of its members."""
    record = gallery.find(identifier)
    if record is None:
        raise Http404(f"There is nothing called {identifier} here, or it is not published yet.")
    if isinstance(record, Collection):
        return _collection(request, record, identifier)
    return _manifest(request, record, identifier)


def _collection(request: HttpRequest, record: Collection, identifier: str) -> HttpResponse:
    languages = preferred_languages(request)
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    context = {
        **_described(record, languages),
        "crumbs": gallery.crumbs(record, languages),
        "shelf": gallery.members(record, page_number(request), languages),
        "document": addresses.collection(identifier, 3),
        "identifier": identifier,
    }
    return render(request, "collection.html", context)


def _manifest(request: HttpRequest, record: Manifest, identifier: str) -> HttpResponse:
    languages = preferred_languages(request)
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    has_viewer = (settings.GCIS_VIEWERS_DIR / MIRADOR).is_file()
    canvas = request.GET.get("canvas", "")
    context = {
        **_described(record, languages),
        "crumbs": gallery.crumbs(record, languages),
        "document": addresses.manifest(identifier, 3),
        "canvas": canvas if canvas.startswith(f"{settings.GCIS_PUBLIC_URL}/presentation/canvas/") else "",
        "pages": record.publication.summary.get("canvases", 0) if record.publication else 0,
        "viewer": f"/viewers/{MIRADOR}" if has_viewer else "",
        "pictures": [] if has_viewer else _pictures(record),
    }
    return render(request, "view.html", context)


def _pictures(record: Manifest) -> list[gallery.Thumbnail]:
    """The pictures themselves, for a page that has no viewer."""
    ids = images_of(record.pk)[:MOST_WITHOUT_VIEWER]
    found = images.facts(ids)
    return [gallery.thumbnail(found[key], 1000) for key in ids if key in found and found[key].ready]


def _described(record: Manifest | Collection, languages: Sequence[str]) -> dict[str, Any]:
    """Label, summary, metadata pairs, required statement and rights, for people."""
    description = effective(record)
    statement = description.get("requiredStatement")
    return {
        "label": pick(description.get("label"), languages),
        "summary": pick(description.get("summary"), languages),
        "pairs": [_pair(entry, languages) for entry in description.get("metadata", [])],
        "statement": _pair(statement, languages) if statement else None,
        "rights": description.get("rights", ""),
        "rights_name": rights_name(description.get("rights", "")),
    }


def _pair(entry: dict[str, Any], languages: Sequence[str]) -> Pair:
    return Pair(pick(entry.get("label"), languages), pick(entry.get("value"), languages))


def rights_name(uri: str) -> str:
    """What people call the statement behind a Creative Commons or RightsStatements.org address."""
    parts = uri.rstrip("/").split("/")
    if "creativecommons.org" in uri and len(parts) >= 2:
        kind, version = parts[-2], parts[-1]
        named = {"zero": "CC0", "mark": "Public Domain Mark"}
        return f"{named.get(kind, 'CC ' + kind.upper())} {version}"
    if "rightsstatements.org" in uri and len(parts) >= 2:
        return f"RightsStatements.org: {parts[-2]}"
    return uri


def preferred_languages(request: HttpRequest) -> list[str]:
    """The languages of the Accept-Language header, as the browser orders them."""
    header = request.headers.get("Accept-Language", "")
    return [part.partition(";")[0].strip() for part in header.split(",") if part.strip()][:10]


def page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
