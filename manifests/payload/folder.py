"""An import folder: what lies in it (`scan`), and which manifests and collections that makes (`plan`)."""

import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from gcis.core.errors import SourceFault
from manifests.build.text import plain
from manifests.payload.names import TABLE, is_hidden, is_picture, place
from manifests.payload.shapes import (
    CollectionNode,
    File,
    Folder,
    Listing,
    ManifestNode,
    PictureNode,
    Row,
    Skipped,
    Table,
)
from manifests.payload.table import ITSELF

#: Paths become external ids, of which the database keeps 1,000 characters, one of them a collection's slash.
LONGEST_PATH = 999
DEEPEST = 100

#: The places of the names on the way down from some folder to a node, for sorting.
_Place = tuple[tuple[Any, ...], ...]
_Placed = tuple[_Place, ManifestNode | CollectionNode]


def scan(root: Path) -> Listing:
    """Everything under the root. Folders that cannot be read are named, not fatal.

    Raises SourceFault if the root itself is missing, no folder, or cannot be read.
    """
    try:
        real = root.resolve(strict=True)
        with os.scandir(real):
            pass
    except (OSError, RuntimeError) as error:
        raise SourceFault("folder", f"The folder {root} cannot be read: {_why(error)}.") from error
    folders: dict[str, Folder] = {}
    waiting = [""]
    while waiting:
        path = waiting.pop()
        folders[path] = _Walk(real, path).folder()
        waiting.extend(folders[path].folders)
    return Listing(real.name, folders)


