"""Where images come from, for machines: list, and make a system that sends them."""

import zlib
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.problems import PreconditionFailed
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs.api.addresses import Address, absolute
from gcis.jobs.api.docs import ETAG, IF_MATCH, page_of
from gcis.jobs.api.fields import Text
from images import sources
from images.api.base import read, sees_all, visible
from images.api.examples import SOURCE
from images.models import Source

TAGS = ["sources"]


@extend_schema_serializer(component_name="Source", examples=[OpenApiExample("source", SOURCE)])
class SourceBody(serializers.Serializer[Source]):
    id = serializers.UUIDField()
    self = Address("api-source", source="slug")
    slug = serializers.CharField(help_text="What it is called in addresses of this API.")
    kind = serializers.ChoiceField(Source.Kind.choices)
    name = serializers.CharField()
    language = serializers.CharField(help_text="Of texts that it sends without one; `none` where that is not known.")
    created = serializers.DateTimeField()
    images = serializers.SerializerMethodField(help_text="Where its images are listed.")

    def get_images(self, source: Source) -> str:
        return f"{absolute('api-images')}?{urlencode({'source': source.slug})}"


@extend_schema_serializer(component_name="SourceSent", examples=[OpenApiExample("a system", {"name": "eMuseum"})])
class SourceSent(StrictSerializer):
    name = Text(max_length=sources.LONGEST_NAME, help_text="What people call it.")
    language = serializers.RegexField(
        r"^[A-Za-z]{2,8}(-[A-Za-z]{1,8}){0,3}$",
        max_length=20,
        required=False,
        help_text="Of texts that it sends without one, as a tag such as `de`.",
    )


PAGE = page_of("SourcePage", SourceBody, SOURCE)


class Sources(ListView):
    queryset = Source.objects.all()
    serializer_class = SourceBody
    orderings = {"slug": "slug", "name": "name", "created": "created"}
    default_ordering = "slug"

    @extend_schema(operation_id="listSources", tags=TAGS, summary="Where images come from", responses=PAGE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Without `read:all` those from which the public gets something."""
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(_known(self.request))


class OneSource(ApiView):
    serializer_class = SourceBody

    @extend_schema(operation_id="getSource", tags=TAGS, summary="One source", parameters=[ETAG])
    def get(self, request: Request, slug: str) -> Response:
        """What it is, and where its images are."""
        source = _known(request).filter(slug=slug).first()
        if source is None:
            raise Http404("There is no source with this slug.")
        return _answer(request, source)

    @extend_schema(
        operation_id="putSource",
        tags=TAGS,
        summary="Make a system that sends images",
        parameters=[IF_MATCH, ETAG],
        request=SourceSent,
        responses={200: SourceBody, 201: SourceBody},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Create it, or give it another name or language. What it has sent before stays in the language that it had."""
        sent = read(SourceSent, request.data)
        with transaction.atomic():
            known = Source.objects.select_for_update().filter(slug=slug).first()
            if known is not None:
                revisions.require_match(request, _revision(known))
            elif "If-Match" in request.headers:
                raise PreconditionFailed
            source, changed = sources.put_system(
                slug, sent["name"], actor=actor(request), language=sent.get("language")
            )
        made = changed and known is None  # else somebody was quicker
        return _answer(request, Source.objects.get(pk=source.pk), 201 if made else 200)


def _known(request: Request) -> QuerySet[Source]:
    """The sources that this caller may know of."""
    if sees_all(request):
        return Source.objects.all()
    return Source.objects.filter(pk__in=visible(request).order_by().values("source"))


def _answer(request: Request, source: Source, status: int = 200) -> Response:
    return revisions.answer(request, _revision(source), SourceBody(source).data, status)


def _revision(source: Source) -> int:
    """A number for what can be changed of it, its name and language: its changes are not counted."""
    return zlib.crc32(f"{source.name}\n{source.language}".encode())
