"""What was sent about manifests and collections, read so that all faults are told at once."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework.exceptions import ValidationError

from gcis.core.errors import FieldFault, SourceFault
from gcis.jobs.api.fields import Key
from images.api.base import read
from images.api.bodies import ImageChanges, Reason
from manifests.api.examples import MANIFEST
from manifests.models import Collection, Manifest, Resource
from manifests.payload import delivery
from manifests.payload.delivery import CollectionSent, ManifestSent

ACCESS = ("access", "access_edge", "access_from")
_READERS: dict[type[Resource], Any] = {Manifest: delivery.manifest, Collection: delivery.collection}


class AccessChanges(ImageChanges):
    """Of what can be changed of pictures, what can be changed of everything."""

    rights = None  # type: ignore[assignment]
    recipe = None  # type: ignore[assignment]


@extend_schema_serializer(
    component_name="RecordMerging",
    examples=[OpenApiExample("a duplicate", {"into": MANIFEST["id"], "reason": "Catalogued twice"})],
)
class Merging(Reason):
    into = Key(help_text="The id of the one that takes over its names and its places.")


def sent(model: type[Resource], body: Any, language: str = "none") -> ManifestSent | CollectionSent:
    """What a PUT says; texts that name no language are in this one. SourceFault names everything that is wrong."""
    read_body: ManifestSent | CollectionSent = _READERS[model](body, language)
    return read_body


def changes(
    model: type[Resource], body: Any, language: str = "none"
) -> tuple[ManifestSent | CollectionSent | None, dict[str, Any]]:
    """What a PATCH says of the record itself, if anything, and of who may see it. SourceFault names all faults."""
    faults: list[FieldFault] = []
    if "identifier" in body:
        faults.append(FieldFault("identifier", "unknown", "There is no such field: a name is changed by renaming."))
    said = {name: body[name] for name in body if name not in (*ACCESS, "identifier")}
    described = _described(model, said, language, faults)
    restricted = _restricted({name: body[name] for name in body if name in ACCESS}, faults)
    if faults:
        raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
    return described, restricted


def _described(
    model: type[Resource], body: dict[str, Any], language: str, faults: list[FieldFault]
) -> ManifestSent | CollectionSent | None:
    try:
        return sent(model, body, language) if body else None
    except SourceFault as fault:
        faults += fault.fields
        return None


def _restricted(body: dict[str, Any], faults: list[FieldFault]) -> dict[str, Any]:
    try:
        return read(AccessChanges, body)
    except ValidationError as error:
        details: Any = error.get_full_details()  # by field: it has no parts
        faults += [
            FieldFault(field, each["code"], str(each["message"])) for field, found in details.items() for each in found
        ]
        return {}
