"""Around everything under `/api/`: addresses that cannot be read are refused, and every error is a problem."""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from gcis.core.api.problems import problem

API_PREFIX = "/api/"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CHARSETS = ("", "utf-8", "utf8")

_SENTENCES = {
    400: "The request cannot be understood.",
    404: "There is nothing at this address.",
    500: "Something went wrong on our side. It has been recorded.",
}


class ApiMiddleware:
    """Other paths pass untouched. Django's own error pages (unknown URL, wrong Host, unhandled exception: all logged by
    Django already) become problems; what a view answers stays as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        response = _refuse(request) or self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type", "").startswith("text/html"):
            return _as_problem(request, response)
        return response


def _refuse(request: HttpRequest) -> HttpResponse | None:
    """What no view has to look at: text that is not text, in the address or by its declared encoding."""
    query = unquote_to_bytes(str(request.META.get("QUERY_STRING", "")).encode("latin-1"))
    if _CONTROL.search(request.path_info) or not _readable(query):
        return problem(request, 400, "address", "The address contains control characters, or is not in UTF-8.")
    # Django would decode even the query with it, and some of Python's encodings are none of text.
    if (request.content_params or {}).get("charset", "").strip("'\"").lower() not in _CHARSETS:
        return problem(request, 415, "charset", "Bodies are read in UTF-8 only.")
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        # WSGI has no end for such a body, so it would be taken for an empty one: a file sent so would never arrive.
        return problem(request, 411, "length", "Say the length of the body (Content-Length).")
    return None


def _readable(sent: bytes) -> bool:
    """Whether it is text. Of a path's bytes that are not UTF-8 Django has made text already, which names nothing."""
    try:
        return not _CONTROL.search(sent.decode())
    except UnicodeDecodeError:
        return False


def _as_problem(request: HttpRequest, page: HttpResponseBase) -> HttpResponse:
    """The problem that says what one of Django's error pages says."""
    codes = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "internal_error"}
    status = page.status_code
    return problem(request, status, codes.get(status, f"status_{status}"), _SENTENCES.get(status, page.reason_phrase))
