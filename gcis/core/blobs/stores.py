"""The stores that the settings name: `sources`, `masters`, `published`."""

from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from gcis.core.blobs.protocol import BlobStore
from gcis.core.errors import Unavailable

log = structlog.get_logger(__name__)


@cache
def store(name: str) -> BlobStore:
    """The store of that name, made once per process from `settings.GCIS_STORES`."""
    chosen: dict[str, Any] = settings.GCIS_STORES[name]
    made: BlobStore = import_string(chosen["BACKEND"])(**chosen.get("OPTIONS", {}))
    return made


def sweep(older_than_seconds: float) -> int:
    """Remove from all stores what killed writers left so long ago; returns how many.

    The time must be longer than the slowest upload takes; 0 when no process of ours runs. A store that does not answer
    is logged and does not keep the others from it.
    """
    swept = 0
    for name in settings.GCIS_STORES:
        try:
            swept += store(name).sweep(older_than_seconds)
        except (Unavailable, OSError):
            log.exception("store.sweep_failed", store=name)
    return swept
