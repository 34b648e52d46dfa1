"""A small API made with the kit: events as records, and a view for each way in which one can fail."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError, Throttled, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.core.errors import FieldFault, SourceFault, Unavailable
from gcis.events.models import Event
from gcis.jobs.api.fields import Text


class EventSerializer(serializers.ModelSerializer[Event]):
    class Meta:
        model = Event
        fields = ("id", "kind", "actor")


class Events(django_filters.FilterSet):
    at = django_filters.DateFromToRangeFilter()

    class Meta:
        model = Event
        fields = ("kind",)


class Change(StrictSerializer):
    kind = serializers.CharField(required=False, max_length=60)


class Page(StrictSerializer):
    label = Text(max_length=5, trim_whitespace=False)
    width = serializers.IntegerField(min_value=1)


class Book(StrictSerializer):
    """What is sent about a book."""

    label = Text(max_length=20, trim_whitespace=False)
    generation = serializers.IntegerField(read_only=True)
    code = Text(required=False, max_length=5)
    message = serializers.CharField(required=False, max_length=5)
    items = Page(many=True, required=False)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["label"] == "nothing":
            raise serializers.ValidationError("A book about nothing is no book.", "empty")
        return attrs


class EventList(ListView):
    """Everything that happened."""

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = Events
    orderings = {"kind": "kind", "who": "actor"}
    default_ordering = "-kind"
    known_parameters = ("since",)


class EventView(ApiView):
    queryset = Event.objects.all()
    serializer_class = EventSerializer
    scopes = {"GET": "read:all"}

    @extend_schema(responses=EventSerializer)
    def get(self, request: Request, pk: int) -> Response:
        event = get_object_or_404(Event, pk=pk)
        return revisions.answer(request, 7, self.get_serializer(event).data)

    @extend_schema(request=Change, responses=EventSerializer)
    def put(self, request: Request, pk: int) -> Response:
        event = get_object_or_404(Event, pk=pk)
        revisions.require_match(request, 7)
        sent = Change(data=request.data)
        sent.is_valid(raise_exception=True)
        return revisions.answer(request, 8, {"id": pk, "kind": event.kind, "actor": actor(request)})


class Books(ApiView):
    serializer_class = Book

    @extend_schema(responses={201: Book})
    def post(self, request: Request) -> Response:
        book = self.get_serializer(data=request.data)
        book.is_valid(raise_exception=True)
        return Response({"generation": 1, **book.validated_data}, status=201)


class Lists(ApiView):
    serializer_class = Book
    body_types = (dict, list)

    def post(self, request: Request) -> Response:
        return Response(request.data)


FAILURES: dict[str, Exception] = {
    "fault": SourceFault("identifier", "The identifier cannot be used."),
    "fields": SourceFault("invalid_record", "Two things are wrong.", (FieldFault("a.0", "empty", "It is empty."),)),
    "conflict": SourceFault("identifier_taken", "It belongs to something else."),
    "busy": Unavailable("store", "The store does not answer."),
    "none": Http404(),
    "none_of_these": NotFound("There is no such book."),
    "forbidden": PermissionDenied(),
    "unreadable": ParseError("That is no date."),
    "often": Throttled(wait=17),
    "invalid": ValidationError(["First.", "Second."], "odd"),
    "broken": ZeroDivisionError("a secret of ours"),
}


class Failing(ApiView):
    serializer_class = Book

    def get(self, request: Request, how: str) -> Response:
        raise FAILURES[how]


api = [
    path("events", EventList.as_view()),
    path("events/<int:pk>", EventView.as_view()),
    path("books", Books.as_view()),
    path("lists", Lists.as_view()),
    path("failing/<str:how>", Failing.as_view()),
    path("", include("gcis.core.api.urls")),
]
urlpatterns = [path("api/v1/", include(api)), path("elsewhere/<str:how>", Failing.as_view())]
