"""What the OpenAPI document says of operations that there are for manifests and for collections."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view

from gcis.jobs.api.docs import ETAG, IF_MATCH
from images.api.images import KEY, REASON
from manifests.api import schema
from manifests.api.base import KINDS
from manifests.api.representation import CollectionBody, ManifestBody
from manifests.models import Collection, Manifest, Resource

_CHANGED: dict[type[Resource], tuple[Any, Any]] = {
    Manifest: (schema.ManifestChanges, ManifestBody),
    Collection: (schema.CollectionChanges, CollectionBody),
}
_SENT: dict[type[Resource], Any] = {Manifest: schema.ManifestSent, Collection: schema.CollectionSent}


def tags(model: type[Resource]) -> list[str]:
    return [f"{KINDS[model]}s"]


def one(model: type[Resource], by_key: bool) -> Callable[[Any], Any]:
    """For the view of one record, found by its id or by its source's key."""
    kind, suffix = KINDS[model], "ByKey" if by_key else ""
    sent, body = _CHANGED[model]
    name = f"{kind.capitalize()}{suffix}"
    key = KEY if by_key else []
    return extend_schema_view(
        get=extend_schema(operation_id=f"get{name}", tags=tags(model), summary=f"One {kind}", parameters=[*key, ETAG]),
        patch=extend_schema(
            operation_id=f"update{name}",
            tags=tags(model),
            summary=f"Describe a {kind}, or restrict it",
            parameters=[*key, IF_MATCH, ETAG],
            request=sent,
            responses=body,
        ),
        delete=extend_schema(
            operation_id=f"withdraw{name}",
            tags=tags(model),
            summary=f"Withdraw a {kind}",
            parameters=[*key, IF_MATCH, REASON],
            responses={204: None},
        ),
    )


def put(model: type[Resource], delivered: Any) -> Callable[[Any], Any]:
    """For the view that takes what a system sends."""
    kind = KINDS[model]
    described = extend_schema(
        operation_id=f"put{kind.capitalize()}",
        tags=tags(model),
        summary=f"Send a {kind}",
        parameters=[*KEY, IF_MATCH, ETAG],
        request=_SENT[model],
        responses={200: delivered, 201: delivered},
    )
    return extend_schema_view(put=described)
