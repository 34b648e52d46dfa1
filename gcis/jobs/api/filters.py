"""Conditions of lists that take the query at its word: an empty one is refused, and spaces belong to a text."""

from typing import Any

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field


@extend_schema_field({"type": "string", "minLength": 1})
class TextFilter(django_filters.CharFilter):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, strip=False, **options)


class Filters(django_filters.FilterSet):
    """Base of all. What is named without a value would silently be no condition at all."""

    def is_valid(self) -> bool:
        form = self.form
        for name in self.filters:
            if form.is_bound and self.data.get(name) == "":
                form.add_error(name, forms.ValidationError("This may not be empty.", "empty"))
        return super().is_valid()
