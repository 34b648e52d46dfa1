"""The access master of an image: what it is, by which recipe, and how it came about."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ApiView
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.docs import ALL
from images import reconversion
from images.api.examples import MASTER
from images.api.images import TAGS
from images.models import AccessMaster


@extend_schema_serializer(component_name="ImageMaster", examples=[OpenApiExample("master", MASTER, status_codes=ALL)])
class MasterBody(serializers.Serializer[Any]):
    image = Address("api-image", source="image_id")
    digest = serializers.CharField(help_text="SHA-256 of the master, hexadecimal.")
    size = serializers.IntegerField(help_text="Its bytes.")
    width = serializers.IntegerField(help_text="In pixels.")
    height = serializers.IntegerField()
    recipe = serializers.CharField(help_text="The recipe that made it.")
    recipe_version = serializers.IntegerField()
    old = serializers.SerializerMethodField(help_text="Whether that recipe has a newer version, or is gone.")
    source_digest = serializers.CharField(help_text="SHA-256 of the file that it was made of.")
    created = serializers.DateTimeField()
    provenance = serializers.DictField(
        help_text="Why that recipe; what was found, assumed, done; metadata kept, dropped, corrected; warnings; "
        "versions of the tools; seconds per stage."
    )
    embedded = serializers.DictField(source="image.embedded", help_text="EXIF, IPTC and XMP of the file, by name.")

    def get_old(self, master: AccessMaster) -> bool:
        return reconversion.is_old(master.recipe, master.recipe_version)


class ImageMaster(ApiView):
    scopes = {"GET": "read:all"}
    serializer_class = MasterBody

    @extend_schema(operation_id="getImageMaster", tags=TAGS, summary="How an image was made")
    def get(self, request: Request, pk: UUID) -> Response:
        """Of what is served now: 404 until there is something."""
        masters = AccessMaster.objects.filter(current_of=pk).select_related("image").defer("tile_index")
        master = masters.first()
        if master is None:
            raise Http404("There is no such image, or nothing was made of it yet.")
        return Response(MasterBody(master).data)
