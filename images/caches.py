"""Local copies of access masters, on hosts that do not have their store on a disk of their own."""

from functools import cache
from pathlib import Path

from django.conf import settings

from gcis.core.blobs.protocol import Damaged
from gcis.core.blobs.stores import store
from gcis.core.diskcache import DiskCache


def master_copy(key: str, digest: str) -> Path:
    """The master as a file on this host, brought here when it is first wanted, and only if it has that sha256.

    FileNotFoundError: there is no such master. Unavailable: it cannot be had just now. Damaged: it is not what it was.
    """

    def fetch(path: Path) -> None:
        if store("masters").fetch(key, path).digest != digest:
            raise Damaged

    return _masters(settings.GCIS_MASTER_CACHE_DIR, settings.GCIS_MASTER_CACHE_BYTES).get(key, fetch)


@cache
def _masters(folder: Path, limit: int) -> DiskCache:
    return DiskCache(folder, limit)
