"""An image as the API tells of it, made for whole pages at once: a fixed number of queries however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from gcis.jobs.api import addresses
from gcis.jobs.api.addresses import Address
from gcis.jobs.api.docs import ALL
from gcis.jobs.models import Job
from images.access import Access
from images.addresses import ImageAddresses
from images.api.examples import DELIVERED, IMAGE
from images.exposure import public_view
from images.facts import ImageFacts
from images.models import Image
from images.services import CONVERT
from redirects import services as names

#: What can become of what was sent (`images.deliveries.Outcome`).
OUTCOMES = ("created", "replaced", "updated", "unchanged")
#: Pixels that a thumbnail's longer edge should have at least.
THUMBNAIL = 200
#: What is told only to those who see everything: how the work on it goes, and where its file comes from.
_INTERNAL = ("url", "replacement", "error", "missing_since", "job", "master")


@extend_schema_serializer(component_name="ImageError")
class ErrorBody(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable, for machines.")
    sentence = serializers.CharField(help_text="For people.")


@extend_schema_serializer(component_name="ImageAddresses")
class AddressesBody(serializers.Serializer[Any]):
    image_3 = serializers.URLField(help_text="Base of Image API 3: its `id`.")
    image_2 = serializers.URLField(help_text="Base of Image API 2: its `@id`.")
    info_3 = serializers.URLField()
    info_2 = serializers.URLField()
    thumbnail = serializers.URLField(allow_null=True, help_text="A small picture; null until there is one.")


@extend_schema_serializer(component_name="Image", examples=[OpenApiExample("image", IMAGE, status_codes=ALL)])
class ImageBody(serializers.Serializer[Any]):
    """Without `read:all` the fields url, replacement, error, missing_since, job and master are null."""

    id = serializers.UUIDField()
    self = Address("api-image")
    source = serializers.CharField(help_text="The slug of its source.")  # type: ignore[assignment]
    external_id = serializers.CharField(help_text="What its source calls it.")
    page = serializers.IntegerField(help_text="Which page of its file, from 0; what is sent for a file is sent for 0.")
    pages = serializers.IntegerField(help_text="How many pages its file has, as far as it has been looked at.")
    identifier = serializers.CharField(
        allow_null=True, help_text="Its public name; null where another image has taken over its names."
    )
    file_name = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Where its file is fetched from.")
    state = serializers.ChoiceField(Image.State.choices)
    replacement = serializers.ChoiceField(
        [choice for choice in Image.Replacement.choices if choice[0]],
        allow_null=True,
        help_text="Beside `ready`: a newer file is on its way, or could not be used.",
    )
    error = ErrorBody(allow_null=True, help_text="Why its newest file could not be used.")
    withdrawn = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField(allow_null=True)
    missing_since = serializers.DateTimeField(allow_null=True, help_text="Since when its file cannot be found.")
    width = serializers.IntegerField(allow_null=True, help_text="In pixels; of what this caller may have of it.")
    height = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes of its file.")
    digest = serializers.CharField(allow_null=True, help_text="SHA-256 of its file, hexadecimal.")
    recipe = serializers.CharField(allow_null=True, help_text="How it is to be converted; null for the usual way.")
    rights = serializers.CharField(allow_null=True, help_text="What counts: people's word, else the source's.")
    rights_source = serializers.CharField(allow_null=True)
    rights_curated = serializers.CharField(allow_null=True)
    credit = serializers.CharField(allow_null=True, help_text="Whom to name, by people's word; in derivatives too.")
    access = serializers.ChoiceField(Access.choices, help_text="Its own word; what it is part of may be stricter.")
    access_edge = serializers.IntegerField(allow_null=True, help_text="With `limited`: the longest edge in pixels.")
    access_from = serializers.DateTimeField(allow_null=True, help_text="Closed until then.")
    public = serializers.BooleanField(help_text="Whether the public gets it now, by everything that counts.")
    generation = serializers.IntegerField(help_text="Rises when cached copies become invalid.")
    revision = serializers.IntegerField(help_text="Rises with every change; the number in the ETag.")
    created = serializers.DateTimeField()
    job = serializers.URLField(allow_null=True, help_text="Its newest conversion.")
    master = serializers.URLField(allow_null=True, help_text="How what is served was made; null until there is some.")
    iiif = AddressesBody(allow_null=True, help_text="Its public addresses; null where it has no name of its own.")


@extend_schema_serializer(
    component_name="DeliveredImage",
    examples=[OpenApiExample("delivered", DELIVERED, status_codes=ALL)],
)
class DeliveredBody(ImageBody):
    outcome = serializers.ChoiceField(
        OUTCOMES,
        help_text="What became of it: other bytes replace, other words update.",
    )


def describe(images: Sequence[Image], *, sees_all: bool) -> list[dict[str, Any]]:
    """What ImageBody tells of these images, which have their source and master with them (`base.everything`)."""
    called = names.current(image.pk for image in images)
    converted = newest_conversions(images) if sees_all else {}
    now = timezone.now()
    return [_described(image, called.get(image.pk), converted.get(image.pk), now, sees_all) for image in images]


def newest_conversion(image_id: UUID) -> UUID:
    """The job of its newest request."""
    image = Image.objects.get(pk=image_id)
    return newest_conversions([image])[image_id]


def newest_conversions(images: Sequence[Image]) -> dict[UUID, UUID]:
    """The job of the newest request of each image, where there was one."""
    wanted = {image.pk: image.wanted for image in images}
    jobs = Job.objects.filter(kind=CONVERT, subject__in=wanted, args__wanted__in=set(wanted.values()))
    rows = jobs.order_by("created").values_list("subject", "args", "pk")
    return {subject: key for subject, args, key in rows if args["wanted"] == wanted[subject]}


def _described(image: Image, name: str | None, job: UUID | None, now: datetime, sees_all: bool) -> dict[str, Any]:
    facts = _facts(image, name or "")
    public = public_view(facts, now)
    seen = facts if sees_all else public or facts
    told = {
        **{column: getattr(image, column) for column in _AS_IT_IS},
        **{column: getattr(image, column) or None for column in _NULL_WHEN_EMPTY},
        "source": image.source.slug,
        "identifier": name,
        "state": image.state,
        "error": _error(image),
        "width": seen.width or None,
        "height": seen.height or None,
        "rights": image.rights_curated or image.rights_source or None,
        "public": facts.ready and public is not None,
        "job": addresses.job(job) if job else None,
        "master": addresses.absolute("api-image-master", image.pk) if image.current_id else None,
        "iiif": _iiif(seen) if name else None,
    }
    return told if sees_all else {**told, **dict.fromkeys(_INTERNAL)}


_AS_IT_IS = (
    *(
        "id",
        "external_id",
        "page",
        "pages",
        "file_name",
        "withdrawn",
        "missing_since",
        "access",
        "access_edge",
        "access_from",
    ),
    *("generation", "revision", "created"),
)
_NULL_WHEN_EMPTY = (
    *("url", "replacement", "withdrawn_reason", "size", "digest", "recipe"),
    *("rights_source", "rights_curated", "credit"),
)


def _facts(image: Image, name: str) -> ImageFacts:
    levels = image.current.levels if image.current else []
    return ImageFacts(
        id=image.pk,
        identifier=name,
        state=image.state,
        width=image.current.width if image.current else 0,
        height=image.current.height if image.current else 0,
        levels=tuple((w, h, tile_w, tile_h) for w, h, tile_w, tile_h in levels),
        policy=image.policy,
    )


def _error(image: Image) -> dict[str, str] | None:
    """What stood in the way of the newest request; what an older one met is past."""
    if image.state != Image.State.FAILED and image.replacement != Image.Replacement.FAILED:
        return None
    return {"code": image.error_code, "sentence": image.error_text}


def _iiif(seen: ImageFacts) -> dict[str, str | None]:
    public = ImageAddresses(settings.GCIS_PUBLIC_URL)
    return {
        **{f"image_{version}": public.service(version, seen.identifier) for version in (3, 2)},
        **{f"info_{version}": public.info(version, seen.identifier) for version in (3, 2)},
        "thumbnail": public.picture(3, seen.identifier, _thumbnail(seen)) if seen.ready else None,
    }


def _thumbnail(seen: ImageFacts) -> str:
    """The smallest level that is large enough: nothing has to be scaled for it."""
    large_enough = [level for level in seen.levels if max(level[:2]) >= THUMBNAIL] or [seen.levels[0]]
    width, height = large_enough[-1][:2]
    size = "max" if (width, height) == (seen.width, seen.height) else f"{width},{height}"
    return f"full/{size}/0/default.jpg"
