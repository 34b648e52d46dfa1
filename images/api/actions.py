"""What can be done with an image beside describing it: convert, rename, merge, restore."""

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import actor
from gcis.jobs.api import addresses
from gcis.jobs.api.docs import ETAG, IF_MATCH, QUEUED
from images import curation, services
from images.api import bodies
from images.api.base import ImageView, find, locked, read
from images.api.images import TAGS
from images.api.representation import ImageBody, newest_conversion
from images.models import Image
from images.refetch import refetch


class Convert(ImageView):
    @extend_schema(
        operation_id="convertImage",
        tags=TAGS,
        summary="Convert an image once more",
        parameters=[IF_MATCH, *QUEUED, ETAG],
        request=bodies.Conversion,
        responses={202: ImageBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """From the file that is there, or (`refetch`) from the address that it came from."""
        find(request, pk=pk)
        again = refetch if read(bodies.Conversion, request.data)["refetch"] else services.convert_again
        with transaction.atomic():
            locked(request, pk)
            again(pk, actor=actor(request))
        response = self.answer(request, pk, 202)
        for name, value in addresses.queued(newest_conversion(pk)).items():
            response[name] = value
        return response


class Rename(ImageView):
    @extend_schema(
        operation_id="renameImage",
        tags=TAGS,
        summary="Give an image another name",
        parameters=[IF_MATCH, ETAG],
        request=bodies.Renaming,
        responses=ImageBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """The old name leads here for ever. One of its own former names may come back; another's never (409)."""
        find(request, pk=pk)
        wanted = read(bodies.Renaming, request.data)
        with transaction.atomic():
            locked(request, pk)
            curation.rename(pk, wanted["identifier"], actor=actor(request), reason=wanted["reason"])
        return self.answer(request, pk)


class Merge(ImageView):
    @extend_schema(
        operation_id="mergeImage",
        tags=TAGS,
        summary="Merge an image into another",
        parameters=[IF_MATCH, ETAG],
        request=bodies.Merging,
        responses=ImageBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """All its names lead to the other one from now on, and it is withdrawn for good."""
        find(request, pk=pk)
        wanted = read(bodies.Merging, request.data)
        into = wanted["into"]
        if not Image.objects.filter(pk=into).exists():
            raise ValidationError({"into": "There is no such image."}, "unknown")
        with transaction.atomic():
            curation.hold([pk, into])  # in the service's own order: two merges never wait for each other
            locked(request, pk)
            curation.merge(pk, into, actor=actor(request), reason=wanted["reason"])
        return self.answer(request, pk)


class Restore(ImageView):
    @extend_schema(
        operation_id="restoreImage",
        tags=TAGS,
        summary="Bring a withdrawn image back",
        parameters=[IF_MATCH, ETAG],
        request=bodies.Reason,
        responses=ImageBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Back as it was, under its last name. What was not withdrawn stays as it is."""
        find(request, pk=pk)
        reason = read(bodies.Reason, request.data)["reason"]
        with transaction.atomic():
            locked(request, pk)
            curation.restore(pk, actor=actor(request), reason=reason)
        return self.answer(request, pk)
