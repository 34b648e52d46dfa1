"""Presentation documents: stored bytes, handed out under the version and media type that was asked for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gcis.core import tombstones
from gcis.core.headers import Headers, etag_matches, not_modified_headers
from gcis.core.tombstones import Tombstone
from gcis.core.web import ABSENCE_AGE, cacheable, problem, redirect, restricted
from images.exposure import not_public
from manifests import doors, lane, lastknown, preview, publications
from manifests.answers import Place, document_headers, place_headers
from manifests.document_schema import DocumentSchema
from manifests.models import Collection, Manifest, Resource
from manifests.negotiation import Variant, negotiate, stored_encoding
from manifests.rendering import RENDERERS, PresentationNegotiation, StoredRenderer
from manifests.versions import VERSIONS, Version, numbered
from redirects.services import Name

RETRY_SECONDS = 5


class DocumentView(APIView):
    """What the document views share. They never touch sessions or users: public answers are the same for all."""

    #: Whether the OpenAPI document tells of it.
    stands_in_openapi = True
    schema = DocumentSchema()
    content_negotiation_class = PresentationNegotiation
    renderer_classes = RENDERERS
    http_method_names = ["get", "head", "options"]

    def perform_authentication(self, request: Request) -> None:
        """Nobody is asked who he is before it matters. (DRF would put its own nobody in the place of Django's user.)"""

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    @property
    def offered(self) -> tuple[Version, ...]:
        """The versions that this address can be answered in."""
        number = self.kwargs.get("version")
        return VERSIONS if number is None else (numbered(number),)

    def get_renderers(self) -> list[Any]:
        return [renderer() for renderer in self.renderer_classes if renderer.version in self.offered]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ("Accept",))
        return response

    def choose(self, request: Request, documents: Mapping[str, object], *, neutral: bool) -> Variant | None:
        """What to answer with, of the forms that there are; None where this address has none of them."""
        there = tuple(version for version in self.offered if version.form(neutral=neutral) in documents)
        return negotiate(request.headers.get("Accept", ""), there) if there else None

    def answer(
        self,
        request: Request,
        variant: Variant,
        data: bytes,
        *,
        encoding: str = "",
        etag: str | None = None,
        modified: datetime | None = None,
        place: Headers | None = None,
    ) -> HttpResponse:
        """The bytes with every public header, or 304. Without `etag`, it is made of the bytes."""
        headers = document_headers(variant, encoding, etag or _digest(data), modified, place or {}, len(data))
        if etag_matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
            bare = HttpResponse(status=304, headers=not_modified_headers(headers))
            del bare["Content-Type"]
            return bare
        request.accepted_renderer = _RENDERER[variant.version]()
        request.accepted_media_type = variant.media_type
        return Response(data, headers=headers, content_type=variant.media_type)

    def stored(
        self, request: Request, variant: Variant, resource: UUID, document: Mapping[str, Any], **known: Any
    ) -> HttpResponse:
        """A document as it is in the store of what is published."""
        encoding = stored_encoding(request.headers.get("Accept-Encoding", ""))
        data = publications.read_document(resource, cast(dict[str, Any], document), encoding)
        return self.answer(request, variant, data, encoding=encoding, etag=document["digest"][:32], **known)


_RENDERER: dict[Version, type[StoredRenderer]] = {renderer.version: renderer for renderer in RENDERERS}


