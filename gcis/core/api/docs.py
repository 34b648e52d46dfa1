"""The OpenAPI document, and a page to read and try it: Swagger UI from our own host."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.plumbing import get_lib_doc_excludes
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.problems import exception_handler
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView


def undescriptive() -> list[type]:
    """drf-spectacular's GET_LIB_DOC_EXCLUDES: classes whose own descriptions describe nothing that is made of them."""
    return [*get_lib_doc_excludes(), ApiView, ListView, StrictSerializer]  # type: ignore[no-untyped-call]


class SchemaView(SpectacularAPIView):
    schema = None

    def get_exception_handler(self) -> Callable[..., Any]:
        return exception_handler


# Its template has one inline style; its script comes from an address of its own.
@method_decorator(csp_update({"style-src": [UNSAFE_INLINE]}), "dispatch")
class DocsView(SpectacularSwaggerSplitView):
    schema = None
    url_name = "api-schema"

    def get_exception_handler(self) -> Callable[..., Any]:
        return exception_handler

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        # The API reads no cookies. Without this the script would ask for one against forged requests.
        response.data["csrf_token"] = ""
        return response
