"""How lists of manifests and collections can be narrowed."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from gcis.jobs.api.filters import Filters, TextFilter
from images.api.base import sees_all
from images.api.base import visible as visible_images
from manifests.api.states import STATES
from manifests.description import fold
from manifests.exposure import public
from manifests.models import Collection, Manifest
from redirects import services as names
from redirects.models import Identifier

KIND = Identifier.Kind.PRESENTATION


class RecordFilters(Filters):
    source = TextFilter(field_name="source__slug", help_text="The slug of its source.")
    external_id = TextFilter(help_text="What its source calls it, exactly.")
    identifier = TextFilter(method="of_name", help_text="Any name that it has or had, exactly.")
    collection = django_filters.UUIDFilter(method="inside", help_text="The id of a collection that it is in.")
    state = django_filters.ChoiceFilter(choices=[(state, state) for state in STATES], method="how_far")
    q = TextFilter(method="holding", help_text="Words of label, summary or metadata, or part of a name.")

    def of_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        known = names.find(KIND, value)
        return queryset.filter(pk=known.resource) if known else queryset.none()

    def inside(self, queryset: QuerySet[Any], name: str, value: UUID) -> QuerySet[Any]:
        """In a collection that the caller may know of."""
        allowed = Q() if sees_all(self.request) else public(timezone.now(), "memberships__collection__")
        return queryset.filter(allowed, memberships__collection=value)

    def how_far(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """To the public everything is published: what has changed since is not told."""
        if sees_all(self.request):
            return queryset.filter(STATES[value])
        return queryset if value == "published" else queryset.none()

    def holding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = Q()
        for word in fold(value).split():
            words &= Q(search_text__contains=word)
        return queryset.filter(words | Q(pk__in=names.holders(value, KIND)))


class ManifestFilters(RecordFilters):
    image = django_filters.UUIDFilter(method="showing", help_text="The id of an image on one of its pages.")

    class Meta:
        model = Manifest
        fields: tuple[str, ...] = ()

    def showing(self, queryset: QuerySet[Manifest], name: str, value: UUID) -> QuerySet[Manifest]:
        """An image that the caller may know of."""
        if not visible_images(self.request).filter(pk=value).exists():
            return queryset.none()
        return queryset.filter(canvases__paintings__image=value, canvases__dropped=None).distinct()


class CollectionFilters(RecordFilters):
    class Meta:
        model = Collection
        fields: tuple[str, ...] = ()
