"""Below /preview/: what a preview link shows. Nobody keeps it, finds it by searching, or passes its address on."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gcis.core import web
from images import guests
from images.addresses import ImageAddresses
from manifests import previews
from manifests.build.form import CONTEXT, IMAGE_API
from manifests.models import AnnotationPage, Manifest, Resource
from manifests.preview_documents import Preview, link_address
from manifests.previews import Dead
from manifests.showing import page as showing
from manifests.showing.described import Link
from manifests.showing.page import Where

LD_JSON = f'application/ld+json;profile="{CONTEXT}"'
#: On every answer, refusals too: the address alone opens it.
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}
View = Callable[..., HttpResponse]


def previewed(view: View) -> View:
    """The view is called with the Preview in the place of the token; a dead link is answered with why."""

    @wraps(view)
    def answer(request: HttpRequest, token: str, **named: Any) -> HttpResponse:
        try:
            record = previews.opened(token)
        except Dead as dead:
            response = _dead(request, dead, page=view.__name__ == "page")
        else:
            response = view(request, Preview(record, settings.GCIS_PUBLIC_URL, token), **named)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return answer


@previewed
def page(request: HttpRequest, preview: Preview) -> HttpResponse:
    """A page with the viewer, for people."""
    built = preview.document(preview.record, 3)
    assert built, "there is a 3.0 form of everything"
    word = "work" if isinstance(preview.record, Manifest) else "collection"
    note = f"This is a preview. It shows the {word} as it is at this moment, not as it is published."
    return showing.manifest(request, orjson.dumps(built), _where(preview), {"note": note, "permanent": False})


@previewed
def document(request: HttpRequest, preview: Preview, version: int = 3, record: UUID | None = None) -> HttpResponse:
    """The manifest or collection, or one that is in it, built now."""
    shown: Resource | None = previews.member(preview.record, record) if record else preview.record
    if shown is None:
        return _absent()
    built = preview.document(shown, version)
    if built is None:
        return web.problem(404, HTTPStatus(404).phrase, f"There is no version {version} of this document.")
    return _json(request, built, version)


@previewed
def annotations(request: HttpRequest, preview: Preview, key: UUID, version: int = 3) -> HttpResponse:
    """An annotation page that a document of this preview refers to."""
    found = AnnotationPage.objects.select_related("manifest", "collection", "part_of").filter(pk=key).first()
    owner = (found.manifest or found.collection) if found else None
    if found is None or owner is None or previews.member(preview.record, owner.pk) is None:
        return _absent()
    return _json(request, preview.page(found, version), version)


@previewed
def layer(request: HttpRequest, preview: Preview, key: UUID, version: int = 3) -> HttpResponse:
    """An annotation collection that a document of this preview refers to."""
    owner = Manifest.objects.filter(annotation_collections=key).first()
    shown = previews.member(preview.record, owner.pk) if owner else None
    built = preview.layer(shown, key, version) if isinstance(shown, Manifest) else None
    return _json(request, built, version) if built else _absent()


@previewed
def image(request: HttpRequest, preview: Preview, version: int, path: str) -> HttpResponse:
    """A picture that is shown in it, whole; there are no others here."""
    own = link_address(preview.base, preview.token)
    return guests.image(request, path, version, previews.shows(preview.record), own)


def _json(request: HttpRequest, built: dict[str, Any], version: int) -> HttpResponse:
    offers = (LD_JSON, "application/json") if version == 3 else ("application/ld+json", "application/json")
    return HttpResponse(orjson.dumps(built), content_type=web.preferred_type(request, offers))


def _absent() -> HttpResponse:
    return web.problem(404, HTTPStatus(404).phrase, "This preview shows no such thing.")


def _dead(request: HttpRequest, dead: Dead, *, page: bool) -> HttpResponse:
    """For people a page, where the address may be known to have been one."""
    if page and dead.status == HTTPStatus.GONE:
        return render(request, "preview_ended.html", {"sentence": dead.sentence}, status=dead.status)
    return web.problem(dead.status, HTTPStatus(dead.status).phrase, dead.sentence)


def _where(preview: Preview) -> Where:
    own = link_address(preview.base, preview.token)
    return Where(
        page=own,
        documents=(Link(f"{own}/manifest", "IIIF 3.0"), Link(f"{own}/2/manifest", "IIIF 2.1")),
        services=ImageAddresses(own).service(IMAGE_API, ""),
        origin="{0.scheme}://{0.netloc}".format(urlsplit(preview.base)),
    )
