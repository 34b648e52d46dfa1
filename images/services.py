"""Every transition of an image, and the questions others may ask about images. Only this module saves them."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q

from gcis.core.blobs.protocol import Stored, Tell
from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.ids import mint
from gcis.events import services as events
from gcis.jobs import services as jobs
from gcis.jobs.claims import Superseded
from gcis.jobs.models import Batch, Job
from images import addresses, caches, files
from images.facts import ImageFacts
from images.iiif.derivative import Derivative
from images.lastknown import images_by_name
from images.models import AccessMaster, Image, Source
from redirects import services as names
from redirects.models import Identifier

CONVERT = "images.convert"
#: Sources of more bytes than this are heavy work: they leave room for others (gcis/jobs/room.py, docs/throughput.md).
HEAVY = 100_000_000
#: A conversion that ended so is tried again when the file is there again: nothing is wrong with the picture itself.
OUT_OF_REACH = ("source_missing", "source_unreadable", "folder_missing")
#: Images whose newest request has neither succeeded nor failed.
PENDING = Q(withdrawn=None, converted__lt=F("wanted"), failed__lt=F("wanted"))
#: Images that somebody named and nobody has sent yet.
EXPECTED = Q(withdrawn=None, wanted=0)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source as it was seen: its name for people, sha256, bytes, and time of change in nanoseconds.

    `copy_key` is where we keep it, `url` where it is to be fetched (then nothing else is known of it yet); with neither
    it lies in the folder of its source.
    """

    name: str
    digest: str = ""
    size: int = 0
    mtime_ns: int = 0
    copy_key: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A source as we know it: which image it belongs to, what it looked like when it was last seen, its word on rights.

    `missing`: it could not be found or read when it was last wanted.
    """

    image: UUID
    external_id: str
    digest: str
    size: int
    mtime_ns: int
    rights: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A stored access master and how it came about.

    `embedded` is what the master has of the source's EXIF, IPTC and XMP, as names and values. `copy_key` is where the
    source was put if it had to be fetched, and `copy_size` its bytes.
    """

    key: str
    digest: str
    size: int
    width: int
    height: int
    levels: list[list[int]]
    recipe: str
    recipe_version: int
    source_digest: str
    provenance: dict[str, Any]
    embedded: dict[str, Any] = dataclasses.field(default_factory=dict)
    copy_key: str = ""
    copy_size: int = 0

    @property
    def pages(self) -> int:
        """How many pages the source has."""
        return int(self.provenance.get("found", {}).get("pages", 1))


# ------------------------------------------------------------------------------------------------------------ questions
def find(identifier: str) -> ImageFacts | None:
    """The image of that name, withdrawn or not ready ones too; None for a name nobody has.

    While the database cannot answer, what the public had of it last; Unavailable where that is not known.
    """
    return images_by_name.ask(identifier, lambda: _find(identifier))


def _find(identifier: str) -> ImageFacts | None:
    name = names.visit(Identifier.Kind.IMAGE, identifier)
    if name is None:
        return None
    image = Image.objects.select_related("current").filter(pk=name.resource).first()
    return dataclasses.replace(_facts(image, name.current), in_place=name.in_place) if image else None


def facts(ids: Iterable[UUID]) -> dict[UUID, ImageFacts]:
    """What is known about these images, in a constant number of queries per thousand."""
    wanted = list(ids)
    found = names.current(wanted)
    answer: dict[UUID, ImageFacts] = {}
    for start in range(0, len(wanted), 1000):
        for image in Image.objects.select_related("current").filter(pk__in=wanted[start : start + 1000]):
            answer[image.pk] = _facts(image, found.get(image.pk, str(image.pk)))
    return answer


def known_files(source: Source) -> dict[str, KnownFile]:
    """Every file of a source by its external id, as its page 0 knows it."""
    unreached = Q(failed=F("wanted"), error_code__in=OUT_OF_REACH)
    others = Image.objects.filter(unreached, source=source, external_id=OuterRef("external_id"), page__gt=0)
    lost = Q(missing_since__isnull=False) | unreached | Q(pages__gt=1) & Exists(others)
    rows = Image.objects.filter(source=source, page=0).values_list(
        "pk", "external_id", "digest", "size", "mtime_ns", "rights_source", ExpressionWrapper(lost, BooleanField())
    )
    return {row[1]: KnownFile(*row) for row in rows}


