"""Lists in pages: `page` and `page_size` in, count/next/previous/results and a Link header (RFC 8288) out."""

import re
from typing import Any

from django.conf import settings
from django.utils.encoding import escape_uri_path
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

#: As many digits as 64 bits hold for certain.
_NUMBER = re.compile("[1-9][0-9]{0,17}")
_LARGEST = 10**18 - 1


class Paging(PageNumberPagination):
    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The records of the page; ValidationError for junk, NotFound behind the last page."""
        self.request = request
        self.size = min(_number(request, "page_size", self.page_size), self.max_page_size)
        number = _number(request, "page", 1)
        pages = self.django_paginator_class(queryset, self.size)
        if number > pages.num_pages:  # the database is not asked: it would count its way there
            raise NotFound(f"There is no page {number}; the last one is {pages.num_pages}.")
        self.page = pages.page(number)
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        page = self.page
        assert page is not None
        last = page.paginator.num_pages
        following = self._link(page.number + 1) if page.has_next() else None
        preceding = self._link(page.number - 1) if page.has_previous() else None
        links = {"first": self._link(1), "prev": preceding, "next": following, "last": self._link(last)}
        header = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items() if address)
        body = {"count": page.paginator.count, "next": following, "previous": preceding, "results": data}
        return Response(body, headers={"Link": header})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """As OpenAPI 3.1 says it; DRF's own is of 3.0."""
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        described = {
            "page": ("Which page, from 1.", 1),
            "page_size": (f"Records per page; more than {self.max_page_size} is as good as that.", self.page_size),
        }
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": sentence,
                "schema": {"type": "integer", "minimum": 1, "maximum": _LARGEST, "default": default},
            }
            for name, (sentence, default) in described.items()
        ]

    def _link(self, number: int) -> str:
        """This list at another page, under the public address: the Host header is anybody's."""
        assert self.request is not None
        query = self.request.query_params.copy()
        query["page"] = str(number)
        if "page_size" in query:
            query["page_size"] = str(self.size)
        return f"{settings.GCIS_PUBLIC_URL}{escape_uri_path(self.request.path)}?{query.urlencode()}"


def _number(request: Request, name: str, default: int) -> int:
    """A whole number from 1 on in plain digits: `int()` would take other scripts' digits and underscores too."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not _NUMBER.fullmatch(given):
        raise ValidationError({name: "This must be a whole number from 1 on."})
    return int(given)
