"""Names for machines: every name that anything has or ever had, what it stands for, and how often it is asked for."""

import unicodedata
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.views import ApiView, ListView
from gcis.jobs.api.addresses import absolute
from gcis.jobs.api.docs import ETAG, page_of
from gcis.jobs.api.filters import Filters, TextFilter
from gcis.tokens.models import Token
from gcis.tokens.scopes import allows
from redirects import resources
from redirects import services as names
from redirects.models import Identifier

TAGS = ["identifiers"]
_BASE = "https://images.example.org/api/v1"
_KEY = "0b7c1c0e-6a53-4f0c-9d7e-6c8f1f1c2a34"
NAME: dict[str, Any] = {
    "value": "1905-12",
    "status": "moved",
    "reason": "New scheme",
    "actor": "admin jane",
    "since": "2026-11-20T19:00:00Z",
    "hits": 12,
    "last_used": "2026-11-21T08:00:00Z",
}
_LISTED = {
    "self": f"{_BASE}/identifiers/image/1905-12",
    "kind": "image",
    **NAME,
    "resource": {"id": _KEY, "self": f"{_BASE}/images/{_KEY}"},
    "current": "inv-1905-12",
}


@extend_schema_serializer(component_name="Name", examples=[OpenApiExample("former name", NAME)])
class NameBody(serializers.Serializer[Any]):
    """Without `read:all` reason and actor are null."""

    value = serializers.CharField()
    status = serializers.ChoiceField(Identifier.Status.choices)
    reason = serializers.CharField(allow_null=True, help_text="Why it got its status.")
    actor = serializers.CharField(allow_null=True, help_text="Who gave it its status.")
    since = serializers.DateTimeField()
    hits = serializers.IntegerField(help_text="How often it was asked for since it is a former name, at least.")
    last_used = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="NamedResource")
class ResourceBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    self = serializers.URLField()


@extend_schema_serializer(component_name="IdentifierListed", examples=[OpenApiExample("former name", _LISTED)])
class ListedBody(NameBody):
    self = serializers.URLField()
    kind = serializers.ChoiceField(Identifier.Kind.choices)
    resource = ResourceBody(help_text="What it stands for.")
    current = serializers.CharField(help_text="What that is called now, or was when it was withdrawn.")


@extend_schema_serializer(
    component_name="Identifier", examples=[OpenApiExample("former name", {**_LISTED, "history": [NAME]})]
)
class IdentifierBody(ListedBody):
    history = NameBody(many=True, help_text="Every name of the same resource: the current one first, then the latest.")


class IdentifierFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=Identifier.Kind.choices)
    value = TextFilter(method="called", help_text="The name, exactly.")
    resource = django_filters.UUIDFilter(help_text="The id of what is called so.")
    status = django_filters.ChoiceFilter(choices=Identifier.Status.choices)
    q = TextFilter(method="holding", help_text="Part of the name.")

    class Meta:
        model = Identifier
        fields: tuple[str, ...] = ()

    def called(self, queryset: QuerySet[Identifier], name: str, value: str) -> QuerySet[Identifier]:
        return queryset.filter(value=unicodedata.normalize("NFC", value))

    def holding(self, queryset: QuerySet[Identifier], name: str, value: str) -> QuerySet[Identifier]:
        return queryset.filter(value__icontains=unicodedata.normalize("NFC", value))


class Identifiers(ListView):
    queryset = Identifier.objects.all()
    serializer_class = ListedBody
    filterset_class = IdentifierFilters
    orderings = {"value": "value", "hits": "hits", "last_used": "last_used", "since": "since"}
    default_ordering = "value"

    @extend_schema(
        operation_id="listIdentifiers",
        tags=TAGS,
        summary="Names, present and former ones",
        responses=page_of("IdentifierPage", ListedBody, _LISTED),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Names of what the token may know of."""
        page = self.paginate_queryset(self.filter_queryset(_visible(request))) or []
        return self.get_paginated_response(ListedBody(_described(page, request), many=True).data)


class OneIdentifier(ApiView):
    serializer_class = IdentifierBody

    @extend_schema(
        operation_id="getIdentifier",
        tags=TAGS,
        summary="One name, and the history of what it stands for",
        parameters=[
            OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=Identifier.Kind.values),
            OpenApiParameter("value", str, OpenApiParameter.PATH, description="The name; slashes in it stay slashes."),
            ETAG,
        ],
    )
    def get(self, request: Request, kind: str, value: str) -> Response:
        """Whether it is the current one, what it stands for, and every other name of that."""
        known = names.find(kind, value)
        row = _visible(request).filter(pk=known.pk).first() if known else None
        if row is None:
            raise Http404("Nothing has or had this name.")
        (described,) = _described([row], request)
        history = [told(each, request) for each in names.history(row.resource)]
        return revisions.answer(request, 1, IdentifierBody({**described, "history": history}).data)


_FIELDS = ("value", "status", "reason", "actor", "since", "hits", "last_used")


def told(name: Identifier, request: Request) -> dict[str, Any]:
    """What NameBody says of it, to this caller."""
    fields: dict[str, Any] = {field: getattr(name, field) for field in _FIELDS}
    return fields if _sees_all(request) else {**fields, "reason": None, "actor": None}


def _sees_all(request: Request) -> bool:
    return isinstance(request.auth, Token) and allows(request.auth.scopes, "read:all")


def _visible(request: Request) -> QuerySet[Identifier]:
    """The names of what this caller may know of."""
    everything = Identifier.objects.all()
    return everything if _sees_all(request) else everything.filter(resources.public(timezone.now()))


def _described(rows: Sequence[Identifier], request: Request) -> list[dict[str, Any]]:
    """What ListedBody says of them, in a fixed number of queries however many there are."""
    keys = {row.resource for row in rows}
    called, views = names.current(keys), resources.views(keys)
    return [
        {
            **told(row, request),
            "self": absolute("api-identifier", row.kind, row.value),
            "kind": row.kind,
            "resource": _resource(row.resource, views[row.resource]),
            "current": called.get(row.resource, row.value),
        }
        for row in rows
    ]


def _resource(key: UUID, view: str) -> dict[str, Any]:
    return {"id": key, "self": absolute(view, key)}


urlpatterns = [
    path("identifiers", Identifiers.as_view(), name="api-identifiers"),
    path("identifiers/<str:kind>/<path:value>", OneIdentifier.as_view(), name="api-identifier"),
]
