"""What the views of manifests and collections share: which of them this caller may see, finding and holding one."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.views import ApiView
from images.api.base import sees_all
from manifests import access
from manifests.api.representation import CollectionBody, ManifestBody, detailed
from manifests.exposure import public
from manifests.models import Collection, Manifest, Resource

#: What a kind is called in addresses and sentences, and the body that tells of one.
KINDS: dict[type[Resource], str] = {Manifest: "manifest", Collection: "collection"}
BODIES: dict[type[Resource], type[Any]] = {Manifest: ManifestBody, Collection: CollectionBody}


def everything(model: type[Resource]) -> QuerySet[Any]:
    """All of them, with what their representation needs."""
    return model.objects.select_related("source", "publication").defer("search_text", "curated_over")


def visible(request: Request, model: type[Resource]) -> QuerySet[Any]:
    """Those that this caller may know of."""
    found = everything(model)
    return found if sees_all(request) else found.filter(public(timezone.now()))


def find(request: Request, model: type[Resource], **key: Any) -> Any:
    """The one with this key. Http404 where there is none, and alike where the caller may not know of it."""
    if record := visible(request, model).filter(**key).first():
        return record
    raise Http404(f"There is no such {KINDS[model]}.")


def locked(request: Request, record: Resource, *, everything: bool = False) -> Any:
    """The record, ours alone until the transaction ends, if it is at the revision that the request was made for.

    `everything`: with all that is below it, for what is about to reach that too.
    """
    row = access.lock(record, everything=everything)
    revisions.require_match(request, row.revision)
    return row


def language_of(record: Resource) -> str:
    """The language of texts that its source sends without one."""
    return record.source.language if record.source else "none"


class RecordView(ApiView):
    """Answers with one manifest or collection."""

    model: ClassVar[type[Resource]]

    def find(self, request: Request, **key: Any) -> Any:
        return find(request, self.model, **key)

    def answer(self, request: Request, key: UUID, status: int = 200) -> Response:
        """The record as it is now, and its ETag."""
        return self.shown(request, everything(self.model).get(pk=key), status)

    def shown(self, request: Request, record: Any, status: int = 200) -> Response:
        body = BODIES[self.model](detailed(record, sees_all=sees_all(request)))
        return revisions.answer(request, record.revision, body.data, status)


class ManifestView(RecordView):
    model = Manifest
    serializer_class = ManifestBody


class CollectionView(RecordView):
    model = Collection
    serializer_class = CollectionBody
