"""Manifests for machines: find, send, describe, restrict, withdraw."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers

from gcis.jobs.api.docs import page_of
from manifests.api import docs, examples
from manifests.api.base import ManifestView
from manifests.api.filters import ManifestFilters
from manifests.api.records import OneRecord, RecordByKey, RecordList
from manifests.api.representation import OUTCOMES, ManifestBody, ManifestListed
from manifests.models import Manifest


@extend_schema_serializer(
    component_name="DeliveredManifest",
    examples=[OpenApiExample("delivered", {**examples.MANIFEST, "outcome": "created"})],
)
class DeliveredBody(ManifestBody):
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What became of it.")


@extend_schema_view(
    get=extend_schema(
        operation_id="listManifests",
        tags=docs.tags(Manifest),
        summary="Manifests, the newest first",
        responses=page_of("ManifestPage", ManifestListed, examples.MANIFEST_LISTED),
    )
)
class Manifests(RecordList):
    queryset: Any = Manifest.objects.all()
    serializer_class = ManifestListed
    filterset_class = ManifestFilters


@docs.one(Manifest, by_key=False)
class ManifestById(ManifestView, OneRecord):
    pass


@docs.put(Manifest, DeliveredBody)
@docs.one(Manifest, by_key=True)
class ManifestByKey(ManifestView, RecordByKey):
    delivered = DeliveredBody
