"""The pages of manifests for machines, with their permanent addresses."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.views import ApiView, ListView
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.docs import ETAG, page_of
from images.api.base import sees_all
from images.api.base import visible as visible_images
from manifests.addresses import PresentationAddresses
from manifests.api import examples, published
from manifests.api.base import find
from manifests.api.published import PublishedPage
from manifests.api.representation import DifferenceBody, LanguageMapField
from manifests.description import effective
from manifests.models import Canvas, Manifest
from manifests.words import PAGES, differences

TAGS = ["canvases"]


@extend_schema_serializer(component_name="Canvas", examples=[OpenApiExample("canvas", examples.CANVAS)])
class CanvasBody(serializers.Serializer[Any]):
    """Without `read:all` it is as it is published, and differences are null."""

    id = serializers.UUIDField()
    self = Address("api-canvas")
    uri = serializers.URLField(help_text="Its permanent name: what is attached to it stays attached.")
    manifest = Address("api-manifest", source="record")
    external_id = serializers.CharField(help_text="What its source calls it; empty where it is known by its picture.")
    place = serializers.IntegerField(help_text="Its place in the manifest, from 0.")
    label = LanguageMapField(allow_null=True)  # type: ignore[assignment]
    description = serializers.DictField(help_text="What counts, as IIIF properties.")
    image = serializers.UUIDField(allow_null=True, help_text="The id of the picture on it.")
    width = serializers.IntegerField(allow_null=True, help_text="Null until its first picture is converted.")
    height = serializers.IntegerField(allow_null=True)
    differences = DifferenceBody(many=True, allow_null=True)


class Canvases(ListView):
    queryset: Any = Canvas.objects.all()
    serializer_class = CanvasBody
    filter_backends: Any = ()

    @extend_schema(
        operation_id="listManifestCanvases",
        tags=TAGS,
        summary="The pages of a manifest, in their order",
        responses=page_of("CanvasPage", CanvasBody, examples.CANVAS),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Pages that people have put in another order than the source are in theirs."""
        manifest = find(request, Manifest, pk=pk)
        pages = _Pages(request, manifest)
        page = self.paginate_queryset(pages.keys) or []
        return self.get_paginated_response(CanvasBody(pages.described(page), many=True).data)


class OneCanvas(ApiView):
    serializer_class = CanvasBody

    @extend_schema(operation_id="getCanvas", tags=TAGS, summary="One page", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """What is said of it, and which picture is on it."""
        canvas = Canvas.objects.filter(pk=pk, dropped=None).first()
        if canvas is None:
            raise Http404("There is no such canvas.")
        manifest = find(request, Manifest, pk=canvas.manifest_id)
        found = _Pages(request, manifest).described([pk])
        if not found:
            raise Http404("There is no such canvas.")
        return revisions.answer(request, manifest.revision, CanvasBody(found[0]).data)


class _Pages:
    """The pages of a manifest that this caller may know of: as they are, or as far as they are published."""

    def __init__(self, request: Request, manifest: Manifest) -> None:
        self.request, self.manifest = request, manifest
        self.published = None if sees_all(request) else {page.canvas: page for page in published.pages(manifest)}
        self.keys = _order(manifest) if self.published is None else list(self.published)
        self.place = {key: place for place, key in enumerate(self.keys)}

    def described(self, keys: Sequence[UUID]) -> list[dict[str, Any]]:
        """What CanvasBody tells of these, in a fixed number of queries however many there are."""
        rows = Canvas.objects.prefetch_related("paintings").in_bulk([key for key in keys if key in self.place])
        if self.published is None:
            return [self._told(rows[key], **_as_it_is(rows[key])) for key in keys if key in rows]
        pages = [(rows[key], self.published[key]) for key in keys if key in rows]
        painted = [page.image for _, page in pages if page.image]
        images = set(visible_images(self.request).filter(pk__in=painted).values_list("pk", flat=True))
        return [self._told(row, **_as_published(page, images)) for row, page in pages]

    def _told(self, row: Canvas, **more: Any) -> dict[str, Any]:
        return {
            "id": row.pk,
            "uri": PresentationAddresses(settings.GCIS_PUBLIC_URL).canvas(row.pk),
            "record": self.manifest.pk,
            "external_id": row.external_id,
            "place": self.place[row.pk],
            "label": more["description"].get("label"),
            **more,
        }


def _order(manifest: Manifest) -> list[UUID]:
    """People's order first; what it does not name follows in the source's order."""
    shown = manifest.canvases.filter(dropped=None).order_by("position", "created").values_list("pk", flat=True)
    places = {key: place for place, key in enumerate(manifest.curated_layer.get(PAGES, []))}
    return sorted(shown, key=lambda key: places.get(str(key), len(places)))


def _as_it_is(row: Canvas) -> dict[str, Any]:
    painting = min(row.paintings.all(), key=lambda each: each.position, default=None)
    return {
        "description": effective(row),
        "image": painting.image if painting else None,
        "width": row.width,
        "height": row.height,
        "differences": [
            {"name": each.name, "source": each.source, "curated": each.curated} for each in differences(row)
        ],
    }


def _as_published(page: PublishedPage, images: set[UUID]) -> dict[str, Any]:
    """`images` are those that the caller may know of."""
    return {
        "description": page.description,
        "image": page.image if page.image in images else None,
        "width": page.width,
        "height": page.height,
        "differences": None,
    }
