"""Snapshots of a manifest or a collection: everything its documents are built from, as plain values.

A description holds effective IIIF properties in Presentation 3.0 shape: label, summary, metadata, requiredStatement,
rights, navDate, viewingDirection, behavior.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from images.facts import ImageFacts
from manifests.build.text import LanguageMap

Description = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CanvasFacts:
    """A page. Width and height are None until its first picture is known.

    `note` says why there is no picture; it is shown only where none of the pictures is ready.
    """

    id: UUID
    description: Description
    width: int | None = None
    height: int | None = None
    pictures: tuple[ImageFacts, ...] = ()
    note: LanguageMap | None = None

    @property
    def ready(self) -> tuple[ImageFacts, ...]:
        return tuple(picture for picture in self.pictures if picture.ready)


@dataclass(frozen=True, slots=True)
class ManifestFacts:
    """`part_of` are the identifiers of the collections that it is a member of."""

    id: UUID
    identifier: str
    description: Description
    canvases: tuple[CanvasFacts, ...]
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A manifest or a collection as its parent shows it."""

    kind: Literal["manifest", "collection"]
    identifier: str
    label: LanguageMap
    thumbnail: ImageFacts | None = None


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """`part_of` are the identifiers of the collections that it is a member of."""

    id: UUID
    identifier: str
    description: Description
    members: tuple[MemberFacts, ...]
    part_of: tuple[str, ...] = ()
