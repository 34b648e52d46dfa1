"""The Image API's doors: find the image, ask the gateway, do what it says."""

from hashlib import sha256

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gcis.core import web
from images import services
from images.addresses import ImageAddresses
from images.engine import render
from images.facts import ImageFacts
from images.gateway import VERSIONS, Describe, Redirect, Refuse, Serve, decide, decide_version
from images.iiif.info import CONTENT_TYPES, PROFILES, info
from images.iiif.request import MEDIA_TYPES, ImageRequest, readings
from images.iiif.resolve import Limits

#: Seconds that redirects and refusals for good may be remembered; other refusals never are (DESIGN §12).
REDIRECT_AGE = 300
ABSENCE_AGE = 60


def image(request: HttpRequest, path: str, version: int) -> HttpResponse:
    """A picture, its info.json, or the way to it, by the rules of that version."""
    verdict = decide(*_find(version, path), _limits(), _addresses())
    match verdict:
        case Serve():
            return _picture(request, version, verdict)
        case Describe():
            return _info(request, version, verdict.image)
        case Redirect() | Refuse():
            return _other(verdict)


def newest(request: HttpRequest, path: str) -> HttpResponse:
    """Without a version: on to the newest one in which the request is valid."""
    return _other(decide_version(*_find(VERSIONS[0], path), _limits(), _addresses()))


def _find(version: int, path: str) -> tuple[ImageRequest, ImageFacts | None]:
    """The first reading of the path whose identifier we know, else the likeliest."""
    possible = readings(version, path)
    for wanted in possible:
        if found := services.find(wanted.identifier):
            return wanted, found
    return possible[0], None


def _picture(request: HttpRequest, version: int, verdict: Serve) -> HttpResponse:
    found = verdict.image
    canonical = _addresses().picture(version, found.identifier, verdict.canonical)
    response = HttpResponse(content_type=MEDIA_TYPES[verdict.derivative.format])
    response["Cache-Control"] = web.cacheable(settings.GCIS_IMAGE_MAX_AGE)
    # One header line: some clients read the first Link only.
    response["Link"] = f'<{PROFILES[version]}>;rel="profile", <{canonical}>;rel="canonical"'
    response["ETag"] = _etag(found.digest, str(found.generation), verdict.canonical, render.VERSION)
    if web.etag_matches(request, response["ETag"]):
        return web.not_modified(response)
    response.content = render.render(services.master_path(found), verdict.derivative)
    return response


def _info(request: HttpRequest, version: int, found: ImageFacts) -> HttpResponse:
    body = orjson.dumps(info(version, found, _addresses(), _limits()))
    content_type = web.preferred_type(request, CONTENT_TYPES[version])
    response = HttpResponse(body, content_type=content_type)
    response["Cache-Control"] = web.cacheable(settings.GCIS_DOCUMENT_MAX_AGE)
    response["Vary"] = "Accept"
    response["ETag"] = _etag(content_type, body.decode())
    return web.not_modified(response) if web.etag_matches(request, response["ETag"]) else response


def _other(verdict: Redirect | Refuse) -> HttpResponse:
    if isinstance(verdict, Redirect):
        return web.redirect(verdict.status, verdict.location, REDIRECT_AGE)
    response = web.problem(verdict.status, verdict.title, verdict.sentence)
    if verdict.status in (404, 410):
        response["Cache-Control"] = web.cacheable(ABSENCE_AGE)
    if verdict.retry_after:
        response["Retry-After"] = str(verdict.retry_after)
    return response


def _etag(*parts: str) -> str:
    return f'"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _limits() -> Limits:
    return Limits(settings.GCIS_MAX_EDGE, settings.GCIS_MAX_AREA)


def _addresses() -> ImageAddresses:
    return ImageAddresses(settings.GCIS_PUBLIC_URL)
