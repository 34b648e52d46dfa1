"""What a query finds, before anything is made of it: how many there are, and the first of them as people call them."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from images import services as images
from manifests import querying, selecting
from manifests.description import effective
from manifests.making import file_label
from manifests.models import Canvas, Collection, Manifest
from manifests.payload.query import Query
from manifests.querying import Best
from redirects import services as names


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind` is manifest, collection or image; `label` a language map."""

    kind: str
    key: UUID
    name: str | None
    label: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """`count` is how many are found in all; of more than its limit the first are taken."""

    count: int
    entries: list[Entry]


def first(query: Query, most: int) -> Glimpse:
    """SourceFault where the query names what is not there."""
    collection = querying.resolved(query)
    wanted = replace(query, collection=collection)
    if query.of == "images":
        found = selecting.look(wanted, most)
        return Glimpse(found.count, _pictures(found))
    found = querying.look(wanted, most)
    return Glimpse(found.count, _records(Manifest if query.of == "manifests" else Collection, found))


def _records(model: type[Manifest] | type[Collection], found: Best) -> list[Entry]:
    rows: Any = model._default_manager.in_bulk(found.keys)
    called = names.current(found.keys)
    kind = str(model._meta.model_name)
    return [Entry(kind, key, called.get(key), effective(rows[key])["label"]) for key in found.keys if key in rows]


def _pictures(found: Best) -> list[Entry]:
    facts = images.facts(image for image, _ in found.keys)
    canvases = Canvas.objects.in_bulk([canvas for _, canvas in found.keys if canvas])
    return [
        Entry("image", image, facts[image].identifier, _label(canvases.get(canvas), facts[image].file_name))
        for image, canvas in found.keys
        if image in facts
    ]


def _label(canvas: Canvas | None, file_name: str) -> dict[str, Any]:
    said = effective(canvas).get("label") if canvas else None
    return said or {"none": [file_label(file_name)]}
