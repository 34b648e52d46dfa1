"""How the list of pictures is narrowed and searched."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from images import reconversion
from images.access import Access
from images.api.filters import REPLACEMENTS, STATES
from images.conversion.recipes.books import book
from images.models import Image
from redirects import services as names
from redirects.models import Identifier

#: What the lists call masters of a recipe that has a newer version, or is gone.
OLDER = "an older recipe"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


class ConditionFilter(admin.SimpleListFilter):
    """One of several conditions, by name."""

    def conditions(self) -> dict[str, Q]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.capitalize()) for name in self.conditions()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        condition = self.conditions().get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class StateFilter(ConditionFilter):
    title = "state"
    parameter_name = "state"

    def conditions(self) -> dict[str, Q]:
        return STATES


class ReplacementFilter(ConditionFilter):
    title = "replacement"
    parameter_name = "replacement"

    def conditions(self) -> dict[str, Q]:
        return {name: condition for name, condition in REPLACEMENTS.items() if name != "none"}


class DamageFilter(ConditionFilter):
    title = "what we keep"
    parameter_name = "kept"

    def conditions(self) -> dict[str, Q]:
        damaged = ~Q(copy_damaged="") | Q(current__isnull=False) & ~Q(current__damaged="")
        return {"damaged": damaged}


class MissingFilter(ConditionFilter):
    title = "file"
    parameter_name = "missing"

    def conditions(self) -> dict[str, Q]:
        return {"missing": Q(missing_since__isnull=False), "there": Q(missing_since=None)}


class AccessFilter(ConditionFilter):
    """By what counts for the public: the picture's own word and what it inherits."""

    title = "access"
    parameter_name = "access"

    def conditions(self) -> dict[str, Q]:
        now = timezone.now()
        closed = Q(access=Access.CLOSED) | Q(inherited_access=Access.CLOSED)
        later = Q(access_from__gt=now) | Q(inherited_from__gt=now)
        limited = Q(access=Access.LIMITED) | Q(inherited_access=Access.LIMITED)
        return {
            "open to all": ~closed & _by_now(now) & ~limited,
            "size-limited": ~closed & limited,
            "opens later": ~closed & later,
            "closed": closed,
        }


def _by_now(now: datetime) -> Q:
    """That nothing opens later; an empty column says so too."""
    return (Q(access_from=None) | Q(access_from__lte=now)) & (Q(inherited_from=None) | Q(inherited_from__lte=now))


class RecipeFilter(ConditionFilter):
    """By the recipe that the access master was made with."""

    title = "recipe"
    parameter_name = "recipe"

    def conditions(self) -> dict[str, Q]:
        by_name = {name: Q(current__recipe=name) for name in book().recipes}
        return {**by_name, OLDER: reconversion.old("current__")}


def search(queryset: QuerySet[Image], text: str) -> QuerySet[Image]:
    """The pictures that are called so, old names included, in part; or come from the source of that slug.

    As they stand: a part of a name, file name or external id. Whole: a uuid, a digest.
    """
    text = text.strip()
    if not text:
        return queryset
    called = Q(pk__in=names.holders(text, Identifier.Kind.IMAGE))
    said = called | Q(file_name__icontains=text) | Q(external_id__icontains=text) | Q(source__slug=text)
    if _DIGEST.fullmatch(text):
        said |= Q(digest=text.lower())
    try:
        said |= Q(pk=UUID(text))
    except ValueError:
        pass  # most texts are no uuids
    return queryset.filter(said)
