"""Bodies of requests, taken at their word: a field that does not exist is an error, not something to pass over."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses unknown fields, together with whatever else is wrong. Read-only ones may be sent and say nothing."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            known = error.detail
            raise ValidationError({**known, **unknown} if isinstance(known, dict) else known) from None
        if unknown:
            raise ValidationError(unknown)
        return value

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        if not isinstance(data, Mapping):
            return {}
        sentence = ErrorDetail("There is no such field.", "unknown")
        return {str(name): [sentence] for name in data if name not in self.fields}
