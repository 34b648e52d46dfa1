"""An import root beside what is known of it: what is new, replaced, moved, missing. Reads files, writes nothing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from images.services import KnownFile, SourceFile
from manifests.payload.folder import plan, unused_rows
from manifests.payload.moves import moved
from manifests.payload.shapes import CollectionNode, Listing, ManifestNode, PictureNode
from manifests.payload.table import Table, read_table


@dataclass
class Report:
    """What an import found and did, by path relative to the root."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        """Whether nothing at all was new."""
        return not (self.new or self.replaced or self.moved or self.missing)


class Verdict(Enum):
    """What an import makes of a picture file."""

    NEW = "new"
    UNREADABLE = "new, and cannot be read just now"
    MOVED = "moved"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class Survey:
    """One look at a root. `kinds` says what its folders became when they were first imported, by path.

    `files`: the files that had to be read, by path. `moves`: what each file that moved was before. `here`: what is
    known, by the path where it is now or was last; `vanished`: those of them that are nowhere now.
    """

    def __init__(
        self, root: Path, listing: Listing, known: Mapping[str, KnownFile], kinds: Mapping[str, str], report: Report
    ) -> None:
        self.root = root
        self.known = known
        self.report = report
        report.skipped = [(skip.path, skip.reason) for skip in listing.skipped]
        tables = self._tables(listing)
        report.warnings += unused_rows(listing, tables)
        self.tree = plan(listing, tables, kinds)
        self.pictures = {picture.path: picture for node in manifests_in(self.tree) for picture in node.pictures}
        self.files: dict[str, SourceFile] = {}
        self._digests: dict[str, str] = {}
        if known:  # else nothing can have moved: every file is read when its turn comes, and the first are seen early
            self._look_around()
        self._compare()

    def look_at_new(self, pictures: Iterable[PictureNode]) -> None:
        """At a first import, read what is about to be written; outside of any transaction."""
        if not self.known:
            self._look(pictures)

    def verdict(self, path: str) -> Verdict:
        """What is to become of this file, which has been looked at."""
        known, file = self.here.get(path), self.files.get(path)
        if known is None:
            return Verdict.NEW if file else Verdict.UNREADABLE
        if path in self.moves:
            return Verdict.MOVED
        return Verdict.UNCHANGED if file is None or file.digest == known.digest else Verdict.REPLACED

    def forecast(self) -> Report:
        """What an import would report now of files. For a first one nothing is read: all that can be opened is new."""
        for path in self.pictures:
            verdict = self.verdict(path) if self.known else self._open(path)
            match verdict:
                case Verdict.NEW:
                    self.report.new.append(path)
                case Verdict.MOVED:
                    self.report.moved.append((self.moves[path].external_id, path))
                case Verdict.REPLACED:
                    self.report.replaced.append(path)
                case Verdict.UNCHANGED:
                    self.report.unchanged.append(path)
        self.report.missing += sorted(self.vanished)
        return self.report

    # ------------------------------------------------------------------------------------------------------- reading
    def _tables(self, listing: Listing) -> dict[str, Table]:
        tables = {}
        for path in listing.tables:
            try:
                table = read_table((self.root / path).read_bytes(), path)
            except OSError as error:
                self._warn(path, error)
                continue
            self.report.warnings += table.warnings
            tables[path] = table
        return tables

    def _look_around(self) -> None:
        """What lies at every path now, by digest. Files that look as they did are not read again."""
        vanished = [known for path, known in self.known.items() if path not in self.pictures]
        # Renamed over one another, files may differ in nothing but their bytes: archives give all the same time.
        doubtful = {(known.size, known.mtime_ns) for known in vanished}
        unsure: list[PictureNode] = []
        for path, picture in self.pictures.items():
            known, looks = self.known.get(path), (picture.size, picture.mtime_ns)
            if known:
                self._digests[path] = known.digest
            if not known or known.missing or (known.size, known.mtime_ns) != looks or looks in doubtful:
                unsure.append(picture)
        self._look(unsure)
        self._digests |= {path: file.digest for path, file in self.files.items()}

    def _look(self, pictures: Iterable[PictureNode]) -> None:
        """Read each once for its digest; what cannot be read is left out, with a warning."""
        for picture in pictures:
            path = self.root / picture.path
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                self._warn(picture.path, error)
                continue
            self.files[picture.path] = SourceFile(path.name, digest, picture.size, picture.mtime_ns)

    def _open(self, path: str) -> Verdict:
        try:
            (self.root / path).open("rb").close()
        except OSError as error:
            self._warn(path, error)
            return Verdict.UNREADABLE
        return Verdict.NEW

    def _warn(self, path: str, error: OSError) -> None:
        self.report.warnings.append(f"{path} cannot be read: {error.strerror}.")

    # ----------------------------------------------------------------------------------------------------- comparing
    def _compare(self) -> None:
        places = moved({path: known.digest for path, known in self.known.items()}, self._digests)
        self.moves = {now: self.known[was] for now, was in places.items()}
        gone = set(places.values())
        self.here = {path: known for path, known in self.known.items() if path not in gone} | self.moves
        self.vanished = {path: known for path, known in self.here.items() if path not in self._digests}


def manifests_in(node: CollectionNode) -> Iterator[ManifestNode]:
    for member in node.members:
        if isinstance(member, ManifestNode):
            yield member
        else:
            yield from manifests_in(member)


def collections_in(node: CollectionNode) -> Iterator[CollectionNode]:
    yield node
    for member in node.members:
        if isinstance(member, CollectionNode):
            yield from collections_in(member)
