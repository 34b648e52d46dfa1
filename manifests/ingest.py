"""Bring a folder of pictures in: what is new, changed, moved, missing; each manifest in one transaction."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.jobs.models import Batch
from images import services as images
from images.addresses import source_key
from images.services import KnownFile, SourceFile
from manifests import services
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from manifests.payload.folder import Listing, plan, scan, unused_rows
from manifests.payload.shapes import CollectionNode, ManifestNode, PictureNode
from manifests.payload.table import Table, read_table

#: The file in an import root that says which root it is, wherever it lies.
MARKER = ".gcis-root"
ACTOR = "folder import"


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


class FolderImport:
    """One import of one root. `run` may be called again and again; only differences cause work."""

    def __init__(self, root: Path, batch: Batch, *, copy: bool = False) -> None:
        self.root = root
        self.batch = batch
        self.copy = copy
        self.report = Report()
        self.source = images.folder_source(root_id(root), root)

    def run(self) -> Report:
        listing = scan(self.root)
        self.report.skipped = [(skip.path, skip.reason) for skip in listing.skipped]
        tables = self._tables(listing)
        self.report.warnings += unused_rows(listing, tables)
        tree = plan(listing, tables, self._fixed_kinds())
        self.known = images.known_files(self.source)
        self._match(tree)
        self._adopt_moved_folders(tree)
        self._put_collection(tree)
        self._say_missing()
        return self.report

    # ------------------------------------------------------------------------------------------------------- reading
    def _tables(self, listing: Listing) -> dict[str, Table]:
        tables = {}
        for path in listing.tables:
            try:
                table = read_table((self.root / path).read_bytes(), path)
            except OSError as error:
                self.report.warnings.append(f"{path} cannot be read: {error.strerror}.")
                continue
            self.report.warnings += table.warnings
            tables[path] = table
        return tables

    def _fixed_kinds(self) -> dict[str, str]:
        """What each folder became when it was first imported."""
        kinds = {}
        for external_id in Manifest.objects.filter(source=self.source).values_list("external_id", flat=True):
            kinds[external_id] = "manifest"
        for external_id in Collection.objects.filter(source=self.source).values_list("external_id", flat=True):
            kinds[external_id.rstrip("/")] = "collection"
        return kinds

    # ------------------------------------------------------------------------------------------------------ matching
    def _match(self, tree: CollectionNode) -> None:
        """Decide for every picture whether we know it: by its path, else by its bytes at a path that vanished."""
        present = {picture.path: picture for node in manifests_in(tree) for picture in node.pictures}
        self.vanished = {path: known for path, known in self.known.items() if path not in present}
        by_digest: dict[str, list[KnownFile]] = defaultdict(list)
        for known in self.vanished.values():
            by_digest[known.digest].append(known)
        self.files: dict[str, SourceFile] = {}
        self.moves: dict[str, KnownFile] = {}
        for path, picture in present.items():
            known_here = self.known.get(path)
            if known_here and (known_here.size, known_here.mtime_ns) == (picture.size, picture.mtime_ns):
                continue
            file = self._look(picture)
            if file is None:
                continue
            self.files[path] = file
            if known_here is None and (candidates := by_digest.get(file.digest)):
                was = _most_alike(candidates, path)
                candidates.remove(was)
                self.moves[path] = was
                del self.vanished[was.external_id]

    def _look(self, picture: PictureNode) -> SourceFile | None:
        """Read the file once for its digest; None (and a warning) when that is not possible."""
        path = self.root / picture.path
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            self.report.warnings.append(f"{picture.path} cannot be read: {error.strerror}.")
            return None
        return SourceFile(path.name, digest, picture.size, picture.mtime_ns)

    def _adopt_moved_folders(self, tree: CollectionNode) -> None:
        """A manifest whose pictures moved into a new place moves with them, and so do the collections above it."""
        places = {node.external_id for node in manifests_in(tree)}
        renamed: dict[str, str] = {}
        for node in manifests_in(tree):
            if Manifest.objects.filter(source=self.source, external_id=node.external_id).exists():
                continue
            came_from = {self.moves[p.path].image for p in node.pictures if p.path in self.moves}
            old = Manifest.objects.filter(source=self.source, canvases__paintings__image__in=came_from)
            for record in old.exclude(external_id__in=places | set(renamed)).distinct():
                renamed[record.external_id] = node.external_id
                services.rename_key(record, node.external_id)
                break
        self._adopt_moved_collections(tree, renamed)

    def _adopt_moved_collections(self, tree: CollectionNode, renamed: dict[str, str]) -> None:
        places = {node.external_id for node in collections_in(tree)}
        for was, now in renamed.items():
            for old, new in _changed_parents(was, now):
                if new not in places or old in places:
                    continue
                record = Collection.objects.filter(source=self.source, external_id=old).first()
                taken = Collection.objects.filter(source=self.source, external_id=new).exists()
                if record and not taken:
                    services.rename_key(record, new)

    # ------------------------------------------------------------------------------------------------------- writing
    def _put_collection(self, node: CollectionNode) -> Collection:
        """The members first, each in its own transaction, so that the first manifest can be seen early."""
        with transaction.atomic():
            record, changed = self._put(Collection, node)
            if changed:
                services.touch(record)
        members: list[Manifest | Collection] = []
        for member in node.members:
            if isinstance(member, ManifestNode):
                members.append(self._put_manifest(member))
            else:
                members.append(self._put_collection(member))
        with transaction.atomic():
            if services.put_members(record, members):
                services.touch(record)
            for other in members:
                services.drop_member(other, record)
        return record

    def _put_manifest(self, node: ManifestNode) -> Manifest:
        with transaction.atomic():
            manifest, changed = self._put(Manifest, node)
            places = self._places(manifest, node)
            for picture in node.pictures:
                changed |= self._put_picture(manifest, picture, places[picture.path])
            if changed:
                services.touch(manifest)
        if self.copy:
            self._keep_copies(node)
        return manifest

    def _put(self, model: type[Manifest] | type[Collection], node: ManifestNode | CollectionNode) -> tuple[Any, bool]:
        """The record; with a minted name and a warning when the one that the table gives cannot be had."""
        options = {"actor": ACTOR, "publish_when": Published.PublishWhen.FIRST}
        try:
            with transaction.atomic():
                return services.put(
                    model, self.source, node.external_id, node.description, identifier=node.identifier, **options
                )
        except SourceFault as fault:
            self.report.warnings.append(fault.sentence)
            return services.put(model, self.source, node.external_id, node.description, **options)

    def _put_picture(self, manifest: Manifest, picture: PictureNode, position: int) -> bool:
        """The image, and its canvas at its place. True when the manifest's document changes by it."""
        image = self._put_image(picture)
        if image is None:
            return False
        rights = picture.description.get("rights", "")
        if rights:
            images.describe(image, rights=rights)
        canvas = Canvas.objects.filter(paintings__image=image).first()
        if canvas is None:
            canvas = Canvas.objects.create(manifest=manifest, position=position, source_layer=picture.description)
            Painting.objects.create(canvas=canvas, image=image)
            return True
        wanted = {"manifest_id": manifest.pk, "position": position, "source_layer": picture.description}
        if all(getattr(canvas, name) == value for name, value in wanted.items()):
            return False
        if canvas.manifest_id != manifest.pk:
            services.touch(canvas.manifest)
        Canvas.objects.filter(pk=canvas.pk).update(**wanted)
        return True

    def _put_image(self, picture: PictureNode) -> uuid.UUID | None:
        """Register, replace, move or leave alone, and say so in the report. None: it cannot be read just now."""
        path, file, known = picture.path, self.files.get(picture.path), self.known.get(picture.path)
        if file is None:
            if known and known.missing:
                images.touch(known.image, known.as_file())
            if known:
                self.report.unchanged.append(path)
            return known.image if known else None
        if was := self.moves.get(path):
            images.move(was.image, path, file, actor=ACTOR)
            self.report.moved.append((was.external_id, path))
            return was.image
        if known is None:
            self.report.new.append(path)
            return self._register(picture, file)
        if known.digest == file.digest:
            images.touch(known.image, file)
            self.report.unchanged.append(path)
        else:
            images.replace(known.image, file, actor=ACTOR, batch=self.batch)
            self.report.replaced.append(path)
        return known.image

    def _register(self, picture: PictureNode, file: SourceFile) -> uuid.UUID:
        try:
            with transaction.atomic():
                return images.register(
                    self.source, picture.path, file, actor=ACTOR, identifier=picture.identifier, batch=self.batch
                ).pk
        except SourceFault as fault:
            self.report.warnings.append(f"{picture.path}: {fault.sentence}")
            return images.register(self.source, picture.path, file, actor=ACTOR, batch=self.batch).pk

    def _places(self, manifest: Manifest, node: ManifestNode) -> dict[str, int]:
        """The place of every picture on disk, when pages whose file is missing stay where they were among them."""
        order: list[str | None] = [picture.path for picture in node.pictures]
        missing = [known.image for known in self.vanished.values()]
        for canvas in manifest.canvases.filter(paintings__image__in=missing).order_by("position"):
            order.insert(min(canvas.position, len(order)), None)
        return {path: place for place, path in enumerate(order) if path is not None}

    def _keep_copies(self, node: ManifestNode) -> None:
        """With --copy: the source's bytes go into our own store."""
        for picture in node.pictures:
            file = self.files.get(picture.path)
            if file is None:
                continue
            known = images.known_files(self.source)[picture.path]
            key = source_key(known.image, file.digest)
            store("sources").put(key, (self.root / picture.path).read_bytes())
            images.keep_copy(known.image, key)

    def _say_missing(self) -> None:
        for path, known in sorted(self.vanished.items()):
            images.report_missing(known.image, actor=ACTOR)
            self.report.missing.append(path)


