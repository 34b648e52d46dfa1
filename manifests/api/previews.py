"""Preview links of manifests and collections: make one, list those that open something, end one."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs.api.docs import page_of
from gcis.jobs.api.fields import Moment, Text
from images.api.base import read
from manifests import previews
from manifests.api import examples
from manifests.api.base import KINDS, find
from manifests.api.docs import tags
from manifests.models import Collection, Manifest, PreviewLink, Resource
from manifests.preview_documents import link_address

_TOKEN = "gcis_8t2k0q4w9d1x_" + "3" * 43
_ADDRESS = f"https://images.example.org/preview/{_TOKEN}"


@extend_schema_serializer(component_name="PreviewLink")
class PreviewBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    note = serializers.CharField()
    actor = serializers.CharField(help_text="Who made it.")
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    last_used = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(
    component_name="PreviewLinkMade",
    examples=[
        OpenApiExample(
            "a link",
            {**examples.PREVIEW, "view": _ADDRESS, "document": f"{_ADDRESS}/manifest"},
            status_codes=["201"],
        )
    ],
)
class PreviewMade(PreviewBody):
    """The addresses are told this once: they open the preview for whoever has them."""

    view = serializers.URLField(help_text="A page with a viewer.")
    document = serializers.URLField(help_text="The IIIF document, for any viewer.")


@extend_schema_serializer(
    component_name="PreviewLinkSent",
    examples=[OpenApiExample("for a month", {"expires": "2026-12-24T12:00:00Z", "note": "For the catalogue's editor"})],
)
class PreviewSent(StrictSerializer):
    expires = Moment(required=False, help_text=f"Else in {previews.USUAL.days} days.")
    note = Text(required=False, default="", allow_blank=True, max_length=previews.LONGEST_NOTE)


class Previews(ListView):
    scopes = {"GET": "read:all"}
    model: ClassVar[type[Resource]]
    queryset = PreviewLink.objects.all()
    serializer_class = PreviewBody
    filter_backends: Any = ()

    def get(self, request: Request, pk: UUID) -> Response:
        """Those that open something, the newest first."""
        page = self.paginate_queryset(previews.links(find(request, self.model, pk=pk))) or []
        return self.get_paginated_response(PreviewBody(page, many=True).data)

    def post(self, request: Request, pk: UUID) -> Response:
        """Whoever has the link sees the record as it is at that moment, with all its pictures, published or not."""
        record = find(request, self.model, pk=pk)
        sent = read(PreviewSent, request.data)
        issued = previews.issue(record, actor=actor(request), expires=sent.get("expires"), note=sent["note"])
        address = link_address(settings.GCIS_PUBLIC_URL, issued.token)
        told = {**PreviewBody(issued.link).data, "view": address, "document": f"{address}/manifest"}
        return Response(PreviewMade(told).data, status=201)


class OnePreview(ApiView):
    serializer_class = PreviewBody

    @extend_schema(
        operation_id="revokePreview", tags=["manifests"], summary="End a preview link", responses={204: None}
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """From now on it opens nothing. Once more changes nothing."""
        if not PreviewLink.objects.filter(pk=pk).exists():
            raise Http404("There is no such preview link.")
        previews.revoke(pk, actor=actor(request))
        return Response(status=204)


_PAGE = page_of("PreviewLinkPage", PreviewBody, examples.PREVIEW)


def _described(model: type[Resource]) -> Callable[[Any], Any]:
    kind = KINDS[model]
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"list{kind.capitalize()}Previews",
            tags=tags(model),
            summary=f"The preview links of a {kind}",
            responses={200: _PAGE},
        ),
        post=extend_schema(
            operation_id=f"make{kind.capitalize()}Preview",
            tags=tags(model),
            summary=f"Make a preview link of a {kind}",
            request=PreviewSent,
            responses={201: PreviewMade},
        ),
    )


@_described(Manifest)
class ManifestPreviews(Previews):
    model = Manifest


@_described(Collection)
class CollectionPreviews(Previews):
    model = Collection
