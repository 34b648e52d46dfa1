"""Django's WSGI handlers, without what clients may do to them before any of our code runs."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Utf8Request(WSGIRequest):
    """Takes no encoding from the client. Django would decode the query with it, and some codecs are none of text."""

    def _set_content_type_params(self, meta: Any) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Handler(WSGIHandler):
    request_class = Utf8Request


#: What the public's addresses need of MIDDLEWARE where nobody says who he is: no sessions, users, forms, files.
PUBLIC_MIDDLEWARE = (
    "gcis.core.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "gcis.core.web.PublicMiddleware",
    "gcis.core.unavailable.UnavailableMiddleware",
    "gcis.core.csp.PolicyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
_PUBLIC_PREFIXES = ("/iiif/", "/presentation/")


class PublicHandler(Handler):
    """For requests of the public alone: those parts of MIDDLEWARE that make a difference to them."""

    def load_middleware(self, is_async: bool = False) -> None:
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = [name for name in whole if name in PUBLIC_MIDDLEWARE]
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


class Handlers:
    """Both handlers as one WSGI application: who brings no cookie and no token is the public."""

    def __init__(self) -> None:
        self._public, self._anybody = PublicHandler(), Handler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return (self._public if _is_public(environ) else self._anybody)(environ, start_response)


def _is_public(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and environ.get("PATH_INFO", "").startswith(_PUBLIC_PREFIXES)
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
    )
