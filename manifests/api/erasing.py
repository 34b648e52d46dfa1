"""Destroying what is kept of something that was withdrawn."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from drf_spectacular.utils import extend_schema_serializer as component
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ApiView, actor
from gcis.tokens.scopes import allows
from images.api.base import read
from images.api.bodies import NeededReason
from manifests import erasing
from manifests.api import examples
from manifests.api.base import KINDS, find
from manifests.api.docs import tags
from manifests.models import Collection, Manifest, Resource

#: Nothing can be got back, so it takes everything that a machine may do.
SCOPES = ("write", "purge")


@component(component_name="ErasedPicture")
class PictureBody(serializers.Serializer[Any]):
    image = serializers.UUIDField()
    identifier = serializers.CharField()
    file_name = serializers.CharField()
    masters = serializers.IntegerField(help_text="How many access masters.")
    bytes = serializers.IntegerField(help_text="Of the access masters, and of the source where we keep it.")
    left = serializers.CharField(help_text="What of it is left, and why; empty where nothing is.")


@component(component_name="LeftPicture")
class ShownBody(serializers.Serializer[Any]):
    image = serializers.UUIDField()
    works = serializers.ListField(child=serializers.CharField(), help_text="The names of the works that show it.")


@component(component_name="Erasing", examples=[OpenApiExample("erased", examples.ERASED)])
class ErasingBody(serializers.Serializer[Any]):
    publications = serializers.IntegerField()
    bytes = serializers.IntegerField(help_text="Of sources and access masters.")
    pictures = PictureBody(many=True)
    shown = ShownBody(many=True, help_text="Pictures that are left, since other works show them.")


class Erase(ApiView):
    scopes = {"GET": "read:all"}
    model: ClassVar[type[Resource]]
    serializer_class = ErasingBody

    def get(self, request: Request, pk: UUID) -> Response:
        """What erasing it would destroy, and what it would leave."""
        return self._answer(erasing.inventory(find(request, self.model, pk=pk)))

    def post(self, request: Request, pk: UUID) -> Response:
        """Destroy its publications, and the sources, access masters and derivatives of its pictures.

        Its addresses go on saying that it is gone. There is no way back. It must have been withdrawn (409), and the
        token needs the scopes `write` and `purge`.
        """
        for scope in SCOPES:
            if not allows(request.auth.scopes, scope):  # type: ignore[union-attr]  # a token, by Scoped
                raise PermissionDenied(f"This needs a token with the scopes {' and '.join(SCOPES)}.")
        record = find(request, self.model, pk=pk)
        reason = read(NeededReason, request.data)["reason"]
        return self._answer(erasing.erase(record, actor=actor(request), reason=reason))

    def _answer(self, there: erasing.Inventory) -> Response:
        return Response(ErasingBody(there.as_json()).data)


def _described(model: type[Resource]) -> Callable[[Any], Any]:
    kind = KINDS[model]
    name = kind.capitalize()
    foretell = f"What erasing a {kind} would destroy"
    return extend_schema_view(
        get=extend_schema(operation_id=f"get{name}Erasing", tags=tags(model), summary=foretell),
        post=extend_schema(
            operation_id=f"erase{name}", tags=tags(model), summary=f"Erase a withdrawn {kind}", request=NeededReason
        ),
    )


@_described(Manifest)
class EraseManifest(Erase):
    model = Manifest


@_described(Collection)
class EraseCollection(Erase):
    model = Collection
