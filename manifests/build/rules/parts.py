"""The parts of a document, whether it is right or not."""

from collections.abc import Iterator
from typing import Any

from manifests.build.rules.report import Json, Place


def items(document: Json, kind: str) -> list[tuple[Place, Json]]:
    held = document.get("items") if document.get("type") == kind else None
    there = enumerate(held if isinstance(held, list) else ())
    return [(((None, "items"), number), each) for number, each in there if isinstance(each, dict)]


def dicts(value: Any, place: Place) -> Iterator[tuple[Place, Json]]:
    for number, each in enumerate(value if isinstance(value, list) else ()):
        if isinstance(each, dict):
            yield (place, number), each
