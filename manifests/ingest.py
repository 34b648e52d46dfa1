"""Bring a folder of pictures in: what is new, changed, moved, missing; each manifest in one transaction."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault
from gcis.jobs.models import Batch
from images import services as images
from images.addresses import source_key
from images.services import SourceFile
from manifests import services
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from manifests.payload.folder import Listing, plan, scan, unused_rows
from manifests.payload.moves import most_common, moved, parents
from manifests.payload.shapes import CollectionNode, ManifestNode, PictureNode
from manifests.payload.table import Table, read_table

#: The file in an import root that says which root it is, wherever it lies.
MARKER = ".gcis-root"
ACTOR = "folder import"
#: So many pictures are written in one transaction.
STEP = 100


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
        self._look_at(tree)
        self._follow(tree)
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

    def _look_at(self, tree: CollectionNode) -> None:
        """What lies at every path now, by digest. Files that look as they did are not read again."""
        pictures = {picture.path: picture for node in manifests_in(tree) for picture in node.pictures}
        vanished = [known for path, known in self.known.items() if path not in pictures]
        # Renamed over one another, files may differ in nothing but their bytes: archives give all the same time.
        doubtful = {(known.size, known.mtime_ns) for known in vanished}
        self.files: dict[str, SourceFile] = {}
        self.digests: dict[str, str] = {}
        if not self.known:
            return  # nothing can have moved: every file is looked at when its turn comes, and the first are seen early
        for path, picture in pictures.items():
            known, looks = self.known.get(path), (picture.size, picture.mtime_ns)
            if known:
                self.digests[path] = known.digest
            if known and not known.missing and (known.size, known.mtime_ns) == looks and looks not in doubtful:
                continue
            if file := self._look(picture):
                self.files[path] = file
                self.digests[path] = file.digest

    def _look_at_new(self, pictures: Sequence[PictureNode]) -> None:
        """At a first import, read what is about to be written; outside of any transaction."""
        if self.known:
            return
        for picture in pictures:
            if file := self._look(picture):
                self.files[picture.path] = file

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

    # ----------------------------------------------------------------------------------------------------- following
    @transaction.atomic
    def _follow(self, tree: CollectionNode) -> None:
        """Pictures that lie elsewhere now keep all that they have, and so do their manifests and collections."""
        places = moved({path: known.digest for path, known in self.known.items()}, self.digests)
        self.moves = {now: self.known[was] for now, was in places.items()}
        gone = set(places.values())
        self.here = {path: known for path, known in self.known.items() if path not in gone} | self.moves
        self.vanished = {path: known for path, known in self.here.items() if path not in self.digests}
        if self.moves:
            images.move({was.image: (now, self.files[now]) for now, was in self.moves.items()}, actor=ACTOR)
            self._follow_manifests(tree)

    def _follow_manifests(self, tree: CollectionNode) -> None:
        """A manifest goes where most of its pictures went, and a collection where most of its manifests went."""
        held = Painting.objects.filter(canvas__manifest__source=self.source)
        holders = dict(held.values_list("image", "canvas__manifest__external_id"))
        origins: dict[str, str] = {}
        above: dict[str, list[str]] = defaultdict(list)
        for node in manifests_in(tree):
            pictures = [self.here[picture.path].image for picture in node.pictures if picture.path in self.here]
            if holding := [holders[image] for image in pictures if image in holders]:
                origins[node.external_id] = most_common(holding, node.external_id)
                for was, now in parents(origins[node.external_id], node.external_id):
                    above[now].append(was)
        collections = {node.external_id for node in collections_in(tree)}
        origins_above = {now: most_common(was, now) for now, was in above.items() if now in collections}
        for model, places in ((Manifest, origins), (Collection, origins_above)):
            known = model.objects.filter(source=self.source).values_list("external_id", flat=True)
            services.rename_keys(model, self.source, moved({place: place for place in known}, places))

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
        """In steps, each a transaction: the rest of the house never waits for a whole folder to be written."""
        images_here: dict[str, uuid.UUID | None] = {}
        manifest: Manifest | None = None
        for start in range(0, len(node.pictures), STEP):
            step = node.pictures[start : start + STEP]
            self._look_at_new(step)
            with transaction.atomic():
                manifest, changed = self._put(Manifest, node)
                changed |= self._put_pictures(manifest, node, step, images_here)
                if changed:
                    services.touch(manifest)
        assert manifest, "plan() makes no manifest without pictures"
        if self.copy:
            self._keep_copies(images_here)
        return manifest

    def _put_pictures(
        self,
        manifest: Manifest,
        node: ManifestNode,
        step: Sequence[PictureNode],
        images_here: dict[str, uuid.UUID | None],
    ) -> bool:
        """The images and canvases of one step. True when the manifest's document changes by them."""
        painted = Painting.objects.filter(canvas__manifest=manifest).select_related("canvas")
        canvases = {painting.image: painting.canvas for painting in painted.order_by("canvas__position")}
        places = self._places(canvases, node)
        changed = False
        for picture in step:
            image = images_here[picture.path] = self._put_image(picture)
            if image:
                changed |= self._put_canvas(manifest, image, canvases.get(image), picture, places[picture.path])
        return changed

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

    def _put_canvas(
        self, manifest: Manifest, image: uuid.UUID, canvas: Canvas | None, picture: PictureNode, position: int
    ) -> bool:
        """The picture's canvas at its place in the manifest. True when the manifest's document changes by it."""
        if canvas is None:  # the picture is new, or was in another manifest
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
        """Register, replace or leave alone, and say so in the report. None: it is new and cannot be read just now."""
        path, file, known = picture.path, self.files.get(picture.path), self.here.get(picture.path)
        if known is None:
            return self._register(picture, file) if file else None
        if path in self.moves:
            self.report.moved.append((known.external_id, path))
        elif file is None:
            self.report.unchanged.append(path)
        elif known.digest == file.digest:
            images.touch(known.image, file, actor=ACTOR)
            self.report.unchanged.append(path)
        else:
            images.replace(known.image, file, actor=ACTOR, batch=self.batch)
            self.report.replaced.append(path)
        if known.rights != _rights(picture):
            images.describe(known.image, rights=_rights(picture))
        return known.image

    def _register(self, picture: PictureNode, file: SourceFile) -> uuid.UUID:
        self.report.new.append(picture.path)
        given: dict[str, Any] = {"actor": ACTOR, "rights": _rights(picture), "batch": self.batch}
        try:
            with transaction.atomic():
                made = images.register(self.source, picture.path, file, identifier=picture.identifier, **given)
        except SourceFault as fault:
            self.report.warnings.append(f"{picture.path}: {fault.sentence}")
            made = images.register(self.source, picture.path, file, **given)
        return made.pk

    def _places(self, canvases: dict[uuid.UUID, Canvas], node: ManifestNode) -> dict[str, int]:
        """The place of every picture on disk, when pages whose file is missing stay where they were among them."""
        order: list[str | None] = [picture.path for picture in node.pictures]
        missing = {known.image for known in self.vanished.values()}
        for image, canvas in canvases.items():
            if image in missing:
                order.insert(min(canvas.position, len(order)), None)
        return {path: place for place, path in enumerate(order) if path is not None}

    def _keep_copies(self, pictures: dict[str, uuid.UUID | None]) -> None:
        """With --copy: the source's bytes go into our own store, if they are still those that were seen."""
        for path, image in pictures.items():
            file = self.files.get(path)
            if image is None or file is None:
                continue
            try:
                data = (self.root / path).read_bytes()
            except OSError as error:
                self.report.warnings.append(f"{path} cannot be copied: {error.strerror}.")
                continue
            if hashlib.sha256(data).hexdigest() == file.digest:
                key = source_key(image, file.digest)
                store("sources").put(key, data)
                images.keep_copy(image, key)

    def _say_missing(self) -> None:
        for path, known in sorted(self.vanished.items()):
            images.report_missing(known.image, actor=ACTOR)
            self.report.missing.append(path)


def root_id(root: Path) -> uuid.UUID:
    """The id in the root's marker file, made at the first import; made of the path where we may not write."""
    marker = root / MARKER
    if not root.is_dir():
        raise SourceFault("folder", f"The folder {root} cannot be read: it is not there.")
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


def _rights(picture: PictureNode) -> str:
    rights: str = picture.description.get("rights", "")
    return rights
