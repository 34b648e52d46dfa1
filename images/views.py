"""The Image API's doors: find the image, ask the gateway, send what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gcis.core import lanes, peers, tombstones, web
from gcis.core.errors import Unavailable
from gcis.core.tombstones import Tombstone
from gcis.tokens import callers
from images import answers, known, services
from images.addresses import ImageAddresses
from images.answers import Answer, Terms
from images.facts import ImageFacts
from images.gateway import VERSIONS, Refuse, Verdict, decide, decide_version
from images.iiif.info import CONTEXTS
from images.iiif.request import ImageRequest, readings
from images.known import Held
from images.pixels import finished
from images.policy import PUBLIC, STAFF, Caller


def image(request: HttpRequest, path: str, version: int) -> HttpResponse:
    """A picture, its info.json, or the way to it, by the rules of that version."""
    wanted, found, held = _find(version, path)
    lanes.accept_host(request)
    if held and (whole := answers.for_anybody(held, wanted, _accept(request))):
        return _given(request, whole)
    now, terms = timezone.now(), answers.current_terms()
    caller = _caller(request, found, now)
    verdict = decide(wanted, found, terms.limits, terms.addresses, caller, now)
    return _restricted(_respond(request, version, verdict, found, caller, terms), found, caller, now)


def newest(request: HttpRequest, path: str) -> HttpResponse:
    """Without a version: on to the newest one in which the request is valid."""
    wanted, found, _ = _find(VERSIONS[0], path)
    now, terms = timezone.now(), answers.current_terms()
    caller = _caller(request, found, now)
    verdict = decide_version(wanted, found, terms.limits, terms.addresses, caller, now)
    return _restricted(_respond(request, VERSIONS[0], verdict, found, caller, terms), found, caller, now)


def shown(
    request: HttpRequest, path: str, version: int, allowed: Callable[[UUID], bool], addresses: ImageAddresses
) -> HttpResponse:
    """A picture that is allowed, whole, under these addresses, whoever asks; of all others there are none."""
    wanted, found, _ = _find(version, path)
    if found and not allowed(found.id):
        found = None
    terms = replace(answers.current_terms(), addresses=addresses)
    verdict = decide(wanted, found, terms.limits, addresses, STAFF, timezone.now())
    return _respond(request, version, verdict, found, STAFF, terms)


def _find(version: int, path: str) -> tuple[ImageRequest, ImageFacts | None, Held | None]:
    """The first reading of the path whose identifier we know, else the likeliest; held if it is open to anybody.

    Unavailable where the database cannot answer and none of them was asked for lately.
    """
    possible = readings(version, path)
    trouble = None
    for wanted in possible:
        try:
            found, held = _known(wanted.identifier)
        except Unavailable as unknown:
            trouble = unknown
        else:
            if found:
                return wanted, found, held
    if trouble:
        raise trouble
    return possible[0], None, None


def _known(identifier: str) -> tuple[ImageFacts | None, Held | None]:
    if held := known.fresh(identifier):
        return held.facts, held
    began = known.clock()
    found = services.find(identifier)
    return found, known.hold(identifier, found, timezone.now(), began)


def _caller(request: HttpRequest, found: ImageFacts | None, now: datetime) -> Caller:
    """Who asks, as far as that matters: for an open image nobody looks at cookies or tokens."""
    if found is None or found.policy.is_open(now):
        return PUBLIC
    return Caller(sees_all=callers.sees_all(request))


def _restricted(response: HttpResponse, found: ImageFacts | None, caller: Caller, now: datetime) -> HttpResponse:
    if found is None or found.policy.is_open(now):
        return response
    return web.restricted(response, sees_all=caller.sees_all)


def _respond(
    request: HttpRequest, version: int, verdict: Verdict, found: ImageFacts | None, caller: Caller, terms: Terms
) -> HttpResponse:
    if isinstance(verdict, Refuse) and verdict.status == HTTPStatus.GONE and found:
        stone = Tombstone("image", found.reason, found.withdrawn)
        uri = answers.current_terms().addresses.service(version, found.identifier)
        return tombstones.answer(request, stone, version, CONTEXTS[version], uri, f"ImageService{version}")
    return _given(request, answers.answer(verdict, version, caller, terms, _accept(request)))


def _accept(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_ACCEPT", "*/*"))


def _given(request: HttpRequest, whole: Answer) -> HttpResponse:
    given = answers.for_who_has(request.META.get("HTTP_IF_NONE_MATCH", ""), whole)
    return _sent(finished(given, peers.address(request.META)))


def _sent(given: Answer) -> HttpResponse:
    response = HttpResponse(given.body, status=given.status, headers=given.headers)
    if "Content-Type" not in given.headers:
        del response["Content-Type"]
    response["Content-Length"] = str(len(given.body))
    return response
