"""Which scripts and styles a page may run: strict for the public, with what the admin's library needs for staff."""

from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gcis.core.web import PUBLIC_PREFIXES, is_page

STAFF_PREFIX = "/admin/"
#: Alpine, which django-unfold is made with, evaluates attributes and writes styles. Nothing is fetched from elsewhere.
STAFF = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE], "connect-src": [SELF]}


class PolicyMiddleware(CSPMiddleware):
    """The policy of the settings; under STAFF_PREFIX with the directives of STAFF.

    None for what is no page under the public's prefixes: it would be taken away again (`gcis.core.web`).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(PUBLIC_PREFIXES) and not is_page(response):
            return response
        answered: HttpResponseBase = super().process_response(request, response)
        return answered

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(STAFF_PREFIX):
            replace: dict[str, Any] = {**STAFF, **(parts.replace or {})}
            parts.replace = replace
        return parts
