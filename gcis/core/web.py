"""What every public IIIF answer has in common: CORS, validators, RFC 9457 problems, and no cookies.

`PublicMiddleware` does what no view should have to remember; the functions are for the views under PUBLIC_PREFIXES.
"""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.request import MediaType
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from gcis.core import headers, lastknown
from gcis.core.errors import SourceFault
from gcis.core.headers import PUBLIC_HEADERS

PUBLIC_PREFIXES = ("/iiif/", "/presentation/", "/preview/")
PROBLEM = "application/problem+json"
METHODS = "GET, HEAD, OPTIONS"
#: Seconds that "there is none" and "gone" may be remembered (DESIGN §12).
ABSENCE_AGE = 60

#: The answer to OPTIONS. IIIF profiles in Accept make browsers ask; `*` would not cover Authorization.
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Range",
    "Access-Control-Max-Age": "86400",
    "Allow": METHODS,
}
# Meant for pages; on a tile they would only be weight.
_PAGE_HEADERS = ("Content-Security-Policy", "X-Frame-Options")

#: No address of ours has them, and no header or log line may: C0, DEL, C1, line and paragraph separator.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: What `cacheable` writes.
_AGE = re.compile(r"public, max-age=(\d+)")


# ------------------------------------------------------------------------------------------------------- for the views
def problem(
    status: int, title: str, detail: str, *, members: Mapping[str, object] | None = None, **further: str
) -> HttpResponse:
    """An error as RFC 9457 has it, with further members; `Retry_After="5"` becomes the header Retry-After.

    Not to be cached, unless Cache_Control says otherwise.
    """
    response = HttpResponse(problem_body(status, title, detail, members), status=status, content_type=PROBLEM)
    response["Cache-Control"] = "no-store"
    for name, value in further.items():
        response[name.replace("_", "-")] = value
    return response


def problem_body(status: int, title: str, detail: str, members: Mapping[str, object] | None = None) -> bytes:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(members or {})}
    return json.dumps(body, ensure_ascii=False).encode()


def cacheable(seconds: int) -> str:
    """The Cache-Control of an answer that anybody may keep so long."""
    return f"public, max-age={seconds}"


def restricted(response: HttpResponse, *, sees_all: bool) -> HttpResponse:
    """The answer about a thing that not everybody gets alike; what those get who see all, nobody may keep."""
    patch_vary_headers(response, ("Cookie", "Authorization"))
    if sees_all:
        response["Cache-Control"] = "private, no-store"
    return response


def redirect(status: int, location: str, seconds: int) -> HttpResponse:
    """To a URI that we made (it is sent as it is), to be remembered so long."""
    response = HttpResponse(status=status, headers={"Location": location, "Cache-Control": cacheable(seconds)})
    del response["Content-Type"]
    return response


def etag_matches(request: HttpRequest, etag: str) -> bool:
    """Whether the client has what this quoted ETag stands for already; compared weakly (RFC 9110 §13.1.2)."""
    return headers.etag_matches(request.headers.get("If-None-Match", ""), etag)


def not_modified(response: HttpResponse) -> HttpResponse:
    """The 304 that stands for this answer: the same validator, lifetime and variant, no content (RFC 9110 §15.4.5)."""
    kept = ("ETag", "Cache-Control", "CDN-Cache-Control", "Vary", "Content-Location", "Link")
    bare = HttpResponse(status=304, headers={name: response[name] for name in kept if name in response})
    del bare["Content-Type"]
    return bare


def preferred_type(request: HttpRequest, offers: tuple[str, ...]) -> str:
    """Which of our content types the client wants most (`preferred`)."""
    return preferred(request.headers.get("Accept", "*/*"), offers)


def preferred(accept: str, offers: tuple[str, ...]) -> str:
    """Which of our content types an Accept header prefers; the first when it says nothing, or wants none of them.

    By quality, then by how exactly it was named, then by our own order. Parameters such as `profile` are not compared.
    """
    try:
        ranges = [MediaType(token) for token in accept.split(",")]
    except ValueError:  # an Accept header that cannot be read says nothing
        return offers[0]

    def rank(offer: str) -> tuple[float, int]:
        main, _, sub = offer.partition(";")[0].partition("/")
        exactness = {(main, sub): 2, (main, "*"): 1, ("*", "*"): 0}
        named = [(exactness.get((kind.main_type, kind.sub_type), -1), kind.quality) for kind in ranges]
        exact, quality = max(named)
        if exact < 0:
            return 0, exact
        return quality or -1, exact  # q=0 is worse than not being named

    return max(offers, key=rank)


# ----------------------------------------------------------------------------------------------------- for all of them
class PublicMiddleware:
    """Around everything under PUBLIC_PREFIXES; other paths pass untouched.

    It answers OPTIONS, refuses writing and paths that cannot name anything, turns Django's own error pages (unknown
    URL, wrong Host, unhandled exception: all logged by Django already) into problems, and sets the public headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PUBLIC_PREFIXES):
            return self.get_response(request)
        with lastknown.noting() as note:
            response = _without_views(request) or self.get_response(request)
        if response.status_code >= 400 and is_page(response) and response.status_code != HTTPStatus.GONE:
            response = _as_problem(response)  # Django says nothing with 410: such a page is a tombstone of ours
        if note.recalled:
            _shorten(response)
        return _finish(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The client's fault is 400; anything else is not for here (`gcis.core.unavailable`), or ours."""
        if not request.path_info.startswith(PUBLIC_PREFIXES):
            return None
        if isinstance(exception, SourceFault):
            return problem(400, HTTPStatus(400).phrase, exception.sentence)
        return None


def _without_views(request: HttpRequest) -> HttpResponse | None:
    """The answers that do not depend on what lies at the address; None where a view has to say more."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204, headers=PREFLIGHT_HEADERS)
        del response["Content-Type"]
        return response
    if request.method not in ("GET", "HEAD"):
        return problem(405, HTTPStatus(405).phrase, "Public addresses are read only.", Allow=METHODS)
    return _unreadable(request)


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """Refuse a path with control characters. NUL is malformed; the others just name nothing.

    Bytes that are not UTF-8 need no care: Django has percent-encoded them again, as text that no identifier matches.
    """
    if not _CONTROL.search(request.path_info):
        return None
    status = HTTPStatus.BAD_REQUEST if "\0" in request.path_info else HTTPStatus.NOT_FOUND
    return problem(status, status.phrase, "The address contains characters that no address here has.")


_SENTENCES = {
    400: "The request cannot be understood.",
    404: "There is nothing at this address.",
    500: "Something went wrong on our side. It has been recorded.",
}


def _as_problem(page: HttpResponseBase) -> HttpResponse:
    """The problem that says what one of Django's error pages says."""
    phrase = HTTPStatus(page.status_code).phrase
    return problem(page.status_code, phrase, _SENTENCES.get(page.status_code, f"{phrase}."))


def _shorten(response: HttpResponseBase) -> None:
    """What rests on memory may be kept outside for a moment only: it may have changed meanwhile."""
    if age := _AGE.match(response.get("Cache-Control", "")):
        response["Cache-Control"] = cacheable(min(int(age[1]), lastknown.MAX_AGE))


def is_page(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith("text/html")


def _finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    for name, value in PUBLIC_HEADERS.items():
        response[name] = value
    if not is_page(response):
        for name in _PAGE_HEADERS:
            del response[name]
    response.cookies.clear()
    if isinstance(response, HttpResponse):
        if response.status_code in (204, 304):
            del response["Content-Length"]  # Django says 0, which would be the length of what the client has
        else:
            response["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            response.content = b""
    return response
