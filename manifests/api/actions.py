"""What can be done with manifests and collections beside describing them: publish, purge, rename, merge, restore."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import actor
from gcis.jobs.api import addresses
from gcis.jobs.api.docs import ETAG, IF_MATCH, QUEUED, answered
from gcis.jobs.api.jobs import nothing_sent
from images import curation as images
from images.api.base import read
from images.api.bodies import Reason, Renaming
from images.api.purges import PurgeBody, purged
from manifests import asking, curation, services
from manifests.api.base import KINDS, CollectionView, ManifestView, RecordView, everything, locked
from manifests.api.bodies import Merging
from manifests.api.docs import tags
from manifests.models import Collection, Manifest, Resource


def _does(what: str, model: type[Resource], summary: str, **options: Any) -> Callable[[Any], Any]:
    """What the OpenAPI document says of the operation that does this to such a record."""
    kind = KINDS[model]
    options.setdefault("parameters", [IF_MATCH, ETAG])
    name = f"{what}{kind.capitalize()}"
    described = extend_schema(operation_id=name, tags=tags(model), summary=summary.format(kind), **options)
    return extend_schema_view(post=described)


# -------------------------------------------------------------------------------------------------------------- publish
class Publish(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """Build and publish it now, whatever its own rule says, also where nothing has changed."""
        record = self.find(request, pk=pk)
        nothing_sent(request)
        with transaction.atomic():
            row = locked(request, record)
            job = asking.publish(row, actor=actor(request))
        response = self.answer(request, pk, 202)
        for name, value in addresses.queued(job.pk).items():
            response[name] = value
        return response


_publish = {"parameters": [IF_MATCH, *QUEUED, ETAG], "request": None}


@_does("publish", Manifest, "Publish a {}", **_publish, responses={202: ManifestView.serializer_class})
class PublishManifest(ManifestView, Publish):
    pass


@_does("publish", Collection, "Publish a {}", **_publish, responses={202: CollectionView.serializer_class})
class PublishCollection(CollectionView, Publish):
    pass


# --------------------------------------------------------------------------------------------------------------- rename
class Rename(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """The old name leads here for ever. One of its own former names may come back; another's never (409)."""
        record = self.find(request, pk=pk)
        wanted = read(Renaming, request.data)
        with transaction.atomic():
            row = locked(request, record)
            curation.rename(row, wanted["identifier"], actor=actor(request), reason=wanted["reason"])
        return self.answer(request, pk)


@_does("rename", Manifest, "Give a {} another name", request=Renaming)
class RenameManifest(ManifestView, Rename):
    pass


@_does("rename", Collection, "Give a {} another name", request=Renaming)
class RenameCollection(CollectionView, Rename):
    pass


# ---------------------------------------------------------------------------------------------------------------- merge
class Merge(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """All its names and its places in collections go to the other one, and it is withdrawn for good."""
        record = self.find(request, pk=pk)
        wanted = read(Merging, request.data)
        into = self.model.objects.filter(pk=wanted["into"]).first()
        if into is None:
            raise ValidationError({"into": f"There is no such {KINDS[self.model]}."}, "unknown")
        with transaction.atomic():
            services.lock_all([record, into])
            curation.merge(locked(request, record), into, actor=actor(request), reason=wanted["reason"])
        return self.answer(request, pk)


@_does("merge", Manifest, "Merge a {} into another", request=Merging)
class MergeManifest(ManifestView, Merge):
    pass


@_does("merge", Collection, "Merge a {} into another", request=Merging)
class MergeCollection(CollectionView, Merge):
    pass


# -------------------------------------------------------------------------------------------------------------- restore
class Restore(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """Back as it was, under its last name. What was not withdrawn stays as it is."""
        record = self.find(request, pk=pk)
        reason = read(Reason, request.data)["reason"]
        with transaction.atomic():
            curation.restore(locked(request, record), actor=actor(request), reason=reason)
        return self.answer(request, pk)


@_does("restore", Manifest, "Bring a withdrawn {} back", request=Reason)
class RestoreManifest(ManifestView, Restore):
    pass


@_does("restore", Collection, "Bring a withdrawn {} back", request=Reason)
class RestoreCollection(CollectionView, Restore):
    pass


# ---------------------------------------------------------------------------------------------------------------- purge
@_does(
    "purge",
    Manifest,
    "Purge the pictures of a {}",
    parameters=[IF_MATCH, answered("Location", "The purge.", 201)],
    request=Reason,
    responses={201: PurgeBody},
)
class PurgeManifest(ManifestView):
    scopes = {"POST": "purge"}

    def post(self, request: Request, pk: UUID) -> Response:
        """Make every cached byte of its pictures unreachable, ours at once."""
        record = everything(Manifest).filter(pk=pk).first()  # this scope does not ask who may see it
        if record is None:
            raise Http404("There is no such manifest.")
        reason = read(Reason, request.data)["reason"]
        with transaction.atomic():
            row = locked(request, record)
            made = images.purge(row.pk, services.images_of(row.pk), actor=actor(request), reason=reason)
        return purged(made.pk)
