"""Bring a folder of pictures in: what is new, changed, moved, missing; each manifest in one transaction."""

import os
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.core.blobs.streams import pour
from gcis.core.errors import SourceFault
from gcis.jobs.models import Batch
from images import services as images
from images import sources
from images.addresses import source_key
from images.services import SourceFile
from manifests import access, following, services
from manifests.inheritance import hold, pictures_of
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from manifests.payload.folder import scan
from manifests.payload.moves import most_common, moved, parents
from manifests.payload.shapes import CollectionNode, ManifestNode, PictureNode
from manifests.survey import Report, Survey, Verdict, collections_in, manifests_in

#: The file in an import root that says which root it is, wherever it lies.
MARKER = ".gcis-root"
ACTOR = "folder import"
#: So many pictures are written in one transaction.
STEP = 100


class FolderImport:
    """One import of one root. `run` may be called again and again; only differences cause work."""

    def __init__(self, root: Path, batch: Batch, *, copy: bool = False, actor: str = ACTOR) -> None:
        self.root = root
        self.batch = batch
        self.copy = copy
        self.actor = actor
        self.report = Report()
        self.source = images.folder_source(root_id(root), root)

    def run(self) -> Report:
        self.seen = survey(self.root, self.source, self.report)
        self._follow()
        self._put_collection(self.seen.tree)
        self._say_missing()
        return self.report

    # ----------------------------------------------------------------------------------------------------- following
    @transaction.atomic
    def _follow(self) -> None:
        """Pictures that lie elsewhere now keep all that they have, and so do their manifests and collections."""
        if moves := self.seen.moves:
            images.move({was.image: (now, self.seen.files[now]) for now, was in moves.items()}, actor=self.actor)
            self._follow_manifests(self.seen.tree)

    def _follow_manifests(self, tree: CollectionNode) -> None:
        """A manifest goes where most of its pictures went, and a collection where most of its manifests went."""
        held = Painting.pictures.filter(canvas__manifest__source=self.source)
        holders = dict(held.values_list("image", "canvas__manifest__external_id"))
        here = self.seen.here
        origins: dict[str, str] = {}
        above: dict[str, list[str]] = defaultdict(list)
        for node in manifests_in(tree):
            pictures = [here[picture.path].image for picture in node.pictures if picture.path in here]
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
            services.lock_all([record, *members])
            changed = services.put_members(record, members)
            if changed:
                services.touch(record)
            for other in members:
                if services.drop_member(other, record) or changed:
                    access.settle_and_touch(other)
        return record

    def _put_manifest(self, node: ManifestNode) -> Manifest:
        """In steps, each a transaction: the rest of the house never waits for a whole folder to be written."""
        images_here: dict[str, uuid.UUID | None] = {}
        manifest: Manifest | None = None
        for start in range(0, len(node.pictures), STEP):
            step = node.pictures[start : start + STEP]
            self.seen.look_at_new(step)
            with transaction.atomic():
                self._hold(node, step)
                manifest, changed = self._put(Manifest, node)
                changed |= self._put_pictures(manifest, node, step, images_here)
                if changed:
                    access.settle_pictures(manifest)
                    services.touch(manifest)
        assert manifest, "plan() makes no manifest without pictures"
        if self.copy:
            self._keep_copies(images_here)
        return manifest

    def _hold(self, node: ManifestNode, step: Sequence[PictureNode]) -> None:
        """What the step may change, in the order of all locks: pictures, then what shows them now and will."""
        if not any(picture.path in self.seen.files for picture in step):
            return  # nothing about the pictures is new
        known = [self.seen.here[picture.path].image for picture in step if picture.path in self.seen.here]
        showing = Manifest.objects.filter(canvases__paintings__image__in=known)
        ours = Manifest.objects.filter(source=self.source, external_id=node.external_id)
        manifests = list({*showing, *ours})
        hold(lambda: {*known, *following.behind(known), *pictures_of(manifests)})
        services.lock_all(manifests)

    def _put_pictures(
        self,
        manifest: Manifest,
        node: ManifestNode,
        step: Sequence[PictureNode],
        images_here: dict[str, uuid.UUID | None],
    ) -> bool:
        """The images and canvases of one step. True when the manifest's document changes by them."""
        painted = Painting.pictures.filter(canvas__manifest=manifest).select_related("canvas")
        canvases = {
            painting.image: painting.canvas for painting in painted.order_by("canvas__position") if painting.image
        }
        places = self._places(canvases, node, images_here)
        changed = False
        for picture in step:
            image = images_here[picture.path] = self._put_image(picture)
            if image:
                changed |= self._put_canvas(manifest, image, canvases.get(image), picture, places[picture.path])
        if changed:
            following.follow(services.lock(manifest), by_source=True)
        return changed

    def _put(self, model: type[Manifest] | type[Collection], node: ManifestNode | CollectionNode) -> tuple[Any, bool]:
        """The record; with a minted name and a warning when the one that the table gives cannot be had."""
        options = {"actor": self.actor, "publish_when": Published.PublishWhen.FIRST}
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
            following.take_along(image, canvas.manifest, manifest)
        Canvas.objects.filter(pk=canvas.pk).update(**wanted)
        return True

    def _put_image(self, picture: PictureNode) -> uuid.UUID | None:
        """Register, replace or leave alone, and say so in the report. None: it is new and cannot be read just now."""
        path, file, known = picture.path, self.seen.files.get(picture.path), self.seen.here.get(picture.path)
        verdict = self.seen.verdict(path)
        if known is None:
            return self._register(picture, file) if file else None
        if verdict is Verdict.MOVED:
            self.report.moved.append((known.external_id, path))
        elif verdict is Verdict.REPLACED:
            assert file, "only what was read can differ"
            images.replace(known.image, file, actor=self.actor, batch=self.batch)
            self.report.replaced.append(path)
        else:
            if file:
                images.touch(known.image, file, actor=self.actor)
            self.report.unchanged.append(path)
        if known.rights != _rights(picture):
            images.describe(known.image, rights=_rights(picture))
        return known.image

    def _register(self, picture: PictureNode, file: SourceFile) -> uuid.UUID:
        self.report.new.append(picture.path)
        given: dict[str, Any] = {"actor": self.actor, "rights": _rights(picture), "batch": self.batch}
        try:
            with transaction.atomic():
                made = images.register(self.source, picture.path, file, identifier=picture.identifier, **given)
        except SourceFault as fault:
            self.report.warnings.append(f"{picture.path}: {fault.sentence}")
            made = images.register(self.source, picture.path, file, **given)
        return made.pk

    def _places(
        self, canvases: dict[uuid.UUID, Canvas], node: ManifestNode, images_here: dict[str, uuid.UUID | None]
    ) -> dict[str, int]:
        """The place of every picture on disk, when pages whose file is missing stay where they were among them.

        Behind a file of several pages there is room for all of them.
        """
        known = {path: image for path, image in images_here.items() if image}
        known |= {each.path: self.seen.here[each.path].image for each in node.pictures if each.path in self.seen.here}
        room = following.room({*canvases, *known.values()})
        order: list[str | None] = []
        for picture in node.pictures:
            behind = room.get(known[picture.path], 0) if picture.path in known else 0
            order += [picture.path, *[None] * behind]
        missing = {vanished.image for vanished in self.seen.vanished.values()}
        for image, canvas in canvases.items():
            if image in missing:
                place = min(canvas.position, len(order))
                order[place:place] = [None] * (1 + room.get(image, 0))
        return {path: place for place, path in enumerate(order) if path is not None}

    def _keep_copies(self, pictures: dict[str, uuid.UUID | None]) -> None:
        """With --copy: the source's bytes go into our own store, if they are still those that were seen."""
        for path, image in pictures.items():
            file = self.seen.files.get(path)
            if image is None or file is None:
                continue
            with _waiting() as copied:
                try:
                    with (self.root / path).open("rb") as reading, copied.open("xb") as writing:
                        found = pour(reading, writing)
                except OSError as error:
                    self.report.warnings.append(f"{path} cannot be copied: {error.strerror}.")
                    continue
                if found.digest == file.digest:
                    key = source_key(image, file.digest)
                    store("sources").adopt(key, copied)
                    images.keep_copy(image, key)

    def _say_missing(self) -> None:
        for path, known in sorted(self.seen.vanished.items()):
            images.report_missing(known.image, actor=self.actor)
            self.report.missing.append(path)


