"""How the OpenAPI document is made: of the API's views only, each with its scope and the errors that it may answer."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from gcis.core.api.problems import TYPES
from gcis.core.api.serializers import StrictSerializer
from gcis.core.web import PROBLEM

_PREFIX = "/api/"

_FIELD_ERROR = {
    "type": "object",
    "required": ["field", "code", "detail"],
    "properties": {
        "field": {"type": "string", "description": "Its path, such as metadata.0.label; empty for the whole."},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "A sentence for a person."},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "An error as RFC 9457 has it. `type` is stable and for machines, `detail` for a person.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
#: Status to the code of an example and what is to be said of all such answers.
_ANSWERS = {
    400: ("invalid", "The request cannot be used; `errors` lists every field at fault."),
    401: ("not_authenticated", "No token, or one that is not valid."),
    403: ("permission_denied", "The token lacks the scope."),
    404: ("not_found", "There is no such record, or not for this token."),
    503: ("store", "Something is not at hand just now; Retry-After says when to try again."),
}
_ANSWERS_TO_WRITING = {
    409: ("identifier_taken", "It conflicts with what is there already."),
    412: ("precondition_failed", "The record is not at the revision that If-Match names."),
    413: ("body_too_large", "The body is too large."),
    415: ("unsupported_media_type", "The body is not of a type that is read here."),
}
#: What no address may contain (`gcis.core.api.middleware`) and no text (`gcis.core.api.parsing`), as ECMA-262.
_IN_ADDRESSES = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
_IN_BODIES = r"^[^\u0000]*$"
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_WRITING = ("post", "put", "patch", "delete")


class ApiSchema(AutoSchema):
    """Every description ends with the scope that is needed."""

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it, not DRF
        described = super().get_description() or ""
        needed = f"Needs the scope `{self.view.scope(self.method)}`."  # type: ignore[attr-defined]  # of an ApiView
        return f"{described}\n\n{needed}".strip()


class StrictScheme(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """What `StrictSerializer` refuses, in the words of JSON Schema."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if direction == "request":
            schema["additionalProperties"] = False
            properties = schema.get("properties", {}).values()
            _describe_limits(properties, _IN_BODIES, _NOT_BLANK)
            for described in properties:
                if described.get("pattern") in (_IN_BODIES, _NOT_BLANK):
                    described.setdefault("examples", ["text"])  # Swagger UI would make some noise up from the pattern
        return schema


def only_the_api(endpoints: list[Any]) -> list[Any]:
    """drf-spectacular's PREPROCESSING_HOOK: the API, and of other DRF views those that say that they stand in it."""
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith(_PREFIX) or getattr(endpoint[3].cls, "stands_in_openapi", False)
    ]


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's POSTPROCESSING_HOOK: the errors that every operation may answer, unless it says its own."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Problem": _PROBLEM, "FieldError": _FIELD_ERROR}
    for path, operations in result["paths"].items():
        if not path.startswith(_PREFIX):
            continue
        for method, operation in operations.items():
            _describe_limits(parameter["schema"] for parameter in operation.get("parameters", []))
            answers = _ANSWERS | _ANSWERS_TO_WRITING if method in _WRITING else _ANSWERS
            for status, (code, sentence) in answers.items():
                operation["responses"].setdefault(str(status), _answer(status, code, sentence, path))
    return result


def _describe_limits(schemas: Iterable[dict[str, Any]], blank: str = _IN_ADDRESSES, filled: str = "") -> None:
    """Say what every text and number is held to; `filled` is the pattern of text that may not be blank."""
    for schema in schemas:
        if schema.get("type") == "string" and not schema.keys() & {"pattern", "format", "enum"}:
            schema["pattern"] = filled if filled and schema.get("minLength") else blank
        elif schema.get("type") == "integer":
            schema.setdefault("minimum", -(2**63))
            schema.setdefault("maximum", 2**63 - 1)


def _answer(status: int, code: str, sentence: str, path: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "A sentence for a person.",
        "instance": path,
    }
    if status == HTTPStatus.BAD_REQUEST:
        example["errors"] = [{"field": "metadata.0.label", "code": "required", "detail": "This field is required."}]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": sentence, "content": {PROBLEM: {"schema": schema, "example": example}}}
