"""Parts of manifests and collections by their permanent names: canvases, ranges, annotation pages and collections."""

from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from gcis.core import tombstones
from gcis.core.tombstones import Tombstone
from gcis.core.web import restricted
from images.policy import PUBLIC, Caller
from manifests import doors, lastknown, preview, publications
from manifests.addresses import PresentationAddresses
from manifests.lastknown import Part
from manifests.models import Resource
from manifests.parts import cut
from manifests.views import DocumentView, absent, has_no_form, shut


class PartView(DocumentView):
    """What belongs to a manifest or collection, by its permanent name: seen by those who see that."""

    #: As `lastknown.part` calls it, and people do; its type in 3.0 and 2.1.
    kind: str
    noun: str
    types: tuple[str, str]

    def get(self, request: Request, key: UUID, version: int | None = None) -> HttpResponse:
        part = lastknown.part(self.kind, key)
        if part is None:
            return absent(f"There is no such {self.noun} here.")
        owner = part.owner
        if owner.withdrawn:
            return self._gone(request, owner, key, version)
        now = timezone.now()
        if not owner.policy.is_shut(now):
            return self.part(request, part, key, PUBLIC)
        caller = doors.caller(request._request, owner, now)
        if not caller.sees_all:
            return shut(owner, now)
        return restricted(self.part(request, part, key, caller), sees_all=True)

    def part(self, request: Request, part: Part, key: UUID, caller: Caller) -> HttpResponse:
        raise NotImplementedError

    def address(self, key: UUID, version: int | None) -> str:
        raise NotImplementedError

    def _gone(self, request: Request, owner: Resource, key: UUID, version: int | None) -> HttpResponse:
        stone = Tombstone(self.noun, owner.withdrawn_reason, owner.withdrawn)
        wanted, type_ = self.offered[0], self.types[version == 2]
        return tombstones.answer(
            request._request, stone, wanted.number, wanted.context, self.address(key, version), type_
        )


class CutView(PartView):
    """A canvas or range: cut out of the manifest that holds it now."""

    def part(self, request: Request, part: Part, key: UUID, caller: Caller) -> HttpResponse:
        publication = part.owner.publication
        if publication is None:
            return absent(f"There is no such {self.noun} here.")
        variant = self.choose(request, publication.documents, neutral=True)
        assert variant, "every publication has a 3.0 form"
        form = variant.version.form(neutral=True)
        whole = preview.document(part.owner, form) if caller.sees_all else publications.read(publication, form)
        document = cut(orjson.loads(whole), variant.version, self.kind, str(key), part.uri) if whole else None
        if document is None:
            return absent(f"This {self.noun} is not published yet.")
        return self.answer(request, variant, orjson.dumps(document), modified=publication.created)

    def address(self, key: UUID, version: int | None) -> str:
        addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        return addresses.canvas(key) if self.kind == "canvas" else addresses.range(key)


class CanvasView(CutView):
    kind, noun, types = "canvas", "canvas", ("Canvas", "sc:Canvas")


class RangeView(CutView):
    kind, noun, types = "range", "range", ("Range", "sc:Range")


class BesideView(PartView):
    """An annotation page or collection: a document of its own, in one version."""

    def part(self, request: Request, part: Part, key: UUID, caller: Caller) -> HttpResponse:
        if part.owner.publication_id is None or not part.documents:
            return absent(f"This {self.noun} is not published yet.")
        variant = self.choose(request, part.documents, neutral=False)
        if variant is None:
            return has_no_form(self.noun, self.offered[0])
        document = part.documents[str(variant.version.number)]
        return self.stored(request, variant, part.owner.pk, document)

    def address(self, key: UUID, version: int | None) -> str:
        addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
        return (addresses.annotations if self.kind == "annotations" else addresses.layer)(key, version or 3)


class AnnotationsView(BesideView):
    kind, noun, types = "annotations", "annotation page", ("AnnotationPage", "sc:AnnotationList")


class LayerView(BesideView):
    kind, noun, types = "layer", "annotation collection", ("AnnotationCollection", "sc:Layer")
