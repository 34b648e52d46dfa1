"""Presentation documents: stored bytes, handed out under the version and media type that was asked for."""

import re
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gcis.core.api import DocumentNegotiation
from gcis.core.web import cacheable, etag_matches, not_modified, preferred_type, problem
from manifests import publish
from manifests.addresses import PresentationAddresses
from manifests.build.form import CONTEXT
from manifests.models import Canvas, Collection, Manifest, Resource
from redirects import services as names
from redirects.models import Identifier

LD_JSON = f'application/ld+json;profile="{CONTEXT}"'
RETRY_SECONDS = 5
#: Seconds that "there is none" and "gone" may be remembered (DESIGN §12).
ABSENCE_AGE = 60
#: An encoding that the client names to say that it cannot read it (RFC 9110 §12.4.2).
_REFUSED = re.compile(r";\s*q=0(\.0{0,3})?\s*$")


class DocumentView(APIView):
    """What the document views share. They never touch sessions or users: public answers are the same for all."""

    content_negotiation_class = DocumentNegotiation
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "head", "options"]

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
        record = self._record(identifier)
        if record is None:
            return _absent(404, "Not found", f"There is no {self.model._meta.verbose_name} {identifier!r} here.")
        if record.withdrawn:
            return _absent(410, "Gone", record.withdrawn_reason or "This was withdrawn.")
        if record.publication is None:
            return self._not_yet(record)
        form = "3n" if version is None else str(version)
        if form not in record.publication.documents:
            return _absent(404, "Not found", f"This is not published in version {version} of the Presentation API.")
        encoding = _encoding(request)
        data = publish.read(record.publication, form, encoding)
        headers = {"Content-Encoding": {".br": "br", ".gz": "gzip"}[encoding]} if encoding else {}
        if version is None:
            headers |= self._neutral(identifier)
        digest = record.publication.documents[form]["digest"][:32]
        return self.answer(request, data, f"{digest}{encoding.replace('.', '-')}", headers)

    def _record(self, identifier: str) -> Any:
        key = names.resource(Identifier.Kind.PRESENTATION, identifier)
        return self.model.objects.select_related("publication").filter(pk=key).first() if key else None

    def _not_yet(self, record: Resource) -> HttpResponse:
        why = record.publish_error or "Its pictures are still being converted."
        return problem(503, "Not published yet", why, Retry_After=str(RETRY_SECONDS))

    def _neutral(self, identifier: str) -> dict[str, str]:
        """Where the version that was chosen lives; shared caches that ignore Vary must not keep this (DESIGN §12)."""
        addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        make = addresses.manifest if self.model is Manifest else addresses.collection
        return {"Content-Location": make(identifier, 3), "CDN-Cache-Control": "no-store"}


class ManifestView(PublishedView):
    model = Manifest


class CollectionView(PublishedView):
    model = Collection


class CanvasView(DocumentView):
    """A canvas by its permanent name: cut out of the manifest that holds it now."""

    def get(self, request: Request, canvas: UUID) -> HttpResponse:
        row = Canvas.objects.select_related("manifest__publication").filter(pk=canvas).first()
        if row is None or row.manifest.publication is None or row.manifest.withdrawn:
            return problem(404, "Not found", "There is no such canvas here.")
        publication = row.manifest.publication
        document = orjson.loads(publish.read(publication, "3n"))
        # By the uuid alone: what was published under an earlier base answers until it is published again.
        found = next((item for item in document["items"] if item["id"].endswith(f"/{canvas}")), None)
        if found is None:
            return problem(404, "Not found", "This canvas is not published yet.")
        part_of = {"id": document["id"], "type": "Manifest", "label": document["label"]}
        data = orjson.dumps({"@context": CONTEXT, **found, "partOf": [part_of]})
        return self.answer(request, data, f"{publication.documents['3n']['digest'][:32]}-{canvas.hex}", {})


def _absent(status: int, title: str, sentence: str) -> HttpResponse:
    return problem(status, title, sentence, Cache_Control=cacheable(ABSENCE_AGE))


def _encoding(request: Request) -> str:
    """The best stored encoding that the client takes."""
    named = request.headers.get("Accept-Encoding", "").lower().split(",")
    offered = {part.partition(";")[0].strip() for part in named if not _REFUSED.search(part)}
    if "br" in offered:
        return ".br"
    return ".gz" if "gzip" in offered else ""
