"""Presentation documents: stored bytes, handed out under the version and media type that was asked for."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gcis.core import tombstones
from gcis.core.api.negotiation import DocumentNegotiation
from gcis.core.tombstones import Tombstone
from gcis.core.web import (
    ABSENCE_AGE,
    cacheable,
    etag_matches,
    not_modified,
    preferred_type,
    problem,
    redirect,
    restricted,
)
from images.exposure import not_public
from images.policy import PUBLIC, Caller
from manifests import doors, lastknown, preview, publish
from manifests.addresses import PresentationAddresses
from manifests.build.form import CONTEXT
from manifests.models import Collection, Manifest, Resource
from redirects.services import Name

LD_JSON = f'application/ld+json;profile="{CONTEXT}"'
CONTEXT_2 = "http://iiif.io/api/presentation/2/context.json"
RETRY_SECONDS = 5
#: An encoding that the client names to say that it cannot read it (RFC 9110 §12.4.2).
_REFUSED = re.compile(r";\s*q=0(\.0{0,3})?\s*$")


class DocumentView(APIView):
    """What the document views share. They never touch sessions or users: public answers are the same for all."""

    content_negotiation_class = DocumentNegotiation
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "head", "options"]

    def perform_authentication(self, request: Request) -> None:
        """Nobody is asked who he is before it matters. (DRF would put its own nobody in the place of Django's user.)"""

    def answer(self, request: Request, data: bytes, etag: str, headers: dict[str, str]) -> HttpResponse:
        """The bytes with every public header, or 304. Without a wish, JSON-LD (Presentation 3.0 §6.3)."""
        media = preferred_type(request, (LD_JSON, "application/json"))
        response = HttpResponse(data, content_type=media, headers=headers)
        response["ETag"] = f'"{etag}-{"l" if media == LD_JSON else "j"}"'
        response["Vary"] = "Accept, Accept-Encoding"
        response["Cache-Control"] = cacheable(settings.GCIS_DOCUMENT_MAX_AGE)
        return not_modified(response) if etag_matches(request, response["ETag"]) else response


class PublishedView(DocumentView):
    """A manifest or collection under its versioned (`version` = 3) or neutral (None) address."""

    model: type[Manifest] | type[Collection] = Manifest

    def get(self, request: Request, identifier: str, version: int | None = None) -> HttpResponse:
        found = lastknown.document(self.model, identifier)
        if found is None:
            return _absent(f"There is no {self.model._meta.verbose_name} {identifier!r} here.")
        name, record = found
        if stone := doors.tombstone(record, name):
            return self._gone(request, stone, name.current, version)
        now = timezone.now()
        caller = doors.caller(request._request, record, now)
        if caller.sees_all:
            return restricted(self._named(request, record, name, identifier, version, caller), sees_all=True)
        if record.policy.is_shut(now):
            return _shut(record, now)
        return self._named(request, record, name, identifier, version, PUBLIC)

    def _named(
        self, request: Request, record: Any, name: Name, identifier: str, version: int | None, caller: Caller
    ) -> HttpResponse:
        """The document under its current name, or the way there from a former one."""
        if identifier != name.current and not name.in_place:
            return redirect(301, self._address(name.current, version), settings.GCIS_REDIRECT_MAX_AGE)
        if record.publication is None and not caller.sees_all:
            return self._not_yet(record)
        form = "3n" if version is None else str(version)
        if form not in (record.publication.documents if record.publication else publish.FORMS):
            return _absent(f"This is not published in version {version} of the Presentation API.")
        headers = self._places(name, identifier, version)
        if caller.sees_all:
            data = preview.document(record, version)
            return self.answer(request, data, _digest(data), headers)
        encoding = _encoding(request)
        data = publish.read(record.publication, form, encoding)
        headers |= {"Content-Encoding": {".br": "br", ".gz": "gzip"}[encoding]} if encoding else {}
        digest = record.publication.documents[form]["digest"][:32]
        return self.answer(request, data, f"{digest}{encoding.replace('.', '-')}", headers)

    def _not_yet(self, record: Resource) -> HttpResponse:
        why = record.publish_error or "It has not been published yet."
        return problem(503, "Not published yet", why, Retry_After=str(RETRY_SECONDS))

    def _gone(self, request: Request, stone: Tombstone, identifier: str, version: int | None) -> HttpResponse:
        address, type_ = self._address(identifier, version), self.model.__name__
        if version == 2:
            return tombstones.answer(request._request, stone, 2, CONTEXT_2, address, f"sc:{type_}")
        return tombstones.answer(request._request, stone, 3, CONTEXT, address, type_)

    def _places(self, name: Name, identifier: str, version: int | None) -> dict[str, str]:
        """Where else the document lives: the version that was chosen, and its current name if it has another now.

        Shared caches that ignore Vary must not keep the neutral ones (DESIGN §12).
        """
        chosen = {"Content-Location": self._address(name.current, version or 3)}
        headers = {**chosen, "CDN-Cache-Control": "no-store"} if version is None else {}
        if identifier != name.current:
            headers |= {**chosen, "Link": f'<{self._address(name.current, version)}>;rel="canonical"'}
        return headers

    def _address(self, identifier: str, version: int | None) -> str:
        addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        return (addresses.manifest if self.model is Manifest else addresses.collection)(identifier, version)


class ManifestView(PublishedView):
    model = Manifest


class CollectionView(PublishedView):
    model = Collection


class CanvasView(DocumentView):
    """A canvas by its permanent name: cut out of the manifest that holds it now."""

    def get(self, request: Request, canvas: UUID) -> HttpResponse:
        manifest = lastknown.manifest_of(canvas)
        if manifest is None:
            return _absent("There is no such canvas here.")
        if manifest.withdrawn:
            stone = Tombstone("canvas", manifest.withdrawn_reason, manifest.withdrawn)
            uri = PresentationAddresses(settings.GCIS_PUBLIC_URL).canvas(canvas)
            return tombstones.answer(request._request, stone, 3, CONTEXT, uri, "Canvas")
        now = timezone.now()
        if not manifest.policy.is_shut(now):
            return self._canvas(request, manifest, canvas, PUBLIC)
        caller = doors.caller(request._request, manifest, now)
        if not caller.sees_all:
            return _shut(manifest, now)
        return restricted(self._canvas(request, manifest, canvas, caller), sees_all=True)

    def _canvas(self, request: Request, manifest: Manifest, canvas: UUID, caller: Caller) -> HttpResponse:
        if manifest.publication is None:
            return _absent("There is no such canvas here.")
        whole = preview.document(manifest, None) if caller.sees_all else publish.read(manifest.publication, "3n")
        document = orjson.loads(whole)
        # By the uuid alone: what was published under an earlier base answers until it is published again.
        found = next((item for item in document["items"] if item["id"].endswith(f"/{canvas}")), None)
        if found is None:
            return _absent("This canvas is not published yet.")
        part_of = {"id": document["id"], "type": "Manifest", "label": document["label"]}
        data = orjson.dumps({"@context": CONTEXT, **found, "partOf": [part_of]})
        return self.answer(request, data, _digest(data), {})


def _absent(sentence: str) -> HttpResponse:
    return problem(404, "Not found", sentence, Cache_Control=cacheable(ABSENCE_AGE))


def _shut(record: Resource, now: datetime) -> HttpResponse:
    """For the public; nobody may remember it, since it may open at any moment."""
    sentence = not_public(str(record._meta.verbose_name), record.policy, now)
    return restricted(problem(403, "Forbidden", sentence), sees_all=False)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]


def _encoding(request: Request) -> str:
    """The best stored encoding that the client takes."""
    named = request.headers.get("Accept-Encoding", "").lower().split(",")
    offered = {part.partition(";")[0].strip() for part in named if not _REFUSED.search(part)}
    if "br" in offered:
        return ".br"
    return ".gz" if "gzip" in offered else ""
