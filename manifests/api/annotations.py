"""Single annotations for machines: listed, added to a page, changed, removed."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.views import ApiView, ListView, actor
from gcis.core.errors import SourceFault
from gcis.jobs.api.docs import ETAG, IF_MATCH, page_of
from manifests import annotating
from manifests.annotatable import around
from manifests.annotating import owner
from manifests.api.annotation_bodies import (
    ANNOTATION,
    AnnotationBody,
    AnnotationChanges,
    AnnotationSent,
    described_annotations,
)
from manifests.api.annotation_pages import EVERYTHING, TAGS, find_page, held
from manifests.models import Annotation, AnnotationPage
from manifests.payload.annotations.reading import annotation_sent, changes


class Annotations(ListView):
    queryset: Any = Annotation.objects.all()
    serializer_class = AnnotationBody
    filter_backends: Any = ()
    scopes = EVERYTHING

    @extend_schema(
        operation_id="listAnnotations",
        tags=TAGS,
        summary="The annotations in a page",
        responses=page_of("AnnotationListPage", AnnotationBody, ANNOTATION),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """In their order."""
        page = find_page(pk=pk)
        rows = self.paginate_queryset(page.annotations.order_by("position", "created", "pk")) or []
        return self.get_paginated_response(AnnotationBody(described_annotations(page, rows), many=True).data)

    @extend_schema(
        operation_id="addAnnotation",
        tags=TAGS,
        summary="Add an annotation",
        parameters=[IF_MATCH, ETAG],
        request=AnnotationSent,
        responses={201: AnnotationBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """At the end of the page."""
        page = find_page(pk=pk)
        if page.place == AnnotationPage.Place.FOREIGN:
            raise SourceFault("foreign", "What is in a foreign page is on another server.")
        sent = annotation_sent(request.data, around(owner(page), page.subject))
        with transaction.atomic():
            (made,) = annotating.add(held(request, page), [sent], actor=actor(request))
        return annotation_answer(request, made.pk, 201)


class OneAnnotation(ApiView):
    serializer_class = AnnotationBody
    scopes = EVERYTHING

    @extend_schema(operation_id="getAnnotation", tags=TAGS, summary="One annotation", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """What it says, and about what. Its ETag is that of its page."""
        return annotation_answer(request, pk)

    @extend_schema(
        operation_id="updateAnnotation",
        tags=TAGS,
        summary="Change an annotation",
        parameters=[IF_MATCH, ETAG],
        request=AnnotationChanges,
        responses=AnnotationBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Touches only what is named; null takes away."""
        row = _find(pk)
        body: Any = request.data
        sent = changes(body, around(owner(row.page), row.page.subject))
        with transaction.atomic():
            held(request, row.page)
            annotating.change(_find(pk), sent, actor=actor(request))
        return annotation_answer(request, pk)

    @extend_schema(
        operation_id="deleteAnnotation",
        tags=TAGS,
        summary="Remove an annotation",
        parameters=[IF_MATCH],
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is gone for good. A page that people made goes with the last of them."""
        row = _find(pk)
        with transaction.atomic():
            held(request, row.page)
            annotating.remove(_find(pk), actor=actor(request))
        return Response(status=204)


def _find(key: UUID) -> Annotation:
    row = Annotation.objects.select_related("page__manifest", "page__collection").filter(pk=key).first()
    if row is None:
        raise Http404("There is no such annotation.")
    return row


def annotation_answer(request: Request, key: UUID, status: int = 200) -> Response:
    row = _find(key)
    (told,) = described_annotations(row.page, [row])
    return revisions.answer(request, row.page.revision, AnnotationBody(told).data, status)
