"""The Image API's doors: find the image, ask the gateway, do what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gcis.core import meters, tombstones, web
from gcis.core.errors import Unavailable
from gcis.core.tombstones import Tombstone
from gcis.tokens import callers
from images import services
from images.addresses import ImageAddresses
from images.engine import render
from images.facts import ImageFacts
from images.gateway import VERSIONS, Describe, Redirect, Refuse, Serve, decide, decide_version
from images.iiif.info import CONTENT_TYPES, CONTEXTS, PROFILES, info
from images.iiif.request import MEDIA_TYPES, ImageRequest, readings
from images.iiif.resolve import Limits
from images.policy import PUBLIC, STAFF, Caller


def image(request: HttpRequest, path: str, version: int) -> HttpResponse:
    """A picture, its info.json, or the way to it, by the rules of that version."""
    wanted, found = _find(version, path)
    now = timezone.now()
    caller = _caller(request, found, now)
    return _restricted(_answer(request, wanted, found, caller, now, _addresses()), found, caller, now)


def shown(
    request: HttpRequest, path: str, version: int, allowed: Callable[[UUID], bool], addresses: ImageAddresses
) -> HttpResponse:
    """A picture that is allowed, whole, under these addresses, whoever asks; of all others there are none."""
    wanted, found = _find(version, path)
    if found and not allowed(found.id):
        found = None
    return _answer(request, wanted, found, STAFF, timezone.now(), addresses)


def _answer(
    request: HttpRequest,
    wanted: ImageRequest,
    found: ImageFacts | None,
    caller: Caller,
    now: datetime,
    addresses: ImageAddresses,
) -> HttpResponse:
    verdict = decide(wanted, found, _limits(), addresses, caller, now)
    match verdict:
        case Serve():
            return _picture(request, wanted.version, verdict, caller, addresses)
        case Describe():
            return _info(request, wanted.version, verdict, caller, addresses)
        case Redirect() | Refuse():
            return _other(request, wanted.version, verdict, found)


def newest(request: HttpRequest, path: str) -> HttpResponse:
    """Without a version: on to the newest one in which the request is valid."""
    wanted, found = _find(VERSIONS[0], path)
    now = timezone.now()
    caller = _caller(request, found, now)
    verdict = decide_version(wanted, found, _limits(), _addresses(), caller, now)
    return _restricted(_other(request, VERSIONS[0], verdict, found), found, caller, now)


def _find(version: int, path: str) -> tuple[ImageRequest, ImageFacts | None]:
    """The first reading of the path whose identifier we know, else the likeliest.

    Unavailable where the database cannot answer and none of them was asked for lately.
    """
    possible = readings(version, path)
    trouble = None
    for wanted in possible:
        try:
            if found := services.find(wanted.identifier):
                return wanted, found
        except Unavailable as unknown:
            trouble = unknown
    if trouble:
        raise trouble
    return possible[0], None


def _caller(request: HttpRequest, found: ImageFacts | None, now: datetime) -> Caller:
    """Who asks, as far as that matters: for an open image nobody looks at cookies or tokens."""
    if found is None or found.policy.is_open(now):
        return PUBLIC
    return Caller(sees_all=callers.sees_all(request))


def _restricted(response: HttpResponse, found: ImageFacts | None, caller: Caller, now: datetime) -> HttpResponse:
    if found is None or found.policy.is_open(now):
        return response
    return web.restricted(response, sees_all=caller.sees_all)


def _picture(
    request: HttpRequest, version: int, verdict: Serve, caller: Caller, addresses: ImageAddresses
) -> HttpResponse:
    found = verdict.image
    canonical = addresses.picture(version, found.identifier, verdict.canonical)
    response = HttpResponse(content_type=MEDIA_TYPES[verdict.derivative.format])
    response["Cache-Control"] = web.cacheable(settings.GCIS_IMAGE_MAX_AGE)
    # One header line: some clients read the first Link only.
    response["Link"] = f'<{PROFILES[version]}>;rel="profile", <{canonical}>;rel="canonical"'
    limit = _limit(found, caller)
    words = render.Words(found.rights, found.credit) if settings.GCIS_EMBED_RIGHTS else render.NO_WORDS
    response["ETag"] = _etag(
        found.digest, str(found.generation), limit, words.rights, words.credit, verdict.canonical, render.VERSION
    )
    if web.etag_matches(request, response["ETag"]):
        return web.not_modified(response)
    master = services.master_path(found)
    with meters.RENDER_SECONDS.time():
        response.content = render.render(master, verdict.derivative, verdict.skip, words)
    return response


def _info(
    request: HttpRequest, version: int, verdict: Describe, caller: Caller, addresses: ImageAddresses
) -> HttpResponse:
    found = verdict.image
    body = orjson.dumps(info(version, replace(found, identifier=verdict.identifier), addresses, _limits()))
    content_type = web.preferred_type(request, CONTENT_TYPES[version])
    response = HttpResponse(body, content_type=content_type)
    response["Cache-Control"] = web.cacheable(settings.GCIS_DOCUMENT_MAX_AGE)
    response["Vary"] = "Accept"
    if verdict.identifier != found.identifier:
        response["Link"] = f'<{addresses.info(version, found.identifier)}>;rel="canonical"'
    response["ETag"] = _etag(content_type, body.decode(), _limit(found, caller))
    return web.not_modified(response) if web.etag_matches(request, response["ETag"]) else response


def _limit(found: ImageFacts, caller: Caller) -> str:
    """What sets the public's answers apart from those of callers who see all."""
    return "" if caller.sees_all or found.policy.edge is None else str(found.policy.edge)


def _other(request: HttpRequest, version: int, verdict: Redirect | Refuse, found: ImageFacts | None) -> HttpResponse:
    if isinstance(verdict, Redirect):
        return web.redirect(verdict.status, verdict.location, settings.GCIS_REDIRECT_MAX_AGE)
    if verdict.status == HTTPStatus.GONE and found:
        stone = Tombstone("image", found.reason, found.withdrawn)
        uri = _addresses().service(version, found.identifier)
        return tombstones.answer(request, stone, version, CONTEXTS[version], uri, f"ImageService{version}")
    response = web.problem(verdict.status, verdict.title, verdict.sentence)
    if verdict.status == HTTPStatus.NOT_FOUND:
        response["Cache-Control"] = web.cacheable(web.ABSENCE_AGE)
    if verdict.retry_after:
        response["Retry-After"] = str(verdict.retry_after)
    return response


def _etag(*parts: str) -> str:
    return f'"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _limits() -> Limits:
    return Limits(settings.GCIS_MAX_EDGE, settings.GCIS_MAX_AREA)


def _addresses() -> ImageAddresses:
    return ImageAddresses(settings.GCIS_PUBLIC_URL)