def unfinished(ids: Iterable[UUID]) -> int:
    """How many of these images still wait to be sent, for a conversion to end, or for the pages behind them."""
    paging = Job.objects.filter(kind=files.PAGES, subject=OuterRef("pk"), state__in=Job.LIVE)
    return Image.objects.filter(PENDING | EXPECTED | Q(Exists(paging)), pk__in=list(ids)).count()


def waiting() -> int:
    """How many images of all wait for a conversion to end."""
    return Image.objects.filter(PENDING).count()


def usable(ids: Iterable[UUID]) -> bool:
    """Whether at least one of these images can be shown."""
    return Image.objects.filter(pk__in=list(ids), withdrawn=None, current__isnull=False).exists()


def master_path(image: ImageFacts) -> Path:
    """The access master as a file on this host: the store's own, else a copy of it."""
    path = store("masters").local_path(image.master_key)
    if path is not None:
        return path
    try:
        return caches.master_copy(image.master_key, image.digest)
    except FileNotFoundError:
        raise Unavailable("master_missing", "The picture is not at hand just now. Please try again.") from None


def opened_master(image: ImageFacts, asked: Derivative, skip: int) -> caches.Opened:
    """The access master without its so many largest levels, ready for this to be made of it.

    Mostly that is at once, also where it lies elsewhere and its copy is still on its way to this host.
    """
    try:
        return caches.opened(image.master_key, image.digest).without(skip).within_reach(asked)
    except FileNotFoundError:
        raise Unavailable("master_missing", "The picture is not at hand just now. Please try again.") from None


def fetch_copy(image: Image, target: Path, tell: Tell) -> Stored:
    """The kept copy of the source into the file `target`; `tell` may end it."""
    try:
        return store("sources").fetch(image.copy_key, target, tell)
    except FileNotFoundError:
        sentence = f"The kept copy of {image.file_name} is not at hand just now."
        raise Unavailable("copy_missing", sentence) from None


def source_path(image: Image) -> Path:
    """Where the bytes of the source lie in a folder of this host. What we keep a copy of: `fetch_copy`."""
    if image.source.kind != Source.Kind.FOLDER:
        raise SourceFault("not_sent", f"{image.file_name} has to be sent again: there are no bytes of it.")
    folder = Path(image.source.location)
    if not folder.is_dir():
        raise Unavailable("folder_missing", f"The folder {folder} is not at hand just now.")
    return folder / image.external_id


# ---------------------------------------------------------------------------------------------------------- transitions
def lock(image_id: UUID) -> Image:
    """The image, ours alone until the transaction ends."""
    return Image.objects.select_for_update(no_key=True).get(pk=image_id)


@transaction.atomic
def folder_source(key: UUID, folder: Path) -> Source:
    """The import root of that id, now lying at `folder`."""
    seen = {"kind": Source.Kind.FOLDER, "name": folder.name or str(folder), "location": str(folder)}
    known = Source.objects.filter(pk=key, **seen).first()
    return (
        known or Source.objects.update_or_create(pk=key, defaults=seen, create_defaults={**seen, "slug": str(key)})[0]
    )


@transaction.atomic
def register(
    source: Source,
    external_id: str,
    file: SourceFile | None,
    *,
    actor: str,
    key: UUID | None = None,
    identifier: str | None = None,
    rights: str = "",
    recipe: str = "",
    batch: Batch | None = None,
) -> Image:
    """A picture we have not seen: record it, name it, have it converted. Without a file it is expected, no more."""
    key = key or mint()
    name = file.name if file else external_id.rstrip("/").rsplit("/", 1)[-1]
    image = Image.objects.create(
        pk=key,
        source=source,
        external_id=external_id,
        file_name=name[:300],
        rights_source=rights,
        recipe=recipe,
        **(_placed(file) if file else {}),
    )
    names.register(Identifier.Kind.IMAGE, identifier or str(key), key, actor)
    events.record("image.registered", key, actor, external_id=external_id)
    if file:
        want(image, actor, batch)
    return image


