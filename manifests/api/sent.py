"""Bodies that the OpenAPI document describes with a JSON Schema of their own."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

Schema = dict[str, Any]

NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]+$"


class Sent(serializers.Serializer[Any]):
    """A body, or a part of one, that the document describes with `schema`. Such classes may stand in it too."""

    schema: ClassVar[Schema]


def one_of(choices: Mapping[str, str]) -> Schema:
    """One of these texts, with what each of them means: as JSON Schema has it where an enumeration says more."""
    told = [{"const": value, "description": meaning} for value, meaning in choices.items()]
    return {"type": "string", "oneOf": told}


def line(longest: int, described: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": NO_CONTROLS, "description": described}


def nullable(schema: Any) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def obj(properties: Mapping[str, Any], **more: Any) -> Schema:
    """An object with these properties and no others."""
    return {"type": "object", "additionalProperties": False, "properties": dict(properties), **more}


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
