"""Batches for machines: open one, see what it has come to, close it, stop it, have its failures done once more."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs import figures, people, services
from gcis.jobs.api import addresses
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.docs import ALL, ETAG, IF_MATCH, answered, page_of
from gcis.jobs.api.fields import Text
from gcis.jobs.api.jobs import nothing_sent
from gcis.jobs.models import Batch

_LISTED = {
    "id": "c2b0d1de-58f5-4c64-bb38-1c3e2c4b9f02",
    "self": "https://images.example.org/api/v1/batches/c2b0d1de-58f5-4c64-bb38-1c3e2c4b9f02",
    "label": "Nightly export",
    "actor": "token emuseum",
    "created": "2026-11-20T19:00:00Z",
    "closed": None,
    "cancelled": None,
    "submitted": 120,
    "completed": 117,
    "errors": 2,
    "finished": 119,
}
_NEW = {"label": "Nightly export"}
_RETRIED = {"retried": 2, "refused": []}
_EXAMPLE = {**_LISTED, "bytes_in": 6_100_000_000, "bytes_out": 1_900_000_000, "seconds": {"convert": 412.5}}


@extend_schema_serializer(component_name="BatchListed", examples=[OpenApiExample("batch", _LISTED)])
class ListedBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    self = Address("api-batch")
    label = serializers.CharField()  # type: ignore[assignment]
    actor = serializers.CharField()
    created = serializers.DateTimeField()
    closed = serializers.DateTimeField(allow_null=True, help_text="When it was said that nothing more will be added.")
    cancelled = serializers.DateTimeField(allow_null=True)
    submitted = serializers.IntegerField(help_text="How many jobs belong to it.")
    completed = serializers.IntegerField(help_text="How many of them ended well.")
    errors = serializers.IntegerField(  # type: ignore[assignment]  # DRF's own are of what is sent
        help_text="How many of them ended with an error."
    )
    finished = serializers.IntegerField(help_text="How many of them are over, one way or the other.")


@extend_schema_serializer(component_name="Batch", examples=[OpenApiExample("batch", _EXAMPLE, status_codes=ALL)])
class BatchBody(ListedBody):
    bytes_in = serializers.IntegerField(help_text="Read by the jobs that ended well.")
    bytes_out = serializers.IntegerField(help_text="Written by them.")
    seconds = serializers.DictField(child=serializers.FloatField(), help_text="Spent by them, per stage.")


@extend_schema_serializer(component_name="NewBatch", examples=[OpenApiExample("new batch", _NEW)])
class NewBatch(StrictSerializer):
    label = Text(max_length=300, help_text="What people call it.")  # type: ignore[assignment]


@extend_schema_serializer(component_name="Refusal")
class RefusalBody(serializers.Serializer[Any]):
    sentence = serializers.CharField()
    count = serializers.IntegerField()


@extend_schema_serializer(
    component_name="RetriedFailures",
    examples=[OpenApiExample("retried", _RETRIED, status_codes=ALL)],
)
class RetriedBody(serializers.Serializer[Any]):
    retried = serializers.IntegerField(help_text="How many pieces of work were queued once more.")
    refused = RefusalBody(many=True, help_text="Why others were not, and how many.")


PAGE = page_of("BatchPage", ListedBody, _LISTED)


class Batches(ListView):
    scopes = {"GET": "read:all"}
    queryset = Batch.objects.all()
    serializer_class = ListedBody
    orderings = {"created": "created"}
    default_ordering = "-created"

    @extend_schema(
        operation_id="listBatches",
        tags=["batches"],
        summary="Batches, the newest first",
        responses=PAGE,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Batches of work, with how far they are."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        counted = figures.figures(batch.pk for batch in page)
        rows = [{**_words(batch), **_counts(counted[batch.pk])} for batch in page]
        return self.get_paginated_response(ListedBody(rows, many=True).data)

    @extend_schema(
        operation_id="openBatch",
        tags=["batches"],
        summary="Open a batch",
        parameters=[answered("Location", "The batch.", 201), ETAG],
        request=NewBatch,
        responses={201: BatchBody},
    )
    def post(self, request: Request) -> Response:
        """Name it with `?batch=` when pictures are sent, and close it when all of them were."""
        body = NewBatch(data=request.data)
        body.is_valid(raise_exception=True)
        made = services.open_batch(body.validated_data["label"], actor(request))
        response = answer(request, made.pk, 201)
        response["Location"] = addresses.batch(made.pk)
        return response


class OneBatch(ApiView):
    scopes = {"GET": "read:all"}
    serializer_class = BatchBody

    @extend_schema(operation_id="getBatch", tags=["batches"], summary="One batch", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """What it has come to: figures, bytes, seconds per stage."""
        return answer(request, pk)


class Close(ApiView):
    serializer_class = BatchBody

    @extend_schema(
        operation_id="closeBatch",
        tags=["batches"],
        summary="Nothing more will be added",
        parameters=[IF_MATCH, ETAG],
        request=None,
        responses=BatchBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Closed again it stays as it is."""
        nothing_sent(request)
        with transaction.atomic():
            batch = _locked(request, pk)
            if batch.closed is None:
                services.close_batch(batch)
        return answer(request, pk)


class Cancel(ApiView):
    serializer_class = BatchBody

    @extend_schema(
        operation_id="cancelBatch",
        tags=["batches"],
        summary="Stop it",
        parameters=[IF_MATCH, ETAG],
        request=None,
        responses=BatchBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop what waits or is under way, and whatever is added from now on. What was done stays."""
        nothing_sent(request)
        with transaction.atomic():
            _locked(request, pk)
        people.cancel_batch(pk, actor(request))
        return answer(request, pk)


class RetryFailures(ApiView):
    serializer_class = RetriedBody

    @extend_schema(
        operation_id="retryBatchFailures",
        tags=["batches"],
        summary="Do once more what failed",
        parameters=[IF_MATCH, answered("Retry-After", "Seconds after which to ask for the batch.", 202)],
        request=None,
        responses={202: RetriedBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Each piece of work that nothing newer has mended is queued once more, however often it failed."""
        nothing_sent(request)
        with transaction.atomic():
            _locked(request, pk)
        outcome = people.retry_failures(pk, actor(request))
        refused = [{"sentence": sentence, "count": count} for sentence, count in outcome.refused.most_common()]
        headers = {"Location": addresses.batch(pk), "Retry-After": str(addresses.ASK_AGAIN)}
        return Response({"retried": outcome.done, "refused": refused}, status=202, headers=headers)


def answer(request: Request, pk: UUID, status: int = 200) -> Response:
    batch = _find(pk)
    counted = _counts(figures.figures([pk])[pk])
    body = BatchBody({**_words(batch), **counted, **asdict(figures.costs(batch))}).data
    return revisions.answer(request, _revision(batch), body, status)


def _find(pk: UUID) -> Batch:
    if batch := Batch.objects.filter(pk=pk).first():
        return batch
    raise Http404("There is no such batch.")


def _locked(request: Request, pk: UUID) -> Batch:
    """The batch, ours alone until the transaction ends, if it is what the request was made for."""
    _find(pk)
    batch = Batch.objects.select_for_update().get(pk=pk)
    revisions.require_match(request, _revision(batch))
    return batch


def _revision(batch: Batch) -> int:
    """How often its own state has changed: what its jobs come to is none of it."""
    return 1 + bool(batch.closed) + bool(batch.cancelled)


def _words(batch: Batch) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in ("id", "label", "actor", "created", "closed", "cancelled")}


def _counts(counted: figures.Figures) -> dict[str, int]:
    return asdict(counted)
