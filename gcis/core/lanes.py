"""What the lanes before Django have in common: which requests they may answer at all, and how those are counted.

A lane holds for WINDOW seconds what a view has found. Whatever is out of the ordinary about a request is Django's.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gcis.core import meters
from gcis.core.headers import transport_headers

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

#: Seconds for which what a view found is good; and after which the first who comes has it looked up again, while the
#: others are still answered by the lane: else all of them would ask the database at once.
WINDOW, RENEW = 2.0, 1.5
#: Host headers that Django has accepted and that are remembered.
MOST_HOSTS = 1_000

_hosts: set[str] = set()


def accept_host(request: HttpRequest) -> None:
    """Django has let this request through: its Host header is one of ours."""
    if len(_hosts) >= MOST_HOSTS:
        _hosts.clear()
    _hosts.add(request.META.get("HTTP_HOST", ""))


def forget_hosts() -> None:
    _hosts.clear()


def path_of(environ: Environ) -> str:
    """As Django reads it: WSGI hands bytes on as if they were Latin-1. Empty for bytes that are not UTF-8."""
    path: str = environ.get("PATH_INFO", "")
    if path.isascii():
        return path
    try:
        return path.encode("latin-1").decode()
    except UnicodeError:
        return ""


def is_ordinary(environ: Environ) -> bool:
    """Whether nothing about the request is anybody's business but that of the thing that it asks for."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and environ.get("HTTP_HOST", "") in _hosts
        and not (settings.SECURE_SSL_REDIRECT and not _is_secure(environ))
    )


def transport(environ: Environ) -> list[tuple[str, str]]:
    """The headers that depend on the connection alone; Django's middleware adds them last."""
    return list(transport_headers().items()) if settings.SECURE_HSTS_SECONDS and _is_secure(environ) else []


def count(door: str, status: int, began: float) -> None:
    """As `gcis.core.requests` counts what Django answers; `began` is a moment of `time.perf_counter`."""
    counter, histogram = _meters(door, status)
    counter.inc()
    histogram.observe(time.perf_counter() - began)


def _is_secure(environ: Environ) -> bool:
    """As Django's `is_secure`."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if (said := environ.get(name)) is not None:
            return bool(said.partition(",")[0].strip() == value)
    return bool(environ.get("wsgi.url_scheme") == "https")


@lru_cache(maxsize=64)
def _meters(door: str, status: int) -> tuple[meters.Counter, meters.Histogram]:
    return meters.REQUESTS.labels(door, "read", str(status)), meters.REQUEST_SECONDS.labels(door, "read")
