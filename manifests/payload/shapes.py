"""What a delivery from outside looks like to us, whatever it came from: files found, and the tree they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from manifests.build.text import LanguageMap


@dataclass(frozen=True, slots=True)
class File:
    """A picture file: posix path relative to the root, bytes, time of change in nanoseconds."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was seen and left out; the reason completes the sentence "<path> …"."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder; the root's path is "". `folders` are the paths of those in it, `table` that of its metadata.csv."""

    path: str
    pictures: tuple[File, ...] = ()
    folders: tuple[str, ...] = ()
    table: str | None = None
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything under a root, by the path of the folder. `name` is the root's own name."""

    name: str
    folders: Mapping[str, Folder]

    @property
    def pictures(self) -> Iterator[File]:
        return (picture for folder in self.folders.values() for picture in folder.pictures)

    @property
    def tables(self) -> Iterator[str]:
        return (folder.table for folder in self.folders.values() if folder.table)

    @property
    def skipped(self) -> Iterator[Skipped]:
        return (each for folder in self.folders.values() for each in folder.skipped)


@dataclass(frozen=True, slots=True)
class Row:
    """What a table says about one file or folder; `description` holds IIIF 3 properties."""

    description: Mapping[str, Any] = field(default_factory=dict)
    order: str = ""
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A metadata.csv: rows by file or folder name in NFC ("." is the folder itself), and sentences about its faults."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """`description` holds IIIF 3 properties and always a label; `identifier` is the one asked for, if any."""

    description: dict[str, Any]
    identifier: str | None

    @property
    def label(self) -> LanguageMap:
        label: LanguageMap = self.description["label"]
        return label


@dataclass(frozen=True, slots=True)
class PictureNode(Described):
    """A picture and, in one, the canvas it goes on. Its path, as it is on disk, is the image's external id."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ManifestNode(Described):
    external_id: str
    pictures: tuple[PictureNode, ...]


@dataclass(frozen=True, slots=True)
class CollectionNode(Described):
    external_id: str
    members: "tuple[ManifestNode | CollectionNode, ...]"
