"""What the query of a request may say: an order from a fixed list, and nothing that the view does not know."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

ORDERING = "ordering"


class Ordering(BaseFilterBackend):
    """`?ordering=name` or `-name`, for the names in the view's `orderings`: public name to model field.

    `default_ordering` is one of them too. The key comes last, for pages of equal records must not overlap.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        orderings: Mapping[str, str] = getattr(view, "orderings", {})
        wanted = request.query_params.get(ORDERING, getattr(view, "default_ordering", None))
        if wanted is None:
            return queryset.order_by("pk")
        name, sign = wanted.removeprefix("-"), "-" if wanted.startswith("-") else ""
        if name not in orderings:
            raise ValidationError({ORDERING: f"This must be one of {', '.join(choices(orderings))}."}, "unknown")
        return queryset.order_by(f"{sign}{orderings[name]}", f"{sign}pk")

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        orderings: Mapping[str, str] = getattr(view, "orderings", {})
        if not orderings:
            return []
        schema = {"type": "string", "enum": choices(orderings)}
        if default := getattr(view, "default_ordering", None):
            schema["default"] = default
        described = "The order of the records; with a minus sign the other way round."
        return [{"name": ORDERING, "in": "query", "required": False, "description": described, "schema": schema}]


def choices(orderings: Mapping[str, str]) -> list[str]:
    return [sign + name for name in orderings for sign in ("", "-")]


def refuse_unknown(request: Request, view: APIView) -> None:
    """ValidationError for every query parameter that the view does not know, each with the ones it does.

    Known are the view's `known_parameters` and, where it lists records, those of its FilterSet, paging and ordering.
    A filter that is silently ignored answers with records nobody asked for.
    """
    known = _known(request, view)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        sentence = f"There is no such parameter; there are {', '.join(sorted(known))}." if known else "There are none."
        raise ValidationError(dict.fromkeys(unknown, sentence), "unknown_parameter")


def _known(request: Request, view: APIView) -> set[str]:
    known = set(getattr(view, "known_parameters", ()))
    if request.method not in ("GET", "HEAD") or getattr(view, "detail", False):
        return known
    if getattr(view, "pagination_class", None):
        known |= {"page", "page_size"}
    if getattr(view, "orderings", None):
        known.add(ORDERING)
    if filters := getattr(view, "filterset_class", None):
        known |= _names(filters)
    return known


def _names(filters: Any) -> set[str]:
    """The parameters of a FilterSet: ranges have two each."""
    names: set[str] = set()
    for name, found in filters.base_filters.items():
        widget = found.field.widget
        names |= {widget.suffixed(name, suffix) for suffix in getattr(widget, "suffixes", ())} or {name}
    return names
