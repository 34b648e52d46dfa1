"""Machines that call the API: `Authorization: Bearer gcis_…` (RFC 6750). Tokens anywhere else are not looked at."""

from dataclasses import dataclass

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from gcis.tokens import callers
from gcis.tokens.models import Token


@dataclass(frozen=True, slots=True)
class Machine:
    """Who calls, where Django would have a user. `actor` is what events call it."""

    name: str
    is_authenticated: bool = True

    @property
    def actor(self) -> str:
        return f"token {self.name}"


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Machine, Token] | None:
        """The machine and its token; None where none is presented."""
        if callers.bearer(request._request) is None:
            return None
        token = callers.token_of(request._request)
        if token is None:  # why, is for the holder of the list of tokens, not for whoever tries them
            raise AuthenticationFailed("This token is not valid: unknown, expired, revoked, or not for this network.")
        return Machine(token.name), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document says it; drf-spectacular finds it by its target."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        described = "A token of this service, `gcis_…`. Every operation says which scope it needs."
        return {"type": "http", "scheme": "bearer", "description": described}
