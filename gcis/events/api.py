"""What happened, for machines: the feed of numbered events, and what the timelines of records are made of."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView
from gcis.events import timeline
from gcis.events.models import Event

MOST = 1000
USUAL = 100
#: The highest number that databases count to.
_LAST = 2**63 - 1

EXAMPLE = {
    "number": 1041,
    "kind": "image.ready",
    "subject": "0b7c1c0e-6a53-4f0c-9d7e-6c8f1f1c2a34",
    "actor": "conversion",
    "at": "2026-11-20T19:00:00.125000Z",
    "data": {"master": "9f86d081884c7d65", "replaced": False},
    "sentence": "Converted: the picture serves now",
}
_FEED = {"results": [EXAMPLE], "next": "https://images.example.org/api/v1/events?after=1041"}


@extend_schema_serializer(component_name="Event", examples=[OpenApiExample("event", EXAMPLE)])
class EventBody(serializers.Serializer[Any]):
    """One thing that happened. The number is given within a second; until then it is null."""

    number = serializers.IntegerField(allow_null=True, help_text="Gapless and in order; the feed's cursor.")
    kind = serializers.CharField()
    subject = serializers.UUIDField(allow_null=True, help_text="The id of what it happened to.")
    actor = serializers.CharField(help_text="Who did it, such as `token emuseum`.")
    at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF's own property of that name is not used here
    sentence = serializers.SerializerMethodField(help_text="What happened, for people.")

    def get_sentence(self, event: Event) -> str:
        return timeline.sentence(event)


@extend_schema_serializer(component_name="EventFeed", examples=[OpenApiExample("feed", _FEED)])
class FeedBody(serializers.Serializer[Any]):
    results = EventBody(many=True)
    next = serializers.URLField(allow_null=True, help_text="Where what follows these is to be had, now or later.")


class _Number(serializers.IntegerField):
    """In plain digits: `int()` would take other scripts' digits and underscores too."""

    def to_internal_value(self, data: Any) -> int:
        if not (str(data).isascii() and str(data).isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)


class FeedQuery(StrictSerializer):
    after = _Number(default=0, min_value=0, max_value=_LAST, help_text="The number of the last event that is known.")
    kind = serializers.RegexField(r"^[a-z0-9_.]+$", required=False, max_length=60, help_text="Such as `image.ready`.")
    subject = serializers.UUIDField(required=False, help_text="Events of one record only.")
    limit = _Number(
        default=USUAL, min_value=1, max_value=_LAST, help_text=f"At most {MOST}; more is answered with as many."
    )


class Feed(ApiView):
    scopes = {"GET": "read:all"}
    known_parameters = ("after", "kind", "subject", "limit")
    serializer_class = FeedBody

    @extend_schema(
        operation_id="listEvents",
        tags=["events"],
        summary="What happened, in order",
        parameters=[FeedQuery],
        responses=FeedBody,
    )
    def get(self, request: Request) -> Response:
        """Numbered events in the order of their numbers. Keep the last `next` that was not null and ask there again."""
        query = FeedQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = dict(query.validated_data)
        after, limit = wanted.pop("after"), min(wanted.pop("limit"), MOST)
        events = list(Event.objects.filter(number__gt=after, **wanted).order_by("number")[:limit])
        following = _address(request, events[-1].number) if events else None
        body = {"results": EventBody(events, many=True).data, "next": following}
        return Response(body, headers={"Link": f'<{following}>; rel="next"'} if following else {})


class Timeline(ListView):
    """What happened to one record, oldest first: base for the views of records."""

    scopes = {"GET": "read:all"}
    serializer_class = EventBody
    queryset = Event.objects.all()

    def subject(self) -> UUID:
        """Whose timeline it is. NotFound when there is no such record."""
        raise NotImplementedError

    def filter_queryset(self, queryset: Any) -> Any:
        return queryset.filter(subject=self.subject()).order_by("pk")


def _address(request: Request, after: int | None) -> str:
    query = {**request.query_params.dict(), "after": after}
    return f"{settings.GCIS_PUBLIC_URL}{reverse('api-events')}?{urlencode(query)}"


urlpatterns = [path("events", Feed.as_view(), name="api-events")]
