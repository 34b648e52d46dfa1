"""Old publications by the digest of their document: for staff, and for the public where that is set (DESIGN §5)."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from gcis.core import tombstones
from gcis.core.web import ABSENCE_AGE, cacheable, problem, redirect, restricted
from gcis.tokens import callers
from manifests import doors, lastknown, publications
from manifests.answers import Place
from manifests.exposure import is_public
from manifests.models import Collection, Manifest
from manifests.views import DocumentView

#: RFC 5829: where what is current now is found.
LATEST = '<{}>;rel="latest-version"'


class VersionView(DocumentView):
    """One kept publication of a manifest or collection; the document is byte for byte what it was."""

    model: type[Manifest] | type[Collection]

    def get(self, request: Request, identifier: str, version: int, digest: str) -> HttpResponse:
        found = lastknown.document(self.model, identifier)
        if found is None:
            return _absent(f"There is no {self.model._meta.verbose_name} {identifier!r} here.")
        name, record = found
        place = Place(str(self.model._meta.model_name), name.current, version, identifier)
        if stone := doors.tombstone(record, name):
            wanted = self.offered[0]
            type_ = self.model.__name__ if version != 2 else f"sc:{self.model.__name__}"
            return tombstones.answer(request._request, stone, version, wanted.context, place.address(version), type_)
        public = settings.GCIS_PUBLIC_VERSIONS and is_public(record, timezone.now())
        if not public and not callers.sees_all(request._request):
            return restricted(problem(403, "Forbidden", "Former publications are for staff."), sees_all=False)
        answer = self._version(request, record, name.current, place, digest)
        return answer if public else restricted(answer, sees_all=True)

    def _version(self, request: Request, record: Any, current: str, place: Place, digest: str) -> HttpResponse:
        """The document under the current name, or the way there from a former one."""
        address = place.address(place.version)
        if place.asked != current:
            return redirect(301, f"{address}/versions/{digest}", settings.GCIS_REDIRECT_MAX_AGE)
        form = str(place.version)
        kept = publications.kept(record.pk).only("resource", "documents", "created")
        publication = next((each for each in kept if each.documents.get(form, {}).get("digest") == digest), None)
        variant = self.choose(request, publication.documents, neutral=False) if publication else None
        if publication is None or variant is None:
            return _absent("This publication is not kept, or there never was one with this digest.")
        document = publication.documents[form]
        answer = self.stored(request, variant, record.pk, document, modified=publication.created)
        answer["Link"] = LATEST.format(address)
        return answer


class ManifestVersionView(VersionView):
    model = Manifest


class CollectionVersionView(VersionView):
    model = Collection


def _absent(sentence: str) -> HttpResponse:
    return problem(404, "Not found", sentence, Cache_Control=cacheable(ABSENCE_AGE))
