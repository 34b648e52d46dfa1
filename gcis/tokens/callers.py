"""Who stands at a door that is open to the public: is it somebody who may see everything?"""

from django.conf import settings
from django.http import HttpRequest

from gcis.core import peers
from gcis.tokens import services
from gcis.tokens.models import Token
from gcis.tokens.scopes import allows


def sees_all(request: HttpRequest) -> bool:
    """Whether this is staff who may look at images, or a machine with the scope `read:all`.

    Without a session cookie and a bearer token neither session nor database is asked: a public answer stays the same
    for all. A token that is not valid is no reason to refuse what the public may see.
    """
    return _machine_sees_all(request) or _staff_sees_all(request)


def bearer(request: HttpRequest) -> str | None:
    """The token that the request presents (RFC 6750 §2.1); None when it presents none."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    return presented.strip() if scheme.lower() == "bearer" else None


def token_of(request: HttpRequest) -> Token | None:
    """The valid token of this request, None for none."""
    presented = bearer(request)
    return services.authenticate(presented, address(request)) if presented else None


def address(request: HttpRequest) -> str:
    """Where the request comes from (`gcis.core.peers`)."""
    return peers.address(request.META)


def _machine_sees_all(request: HttpRequest) -> bool:
    token = token_of(request)
    return token is not None and allows(token.scopes, "read:all")


def _staff_sees_all(request: HttpRequest) -> bool:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = request.user
    return user.is_active and user.is_staff and user.has_perm("images.view_image")
