"""What may be sent about manifests and collections, for the OpenAPI document; `manifests.payload` is what reads it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from gcis.core.ids import LONGEST_IDENTIFIER
from images.access import Access
from manifests.api.examples import COLLECTION_SENT, MANIFEST_SENT
from manifests.models import Published
from manifests.payload import delivery, description

Schema = dict[str, Any]

_NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]+$"
_WITH_TEXT = r"^[^\u0000]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000]*$"
_RIGHTS = (
    r"^https?://(creativecommons\.org/(licenses|publicdomain)/[a-z][a-z+-]*/[0-9]\.[0-9]"
    r"|rightsstatements\.org/vocab/(InC(-OW-EU|-EDU|-NC|-RUU)?|NoC-(CR|NC|OKLR|US)|CNE|UND|NKC)/1\.0)/?$"
)


def one_of(choices: Mapping[str, str]) -> Schema:
    """One of these texts, with what each of them means: as JSON Schema has it where an enumeration says more."""
    told = [{"const": value, "description": meaning} for value, meaning in choices.items()]
    return {"type": "string", "oneOf": told}


def _line(longest: int, described: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": _NO_CONTROLS, "description": described}


def _nullable(schema: Any) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


class Sent(serializers.Serializer[Any]):
    """A body, or a part of one, that the document describes with `schema`. Such classes may stand in it too."""

    schema: ClassVar[Schema]


def _object(properties: Mapping[str, Any], **more: Any) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


_TEXT: Schema = {"type": "string", "maxLength": description.LONGEST_TEXT, "pattern": _WITH_TEXT}
_TEXTS: Schema = {"type": "array", "minItems": 1, "items": _TEXT}


class LanguageMapSent(Sent):
    schema = {
        "description": 'A text, or texts by language such as `{"en": ["Book"]}`; without language under `none`.',
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": "^[A-Za-z]+(-[A-Za-z]+)*$"},
                "additionalProperties": {"anyOf": [_TEXT, _TEXTS]},
            },
        ],
    }


class PairSent(Sent):
    schema = _object({"label": LanguageMapSent, "value": LanguageMapSent}, required=["label", "value"])


_DESCRIPTION: dict[str, Any] = {
    "label": LanguageMapSent,
    "summary": LanguageMapSent,
    "metadata": {"type": "array", "maxItems": description.MOST_PAIRS, "items": PairSent},
    "requiredStatement": PairSent,
    "rights": {
        "type": "string",
        "pattern": _RIGHTS,
        "description": "An address of Creative Commons or RightsStatements.org.",
        "examples": ["http://creativecommons.org/publicdomain/mark/1.0/"],
    },
    "navDate": {"type": "string", "format": "date-time"},
    "viewingDirection": {"type": "string", "enum": list(description.DIRECTIONS)},
    "behavior": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(description.BEHAVIORS)}},
}
_WORDS = {name: _nullable(schema) for name, schema in _DESCRIPTION.items()}
_EXTERNAL_ID = _line(delivery.LONGEST["external_id"], "What the source calls it.")
_URL = _line(delivery.LONGEST["url"], "Where to fetch it: http or https.")


class CanvasSent(Sent):
    schema = _object(
        {
            "id": _line(1000, "What the source calls the page. Without it the page is known by its picture."),
            "image": {
                "description": "The picture by its external id. What nobody has sent yet is fetched if there is an "
                "address, else expected.",
                "anyOf": [
                    _EXTERNAL_ID,
                    _object({"external_id": _EXTERNAL_ID, "url": _URL}, required=["external_id"]),
                ],
            },
            **{name: _WORDS[name] for name in delivery.CANVAS_FIELDS if name in _WORDS},
        },
        anyOf=[{"required": ["id"]}, {"required": ["image"]}],
    )


class MemberSent(Sent):
    schema = _object({"manifest": _EXTERNAL_ID, "collection": _EXTERNAL_ID}, minProperties=1, maxProperties=1)


_PUBLISH: dict[str, Schema] = {"publish_when": one_of(dict(Published.PublishWhen.choices))}
_NAME: dict[str, Schema] = {
    "identifier": _line(LONGEST_IDENTIFIER, "Its public name. One that it has or had changes nothing.")
}
_ACCESS: dict[str, Schema] = {
    "access": {**_nullable(one_of(dict(Access.choices))), "description": "Its own word; null is `inherit`."},
    "access_edge": {
        **_nullable({"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
        "description": "The longest edge in pixels, for `limited`. It goes when another access is named.",
    },
    "access_from": {
        **_nullable({"type": "string", "format": "date-time"}),
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
    schema = _object(_NAME | _PUBLISH | _WORDS | _CANVASES, description=_SENT)


@extend_schema_serializer(examples=CHANGES)
class ManifestChanges(Sent):
    schema = _object(_PUBLISH | _WORDS | _CANVASES | _ACCESS, description=_CHANGED)


@extend_schema_serializer(examples=[OpenApiExample("a shelf", COLLECTION_SENT)])
class CollectionSent(Sent):
    schema = _object(_NAME | _PUBLISH | _WORDS | _MEMBERS, description=_SENT)


@extend_schema_serializer(examples=CHANGES)
class CollectionChanges(Sent):
    schema = _object(_PUBLISH | _WORDS | _MEMBERS | _ACCESS, description=_CHANGED)


class SentScheme(OpenApiSerializerExtension):
    target_class = Sent
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> Schema:
        schema: Schema = _resolved(self.target.schema, lambda part: auto_schema.resolve_serializer(part, direction).ref)
        return schema


def _resolved(value: Any, reference: Callable[[type[Sent]], Schema]) -> Any:
    """The schema with references to components in place of classes."""
    if isinstance(value, dict):
        return {name: _resolved(inner, reference) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, reference) for inner in value]
    return reference(value) if isinstance(value, type) else value
