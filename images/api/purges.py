"""Purges for machines: make cached copies of images unreachable, and see what became of it."""

from typing import Any
from uuid import UUID

import django_filters
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs.api.addresses import Address, absolute
from gcis.jobs.api.docs import ETAG, IF_MATCH, answered, page_of
from gcis.jobs.api.filters import Filters
from images import curation
from images.api import bodies
from images.api.base import everything, locked, read
from images.api.examples import PURGE
from images.api.filters import KIND
from images.models import Purge
from redirects import services as names

TAGS = ["purges"]


@extend_schema_serializer(component_name="Purge", examples=[OpenApiExample("purge", PURGE)])
class PurgeBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    self = Address("api-purge")
    subject = serializers.UUIDField(help_text="The id of what was to be purged: an image, or what shows images.")
    actor = serializers.CharField()
    reason = serializers.CharField()
    targets = serializers.ListField(child=serializers.UUIDField(), help_text="The ids of the images.")
    matched = serializers.IntegerField(help_text="How many there were.")
    results = serializers.DictField(help_text="What became of it, per cache.")
    probe = serializers.DictField(help_text="What was found when it was tried out.")
    created = serializers.DateTimeField()


@extend_schema_serializer(component_name="PurgesMade", examples=[OpenApiExample("purges", {"purges": [PURGE]})])
class PurgesBody(serializers.Serializer[Any]):
    purges = PurgeBody(many=True)


class PurgeFilters(Filters):
    subject = django_filters.UUIDFilter(help_text="The id of what was to be purged.")

    class Meta:
        model = Purge
        fields: tuple[str, ...] = ()


PAGE = page_of("PurgePage", PurgeBody, PURGE)


class Purges(ListView):
    scopes = {"GET": "read:all"}
    queryset = Purge.objects.all()
    serializer_class = PurgeBody
    filterset_class = PurgeFilters
    orderings = {"created": "created"}
    default_ordering = "-created"

    @extend_schema(
        operation_id="listPurges",
        tags=TAGS,
        summary="Purges, the newest first",
        responses=PAGE,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who purged what, why, and what became of it."""
        return super().get(request, *args, **kwargs)


class OnePurge(ApiView):
    scopes = {"GET": "read:all"}
    serializer_class = PurgeBody

    @extend_schema(operation_id="getPurge", tags=TAGS, summary="One purge", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """Who purged what, why, and what became of it."""
        purge = Purge.objects.filter(pk=pk).first()
        if purge is None:
            raise Http404("There is no such purge.")
        return revisions.answer(request, 1, PurgeBody(purge).data)


class PurgeImage(ApiView):
    scopes = {"POST": "purge"}
    serializer_class = PurgeBody

    @extend_schema(
        operation_id="purgeImage",
        tags=TAGS,
        summary="Purge an image",
        parameters=[IF_MATCH, answered("Location", "The purge.", 201)],
        request=bodies.Reason,
        responses={201: PurgeBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Make every cached byte of it unreachable, ours at once."""
        if not everything().filter(pk=pk).exists():
            raise Http404("There is no such image.")
        reason = read(bodies.Reason, request.data)["reason"]
        with transaction.atomic():
            locked(request, pk)
            made = curation.purge(pk, [pk], actor=actor(request), reason=reason)
        return purged(made.pk)


class PurgeImages(ApiView):
    scopes = {"POST": "purge"}
    serializer_class = PurgesBody

    @extend_schema(
        operation_id="purgeImages",
        tags=TAGS,
        summary="Purge several images",
        request=bodies.PurgingImages,
        responses={201: PurgesBody},
    )
    def post(self, request: Request) -> Response:
        """All of them, or none if one of the names is nobody's: each image has a purge of its own."""
        wanted = read(bodies.PurgingImages, request.data)
        images = sorted(_named(wanted["identifiers"]))
        with transaction.atomic():
            curation.hold(images)
            keys = [curation.purge(key, [key], actor=actor(request), reason=wanted["reason"]).pk for key in images]
        made = Purge.objects.filter(pk__in=keys).order_by("subject")
        return Response({"purges": PurgeBody(made, many=True).data}, status=201)


def purged(key: UUID) -> Response:
    """The answer to a request that made this purge."""
    body = PurgeBody(Purge.objects.get(pk=key)).data
    return Response(body, status=201, headers={"Location": absolute("api-purge", key)})


def _named(identifiers: list[str]) -> set[UUID]:
    """The images that have or had these names. ValidationError with every name that is nobody's."""
    found = [names.find(KIND, value) for value in identifiers]
    if unknown := [index for index, row in enumerate(found) if row is None]:
        raise ValidationError(
            {"identifiers": {str(index): ["No image has this name."] for index in unknown}}, "unknown"
        )
    return {row.resource for row in found if row}
