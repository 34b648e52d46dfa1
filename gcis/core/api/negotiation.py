"""Which renderer answers. Neither class refuses: what does not suit the Accept header is still an answer."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JsonNegotiation(DefaultContentNegotiation):
    """For the API: one renderer, whatever is asked for (RFC 9110 §12.4.1 allows it); bodies by their type, else 415."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return _first(renderers)


class DocumentNegotiation(BaseContentNegotiation):
    """Never refuses: DRF's own answers 406 to headers that IIIF clients send. Which document, the view decides."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return _first(renderers)


def _first(renderers: Iterable[BaseRenderer]) -> tuple[BaseRenderer, str]:
    first = next(iter(renderers))
    return first, first.media_type or ""
