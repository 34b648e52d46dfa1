"""IIIF documents that are brought in: manifests, collections, annotation pages of others, or our own exports."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, actor
from gcis.core.ids import LONGEST_IDENTIFIER
from gcis.jobs.api.fields import Flag, Text
from images.api.base import read, sees_all
from manifests import importing
from manifests.api import examples
from manifests.api.base import BODIES, everything
from manifests.api.representation import OUTCOMES, CollectionBody, LanguageMapField, ManifestBody, detailed
from manifests.importing import Outcome
from manifests.importing.service import IMPORTS, MODES

_KINDS = ("manifest", "collection", "annotation page")
_URL = "https://library.example.org/iiif/book/manifest.json"
_LOST = "items.3.thumbnail: It is left out. It must be a list of at most 100 pictures."


@extend_schema_field({"type": "object", "additionalProperties": {}})
class DocumentField(serializers.Field[Any, Any, Any, Any]):
    """A JSON object, taken as it is."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("It must be a JSON object.", "invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_serializer(
    component_name="ImportSent",
    examples=[
        OpenApiExample("from the web", {"url": _URL, "ids": "keep", "dry_run": True}),
        OpenApiExample("under our own names", {"url": _URL, "ids": "mint", "identifier": "book"}),
    ],
)
class ImportSent(StrictSerializer):
    """Either `url` or `document`."""

    url = Text(required=False, max_length=4000, help_text="Where the document is published; read as pictures are.")
    document = DocumentField(required=False, help_text="The document itself, in Presentation 3.0, 2.1 or 2.0.")
    ids = serializers.ChoiceField(
        [(mode, mode) for mode in MODES],
        default="keep",
        help_text="Whether canvases, ranges and annotations keep their URIs, or get ours.",
    )
    identifier = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_IDENTIFIER,
        help_text="What it is to be called.",
    )
    source = Text(  # type: ignore[assignment]  # DRF has an attribute of this name, and fields take its place
        required=False, default=IMPORTS, max_length=60, help_text="The slug of the system that its key belongs to."
    )
    dry_run = Flag(required=False, default=False, help_text="Only say what would become of it.")

    def validate(self, attrs: Any) -> Any:
        if ("url" in attrs) == ("document" in attrs):
            raise serializers.ValidationError({"url": "Send either a url or a document."}, "either")
        return attrs


@extend_schema_serializer(
    component_name="Imported",
    examples=[
        OpenApiExample(
            "imported",
            {
                "outcome": "created",
                "dry_run": False,
                "kind": "manifest",
                "identifier": examples.MANIFEST["identifier"],
                "label": examples.MANIFEST["label"],
                "holds": {"canvases": 12, "ranges": 3},
                "losses": [_LOST],
                "record": examples.MANIFEST,
            },
            status_codes=["200", "201"],
        )
    ],
)
class ImportedBody(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What became of it, or would.")
    dry_run = serializers.BooleanField()
    kind = serializers.ChoiceField([(kind, kind) for kind in _KINDS])
    identifier = serializers.CharField(help_text="What the record is called.")
    label = LanguageMapField()  # type: ignore[assignment]
    holds = serializers.DictField(child=serializers.IntegerField(), help_text="How many things of each kind it holds.")
    losses = serializers.ListField(
        child=serializers.CharField(), help_text="What cannot be kept; each begins with its place in the document."
    )
    record = serializers.SerializerMethodField(
        help_text="The manifest or collection; of an annotation page the one that it is about. Not in a dry run."
    )

    @extend_schema_field(
        PolymorphicProxySerializer(
            component_name="ImportedRecord", serializers=[ManifestBody, CollectionBody], resource_type_field_name=None
        )
    )
    def get_record(self, told: dict[str, Any]) -> Any:
        return told["record"]

    def to_representation(self, instance: Any) -> Any:
        told = super().to_representation(instance)
        return {name: value for name, value in told.items() if name != "record" or value is not None}


class Imports(ApiView):
    serializer_class = ImportedBody

    @extend_schema(
        operation_id="importManifest",
        tags=["manifests"],
        summary="Import a IIIF document",
        request=ImportSent,
        responses={200: ImportedBody, 201: ImportedBody},
    )
    def post(self, request: Request) -> Response:
        """A manifest or collection becomes records, an annotation page comes to what it is about, if that is here.

        It is known by its id: imported again, it brings its record up to date; what people have said stays. `losses`
        says what cannot be kept. Documents that are larger than a body may be are read from a `url`.
        """
        wanted = read(ImportSent, request.data)
        document = importing.from_url(wanted["url"]) if "url" in wanted else wanted["document"]
        how = importing.Request(wanted["ids"], wanted["identifier"], wanted["source"])
        bring = importing.forecast if wanted["dry_run"] else importing.bring
        outcome = bring(document, how, actor=actor(request))
        body = ImportedBody(_told(request, outcome, dry_run=wanted["dry_run"]))
        return Response(body.data, 201 if outcome.what == "created" and not wanted["dry_run"] else 200)


def _told(request: Request, outcome: Outcome, *, dry_run: bool) -> dict[str, Any]:
    return {
        "outcome": outcome.what,
        "dry_run": dry_run,
        "kind": outcome.kind,
        "identifier": outcome.identifier,
        "label": outcome.label,
        "holds": outcome.counts,
        "losses": outcome.losses,
        "record": None if dry_run else _record(request, outcome),
    }


def _record(request: Request, outcome: Outcome) -> Any:
    model = type(outcome.record)
    row = everything(model).get(pk=outcome.record.pk)
    return BODIES[model](detailed(row, sees_all=sees_all(request))).data
