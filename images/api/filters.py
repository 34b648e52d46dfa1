"""How lists of images can be narrowed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from gcis.jobs.api.filters import Filters, TextFilter
from gcis.jobs.models import Job
from images import reconversion
from images.models import Image
from images.services import CONVERT
from redirects import services as names
from redirects.models import Identifier

KIND = Identifier.Kind.IMAGE
#: Digits from which on no recipe has a version.
LONGEST_VERSION = 10
#: Filters by what only those who see everything are told of.
INTERNAL = ("replacement", "missing", "batch", "made_by", "old")

#: What the column of a page can hold.
LARGEST_PAGE = (1 << 31) - 1

#: What `Image.state` and `Image.replacement` say, as conditions.
STATES = {
    "registered": Q(withdrawn=None, current=None) & (Q(wanted=0) | ~Q(failed=F("wanted"))),
    "ready": Q(withdrawn=None, current__isnull=False),
    "failed": Q(withdrawn=None, current=None, wanted__gt=0, failed=F("wanted")),
    "withdrawn": Q(withdrawn__isnull=False),
}
_BESIDE = Q(current__isnull=False) & ~Q(converted=F("wanted"))
REPLACEMENTS = {
    "none": ~_BESIDE,
    "pending": _BESIDE & ~Q(failed=F("wanted")),
    "failed": _BESIDE & Q(failed=F("wanted")),
}


class MomentField(IsoDateTimeField):
    """A moment that every database can be asked about: its offset must not lead out of the calendar."""

    def to_python(self, value: Any) -> datetime | None:
        moment = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError:
            raise forms.ValidationError("There is no such moment.", "overflow") from None


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField


class ConditionFilter(django_filters.ChoiceFilter):
    """One of several conditions, by name."""

    def __init__(self, conditions: dict[str, Q], **options: Any) -> None:
        super().__init__(choices=[(name, name) for name in conditions], **options)
        self.conditions = conditions

    def filter(self, qs: QuerySet[Image], value: Any) -> QuerySet[Image]:
        return qs.filter(self.conditions[value]) if value else qs


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": LARGEST_PAGE})
class PageFilter(django_filters.NumberFilter):
    """A whole number that every database can be asked about."""

    field_class = forms.IntegerField

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_PAGE, **options)


class ImageFilters(Filters):
    source = TextFilter(field_name="source__slug", help_text="The slug of its source.")
    external_id = TextFilter(help_text="What its source calls it, exactly.")
    file_page = PageFilter(field_name="page", help_text="Which page of its file; with 0 every file is named once.")
    identifier = TextFilter(method="of_name", help_text="Any name that it has or had, exactly.")
    state = ConditionFilter(STATES)
    replacement = ConditionFilter(REPLACEMENTS, help_text="Needs `read:all`.")
    digest = TextFilter(help_text="SHA-256 of its file, hexadecimal.")
    missing = ConditionFilter(
        {"true": Q(missing_since__isnull=False), "false": Q(missing_since=None)},
        help_text="Whether its file cannot be found. Needs `read:all`.",
    )
    recipe = TextFilter(help_text="What it is to be converted by, as it was asked for by name.")
    made_by = TextFilter(method="of_recipe", help_text="Its master's recipe: `default`, `default@1`. Needs `read:all`.")
    old = django_filters.ChoiceFilter(
        choices=[("true", "true"), ("false", "false")],
        method="of_age",
        help_text="Whether its master's recipe has a newer version, or is gone. Needs `read:all`.",
    )
    q = TextFilter(method="holding", help_text="Part of a name, a file name or an external id.")
    created_after = MomentFilter(field_name="created", lookup_expr="gte", help_text="At this moment or later.")
    created_before = MomentFilter(field_name="created", lookup_expr="lt")
    batch = django_filters.UUIDFilter(method="of_batch", help_text="The id of a batch. Needs `read:all`.")

    class Meta:
        model = Image
        fields: tuple[str, ...] = ()

    def of_name(self, queryset: QuerySet[Image], name: str, value: str) -> QuerySet[Image]:
        known = names.find(KIND, value)
        return queryset.filter(pk=known.resource) if known else queryset.none()

    def of_recipe(self, queryset: QuerySet[Image], name: str, value: str) -> QuerySet[Image]:
        recipe, _, version = value.partition("@")
        made = queryset.filter(current__recipe=recipe)
        if not version:
            return made
        is_number = version.isascii() and version.isdigit() and len(version) < LONGEST_VERSION
        return made.filter(current__recipe_version=int(version)) if is_number else made.none()

    def of_age(self, queryset: QuerySet[Image], name: str, value: str) -> QuerySet[Image]:
        old = reconversion.old("current__")
        return queryset.filter(old if value == "true" else Q(current__isnull=False) & ~old)

    def holding(self, queryset: QuerySet[Image], name: str, value: str) -> QuerySet[Image]:
        called = Q(pk__in=names.holders(value, KIND))
        return queryset.filter(called | Q(file_name__icontains=value) | Q(external_id__icontains=value))

    def of_batch(self, queryset: QuerySet[Image], name: str, value: UUID) -> QuerySet[Image]:
        return queryset.filter(pk__in=Job.objects.filter(kind=CONVERT, batch=value).values("subject"))
