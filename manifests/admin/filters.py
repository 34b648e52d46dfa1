"""How the lists of manifests and collections are narrowed and searched."""

import unicodedata
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from images.admin.filters import ConditionFilter
from manifests.description import effective, fold
from manifests.differing import differing
from manifests.gallery import pick
from manifests.models import Collection
from manifests.pages import preferred_languages
from redirects import services as names
from redirects.models import Identifier

#: How many collections a filter offers by name.
MOST_COLLECTIONS = 100
_HERE = Q(withdrawn=None)


class StateFilter(ConditionFilter):
    title = "state"
    parameter_name = "state"

    def conditions(self) -> dict[str, Q]:
        return {
            "draft": _HERE & Q(publication=None),
            "published": _HERE & Q(publication__isnull=False),
            "changes waiting": _HERE & Q(publication__isnull=False, published__lt=F("dirty")),
            "due on a day": _HERE & Q(publish_at__isnull=False),
            "cannot be published": _HERE & ~Q(publish_error=""),
            "withdrawn": Q(withdrawn__isnull=False),
        }


class DifferenceFilter(admin.SimpleListFilter):
    """Where people's words stand over a source that has changed its mind."""

    title = "differences"
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Source differs")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=differing(queryset.model)) if self.value() == "yes" else queryset


class CollectionFilter(admin.SimpleListFilter):
    """What is in a collection. The newest are offered by name; others are led to by their pages."""

    title = "collection"
    parameter_name = "collection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        languages = preferred_languages(request)
        found = list(Collection.objects.order_by("-created").defer("search_text")[:MOST_COLLECTIONS])
        asked = _uuid(request.GET.get(self.parameter_name, ""))
        if asked and asked not in {row.pk for row in found}:
            found += Collection.objects.filter(pk=asked)
        return [(str(row.pk), pick(effective(row).get("label"), languages) or str(row)) for row in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        asked = _uuid(self.value() or "")
        return queryset.filter(memberships__collection=asked) if asked else queryset.none()


def search(queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
    """The records that every word of the text says something of.

    A part of any name, old or new, of the words on it (without case and accents) or of the external id; a whole uuid.
    """
    for word in text.split():
        queryset = queryset.filter(_said_by(word))
    return queryset


def _said_by(word: str) -> Q:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in word):
        return Q(pk__in=[])  # nothing holds such characters, and PostgreSQL refuses to look for them
    said = Q(pk__in=names.holders(word, Identifier.Kind.PRESENTATION))
    said |= Q(search_text__contains=fold(word)) | Q(external_id__icontains=word)
    return said | Q(pk=key) if (key := _uuid(word)) else said


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
