"""The headers of every answer that hands out a document: made here once, for Django's views and for the lane."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.http import http_date

from gcis.core.headers import Headers, public_headers
from gcis.core.web import cacheable
from manifests.addresses import PresentationAddresses
from manifests.negotiation import ENCODINGS, Variant
from manifests.versions import VERSIONS, numbered

VARY = "Accept, Accept-Encoding"


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
    own = {
        "Content-Type": variant.media_type,
        "Content-Encoding": ENCODINGS[encoding],
        "ETag": f'"{etag}{encoding.replace(".", "-")}-{variant.kind[0]}"',
        "Last-Modified": http_date(modified.timestamp()) if modified else "",
        "Vary": VARY,
        "Cache-Control": cacheable(settings.GCIS_DOCUMENT_MAX_AGE),
        **place,
    }
    return public_headers(own, length)


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


def _versioned(documents: Mapping[str, object]) -> list[int]:
    return [version.number for version in VERSIONS if version.form(neutral=False) in documents]


def _alternate(place: Place, number: int) -> str:
    context = numbered(number).context
    return f'<{place.address(number)}>;rel="alternate";type="application/ld+json";profile="{context}"'
