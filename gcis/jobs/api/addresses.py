"""Where the API's own records are, as absolute addresses."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

#: Seconds after which to ask how work goes that was just queued.
ASK_AGAIN = 2


def absolute(view: str, *args: object) -> str:
    """The public address of a view; never made from the Host header, which is anybody's."""
    return f"{settings.GCIS_PUBLIC_URL}{reverse(view, args=args)}"


def job(key: UUID) -> str:
    return absolute("api-job", key)


def batch(key: UUID) -> str:
    return absolute("api-batch", key)


def queued(key: UUID) -> dict[str, str]:
    """The headers of a 202: which work was queued, and when to ask for it."""
    return {"Location": job(key), "Retry-After": str(ASK_AGAIN)}


class Address(serializers.URLField):
    """The address of the view that answers for the record with the key that is found at `source`."""

    def __init__(self, view: str, source: str = "id", **options: Any) -> None:
        super().__init__(source=source, **options)
        self.view = view

    def to_representation(self, value: object) -> str:
        return absolute(self.view, value)
