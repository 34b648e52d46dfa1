"""Collections for machines: find, send, describe, restrict, withdraw; and what is in them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ListView
from gcis.jobs.api.addresses import absolute
from gcis.jobs.api.docs import page_of
from images.api.base import sees_all
from manifests.api import docs, examples
from manifests.api.base import KINDS, CollectionView, find
from manifests.api.filters import CollectionFilters
from manifests.api.records import OneRecord, RecordByKey, RecordList
from manifests.api.representation import OUTCOMES, CollectionBody, CollectionListed, LanguageMapField
from manifests.description import effective
from manifests.exposure import public
from manifests.models import Collection, Manifest, Member
from redirects import services as names


@extend_schema_serializer(
    component_name="DeliveredCollection",
    examples=[OpenApiExample("delivered", {**examples.COLLECTION, "outcome": "created"})],
)
class DeliveredBody(CollectionBody):
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What became of it.")


@extend_schema_serializer(component_name="Member", examples=[OpenApiExample("member", examples.MEMBER)])
class MemberBody(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(list(KINDS.values()))
    id = serializers.UUIDField()
    self = serializers.URLField()
    source = serializers.CharField(allow_null=True, help_text="The slug of its source.")  # type: ignore[assignment]
    external_id = serializers.CharField(help_text="What its source calls it.")
    identifier = serializers.CharField(allow_null=True, help_text="Its public name.")
    place = serializers.IntegerField(help_text="Its place in the collection, from 0.")
    label = LanguageMapField()  # type: ignore[assignment]


@extend_schema_view(
    get=extend_schema(
        operation_id="listCollections",
        tags=docs.tags(Collection),
        summary="Collections, the newest first",
        responses=page_of("CollectionPage", CollectionListed, examples.COLLECTION_LISTED),
    )
)
class Collections(RecordList):
    queryset: Any = Collection.objects.all()
    serializer_class = CollectionListed
    filterset_class = CollectionFilters


@docs.one(Collection, by_key=False)
class CollectionById(CollectionView, OneRecord):
    pass


@docs.put(Collection, DeliveredBody)
@docs.one(Collection, by_key=True)
class CollectionByKey(CollectionView, RecordByKey):
    delivered = DeliveredBody


class Members(ListView):
    queryset: Any = Member.objects.all()
    serializer_class = MemberBody
    filter_backends: Any = ()

    @extend_schema(
        operation_id="listCollectionMembers",
        tags=docs.tags(Collection),
        summary="What is in a collection, in its order",
        responses=page_of("MemberPage", MemberBody, examples.MEMBER),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Manifests and collections; without `read:all` those that are published, as they are published."""
        collection = find(request, Collection, pk=pk)
        page = self.paginate_queryset(_members(request, collection)) or []
        return self.get_paginated_response(MemberBody(_described(page, sees_all(request)), many=True).data)


def _members(request: Request, collection: Collection) -> QuerySet[Member]:
    """Those that are here and that this caller may know of; those of other servers stand in the document only."""
    related = [f"{side}__{name}" for side in ("manifest", "child") for name in ("source", "publication")]
    members = (
        Member.objects.filter(collection=collection, foreign__isnull=True)
        .select_related(*related)
        .order_by("place", "pk")
    )
    if sees_all(request):
        return members
    now = timezone.now()
    return members.filter(public(now, "manifest__") | public(now, "child__"))


def _described(members: Sequence[Any], sees_all: bool) -> list[dict[str, Any]]:
    """What MemberBody tells of them, in a fixed number of queries however many there are."""
    called = names.current(member.manifest_id or member.child_id for member in members)
    return [_member(member, member.manifest or member.child, called, sees_all) for member in members]


def _member(member: Member, record: Any, called: dict[UUID, str], sees_all: bool) -> dict[str, Any]:
    kind = KINDS[Manifest if member.manifest_id else Collection]
    return {
        "kind": kind,
        "id": record.pk,
        "self": absolute(f"api-{kind}", record.pk),
        "source": record.source.slug if record.source else None,
        "external_id": record.external_id,
        "identifier": called.get(record.pk),
        "place": member.place,
        "label": effective(record)["label"] if sees_all else record.publication.summary["label"],
    }
