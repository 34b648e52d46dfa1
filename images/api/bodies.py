"""What may be sent about images, checked field by field so that all faults are told at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from gcis.core.api.serializers import StrictSerializer
from gcis.core.errors import SourceFault
from gcis.core.fetch_rules import LONGEST_URL, check_url, rules_from_settings
from gcis.core.ids import LONGEST_IDENTIFIER, check_identifier
from gcis.jobs.api.fields import Flag, Key, Moment, Text, Whole
from images.access import Access
from images.api.examples import IMAGE
from images.conversion.recipes.books import book
from images.curation import LARGEST_EDGE, LONGEST_RIGHTS, Restriction
from images.deliveries import LONGEST_NAME, Delivery
from images.models import Image
from redirects.services import LONGEST_REASON


def _checked(check: Callable[[str], object], value: str) -> str:
    """The value, if nothing is wrong with it; a SourceFault becomes the field's error."""
    try:
        check(value)
    except SourceFault as fault:
        raise ValidationError(fault.sentence, fault.code) from None
    return value


class IdentifierField(Text):
    """A public name (`gcis.core.ids.check_identifier`)."""

    def __init__(self, **options: Any) -> None:
        described = f"A public name: NFC, at most {LONGEST_IDENTIFIER} bytes when encoded, no empty or dot segments."
        super().__init__(trim_whitespace=False, help_text=described, **options)

    def to_internal_value(self, data: Any) -> str:
        return _checked(check_identifier, super().to_internal_value(data))


@extend_schema_field({"type": "string", "format": "uri", "minLength": 1, "maxLength": LONGEST_URL})
class AddressField(Text):
    """An address that may be fetched from (`gcis.core.fetch_rules`)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_URL, help_text="Where to fetch the file: http or https.", **options)

    def to_internal_value(self, data: Any) -> str:
        return _checked(lambda url: check_url(url, rules_from_settings()), super().to_internal_value(data))


class RightsField(Text):
    def __init__(self, **options: Any) -> None:
        described = "The source's word on rights: an address of Creative Commons or RightsStatements.org."
        options = {"required": False, "allow_blank": True, "max_length": LONGEST_RIGHTS, **options}
        super().__init__(help_text=described, **options)


class RecipeField(serializers.ChoiceField):
    def __init__(self, **options: Any) -> None:
        described = "The recipe of its next conversion; empty or null for the usual one."
        super().__init__([], required=False, allow_blank=True, help_text=described, **options)

    def bind(self, field_name: str, parent: Any) -> None:
        """Which recipes there are is asked with every request: a broken file of them is for `check` to report."""
        self.choices = list(book().recipes)
        super().bind(field_name, parent)


class _Words(StrictSerializer):
    identifier = IdentifierField(required=False)
    name = Text(required=False, max_length=LONGEST_NAME, help_text="What people call the file; else what it is called.")


@extend_schema_serializer(
    component_name="ImageSent",
    examples=[
        OpenApiExample("to be fetched", {"url": "https://dam.example.org/1905.12.tif", "identifier": "1905-12"}),
        OpenApiExample("announced", {"identifier": "1905-12"}),
    ],
)
class ImageSent(_Words):
    """A picture to be fetched, or only announced: what is not named stays as it is."""

    url = AddressField(required=False)
    rights = RightsField(allow_null=True)
    recipe = RecipeField(allow_null=True)


@extend_schema_serializer(component_name="ImageUpload")
class ImageUpload(_Words):
    """A picture's file."""

    file = serializers.FileField(help_text="Any picture that can be converted.")
    rights = RightsField()
    recipe = RecipeField()


@extend_schema_serializer(
    component_name="ImageChanges",
    examples=[
        OpenApiExample("up to 800 pixels", {"access": "limited", "access_edge": 800}),
        OpenApiExample("open from a day on", {"access_from": "2027-01-01T00:00:00Z"}),
    ],
)
class ImageChanges(StrictSerializer):
    """Only what is named is touched; null takes away."""

    rights = RightsField(allow_null=True)
    recipe = RecipeField(allow_null=True)
    access = serializers.ChoiceField(
        Access.choices, required=False, allow_null=True, help_text="Its own word; null is `inherit`."
    )
    access_edge = Whole(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=LARGEST_EDGE,
        help_text="The longest edge in pixels, for `limited`. It goes when another access is named.",
    )
    access_from = Moment(required=False, allow_null=True, help_text="Closed until then, whatever else is said.")


class ReasonField(Text):
    """Why; it stays in the history."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_REASON, help_text="Why; it stays in the history.", **options)


@extend_schema_serializer(examples=[OpenApiExample("why", {"reason": "Colours corrected"})])
class Reason(StrictSerializer):
    reason = ReasonField(required=False, allow_blank=True, default="")


@extend_schema_serializer(examples=[OpenApiExample("why", {"reason": "Rights in dispute"})])
class NeededReason(StrictSerializer):
    reason = ReasonField()


class BatchNamed(StrictSerializer):
    """What the query of a PUT may say; `reason` belongs to other methods of its address."""

    batch = serializers.UUIDField(required=False)


@extend_schema_serializer(examples=[OpenApiExample("the file that is there", {"refetch": False})])
class Conversion(StrictSerializer):
    refetch = Flag(required=False, default=False, help_text="Fetch the file again from the address that it came from.")


@extend_schema_serializer(examples=[OpenApiExample("what is old", {"everything": False})])
class Reconversion(StrictSerializer):
    everything = Flag(required=False, default=False, help_text="Masters of the present version too, not only old ones.")


@extend_schema_serializer(
    examples=[OpenApiExample("a new name", {"identifier": "inv-1905-12-recto", "reason": "New scheme"})]
)
class Renaming(Reason):
    identifier = IdentifierField()


@extend_schema_serializer(
    component_name="ImageMerging",
    examples=[OpenApiExample("a duplicate", {"into": IMAGE["id"], "reason": "Photographed once, sent twice"})],
)
class Merging(Reason):
    into = Key(help_text="The id of the image that takes over its names.")


@extend_schema_serializer(
    examples=[OpenApiExample("two images", {"identifiers": ["inv-1905-12", "inv-1905-13"], "reason": "Corrected"})]
)
class PurgingImages(Reason):
    identifiers = serializers.ListField(
        child=Text(trim_whitespace=False, max_length=LONGEST_IDENTIFIER),
        min_length=1,
        max_length=500,
        help_text="Names of images, present or former ones.",
    )


def delivery(body: dict[str, Any]) -> Delivery:
    """What ImageSent or ImageUpload read, for `images.deliveries`: null and empty take away, unnamed says nothing."""
    file = body.get("file")
    return Delivery(
        file=Path(file.temporary_file_path()) if file else None,
        name=body.get("name") or (file.name if file else ""),
        url=body.get("url", ""),
        identifier=body.get("identifier"),
        rights=(body["rights"] or "") if "rights" in body else None,
        recipe=(body["recipe"] or "") if "recipe" in body else None,
    )


def restriction(image: Image, changes: dict[str, Any]) -> Restriction | None:
    """Its own word on access after these changes; None when they say nothing of it."""
    if not changes.keys() & {"access", "access_edge", "access_from"}:
        return None
    access = (changes["access"] or Access.INHERIT) if "access" in changes else image.access
    kept = image.access_edge if access == Access.LIMITED else None
    return Restriction(access, changes.get("access_edge", kept), changes.get("access_from", image.access_from))
