"""What may be sent about manifests and collections, for the OpenAPI document; `manifests.payload` is what reads it."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from gcis.core.ids import LONGEST_IDENTIFIER
from images.access import Access
from manifests.api import iiif
from manifests.api.examples import COLLECTION_SENT, MANIFEST_SENT
from manifests.api.sent import Schema, Sent, line, nullable, obj, one_of
from manifests.models import Published
from manifests.payload import delivery

_EXTERNAL_ID = iiif.PICTURE["external_id"]
_SIZE: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


_PAINTED = {
    "image": {
        "description": "The picture by its external id. What nobody has sent yet is fetched if there is an "
        "address, else expected. Or any picture, by its id.",
        "anyOf": [
            _EXTERNAL_ID,
            obj(iiif.PICTURE, required=["external_id"]),
            obj({"id": {"type": "string", "format": "uuid"}}, required=["id"]),
        ],
    },
    "images": iiif.listed(
        iiif.PaintingSent,
        "In the place of `image`: several things on the page, what comes later above.",
        delivery.painted.MOST_PAINTINGS,
    ),
    "width": {**_SIZE, "description": "In pixels. Left out, it is that of the first picture."},
    "height": _SIZE,
}
_ID = {"id": line(1000, "What the source calls the page. Without it the page is known by its picture.")}
_PLACE: Schema = {
    "place": {
        "type": "integer",
        "minimum": 0,
        "maximum": delivery.MOST_PAGES,
        "description": "From 0; else at the end.",
    }
}
_TOGETHER: Schema = {
    "dependentRequired": {"width": ["height"], "height": ["width"]},
    "not": {"required": ["image", "images"]},
}
_NAMED = {"anyOf": [{"required": ["id"]}, {"required": ["image"]}, {"required": ["images"]}]}


class CanvasSent(Sent):
    schema = obj(_ID | _PAINTED | iiif.CANVAS, **_NAMED, **_TOGETHER)


@extend_schema_serializer(
    examples=[OpenApiExample("a leaf between", {"id": "f2r", "label": "2r", "place": 1, "width": 4000, "height": 6000})]
)
class CanvasAdded(Sent):
    schema = obj(_ID | _PLACE | _PAINTED | iiif.CANVAS, **_NAMED, **_TOGETHER)


@extend_schema_serializer(examples=[OpenApiExample("another label", {"label": {"none": ["folio 1r"]}})])
class CanvasChanges(Sent):
    schema = obj(_PAINTED | iiif.CANVAS, **_TOGETHER, description="Only what is named is touched; null takes away.")


class MemberSent(Sent):
    schema = obj({"manifest": _EXTERNAL_ID, "collection": _EXTERNAL_ID}, minProperties=1, maxProperties=1)


_PUBLISH: dict[str, Schema] = {"publish_when": one_of(dict(Published.PublishWhen.choices))}
_NAME: dict[str, Schema] = {
    "identifier": line(LONGEST_IDENTIFIER, "Its public name. One that it has or had changes nothing.")
}
_ACCESS: dict[str, Schema] = {
    "access": {**nullable(one_of(dict(Access.choices))), "description": "Its own word; null is `inherit`."},
    "access_edge": {
        **nullable({"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
        "description": "The longest edge in pixels, for `limited`. It goes when another access is named.",
    },
    "access_from": {
        **nullable({"type": "string", "format": "date-time"}),
        "description": "Closed until then, whatever else is said.",
    },
}
_CANVASES: dict[str, Schema] = {
    "canvases": {
        "type": "array",
        "maxItems": delivery.MOST_PAGES,
        "items": CanvasSent,
        "description": "All pages, in their order. A page that is left out leaves the document, and can come back.",
    }
}
_MEMBERS: dict[str, Schema] = {
    "members": {
        "type": "array",
        "maxItems": delivery.MOST_MEMBERS,
        "items": MemberSent,
        "description": "All members, in their order. What nobody has sent yet is expected.",
    }
}
CHANGES = [
    OpenApiExample("another title", {"label": {"en": ["Book of hours of Paris"]}, "summary": None}),
    OpenApiExample("open from a day on", {"access_from": "2027-01-01T00:00:00Z"}),
]
_SENT = "What is not named stays as it is; null takes away."
_CHANGED = "Only what is named is touched; null takes away."


@extend_schema_serializer(examples=[OpenApiExample("a book", MANIFEST_SENT)])
class ManifestSent(Sent):
    schema = obj(_NAME | _PUBLISH | iiif.MANIFEST | _CANVASES, description=_SENT)


@extend_schema_serializer(examples=CHANGES)
class ManifestChanges(Sent):
    schema = obj(_PUBLISH | iiif.MANIFEST | _CANVASES | _ACCESS, description=_CHANGED)


@extend_schema_serializer(examples=[OpenApiExample("a shelf", COLLECTION_SENT)])
class CollectionSent(Sent):
    schema = obj(_NAME | _PUBLISH | iiif.COLLECTION | _MEMBERS, description=_SENT)


@extend_schema_serializer(examples=CHANGES)
class CollectionChanges(Sent):
    schema = obj(_PUBLISH | iiif.COLLECTION | _MEMBERS | _ACCESS, description=_CHANGED)