@contextmanager
def _waiting() -> Iterator[Path]:
    """A name beside the files that are being sent, for one that is being copied; what is left of it is removed."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.upload"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def preview(root: Path) -> Report:
    """What an import of the root would report now of its files. Writes nothing, not even the marker.

    Names that cannot be had are found out by writing only; SourceFault when the root cannot be read.
    """
    key = _known_id(root)
    source = sources.find(str(key)) if key else None
    return survey(root, source, Report()).forecast()


def survey(root: Path, source: Any, report: Report) -> Survey:
    """The root as it lies there now, beside what is known of its source (None: nothing)."""
    listing = scan(root)
    if source is None:
        return Survey(root, listing, {}, {}, report)
    return Survey(root, listing, images.known_files(source), _fixed_kinds(source), report)


def _fixed_kinds(source: Any) -> dict[str, str]:
    """What each folder became when it was first imported."""
    kinds = {}
    for external_id in Manifest.objects.filter(source=source).values_list("external_id", flat=True):
        kinds[external_id] = "manifest"
    for external_id in Collection.objects.filter(source=source).values_list("external_id", flat=True):
        kinds[external_id.rstrip("/")] = "collection"
    return kinds


def root_id(root: Path) -> uuid.UUID:
    """The id in the root's marker file, made at the first import; made of the path where we may not write."""
    if known := _marked(root):
        return known
    made = uuid.uuid4()
    try:
        (root / MARKER).write_text(f"{made}\n")
    except OSError:
        return _id_by_path(root)
    return made


def _known_id(root: Path) -> uuid.UUID | None:
    """The id under which an import would know the root; None when it would make a new one."""
    return _marked(root) or (None if os.access(root, os.W_OK) else _id_by_path(root))


def _marked(root: Path) -> uuid.UUID | None:
    if not root.is_dir():
        raise SourceFault("folder", f"The folder {root} cannot be read: it is not there.")
    try:
        return uuid.UUID((root / MARKER).read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def _id_by_path(root: Path) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, root.as_uri())


def _rights(picture: PictureNode) -> str:
    rights: str = picture.description.get("rights", "")
    return rights
