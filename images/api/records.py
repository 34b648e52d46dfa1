"""What belongs to one image: its timeline, and every name that it has or had."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ListView
from gcis.events.api import EXAMPLE, EventBody, Timeline
from gcis.jobs.api.docs import page_of
from images.api.base import find, sees_all
from images.api.examples import NAME
from images.api.images import TAGS
from redirects import services as names
from redirects.models import Identifier


@extend_schema_serializer(component_name="ImageIdentifier", examples=[OpenApiExample("former name", NAME)])
class NameBody(serializers.Serializer[Any]):
    """Without `read:all` reason and actor are null."""

    value = serializers.CharField()
    status = serializers.ChoiceField(Identifier.Status.choices)
    reason = serializers.CharField(allow_null=True, help_text="Why it got its status.")
    actor = serializers.CharField(allow_null=True, help_text="Who gave it its status.")
    since = serializers.DateTimeField()
    hits = serializers.IntegerField(help_text="How often it was asked for since it is a former name, at least.")
    last_used = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Identifier) -> dict[str, Any]:
        told = super().to_representation(instance)
        return told if self.context["sees_all"] else {**told, "reason": None, "actor": None}


EVENTS = page_of("EventPage", EventBody, EXAMPLE)
NAMES = page_of("ImageIdentifierPage", NameBody, NAME)


class ImageEvents(Timeline):
    @extend_schema(operation_id="listImageEvents", tags=TAGS, summary="What happened to an image", responses=EVENTS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Its timeline, oldest first; what happened just now is there at once, and gets its number within a second."""
        return super().get(request, *args, **kwargs)

    def subject(self) -> UUID:
        return find(self.request, pk=self.kwargs["pk"]).pk


class ImageIdentifiers(ListView):
    queryset = Identifier.objects.all()
    serializer_class = NameBody
    filter_backends: Any = ()

    @extend_schema(operation_id="listImageIdentifiers", tags=TAGS, summary="All names of an image", responses=NAMES)
    def get(self, request: Request, pk: UUID) -> Response:
        """Every name that it has or had, the current one first. Former names lead to the current one for ever."""
        page = self.paginate_queryset(names.history(find(request, pk=pk).pk)) or []
        context = {"sees_all": sees_all(request)}
        return self.get_paginated_response(NameBody(page, many=True, context=context).data)
