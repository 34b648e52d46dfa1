"""What becomes records of a IIIF document."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Json = dict[str, Any]


@dataclass(slots=True)
class Losses:
    """What cannot be kept, sentence by sentence."""

    sentences: list[str] = field(default_factory=list)

    def add(self, place: str, sentence: str) -> None:
        self.sentences.append(f"{place}: {sentence}" if place else sentence)

    def under(self, place: str, sentences: list[str]) -> None:
        """Sentences that begin with a place below this one."""
        self.sentences += [f"{place}.{sentence}" if place else sentence for sentence in sentences]


@dataclass(frozen=True, slots=True)
class PaintingRead:
    """As the columns of `Painting`. `service` is that of a picture of ours; then there is no content."""

    key: UUID
    uri: str
    image: UUID | None
    content: Json | None
    region: Any
    target: Json | None
    choice: str
    body: Json
    annotation: Json


@dataclass(frozen=True, slots=True)
class CanvasRead:
    """`name` is what the document calls it: its id, or its place where it has none of its own."""

    key: UUID
    name: str
    uri: str
    page_uri: str
    width: int | None
    height: int | None
    duration: float | None
    description: Json
    paintings: tuple[PaintingRead, ...]


@dataclass(frozen=True, slots=True)
class AnnotationRead:
    key: UUID
    uri: str
    motivation: tuple[str, ...]
    body: Any
    target: Any
    extra: Json


@dataclass(frozen=True, slots=True)
class LayerRead:
    """An annotation collection of others, as pages say that they are part of it."""

    key: UUID
    uri: str
    description: Json


@dataclass(frozen=True, slots=True)
class PageRead:
    """`subject` is an internal reference, "" for the record itself. Without `embedded` it is on another server."""

    key: UUID
    name: str
    uri: str
    subject: str
    embedded: bool
    description: Json
    annotations: tuple[AnnotationRead, ...]
    layer: LayerRead | None = None


@dataclass(frozen=True, slots=True)
class ManifestRead:
    description: Json
    canvases: tuple[CanvasRead, ...]
    #: The ranges by their keys, with the URIs that they keep ("" for none).
    ranges: dict[UUID, str]
    pages: tuple[PageRead, ...]
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionRead:
    """`members` are references in 3.0 shape, to be matched with what is here."""

    description: Json
    members: tuple[Json, ...]
    pages: tuple[PageRead, ...]
    losses: tuple[str, ...]