@transaction.atomic
def replace(image_id: UUID, file: SourceFile, *, actor: str, batch: Batch | None = None) -> None:
    """The source has other bytes now: convert them; until that is done and verified the old picture serves."""
    image = lock(image_id)
    Image.objects.filter(pk=image_id).update(file_name=file.name[:300], missing_since=None, **_placed(file))
    image.size = file.size
    want(image, actor, batch)


@transaction.atomic
def convert_again(image_id: UUID, *, actor: str, batch: Batch | None = None, priority: int = 0) -> None:
    """Convert the source that is there once more; with a `priority` below 0 after all that is new."""
    image = lock(image_id)
    if image.withdrawn:
        raise SourceFault("withdrawn", f"{image.file_name} is withdrawn. Restore it first.")
    if not image.wanted:
        raise SourceFault("not_sent", f"{image.file_name} was announced, but never sent.")
    want(image, actor, batch, priority)


@transaction.atomic
def move(moves: Mapping[UUID, tuple[str, SourceFile]], *, actor: str) -> None:
    """The same bytes lie elsewhere now: at these external ids. Everything about the pictures stays, their names too.

    All of them leave before the first arrives, for they may have changed places with each other. Named are the files,
    by page 0; their other pages come along.
    """
    others = {page for pages in files.others(moves).values() for page in pages.values()}
    left = {key: row for key in sorted({*moves, *others}) if (row := lock(key)).page == 0}
    for key, row in left.items():
        Image.objects.filter(source=row.source_id, external_id=row.external_id).update(external_id=str(key))
    for key, (external_id, file) in moves.items():
        Image.objects.filter(source=left[key].source_id, external_id=str(key)).update(external_id=external_id)
        Image.objects.filter(pk=key).update(
            external_id=external_id, file_name=file.name, missing_since=None, revision=F("revision") + 1, **_seen(file)
        )
        events.record("image.moved", key, actor, was=left[key].external_id, now=external_id)
        want_if_lost(left[key], actor)
        _tell_pages(left[key], actor)


@transaction.atomic
def touch(image_id: UUID, file: SourceFile, *, actor: str) -> None:
    """The same bytes with another time stamp, or back after being missed."""
    image = lock(image_id)
    Image.objects.filter(pk=image_id).update(missing_since=None, **_seen(file))
    want_if_lost(image, actor)
    _tell_pages(image, actor)


@transaction.atomic
def report_missing(image_id: UUID, *, actor: str) -> None:
    """The source cannot be found any more. It is said, nothing is taken down."""
    if Image.objects.filter(pk=image_id, missing_since=None).update(missing_since=DbNow()):
        events.record("image.missing", image_id, actor)
        _tell_pages(lock(image_id), actor)


@transaction.atomic
def describe(image_id: UUID, *, rights: str) -> None:
    """The source's word on the rights in the picture; said of page 0 it is said of the file."""
    changed = Image.objects.filter(pk=image_id).exclude(rights_source=rights)
    if changed.update(rights_source=rights, revision=F("revision") + 1):
        _tell_pages(lock(image_id), "source")


def keep_copy(image_id: UUID, key: str) -> None:
    """The source's bytes were copied into the `sources` store."""
    Image.objects.filter(pk=image_id).update(copy_key=key)


def announce_master(image_id: UUID, made: Made) -> AccessMaster:
    """A master is about to be stored. Whatever becomes of its conversion, the collector will know of it."""
    return AccessMaster.objects.update_or_create(
        key=made.key,
        defaults={
            "image_id": image_id,
            "digest": made.digest,
            "size": made.size,
            "width": made.width,
            "height": made.height,
            "levels": made.levels,
            "recipe": made.recipe,
            "recipe_version": made.recipe_version,
            "source_digest": made.source_digest,
            "provenance": made.provenance,
        },
    )[0]


def commit_conversion(image_id: UUID, wanted: int, made: Made) -> None:
    """Point the image at its new master, unless something newer is wanted. Inside the job's final transaction."""
    image = lock(image_id)
    if image.wanted != wanted or image.withdrawn:
        raise Superseded
    Image.objects.filter(pk=image_id).update(
        current=announce_master(image_id, made),
        width=made.width,
        height=made.height,
        digest=made.source_digest,
        embedded=made.embedded,
        **({"copy_key": made.copy_key, "size": made.copy_size} if made.copy_key else {}),
        **({} if image.page else {"pages": made.pages}),
        generation=F("generation") + 1,
        converted=wanted,
        error_code="",
        error_text="",
    )
    if not image.page and max(made.pages, image.pages) > 1:
        # Before anybody hears that it is ready: what shows it waits for its pages too.
        batch = Batch.objects.filter(jobs__key=_conversion_key(image_id, wanted)).first()
        files.have_pages_follow(image, "conversion", batch)
    events.record("image.ready", image_id, "conversion", master=made.digest, replaced=image.current_id is not None)


