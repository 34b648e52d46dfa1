"""What is said about a thing: the curated value, else the source's."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from manifests.models import Described


def effective(record: Described) -> dict[str, Any]:
    """IIIF properties by name, in Presentation 3.0 shape."""
    return {**record.source_layer, **record.curated_layer}


def fold(text: str) -> str:
    """Text as search compares it: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def search_text(description: Mapping[str, Any]) -> str:
    """Every word of label, summary and metadata, folded."""
    return fold(" ".join(_texts([description.get(name) for name in ("label", "summary", "metadata")])))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
