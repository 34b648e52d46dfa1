"""May this token do that? Each view says which scope its methods need."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from gcis.core.api.views import ApiView
from gcis.tokens.models import Token
from gcis.tokens.scopes import allows


class Scoped(BasePermission):
    """Without a token 401, without the scope 403. What the view does not do at all is left to its 405."""

    def has_permission(self, request: Request, view: ApiView) -> bool:  # type: ignore[override]  # only for these
        method = request.method or ""
        if method not in view.allowed_methods:
            return True
        if not isinstance(request.auth, Token):
            return False
        needed = view.scope(method)
        if not allows(request.auth.scopes, needed):
            raise PermissionDenied(f"This needs a token with the scope {needed}.")
        return True
