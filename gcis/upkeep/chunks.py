"""Millions of rows and keys, a chunk at a time: what is compared never lies in memory as a whole."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

from gcis.core.blobs.protocol import BlobStore

Thing = TypeVar("Thing")

#: Rows or keys that are compared at a time, and questions that a store is asked at once.
CHUNK = 500
AT_ONCE = 16


def by_key(rows: QuerySet[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """The rows in the order of their primary keys. No cursor stays open: others may write between two chunks."""
    chunk = list(rows.order_by("pk")[:size])
    while chunk:
        yield chunk
        chunk = list(rows.order_by("pk").filter(pk__gt=chunk[-1].pk)[:size])


def chunked(things: Iterable[Thing], size: int = CHUNK) -> Iterator[list[Thing]]:
    iterator = iter(things)
    while chunk := list(islice(iterator, size)):
        yield chunk


def sizes(blobs: BlobStore, keys: Iterable[str]) -> dict[str, int | None]:
    """The size of each object in bytes, None where there is none. A store elsewhere is asked many things at once."""
    wanted = list(keys)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(wanted, threads.map(blobs.size, wanted), strict=True))