class PublishedView(DocumentView):
    """A manifest or collection under its versioned (`version` = 3) or neutral (None) address."""

    model: type[Manifest] | type[Collection] = Manifest

    def get(self, request: Request, identifier: str, version: int | None = None) -> HttpResponse:
        began = lane.clock()
        found = lastknown.document(self.model, identifier)
        if found is None:
            return absent(f"There is no {self.model._meta.verbose_name} {identifier!r} here.")
        name, record = found
        place = Place(str(self.model._meta.model_name), name.current, version, identifier)
        if stone := doors.tombstone(record, name):
            return self._gone(request, stone, place)
        now = timezone.now()
        caller = doors.caller(request._request, record, now)
        if record.policy.is_shut(now) and not caller.sees_all:
            return shut(record, now)
        if not caller.sees_all and (bears := _still_bears(record, name)):
            # It was renamed a moment ago: a document answers under its own address only, until there is a new one.
            if identifier == name.current:
                return _for_a_moment(replace(place, name=bears))
            if identifier == bears:
                return self._published(request, record, place, began)
        if identifier != name.current and not name.in_place:
            there = redirect(301, place.address(version), settings.GCIS_REDIRECT_MAX_AGE)
            return restricted(there, sees_all=True) if caller.sees_all else there
        if caller.sees_all:
            return restricted(self._preview(request, record, place), sees_all=True)
        if record.publication is None:
            return _not_yet(record)
        return self._published(request, record, place, began)

    def _published(self, request: Request, record: Any, place: Place, began: float) -> HttpResponse:
        publication = record.publication
        variant = self.choose(request, publication.documents, neutral=place.is_neutral)
        if variant is None:
            return has_no_form(record, self.offered[0])
        lane.hold(request._request, place, record, began)
        return self.stored(
            request,
            variant,
            publication.resource,
            publication.documents[variant.version.form(neutral=place.is_neutral)],
            modified=publication.created,
            place=place_headers(place, variant, publication.documents),
        )

    def _preview(self, request: Request, record: Any, place: Place) -> HttpResponse:
        """For those who see everything, of what nobody else sees: as it is now, in the version they want, if any."""
        forms = {version.form(neutral=place.is_neutral): version for version in self.offered}
        while variant := self.choose(request, forms, neutral=place.is_neutral):
            form = variant.version.form(neutral=place.is_neutral)
            if data := preview.document(record, form):
                return self.answer(request, variant, data, place=place_headers(place, variant, forms))
            del forms[form]
        return has_no_form(record, self.offered[0])

    def _gone(self, request: Request, stone: Tombstone, place: Place) -> HttpResponse:
        wanted = self.offered[0]
        type_ = self.model.__name__ if wanted.number != 2 else f"sc:{self.model.__name__}"
        address = place.address(place.version)
        return tombstones.answer(request._request, stone, wanted.number, wanted.context, address, type_)


class ManifestView(PublishedView):
    model = Manifest


class CollectionView(PublishedView):
    model = Collection


def _still_bears(record: Any, name: Name) -> str | None:
    """The former name in its published documents, where they have not followed a renaming yet."""
    bears: str = record.publication.summary.get("name", name.current) if record.publication else name.current
    return bears if bears != name.current else None


def _for_a_moment(place: Place) -> HttpResponse:
    """The way to where the document is just now, which nobody is to remember."""
    response = redirect(307, place.address(place.version), 0)
    response["Cache-Control"] = "no-store"
    return response


def absent(sentence: str) -> HttpResponse:
    return problem(404, "Not found", sentence, Cache_Control=cacheable(ABSENCE_AGE))


def has_no_form(record: Resource | str, version: Version) -> HttpResponse:
    """2.1 has no words for sound and film, say; at its address there is nothing else that could be sent."""
    noun = record if isinstance(record, str) else record._meta.verbose_name
    sentence = f"This {noun} has no {version.label} form."
    return problem(406, "Not acceptable", sentence, Cache_Control=cacheable(ABSENCE_AGE))


def _not_yet(record: Resource) -> HttpResponse:
    why = record.publish_error or "It has not been published yet."
    return problem(503, "Not published yet", why, Retry_After=str(RETRY_SECONDS))


def shut(record: Resource, now: datetime) -> HttpResponse:
    """For the public; nobody may remember it, since it may open at any moment."""
    sentence = not_public(str(record._meta.verbose_name), record.policy, now)
    return restricted(problem(403, "Forbidden", sentence), sees_all=False)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]
