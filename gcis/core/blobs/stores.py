"""The stores that the settings name: `sources`, `masters`, `published`."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from gcis.core.blobs.protocol import BlobStore


@cache
def store(name: str) -> BlobStore:
    """The store of that name, made once per process from `settings.GCIS_STORES`."""
    chosen: dict[str, Any] = settings.GCIS_STORES[name]
    made: BlobStore = import_string(chosen["BACKEND"])(**chosen.get("OPTIONS", {}))
    return made
