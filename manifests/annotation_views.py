"""Annotations at their public addresses: pages and collections of them as they are published, and each by itself.

Who sees everything gets those of drafts and closed works too, as they are now.
"""

from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from gcis.core.web import ABSENCE_AGE, cacheable, problem, restricted
from images.policy import Caller
from manifests import annotation_preview, doors, lastknown, publications
from manifests.addresses import PresentationAddresses
from manifests.lastknown import Part
from manifests.part_views import AnnotationsView, LayerView, PartView

Json = dict[str, Any]


class DraftView(PartView):
    """For those who see everything, of what nobody else sees: built from the rows as they are."""

    def get(self, request: Request, key: UUID, version: int | None = None) -> HttpResponse:
        part = lastknown.part(self.kind, key)
        if part and not part.owner.withdrawn:
            caller = doors.caller(request._request, part.owner, timezone.now())
            if caller.sees_all:
                return restricted(self.draft(request, key), sees_all=True)
        return super().get(request, key, version)

    def documents(self, key: UUID) -> dict[str, Json]:
        """By version, as they would be published."""
        raise NotImplementedError

    def draft(self, request: Request, key: UUID) -> HttpResponse:
        documents = self.documents(key)
        variant = self.choose(request, documents, neutral=False)
        if variant is None:
            return problem(406, "Not acceptable", f"This {self.noun} has no {self.offered[0].label} form.")
        return self.answer(request, variant, orjson.dumps(documents[str(variant.version.number)]))


class AnnotationPageView(DraftView, AnnotationsView):
    def documents(self, key: UUID) -> dict[str, Json]:
        return annotation_preview.page(key)


class AnnotationCollectionView(DraftView, LayerView):
    def documents(self, key: UUID) -> dict[str, Json]:
        return annotation_preview.layer(key)


class AnnotationView(DraftView):
    """One annotation by its permanent name: cut out of its page."""

    kind, noun, types = "annotation", "annotation", ("Annotation", "oa:Annotation")

    def part(self, request: Request, part: Part, key: UUID, caller: Caller) -> HttpResponse:
        variant = self.choose(request, part.documents, neutral=False) if part.owner.publication_id else None
        if variant is None:
            return _absent()
        number = variant.version.number
        data = publications.read_document(part.owner.pk, part.documents[str(number)])
        found = cut(orjson.loads(data), number, key, part.uri)
        if found is None:
            return _absent()
        return self.answer(request, variant, orjson.dumps(found))

    def documents(self, key: UUID) -> dict[str, Json]:
        page, uri = annotation_preview.page_of(key)
        cuts = {version: cut(document, int(version), key, uri) for version, document in page.items()}
        return {version: found for version, found in cuts.items() if found}

    def address(self, key: UUID, version: int | None) -> str:
        return PresentationAddresses(settings.GCIS_PUBLIC_URL).annotation(key)


def _absent() -> HttpResponse:
    return problem(404, "Not found", "This annotation is not published yet.", Cache_Control=cacheable(ABSENCE_AGE))


def cut(page: Json, version: int, key: UUID, uri: str) -> Json | None:
    """The annotation as a document of its own, by its key: so what was published under another base is found too."""
    items, name = (page.get("resources", ()), "@id") if version == 2 else (page.get("items", ()), "id")
    for each in items:
        if each.get(name, "").endswith(f"/annotation/{key}") or (uri and each.get(name) == uri):
            whole = {"within": page["@id"]} if version == 2 else {"partOf": [{"id": page["id"], "type": page["type"]}]}
            return {"@context": page["@context"], **each, **whole}
    return None
