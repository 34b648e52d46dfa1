"""Around every request: an id for the logs, figures for the metrics, a line about what staff and machines asked."""

import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

from gcis.core import meters

log = structlog.get_logger(__name__)

#: What monitors ask. They call hosts by number and speak plain HTTP; that is no reason to refuse or redirect them.
OPERATIONS = ("/livez", "/readyz", "/metrics")
#: Doors whose every request is a line in the log, and whose answers name the request.
TOLD = ("api", "admin")
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
_PREFIXES = (
    ("/presentation/", "document"),
    ("/api/", "api"),
    ("/tasks", "api"),
    ("/admin/", "admin"),
    ("/static/", "file"),
    ("/viewers/", "file"),
)
_METHODS = {"GET": "read", "HEAD": "read", "OPTIONS": "read"} | dict.fromkeys(
    ("POST", "PUT", "PATCH", "DELETE"), "write"
)


class OperationsMiddleware:
    """First of all: the addresses for monitors go straight to their views (`gcis.urls` has them, as all others)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in OPERATIONS:
            answer: HttpResponseBase = resolve(request.path_info).func(request)
            return answer
        return self.get_response(request)


class RequestMiddleware:
    """Binds `request` to every line that is logged on the way, counts, and tells what was asked of API and admin.

    The line has the path without its query, and nothing of the headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        identity = request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=identity)
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        door = door_of(request.path_info)
        method = _METHODS.get(request.method or "", "other")
        _count(door, method, response.status_code, seconds)
        if door in TOLD:
            response["X-Request-ID"] = identity
            log.info(
                "request.served",
                door=door,
                method=request.method,
                path=request.path_info,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response


def request_id(request: HttpRequest) -> str:
    """The id that one of our own proxies gave the request, else a new one.

    Only who comes through all GCIS_PROXIES is believed, and only what cannot do harm in a log or a header.
    """
    given = request.headers.get("X-Request-ID", "")
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.GCIS_PROXIES and len(hops) >= settings.GCIS_PROXIES and any(hops) and _SANE.fullmatch(given):
        return given
    return secrets.token_hex(8)


def door_of(path: str) -> str:
    """Which part of the URL space that is: image, info, document, api, admin, file (ours) or page."""
    if path.startswith("/iiif/"):
        return "info" if path.endswith("/info.json") else "image"
    return next((door for prefix, door in _PREFIXES if path.startswith(prefix)), "page")


def _count(door: str, method: str, status: int, seconds: float) -> None:
    counter, histogram = _meters(door, method, status)
    counter.inc()
    histogram.observe(seconds)


@lru_cache(maxsize=512)
def _meters(door: str, method: str, status: int) -> tuple[meters.Counter, meters.Histogram]:
    """Looked up once: finding a child by its labels costs more than counting does."""
    counter = meters.REQUESTS.labels(door, method, str(status))
    return counter, meters.REQUEST_SECONDS.labels(door, method)
