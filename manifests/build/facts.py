"""Snapshots of a manifest or a collection: everything its documents are built from, as plain values.

A description holds effective IIIF properties in Presentation 3.0 shape, and of our own `license` (URIs of licences that
3.0 does not know), `tags`, `contexts`, `presentation2` (what only 2.1 can say). References in them are internal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from images.facts import ImageFacts
from manifests.build.text import LanguageMap

Description = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PaintingFacts:
    """One thing painted on a canvas: a picture of ours, or `content`, which is a resource in Presentation 3.0 shape.

    `region` is the selector of the part that is painted, `target` the part of the canvas it is painted on: {"fragment"}
    or {"selector", …}. Neighbours with the same `choice` are the items of one Choice.
    """

    key: UUID
    picture: ImageFacts | None = None
    content: Description | None = None
    region: Any = None
    target: Description | None = None
    choice: str = ""
    body: Description = field(default_factory=dict)
    annotation: Description = field(default_factory=dict)
    uri: str = ""

    @property
    def ready(self) -> bool:
        return self.picture.ready if self.picture else self.content is not None


@dataclass(frozen=True, slots=True)
class AnnotationFacts:
    """`motivation` is a list; `extra` has every other property."""

    id: UUID
    motivation: tuple[str, ...]
    body: Any
    target: Any
    extra: Description = field(default_factory=dict)
    uri: str = ""


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """An annotation collection and its pages in their order, as references."""

    id: UUID
    description: Description
    pages: tuple[str, ...] = ()
    total: int | None = None
    uri: str = ""


@dataclass(frozen=True, slots=True)
class AnnotationPageFacts:
    """`annotations` are there where the page is embedded, or is built by itself."""

    id: UUID
    place: Literal["embedded", "referenced", "foreign"]
    description: Description = field(default_factory=dict)
    annotations: tuple[AnnotationFacts, ...] = ()
    part_of: LayerFacts | None = None
    uri: str = ""


@dataclass(frozen=True, slots=True)
class CanvasFacts:
    """A page. Width and height are None until its first picture is known.

    `note` says why there is no picture; it is shown only where nothing on it is ready. `proposed` is the size of its
    new picture, whose shape is another one, while things point at parts of the page.
    """

    id: UUID
    description: Description
    width: int | None = None
    height: int | None = None
    paintings: tuple[PaintingFacts, ...] = ()
    note: LanguageMap | None = None
    duration: float | None = None
    uri: str = ""
    page_uri: str = ""
    proposed: tuple[int, int] | None = None

    @property
    def ready(self) -> tuple[PaintingFacts, ...]:
        return tuple(painting for painting in self.paintings if painting.ready)

    @property
    def pictures(self) -> tuple[ImageFacts, ...]:
        """The pictures of ours on it that can be shown."""
        return tuple(painting.picture for painting in self.paintings if painting.picture and painting.picture.ready)


@dataclass(frozen=True, slots=True)
class ManifestFacts:
    """`part_of` are the identifiers of the collections that it is a member of.

    `annotations` are the pages that hang on each part, by its internal reference ("" is the manifest itself). `names`
    has the address of each reference that is not made of its uuid: the URI of another server, a document's name.
    """

    id: UUID
    identifier: str
    description: Description
    canvases: tuple[CanvasFacts, ...]
    part_of: tuple[str, ...] = ()
    annotations: Mapping[str, tuple[AnnotationPageFacts, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A manifest or a collection as its parent shows it; `foreign` is the whole reference to one of another server.

    `more` has further properties of the reference, such as its navDate.
    """

    kind: Literal["manifest", "collection"]
    identifier: str
    label: LanguageMap
    thumbnail: ImageFacts | None = None
    more: Description = field(default_factory=dict)
    foreign: Description | None = None


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """`part_of` are the identifiers of the collections that it is a member of."""

    id: UUID
    identifier: str
    description: Description
    members: tuple[MemberFacts, ...]
    part_of: tuple[str, ...] = ()
    annotations: Mapping[str, tuple[AnnotationPageFacts, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