def fail_conversion(image_id: UUID, wanted: int, code: str, sentence: str) -> None:
    """The wanted source could not be used; what serves goes on serving. Inside the final transaction."""
    image = lock(image_id)
    if image.wanted == wanted:
        Image.objects.filter(pk=image_id).update(failed=wanted, error_code=code, error_text=sentence)
        events.record("image.failed", image_id, "conversion", code=code, sentence=sentence)


@transaction.atomic
def collect_master(key: str) -> bool:
    """Delete a stored master that nothing points at and nobody works on. True when it was deleted."""
    image = Image.objects.select_for_update().filter(pk=addresses.image_of_master(key)).first()
    if image and (jobs.live(CONVERT, [image.pk]) or AccessMaster.objects.filter(key=key, current_of=image).exists()):
        return False
    AccessMaster.objects.filter(key=key).delete()
    store("masters").delete(key)
    return True


def collect_masters(older_than: float) -> int:
    """Delete the masters that serve no longer and were made more than `older_than` seconds ago. Returns how many.

    Only what a record of ours names is ever deleted: who is pointed at the wrong store harms nobody.
    """
    unused = AccessMaster.objects.filter(current_of=None, created__lt=DbNow(-older_than))
    return sum(collect_master(key) for key in unused.values_list("key", flat=True).iterator())


# -------------------------------------------------------------------------------------------------------------- helpers
def _seen(file: SourceFile) -> dict[str, Any]:
    return {"digest": file.digest, "size": file.size, "mtime_ns": file.mtime_ns}


def _placed(file: SourceFile) -> dict[str, Any]:
    """New bytes, and where they are. A copy that was kept is of the bytes before."""
    return {**_seen(file), "copy_key": file.copy_key, "url": file.url}


def want(image: Image, actor: str, batch: Batch | None = None, priority: int = 0) -> None:
    """Have the locked image converted.

    Newest wins: older requests that nobody has begun end here, those under way find out at their commit.
    """
    wanted = image.wanted + 1
    Image.objects.filter(pk=image.pk).update(wanted=wanted, revision=F("revision") + 1)
    jobs.supersede_queued(CONVERT, image.pk)
    key, args = _conversion_key(image.pk, wanted), {"wanted": wanted}
    jobs.add(CONVERT, key, image.pk, args=args, batch=batch, priority=priority, heavy=image.size > HEAVY)
    events.record("image.wanted", image.pk, actor, wanted=wanted)


def want_if_lost(image: Image, actor: str) -> None:
    """Its last conversion found no file; now there is one."""
    if image.failed == image.wanted and image.error_code in OUT_OF_REACH:
        want(image, actor, None)


def _tell_pages(image: Image, actor: str) -> None:
    """What was said of page 0 counts for the other pages of its file."""
    if not image.page and image.pages > 1:
        files.have_pages_follow(image, actor)


def _conversion_key(image_id: UUID, wanted: int) -> str:
    return f"convert:{image_id}:{wanted}"


def _facts(image: Image, identifier: str) -> ImageFacts:
    master = image.current
    common: dict[str, Any] = {
        "id": image.pk,
        "identifier": identifier,
        "state": image.state.value,
        "rights": image.rights_curated or image.rights_source,
        "credit": image.credit,
        "reason": image.withdrawn_reason if image.withdrawn else image.error_text,
        "file_name": image.file_name,
        "generation": image.generation,
        "withdrawn": image.withdrawn,
        "policy": image.policy,
    }
    if master is None:
        return ImageFacts(**common)
    return ImageFacts(
        **common,
        width=master.width,
        height=master.height,
        levels=tuple((w, h, tile_w, tile_h) for w, h, tile_w, tile_h in master.levels),
        master_key=master.key,
        digest=master.digest,
    )
