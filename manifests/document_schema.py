"""What the OpenAPI document says of the public documents: their forms, and the answers that are none."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes

from gcis.core.web import PROBLEM
from manifests.negotiation import ENCODINGS
from manifests.versions import JSON, LD, VERSIONS, Version

_ACCEPT = (
    'Such as `application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"`. '
    "Whatever it says, there is an answer: unknown profiles get the newest version."
)
_REFUSALS = {
    HTTPStatus.FORBIDDEN: "It is not public.",
    HTTPStatus.NOT_FOUND: "Nothing is or was called so.",
    HTTPStatus.NOT_ACCEPTABLE: "It has no form in this version.",
    HTTPStatus.GONE: "It was withdrawn; the tombstone says why.",
    HTTPStatus.SERVICE_UNAVAILABLE: "It is not published yet, or not at hand just now; see Retry-After.",
}
#: What lies below these words of addresses.
_NOUNS = {"annotations": "annotation page", "layers": "annotation collection", "versions": "former publication"}
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_VALIDATOR = {"schema": {"type": "string"}, "description": "Differs by version, media type and encoding."}


class DocumentSchema(AutoSchema):
    """Documents are of IIIF, which specifies them: they are objects here, under the media types of each version."""

    def get_tags(self) -> list[str]:
        return ["presentation"]

    def get_auth(self) -> list[Any]:
        return []

    def get_operation_id(self) -> str:
        """Made of the address: one view answers at several."""
        words = [word.strip("{}") for word in self.path.split("/") if word and word not in ("presentation", "{key}")]
        names = [word.capitalize() for word in words if word != "identifier"]
        return f"getPublished{''.join(names)}{'' if self._versions_at() != VERSIONS else 'Negotiated'}"

    def get_summary(self) -> str:
        *_, before, last = self.path.rstrip("/").split("/")
        noun = _NOUNS.get(before, before) if last.startswith("{") else last
        versions = self._versions_at()
        where = f" in {versions[0].label}" if len(versions) == 1 else ", in the version that is asked for"
        return f"{noun.capitalize()}{where}"

    def get_description(self) -> str:  # type: ignore[override]
        described = (self.view.__doc__ or "").strip()
        return f"{described}\n\nPublic: no token is needed. See the IIIF Presentation API."

    def get_request_serializer(self) -> None:
        return None

    def get_response_serializers(self) -> Any:
        return OpenApiTypes.OBJECT

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args)
        if operation is not None:
            header = {"in": "header", "name": "Accept", "required": False, "description": _ACCEPT}
            asked = [each for each in operation.get("parameters", []) if each["in"] == "path"]
            operation["parameters"] = [*asked, {**header, "schema": {"type": "string"}}]
            operation["responses"] = self._answers()
        return operation

    def _answers(self) -> dict[str, Any]:
        media_types = [version.media_type(kind) for version in self._versions_at() for kind in (LD, JSON)]
        encodings = ", ".join(name for name in ENCODINGS.values() if name)
        found = {
            "description": f"The document as it is published; compressed ({encodings}) for who reads that.",
            "headers": {"ETag": _VALIDATOR},
            "content": {media_type: {"schema": {"type": "object"}} for media_type in media_types},
        }
        refusals = {
            str(status.value): {"description": sentence, "content": {PROBLEM: {"schema": _PROBLEM}}}
            for status, sentence in _REFUSALS.items()
        }
        return {"200": found, "301": {"description": "Its former name: Location has the current one."}, **refusals}

    def _versions_at(self) -> tuple[Version, ...]:
        """Those that this address answers in."""
        return tuple(each for each in VERSIONS if f"/presentation/{each.number}/" in self.path) or VERSIONS
