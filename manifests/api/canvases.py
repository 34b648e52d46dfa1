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
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.core.errors import SourceFault
from gcis.jobs.api.addresses import Address, absolute
from gcis.jobs.api.docs import ETAG, IF_MATCH, page_of
from images.api.base import read, sees_all
from images.api.base import visible as visible_images
from manifests import canvases
from manifests.addresses import PresentationAddresses
from manifests.api import examples, published, schema
from manifests.api.base import find, language_of
from manifests.api.published import PublishedPage
from manifests.api.records import checked
from manifests.api.representation import DifferenceBody, LanguageMapField
from manifests.description import effective
from manifests.models import Canvas, Manifest
from manifests.payload import delivery as payload
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
    image = serializers.UUIDField(allow_null=True, help_text="The id of the first picture on it.")
    painted = serializers.IntegerField(help_text="How many things are painted on it.")
    width = serializers.IntegerField(allow_null=True, help_text="Null until its first picture is converted.")
    height = serializers.IntegerField(allow_null=True)
    proposed = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Width and height of a new picture of another shape, while notes or ranges are about parts of the "
        "page: choose before it is published.",
    )
    differences = DifferenceBody(many=True, allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("as it is", {"size": "page"})])
class SizeChoice(StrictSerializer):
    size = serializers.ChoiceField(("page", "picture"), help_text="Whose size the page has.")


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

    @extend_schema(
        operation_id="addCanvas",
        tags=TAGS,
        summary="Add a page",
        parameters=[IF_MATCH, ETAG],
        request=schema.CanvasAdded,
        responses={201: CanvasBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """At its `place`, else at the end. An `id` that a page of the manifest has already is refused (409)."""
        manifest = find(request, Manifest, pk=pk)
        sent, place = payload.canvas(request.data, language_of(manifest))
        made = canvases.add(manifest, sent, place, actor=actor(request), check=checked(request))
        response = _answer(request, *_found(request, made.pk), 201)
        response["Location"] = absolute("api-canvas", made.pk)
        return response


class OneCanvas(ApiView):
    serializer_class = CanvasBody

    @extend_schema(operation_id="getCanvas", tags=TAGS, summary="One page", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """What is said of it, and which picture is on it."""
        return _answer(request, *_found(request, pk))

    @extend_schema(
        operation_id="updateCanvas",
        tags=TAGS,
        summary="Describe a page, or give it another picture",
        parameters=[IF_MATCH, ETAG],
        request=schema.CanvasChanges,
        responses=CanvasBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Touches only what is named; null takes away. Words are the source's, which people's may overrule.

        A new picture of the same shape leaves the page's size alone, so that what others have attached stays in place.
        """
        canvas, manifest = _found(request, pk)
        sent, described = payload.canvas_changes(request.data, language_of(manifest))
        canvases.change(canvas, sent, described, actor=actor(request), check=checked(request))
        return _answer(request, *_found(request, pk))

    @extend_schema(
        operation_id="removeCanvas",
        tags=TAGS,
        summary="Take a page out",
        parameters=[IF_MATCH],
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is in no document any more; its picture stays. Sent again with the same id it is the page that it was."""
        canvas, _ = _found(request, pk)
        canvases.take_out(canvas, actor=actor(request), check=checked(request))
        return Response(status=204)


class CanvasSize(ApiView):
    serializer_class = CanvasBody

    @extend_schema(
        operation_id="chooseCanvasSize",
        tags=TAGS,
        summary="Decide about a picture of another shape",
        parameters=[IF_MATCH, ETAG],
        request=SizeChoice,
        responses=CanvasBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """`page`: it keeps its size, and the picture stands in its middle. `picture`: it takes that of the picture.

        409 where there is nothing to decide.
        """
        canvas, _ = _found(request, pk)
        keep = read(SizeChoice, request.data)["size"] == "page"
        if not canvases.choose_size(canvas, keep=keep, actor=actor(request), check=checked(request)):
            raise SourceFault("nothing_proposed", "Its picture has the shape of the page: there is nothing to decide.")
        return _answer(request, *_found(request, pk))


def _found(request: Request, pk: UUID) -> tuple[Canvas, Manifest]:
    """The page and its manifest, as far as the caller may know of them."""
    canvas = Canvas.objects.select_related("manifest").filter(pk=pk, dropped=None).first()
    if canvas is None:
        raise Http404("There is no such canvas.")
    return canvas, find(request, Manifest, pk=canvas.manifest_id)


def _answer(request: Request, canvas: Canvas, manifest: Manifest, status: int = 200) -> Response:
    found = _Pages(request, manifest).described([canvas.pk])
    if not found:
        raise Http404("There is no such canvas.")
    return revisions.answer(request, manifest.revision, CanvasBody(found[0]).data, status)


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
            "uri": row.uri or PresentationAddresses(settings.GCIS_PUBLIC_URL).canvas(row.pk),
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
    pictures = (painting for painting in row.paintings.all() if painting.image)
    painting = min(pictures, key=lambda each: each.position, default=None)
    return {
        "description": effective(row),
        "image": painting.image if painting else None,
        "painted": len(row.paintings.all()),
        "width": row.width,
        "height": row.height,
        "proposed": row.proposed,
        "differences": [
            {"name": each.name, "source": each.source, "curated": each.curated} for each in differences(row)
        ],
    }


def _as_published(page: PublishedPage, images: set[UUID]) -> dict[str, Any]:
    """`images` are those that the caller may know of."""
    return {
        "description": page.description,
        "image": page.image if page.image in images else None,
        "painted": page.painted,
        "proposed": None,
        "width": page.width,
        "height": page.height,
        "differences": None,
    }
