"""Annotations and their pages as the API tells of them, and what may be sent about them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from gcis.jobs.api.addresses import Address, absolute
from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.annotating import owner
from manifests.api import examples
from manifests.api.iiif import LanguageMapSent, address
from manifests.api.representation import OUTCOMES, LanguageMapField
from manifests.api.sent import Schema, Sent, line, nullable, obj, one_of
from manifests.build.form import Form
from manifests.build.references import parsed, reference
from manifests.models import Annotation, AnnotationPage, Manifest
from manifests.payload.annotations import pages, reading
from redirects import services as names

_KEY = "9d3c5a1e-52b7-4a6e-8c0f-3f1f7b9f4f77"
_API = "https://images.example.org/api/v1"
_TARGET = f"{examples.CANVAS['uri']}#xywh=600,400,800,300"
_BODY = {"type": "TextualBody", "value": "A chaffinch", "language": "en", "format": "text/plain"}
ANNOTATION: dict[str, Any] = {
    "id": _KEY,
    "self": f"{_API}/annotations/{_KEY}",
    "uri": f"https://images.example.org/presentation/annotation/{_KEY}",
    "page": f"{_API}/annotation-pages/{_KEY}",
    "position": 0,
    "motivation": ["commenting"],
    "body": _BODY,
    "target": _TARGET,
}
ANNOTATION_SENT = {"motivation": "commenting", "body": _BODY, "target": "f1r#xywh=600,400,800,300"}
PAGE: dict[str, Any] = {
    "id": _KEY,
    "self": f"{_API}/annotation-pages/{_KEY}",
    "uri": f"https://images.example.org/presentation/3/annotations/{_KEY}",
    "record": examples.MANIFEST["self"],
    "canvas": examples.CANVAS["id"],
    "range": None,
    "external_id": "comments/f1r",
    "by": "source",
    "place": "embedded",
    "position": 0,
    "label": {"en": ["Birds"]},
    "annotations": {"count": 1, "self": f"{_API}/annotation-pages/{_KEY}/annotations"},
    "published": True,
    "revision": 1,
}
PAGE_SENT = {"canvas": "f1r", "label": {"en": ["Birds"]}, "items": [ANNOTATION_SENT]}


# --------------------------------------------------------------------------------------------------------- what is told
@extend_schema_serializer(component_name="AnnotationsCounted")
class _Counted(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    self = serializers.URLField(help_text="Where they are listed.")


@extend_schema_serializer(component_name="AnnotationPageRecord", examples=[OpenApiExample("page", PAGE)])
class PageBody(serializers.Serializer[Any]):
    """A page of annotations, as it is now; the public gets it as it is published."""

    id = serializers.UUIDField()
    self = Address("api-annotation-page")
    uri = serializers.URLField(help_text="Its public address, or the one on another server that it keeps.")
    record = serializers.URLField(help_text="The manifest or collection that it belongs to.")
    canvas = serializers.UUIDField(allow_null=True, help_text="The page of the work that it hangs on, if it does.")
    range = serializers.UUIDField(allow_null=True, help_text="The range that it hangs on, if it does.")
    external_id = serializers.CharField(help_text="What its source calls it; empty for what people made.")
    by = serializers.ChoiceField(AnnotationPage.By.choices)
    place = serializers.ChoiceField(AnnotationPage.Place.choices)
    position = serializers.IntegerField(help_text="Its place among the pages that hang on the same.")
    label = LanguageMapField(allow_null=True)  # type: ignore[assignment]
    annotations = _Counted()
    published = serializers.BooleanField(help_text="Whether the public gets it as it is now.")
    revision = serializers.IntegerField(help_text="Rises with every change; the number in the ETag.")


@extend_schema_serializer(
    component_name="DeliveredAnnotationPage",
    examples=[OpenApiExample("delivered", {**PAGE, "outcome": "created"})],
)
class DeliveredPage(PageBody):
    outcome = serializers.ChoiceField(OUTCOMES, help_text="What became of it.")


@extend_schema_serializer(component_name="AnnotationRecord", examples=[OpenApiExample("comment", ANNOTATION)])
class AnnotationBody(serializers.Serializer[Any]):
    """An annotation; what else it says (label, textGranularity, creator, …) stands beside these."""

    id = serializers.UUIDField()
    self = Address("api-annotation")
    uri = serializers.URLField(help_text="Its permanent name.")
    page = Address("api-annotation-page", source="page_id")
    position = serializers.IntegerField()
    motivation = serializers.ListField(child=serializers.CharField())
    body = serializers.JSONField()
    target = serializers.JSONField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {**instance["extra"], **super().to_representation(instance)}


def described_pages(rows: Sequence[AnnotationPage]) -> list[dict[str, Any]]:
    """What PageBody tells of these, in a fixed number of queries."""
    counted = Annotation.objects.filter(page__in=[row.pk for row in rows]).values_list("page")
    counts = dict(counted.annotate(count=Count("pk")).order_by())
    return [_page(row, counts.get(row.pk, 0)) for row in rows]


def _page(row: AnnotationPage, count: int) -> dict[str, Any]:
    kind = "manifest" if row.manifest_id else "collection"
    named = parsed(row.subject)
    on = {named[0]: named[1]} if named else {}
    return {
        **{name: getattr(row, name) for name in ("id", "external_id", "by", "place", "position", "revision")},
        "uri": row.uri or PresentationAddresses(settings.GCIS_PUBLIC_URL).annotations(row.pk, 3),
        "record": absolute(f"api-{kind}", row.manifest_id or row.collection_id),
        "canvas": on.get("canvas"),
        "range": on.get("range"),
        "label": row.description.get("label"),
        "annotations": {"count": count, "self": absolute("api-annotations", row.pk)},
        "published": row.place == AnnotationPage.Place.FOREIGN or row.built >= row.revision,
    }


def described_annotations(page: AnnotationPage, rows: Iterable[Annotation]) -> list[dict[str, Any]]:
    """What AnnotationBody tells of these, which are all of this page."""
    form = _form(page)
    return [
        {
            "id": row.pk,
            "uri": row.uri or form.presentation.annotation(row.pk),
            "page_id": page.pk,
            "position": row.position,
            "motivation": row.motivation,
            "body": form.public(row.body),
            "target": form.public(row.target),
            "extra": form.public(row.extra),
        }
        for row in rows
    ]


def _form(page: AnnotationPage) -> Form:
    """Public addresses in the place of references."""
    record, base = owner(page), settings.GCIS_PUBLIC_URL
    identifier = names.current([record.pk]).get(record.pk, str(record.pk))
    kept = {reference(str(record._meta.model_name), record.pk): identifier}
    if isinstance(record, Manifest):
        for kind, rows in (("canvas", record.canvases), ("range", record.ranges)):
            kept |= {reference(kind, key): uri for key, uri in rows.exclude(uri="").values_list("pk", "uri")}
    return Form(PresentationAddresses(base), ImageAddresses(base), None, kept)


def subject_of(canvas: UUID) -> str:
    return reference("canvas", canvas)


# --------------------------------------------------------------------------------------------------------- what is sent
_ANY_BODY: Schema = {
    "description": "Presentation 3.0 §5.6: a TextualBody (HTML is cleaned), something on the web, a Choice, a "
    "SpecificResource, or a list of them.",
    "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}],
    "examples": [_BODY],
}
_TARGET_SENT: Schema = {
    "description": "What it is about: a page by its id, its address or its source's key, with `#xywh=…` for a part; or "
    "a SpecificResource with a FragmentSelector, SvgSelector or PointSelector. Left out: what the annotation page "
    "hangs on.",
    "anyOf": [{"type": "string"}, {"type": "object"}, {"type": "array", "items": {"type": ["string", "object"]}}],
    "examples": [ANNOTATION_SENT["target"]],
}
_MOTIVATION: Schema = {
    "description": f"One or several of {', '.join(reading.MOTIVATIONS)}, or a term of an extension.",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "minItems": 1, "items": {"type": "string"}}],
    "examples": ["commenting"],
}
_ANNOTATION: dict[str, Schema] = {
    "type": {"type": "string", "const": "Annotation"},
    "id": {
        "description": "Of one that is there, its id or address; else the address of another server that it keeps.",
        "anyOf": [{"type": "string", "format": "uuid"}, address("Of one here, or on another server.")],
    },
    "motivation": _MOTIVATION,
    "body": _ANY_BODY,
    "target": _TARGET_SENT,
    "label": nullable(LanguageMapSent),
    "textGranularity": nullable({"type": "string", "enum": list(reading.GRANULARITIES)}),
    "created": line(1000, "When it was made, as an XML Schema dateTime."),
}


@extend_schema_serializer(examples=[OpenApiExample("a comment", ANNOTATION_SENT)])
class AnnotationSent(Sent):
    """Further properties of annotations in Presentation 3.0 and the Web Annotation model may stand beside these."""

    schema = {
        "type": "object",
        "properties": _ANNOTATION,
        "required": ["motivation"],
        "examples": [ANNOTATION_SENT],
    }


@extend_schema_serializer(examples=[OpenApiExample("other words", {"body": {**_BODY, "value": "A bullfinch"}})])
class AnnotationChanges(Sent):
    """Only what is named is touched; null takes away."""

    schema = {"type": "object", "properties": {name: _ANNOTATION[name] for name in _ANNOTATION if name != "id"}}


_PAGE: dict[str, Any] = {
    "type": {"type": "string", "const": "AnnotationPage"},
    "canvas": line(4000, "The page of the work that it hangs on: its id, its address or its source's key."),
    "range": line(4000, "The range that it hangs on. With neither it hangs on the work itself."),
    "place": one_of(
        {
            "embedded": "Within the document of the work.",
            "referenced": "A document of its own, as is better for large ones.",
            "foreign": "On another server, at `uri`.",
        }
    ),
    "position": {"type": "integer", "minimum": 0, "maximum": pages.LARGEST_POSITION},
    "uri": {"type": "string", "format": "uri", "maxLength": 2000, "description": "Of a foreign page, where it is."},
    "label": nullable(LanguageMapSent),
    "items": {
        "type": "array",
        "maxItems": reading.MOST_ANNOTATIONS,
        "items": AnnotationSent,
        "description": "All annotations, in their order. What says the same as one that is there keeps its name.",
    },
}


@extend_schema_serializer(examples=[OpenApiExample("a comment", PAGE_SENT)])
class AnnotationPageSent(Sent):
    schema = obj(_PAGE, description="What is not named stays as it is.")


_OF = {"manifest": line(1000, "The source's key of the manifest that it belongs to; needed for a new page.")}


@extend_schema_serializer(examples=[OpenApiExample("a comment", {"manifest": "objects/ms-12", **PAGE_SENT})])
class AnnotationPageDelivered(Sent):
    schema = obj({**_OF, **_PAGE}, description="What is not named stays as it is.")