def root_id(root: Path) -> uuid.UUID:
    """The id in the root's marker file, made at the first import; made of the path where we may not write."""
    marker = root / MARKER
    try:
        return uuid.UUID(marker.read_text().strip())
    except (FileNotFoundError, ValueError):
        pass
    made = uuid.uuid4()
    try:
        marker.write_text(f"{made}\n")
    except OSError:
        return uuid.uuid5(uuid.NAMESPACE_URL, root.as_uri())
    return made


def manifests_in(node: CollectionNode) -> Iterable[ManifestNode]:
    for member in node.members:
        if isinstance(member, ManifestNode):
            yield member
        else:
            yield from manifests_in(member)


def collections_in(node: CollectionNode) -> Iterable[CollectionNode]:
    yield node
    for member in node.members:
        if isinstance(member, CollectionNode):
            yield from collections_in(member)


def _most_alike(candidates: list[KnownFile], path: str) -> KnownFile:
    """Of several vanished files with these bytes, the one with the same name, else the first."""
    name = Path(path).name
    same_name = [known for known in candidates if Path(known.external_id).name == name]
    return (same_name or candidates)[0]


def _changed_parents(was: str, now: str) -> Iterable[tuple[str, str]]:
    """Pairs of collection ids above two places while the names below agree: a/x/p, b/x/p: (a/x/, b/x/), (a/, b/)."""
    old, new = was.split("/"), now.split("/")
    while old and new:
        last_old, last_new = old.pop(), new.pop()
        if old and new and last_old == last_new:
            yield "/".join(old) + "/", "/".join(new) + "/"
        else:
            return
