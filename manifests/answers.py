"""The headers of every answer that hands out a document: made here once, for Django's views and for the lane before it.

They stand in the order in which they are sent. Django's middleware finds them all there and adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.http import http_date

from gcis.core.web import PUBLIC_HEADERS, cacheable
from manifests.addresses import PresentationAddresses
from manifests.negotiation import ENCODINGS, Variant
from manifests.versions import VERSIONS, numbered

Headers = dict[str, str]
VARY = "Accept, Accept-Encoding"
#: What a 304 does not repeat (RFC 9110 §15.4.5): it stands for content that the client has.
_OF_CONTENT = frozenset(("Content-Type", "Content-Encoding", "Content-Length", "Last-Modified"))


@dataclass(frozen=True, slots=True)
class Place:
    """The address that was asked for: of a "manifest" or "collection", in one version or neutral (None).

    `name` is what it is called now; `asked` is another name where it is answered under a former one.
    """

    kind: str
    name: str
    version: int | None
    asked: str

    @property
    def is_neutral(self) -> bool:
        return self.version is None

    def address(self, version: int | None) -> str:
        """Of the same document in that version."""
        addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        return (addresses.manifest if self.kind == "manifest" else addresses.collection)(self.name, version)


def document_headers(
    variant: Variant, encoding: str, etag: str, modified: datetime | None, place: Headers, length: int
) -> Headers:
    """Of the answer with these bytes. `etag` without quotation marks, the same for the same bytes; it becomes another
    for each media type and encoding. `place`: what `place_headers` says.
    """
    headers = {
        "Content-Type": variant.media_type,
        "Content-Encoding": ENCODINGS[encoding],
        "ETag": f'"{etag}{encoding.replace(".", "-")}-{variant.kind[0]}"',
        "Last-Modified": http_date(modified.timestamp()) if modified else "",
        "Vary": VARY,
        "Cache-Control": cacheable(settings.GCIS_DOCUMENT_MAX_AGE),
        **place,
        **PUBLIC_HEADERS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY or "",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or "",
        "Content-Length": str(length),
    }
    return {name: value for name, value in headers.items() if value}


def place_headers(place: Place, variant: Variant, documents: Mapping[str, object]) -> Headers:
    """Where else the document lives: the version that was chosen, the others, and its current name.

    `documents` has the forms that there are. Shared caches that ignore Vary must not keep neutral ones (DESIGN §12).
    """
    chosen = {"Content-Location": place.address(variant.version.number)}
    canonical = [f'<{place.address(place.version)}>;rel="canonical"'] if place.asked != place.name else []
    if not place.is_neutral:
        return {**chosen, "Link": canonical[0]} if canonical else {}
    links = [*canonical, *(_alternate(place, form) for form in _versioned(documents))]
    return {"CDN-Cache-Control": "no-store", **chosen, "Link": ", ".join(links)}


def not_modified_headers(headers: Headers) -> Headers:
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


def _versioned(documents: Mapping[str, object]) -> list[int]:
    return [version.number for version in VERSIONS if version.form(neutral=False) in documents]


def _alternate(place: Place, number: int) -> str:
    context = numbered(number).context
    return f'<{place.address(number)}>;rel="alternate";type="application/ld+json";profile="{context}"'
