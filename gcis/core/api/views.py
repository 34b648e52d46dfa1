"""What every view of the API is made of: who may call, in which words it is read and answered, how it fails."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.module_loading import import_string
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.negotiation import JsonNegotiation
from gcis.core.api.ordering import Ordering, refuse_unknown
from gcis.core.api.paging import Paging
from gcis.core.api.parsing import StrictJSONParser
from gcis.core.api.problems import exception_handler

#: Which scope a method needs where the view's `scopes` does not say.
SCOPES = {"GET": "read", "POST": "write", "PUT": "write", "PATCH": "write", "DELETE": "write"}


class ApiView(GenericAPIView[Any]):
    """Base of all. Parameters that it does not know are refused, the body is strict JSON, and nobody keeps answers.

    scopes            method to scope, where it is not the usual one
    known_parameters  of the query, beside those of filters, paging and ordering
    body_types        what JSON may have at the top
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    known_parameters: ClassVar[tuple[str, ...]] = ()
    body_types: ClassVar[tuple[type, ...]] = (dict,)

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    renderer_classes = [JSONRenderer]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = JsonNegotiation
    pagination_class: Any = None
    filter_backends: Any = ()

    def scope(self, method: str) -> str:
        """The scope that a token needs for this method; reading heads is reading."""
        method = "GET" if method == "HEAD" else method
        return self.scopes.get(method, SCOPES[method])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods:
            refuse_unknown(request, self)

    def get_authenticators(self) -> list[Any]:
        return [import_string(settings.GCIS_API_AUTHENTICATION)()]

    def get_permissions(self) -> list[Any]:
        return [import_string(settings.GCIS_API_PERMISSION)()]

    def get_exception_handler(self) -> Callable[..., Any]:
        return exception_handler

    @property
    def default_response_headers(self) -> dict[str, str]:
        headers = super().default_response_headers
        return {**headers, "Cache-Control": "no-store", "Vary": "Authorization"}


class ListView(ListModelMixin, ApiView):
    """Lists records: `filterset_class`, `orderings` (public name to model field) and `default_ordering` say how."""

    orderings: ClassVar[Mapping[str, str]] = {}
    default_ordering: ClassVar[str | None] = None
    pagination_class = Paging
    filter_backends = (DjangoFilterBackend, Ordering)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


def actor(request: Request) -> str:
    """Who calls, in the words of events: `token emuseum`."""
    name: str = request.user.actor  # type: ignore[union-attr]  # no user of Django's: GCIS_API_AUTHENTICATION
    return name