class _Walk:
    """The reading of one folder."""

    def __init__(self, root: Path, path: str) -> None:
        self.root = root
        self.path = path
        self.pictures: list[File] = []
        self.folders: list[str] = []
        self.table: str | None = None
        self.skipped: list[Skipped] = []

    def folder(self) -> Folder:
        for entry in self._entries():
            try:
                self._look(entry)
            except (OSError, RuntimeError) as error:
                self._skip(entry.name, f"cannot be read: {_why(error)}")
        return Folder(self.path, tuple(self.pictures), tuple(self.folders), self.table, tuple(self.skipped))

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        """What is not hidden, in one order on every disk."""
        try:
            with os.scandir(self.root / self.path) as entries:
                yield from sorted(
                    (entry for entry in entries if not is_hidden(entry.name)), key=lambda entry: entry.name
                )
        except OSError as error:
            self.skipped.append(Skipped(f"{self.path}/", f"cannot be read: {_why(error)}"))

    def _look(self, entry: os.DirEntry[str]) -> None:
        if fault := self._name_fault(entry.name) or self._link_fault(entry):
            self._skip(entry.name, fault)
        elif entry.is_dir():
            self._descend(entry.name)
        elif not entry.is_file():
            self._skip(entry.name, "is neither a file nor a folder")
        elif entry.name.casefold() == TABLE and not self.table:
            self.table = self._below(entry.name)
        elif is_picture(entry.name):
            found = entry.stat()
            self.pictures.append(File(self._below(entry.name), found.st_size, found.st_mtime_ns))
        else:
            self._skip(entry.name, "is not a picture of a kind that we know")

    def _name_fault(self, name: str) -> str:
        try:
            name.encode()
        except UnicodeEncodeError:
            return "has a name that is not UTF-8"
        return "has too long a path" if len(self._below(name)) > LONGEST_PATH else ""

    def _link_fault(self, entry: os.DirEntry[str]) -> str:
        """Links to files inside the root are followed; a link out of it could publish anything on this machine."""
        if not entry.is_symlink():
            return ""
        target = Path(entry.path).resolve(strict=True)
        if target.is_dir():
            return "is a link to a folder"
        return "" if target.is_relative_to(self.root) else "is a link to something outside this folder"

    def _descend(self, name: str) -> None:
        if self.path.count("/") + 1 >= DEEPEST:
            self._skip(name, f"lies more than {DEEPEST} folders deep")
        else:
            self.folders.append(self._below(name))

    def _skip(self, name: str, reason: str) -> None:
        readable = name.encode(errors="surrogateescape").decode(errors="replace")
        self.skipped.append(Skipped(self._below(readable), reason))

    def _below(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


# ------------------------------------------------------------------------------------------------ what it makes
def plan(listing: Listing, tables: Mapping[str, Table], fixed_kinds: Mapping[str, str]) -> CollectionNode:
    """The tree under the root. Pure: the same listing, tables (by path) and kinds give the same tree.

    A folder with pictures is a manifest; one with folders is a collection; one with both is a collection that contains
    the manifest of its own pictures; loose pictures in the root are manifests of their own. Folders without pictures
    beneath are left out. External ids: "<path>/" of a collection ("/" of the root), "<path>" of a manifest.

    `fixed_kinds` says what folders became when first imported: manifest or collection, by path. A manifest stays that
    manifest, and what lies in folders below it later goes to the nearest collection above; a collection stays one.
    """
    planner = _Planner(listing, tables, fixed_kinds)
    found: dict[str, list[_Placed]] = {}
    for path in sorted(listing.folders, key=_depth, reverse=True):
        folder = listing.folders[path]
        below = [placed for each in folder.folders for placed in found.pop(each)]
        found[path] = planner.folder(folder, below) if path else [((), planner.root(folder, below))]
    return cast(CollectionNode, found[""][0][1])


def unused_rows(listing: Listing, tables: Mapping[str, Table]) -> list[str]:
    """A warning for every row that names nothing in its folder."""
    warnings = []
    for folder in listing.folders.values():
        names = (*(picture.path for picture in folder.pictures), *folder.folders)
        known = {ITSELF, *(_table_name(name) for name in names)}
        rows = tables.get(folder.table or "", Table()).rows
        warnings += [
            f"{folder.table}: “{name}” is no picture and no folder beside this table; its row is not used."
            for name in rows
            if name not in known
        ]
    return warnings


class _Planner:
    """The rules of `plan`, folder by folder, the deepest first."""

    def __init__(self, listing: Listing, tables: Mapping[str, Table], kinds: Mapping[str, str]) -> None:
        self.listing = listing
        self.tables = tables
        self.kinds = kinds

    def root(self, folder: Folder, below: list[_Placed]) -> CollectionNode:
        loose = [(self._place(file.path), self._loose(file)) for file in folder.pictures]
        row = self._row("", ITSELF)
        description = _description(row, self.listing.name)
        return CollectionNode(description, row.identifier, "/", _in_order([*loose, *below]))

    def folder(self, folder: Folder, below: list[_Placed]) -> list[_Placed]:
        """What a folder gives to the collection above: a manifest, a collection, nothing, or a manifest and more."""
        path, row = folder.path, self._folder_row(folder.path)
        here = (place(_last(path), row.order, folder=True),)
        description = _description(row, _last(path))
        kind = self.kinds.get(path) or ("collection" if below else "manifest")
        pictures = self._pictures(folder)
        if kind == "manifest":
            own = [(here, ManifestNode(description, row.identifier, path, pictures))] if pictures else []
            return [*own, *((here + further, node) for further, node in below)]
        first = (ManifestNode(description, None, path, pictures),) if pictures else ()
        members = (*first, *_in_order(below))
        return [(here, CollectionNode(description, row.identifier, f"{path}/", members))] if members else []

    def _pictures(self, folder: Folder) -> tuple[PictureNode, ...]:
        ordered = sorted(folder.pictures, key=lambda file: self._place(file.path))
        return tuple(self._picture(file) for file in ordered)

    def _picture(self, file: File) -> PictureNode:
        row = self._row_of(file.path)
        description = _description(row, _stem(file.path))
        return PictureNode(description, row.identifier, file.path, file.size, file.mtime_ns)

    def _loose(self, file: File) -> ManifestNode:
        """The row describes the manifest; its one page repeats only the label and the rights, which the image needs."""
        page = self._picture(file)
        brief = {name: value for name, value in page.description.items() if name in ("label", "rights")}
        pages = (replace(page, description=brief),)
        return ManifestNode(page.description, page.identifier, file.path, pages)

    def _place(self, path: str) -> _Place:
        return (place(_last(path), self._row_of(path).order, folder=False),)

    def _folder_row(self, path: str) -> Row:
        """What a folder's own table says about it and, where that is silent, the table beside it.

        Only the order is taken from beside first: that table sees all who are to be ordered.
        """
        inside, beside = self._row(path, ITSELF), self._row_of(path)
        return Row(
            {**beside.description, **inside.description},
            beside.order or inside.order,
            inside.identifier or beside.identifier,
        )

    def _row_of(self, path: str) -> Row:
        return self._row(path.rpartition("/")[0], _table_name(path))

    def _row(self, folder: str, name: str) -> Row:
        table = self.listing.folders[folder].table
        return self.tables.get(table or "", Table()).rows.get(name, Row())


def _in_order(placed: list[_Placed]) -> tuple[ManifestNode | CollectionNode, ...]:
    return tuple(node for _, node in sorted(placed, key=lambda each: each[0]))


def _description(row: Row, name: str) -> dict[str, Any]:
    """What the row says, with the name for a label if it gives none; names may be all control characters."""
    return {"label": {"none": [plain(name) or "?"]}, **row.description}


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    return _last(path).rpartition(".")[0]


def _table_name(path: str) -> str:
    """The last part of a path, spelled as tables spell it."""
    return unicodedata.normalize("NFC", _last(path))
