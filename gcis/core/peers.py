"""Where a request comes from."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def address(environ: Mapping[str, Any]) -> str:
    """The connection's other end, or what the outermost of our own proxies wrote; of WSGI's variables.

    GCIS_PROXIES of them append to X-Forwarded-For; what stands left of theirs anybody may have written. Empty where
    there are fewer entries than proxies: such a request came past them.
    """
    if not settings.GCIS_PROXIES:
        return str(environ.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return hops[-settings.GCIS_PROXIES] if len(hops) >= settings.GCIS_PROXIES else ""
