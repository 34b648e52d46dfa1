"""The headers of public answers as plain values, for Django's views and for the lanes before it.

They stand in the order in which they are sent. Django's middleware finds them all there and adds nothing.
"""

from collections.abc import Mapping

from django.conf import settings

Headers = dict[str, str]

#: On every public answer, errors, redirects and 304 included. Never made from the request's Origin: a shared cache
#: would hand one site's answer to another.
PUBLIC_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Location",
    "X-Content-Type-Options": "nosniff",
}
#: What a 304 does not repeat (RFC 9110 §15.4.5): it stands for content that the client has.
_OF_CONTENT = frozenset(("Content-Type", "Content-Encoding", "Content-Length", "Last-Modified"))


def public_headers(own: Mapping[str, str], length: int | None = None) -> Headers:
    """Those of one public answer, and after them what all have; without the empty ones.

    `length` is that of its content in bytes, None where it has none or nobody knows yet.
    """
    headers = {
        **own,
        **PUBLIC_HEADERS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY or "",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or "",
        "Content-Length": "" if length is None else str(length),
    }
    return {name: value for name, value in headers.items() if value}


def not_modified_headers(headers: Mapping[str, str]) -> Headers:
    """Of the 304 that stands for the answer with these headers."""
    return {name: value for name, value in headers.items() if name not in _OF_CONTENT}


def transport_headers() -> Headers:
    """What Django's SecurityMiddleware adds to every answer over a secure connection."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    subdomains = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    preload = "; preload" if settings.SECURE_HSTS_PRELOAD else ""
    return {"Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}{subdomains}{preload}"}


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether the client has what this quoted ETag stands for already; compared weakly (RFC 9110 §13.1.2)."""
    if not if_none_match:
        return False
    known = (tag.strip() for tag in if_none_match.split(","))
    return if_none_match.strip() == "*" or etag in (tag.removeprefix("W/") for tag in known)
