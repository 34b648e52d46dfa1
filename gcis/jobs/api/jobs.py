"""Jobs for machines: how far they are, once more, stop."""

from typing import Any
from uuid import UUID

import django_filters
from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs import people
from gcis.jobs.api import addresses
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.docs import ALL, ETAG, IF_MATCH, QUEUED, page_of
from gcis.jobs.api.filters import Filters, TextFilter
from gcis.jobs.models import Job

_EXAMPLE = {
    "id": "5a9f3a0e-9a2b-4a43-8d0b-0d6a1f3f8f11",
    "self": "https://images.example.org/api/v1/jobs/5a9f3a0e-9a2b-4a43-8d0b-0d6a1f3f8f11",
    "kind": "images.convert",
    "subject": "0b7c1c0e-6a53-4f0c-9d7e-6c8f1f1c2a34",
    "lane": "bulk",
    "priority": 0,
    "batch": None,
    "state": "running",
    "progress": 0.4,
    "stage": "convert",
    "attempts": 1,
    "error": None,
    "report": {},
    "due": "2026-11-20T19:00:00Z",
    "created": "2026-11-20T19:00:00Z",
    "started": "2026-11-20T19:00:00.250000Z",
    "finished": None,
}


@extend_schema_serializer(component_name="JobError")
class ErrorBody(serializers.Serializer[Job]):
    code = serializers.CharField(source="error_code", help_text="Stable, for machines.")
    sentence = serializers.CharField(source="error_text", help_text="For people.")


@extend_schema_serializer(component_name="Job", examples=[OpenApiExample("job", _EXAMPLE, status_codes=ALL)])
class JobBody(serializers.Serializer[Job]):
    id = serializers.UUIDField()
    self = Address("api-job")
    kind = serializers.CharField(help_text="Such as `images.convert`.")
    subject = serializers.UUIDField(help_text="The id of what it works on.")
    lane = serializers.ChoiceField(Job.Lane.choices)
    priority = serializers.IntegerField(help_text="Higher goes first within a lane.")
    batch = serializers.UUIDField(source="batch_id", allow_null=True, help_text="The id of its batch.")
    state = serializers.ChoiceField(Job.State.choices)
    progress = serializers.FloatField(help_text="From 0 to 1.")
    stage = serializers.CharField(help_text="What is being done just now; empty between times.")
    attempts = serializers.IntegerField()
    error = serializers.SerializerMethodField(help_text="Of the last attempt that did not end well.")
    report = serializers.DictField(help_text="Bytes, and seconds per stage, of what ended well.")
    due = serializers.DateTimeField(source="run_at", help_text="It is not begun before then.")
    created = serializers.DateTimeField()
    started = serializers.DateTimeField(allow_null=True)
    finished = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(ErrorBody(allow_null=True))
    def get_error(self, job: Job) -> Any:
        return ErrorBody(job).data if job.error_code else None


class JobFilters(Filters):
    state = django_filters.ChoiceFilter(choices=Job.State.choices)
    kind = TextFilter()
    lane = django_filters.ChoiceFilter(choices=Job.Lane.choices)
    subject = django_filters.UUIDFilter(help_text="The id of what they work on.")
    batch = django_filters.UUIDFilter(help_text="The id of their batch.")

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()


class JobView(ApiView):
    scopes = {"GET": "read:all"}
    serializer_class = JobBody

    def find(self, pk: UUID) -> Job:
        if job := Job.objects.filter(pk=pk).first():
            return job
        raise Http404("There is no such job.")

    def answer(self, request: Request, pk: UUID) -> Response:
        job = self.find(pk)
        response = revisions.answer(request, job.token, JobBody(job).data)
        if job.state in Job.LIVE:
            response["Retry-After"] = str(addresses.ASK_AGAIN)
        return response

    def locked(self, request: Request, pk: UUID) -> Job:
        """The job, ours alone until the transaction ends, if it is what the request was made for."""
        self.find(pk)
        job = Job.objects.select_for_update(of=("self",)).get(pk=pk)
        revisions.require_match(request, job.token)
        return job


PAGE = page_of("JobPage", JobBody, _EXAMPLE)


class Jobs(ListView):
    scopes = {"GET": "read:all"}
    queryset = Job.objects.all()
    serializer_class = JobBody
    filterset_class = JobFilters
    orderings = {"created": "created", "finished": "finished"}
    default_ordering = "-created"

    @extend_schema(
        operation_id="listJobs",
        tags=["jobs"],
        summary="Work, the newest first",
        responses=PAGE,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Work that waits, is under way or is over."""
        return super().get(request, *args, **kwargs)


class OneJob(JobView):
    @extend_schema(operation_id="getJob", tags=["jobs"], summary="One job", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """How far it is. While it may still change by itself, Retry-After says when to ask again."""
        return self.answer(request, pk)


class Retry(JobView):
    @extend_schema(
        operation_id="retryJob",
        tags=["jobs"],
        summary="Do it once more",
        parameters=[IF_MATCH, *QUEUED],
        request=None,
        responses={202: JobBody},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Have work that failed, was given up or was cancelled done once more. Answers with the new job."""
        nothing_sent(request)
        with transaction.atomic():
            job = self.locked(request, pk)
            people.retry(pk, actor(request))
            same = Job.objects.filter(kind=job.kind, subject=job.subject, state__in=Job.LIVE)
            added = same.order_by("-created").first() or job
        return Response(JobBody(added).data, status=202, headers=addresses.queued(added.pk))


class Cancel(JobView):
    @extend_schema(
        operation_id="cancelJob",
        tags=["jobs"],
        summary="Stop it",
        parameters=[IF_MATCH, ETAG],
        request=None,
        responses=JobBody,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Stop work that waits or is under way. What was there before it stays."""
        nothing_sent(request)
        with transaction.atomic():
            self.locked(request, pk)
            people.cancel(pk, actor(request))
        return self.answer(request, pk)


def nothing_sent(request: Request) -> None:
    """ValidationError for a body with fields, where there is nothing to be said."""
    StrictSerializer(data=request.data).is_valid(raise_exception=True)
