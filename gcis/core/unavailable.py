"""What cannot be had just now, at every door: 503 with Retry-After and a sentence, in the form that the door speaks."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from gcis.core import web
from gcis.core.api import problems
from gcis.core.api.middleware import API_PREFIX
from gcis.core.errors import Unavailable
from gcis.core.patience import install
from gcis.core.trouble import passing

log = structlog.get_logger(__name__)


class UnavailableMiddleware:
    """For whatever a view raises that passes by itself. Errors of other kinds stay loud."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        install()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        trouble = passing(exception)
        return answer(request, trouble, exception) if trouble else None


class SessionMiddleware(DjangoSessionMiddleware):
    """Sessions are saved after the view: what fails there no other middleware gets to see."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except Error as error:
            if trouble := passing(error):
                return answer(request, trouble, error)
            raise


def answer(request: HttpRequest, trouble: Unavailable, cause: BaseException) -> HttpResponse:
    """A problem on public addresses and in the API, a small page elsewhere. Nobody keeps it."""
    log.warning("request.unavailable", code=trouble.code, path=request.path, cause=str(cause).strip())
    retry = str(problems.RETRY_SECONDS)
    if request.path_info.startswith(API_PREFIX):
        return problems.problem(request, 503, trouble.code, trouble.sentence, headers={"Retry-After": retry})
    if request.path_info.startswith(web.PUBLIC_PREFIXES):
        return web.problem(503, HTTPStatus(503).phrase, trouble.sentence, Retry_After=retry)
    page = render_to_string("503.html", {"sentence": trouble.sentence})
    return HttpResponse(page, status=503, headers={"Cache-Control": "no-store", "Retry-After": retry})
