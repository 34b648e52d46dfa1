"""The public pages: a gallery, and a page with a viewer for everything in it."""

from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from gcis.core import tombstones, web
from images import services as images
from images.addresses import ImageAddresses
from images.exposure import not_public
from images.policy import PUBLIC, Caller
from manifests import doors, gallery, preview, publications
from manifests.addresses import PresentationAddresses
from manifests.build.form import IMAGE_API
from manifests.languages import preferred_languages
from manifests.models import Collection, Manifest, Resource
from manifests.showing import page
from manifests.showing.described import Link
from manifests.showing.page import Where, page_number
from redirects import services as names
from redirects.models import Identifier
from redirects.services import Name

__all__ = ["home", "preferred_languages", "view"]


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
    return _changing(render(request, "gallery.html", context))


@require_safe
def view(request: HttpRequest, identifier: str) -> HttpResponse:
    """A manifest in a viewer, or a collection as a shelf of its members."""
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
        return _changing(_collection(request, record, name.current, caller))
    where, more = _where(record, name.current), _around(request, record, caller)
    return _changing(page.manifest(request, _document(record, caller), where, more))


def _closed(request: HttpRequest, record: Resource) -> HttpResponse:
    """What the public gets instead of what is shut. Nothing is said of it but when it opens."""
    response = render(request, "closed.html", {"opens": record.policy.opening(timezone.now())}, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _changing(response: HttpResponse) -> HttpResponse:
    """What visitors see changes at any time, and with their languages."""
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _collection(request: HttpRequest, record: Collection, identifier: str, caller: Caller) -> HttpResponse:
    """Its members a shelf at a time: its document may name hundreds of thousands."""
    context = {
        **page.head(request, _head(record, caller), _where(record, identifier)),
        **_around(request, record, caller),
        "shelf": gallery.members(record, page_number(request), preferred_languages(request), caller),
    }
    return render(request, "collection.html", context)


def _document(record: Resource, caller: Caller) -> bytes:
    """Presentation 3.0: as it is published; for those who see more, as it is now."""
    if record.publication and not caller.sees_all:
        return publications.read(record.publication, "3")
    built = preview.document(record, "3")
    assert built, "everything has a document of version 3"
    return built


def _head(record: Collection, caller: Caller) -> dict[str, Any]:
    """Its document without the members."""
    if record.publication and not caller.sees_all:
        return _published_head(record.pk, record.publication.documents["3"]["digest"])
    return _without_items(_document(record, caller))


@lru_cache(maxsize=128)
def _published_head(resource: UUID, digest: str) -> dict[str, Any]:
    """What has this digest never changes."""
    return _without_items(publications.read_document(resource, {"digest": digest}))


def _without_items(data: bytes) -> dict[str, Any]:
    return {name: value for name, value in orjson.loads(data).items() if name not in ("items", "annotations")}


def _where(record: Resource, identifier: str) -> Where:
    base = settings.GCIS_PUBLIC_URL
    addresses = PresentationAddresses(base)
    address = addresses.manifest if isinstance(record, Manifest) else addresses.collection
    has_second = record.publication is None or "2" in record.publication.documents
    documents = [("IIIF 3.0", 3), ("IIIF 2.1", 2), ("Any version", None)]
    return Where(
        page=addresses.view(identifier),
        documents=tuple(
            Link(address(identifier, version), title) for title, version in documents if version != 2 or has_second
        ),
        services=ImageAddresses(base).service(IMAGE_API, ""),
        origin="{0.scheme}://{0.netloc}".format(urlsplit(base)),
    )


def _around(request: HttpRequest, record: Resource, caller: Caller) -> dict[str, Any]:
    """What is not in its document: where it belongs, and what those are told who see more than the public does."""
    note = not_public(_word(record), record.policy, timezone.now()) if caller.sees_all else ""
    staff = "You see it because you belong to the staff."
    return {
        "note": f"{note} {staff}" if note else "",
        "crumbs": gallery.crumbs(record, preferred_languages(request)),
        "permanent": True,
    }


def _word(record: Resource) -> str:
    """What visitors call it."""
    return "work" if isinstance(record, Manifest) else "collection"
