"""Things with names, and what is told of those."""

import time
import uuid
from uuid import UUID

from redirects import services
from redirects.services import Name


def register(value: str, kind: str = "image") -> UUID:
    """A new resource of that name."""
    key = uuid.uuid4()
    services.register(kind, value, key, "test")
    return key


def rename(resource: UUID, *values: str) -> None:
    """Give it these names one after the other, each at a moment of its own."""
    for value in values:
        time.sleep(0.002)
        services.rename("image", resource, value, actor="test")


def told(resource: UUID) -> list[tuple[str, str]]:
    return [(row.value, row.status) for row in services.history(resource)]


def visited(value: str, kind: str = "image") -> Name:
    name = services.visit(kind, value)
    assert name
    return name
