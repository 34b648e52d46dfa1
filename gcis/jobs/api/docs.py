"""Parts of the OpenAPI document that several operations share."""

from typing import Any, Literal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

HEADER: Literal["header"] = "header"
#: Answers that hold a record.
ALL = (200, 201, 202)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    HEADER,
    description="The ETag of the record as it was read: nothing is done, and 412 answered, if it has changed since.",
)


def answered(name: str, described: str, *statuses: int) -> OpenApiParameter:
    """A header of answers with these statuses."""
    return OpenApiParameter(name, OpenApiTypes.STR, HEADER, description=described, response=list(statuses))


def page_of(name: str, body: type[serializers.Serializer[Any]], example: dict[str, Any]) -> Any:
    """The component of that name: a page of such records, with an example of one.

    drf-spectacular would make it by itself, but not with an example: it makes those for OpenAPI 3.0 only.
    """
    fields = {
        "count": serializers.IntegerField(help_text="How many there are on all pages."),
        "next": serializers.URLField(allow_null=True, help_text="Null at the end."),
        "previous": serializers.URLField(allow_null=True, help_text="Null at the end."),
        "results": body(many=True),
    }
    page = {"count": 1, "next": None, "previous": None, "results": [example]}
    described = extend_schema_serializer(many=False, component_name=name, examples=[OpenApiExample("page", page)])
    return described(type(name, (serializers.Serializer,), fields))


ETAG = answered("ETag", "The state of the record, for If-Match and If-None-Match.", *ALL)
#: What comes with work that was queued.
QUEUED = [
    answered("Location", "The job.", 202),
    answered("Retry-After", "Seconds after which to ask for it.", 202),
]
