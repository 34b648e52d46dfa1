"""The door for guests: whoever was let in elsewhere sees these pictures whole, and no others."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from images import views
from images.addresses import ImageAddresses


def image(request: HttpRequest, path: str, version: int, allowed: Callable[[UUID], bool], base: str) -> HttpResponse:
    """A picture or its info.json by the rules of that version, under addresses that begin with this base.

    `path` is what follows `/iiif/<version>/`; `allowed` says of an image's id whether the guest may see it.
    """
    return views.shown(request, path, version, allowed, ImageAddresses(base))
