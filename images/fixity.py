"""Are the bytes that we keep those that were stored? Re-hashed bit by bit, repaired once, then somebody is told."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from gcis.core.blobs.protocol import CHUNK, Damaged
from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.core.errors import SourceFault, Unavailable
from gcis.events import services as events
from gcis.jobs import services as jobs
from gcis.upkeep.services import SWEEP
from images import files, services
from images.models import AccessMaster, Damage, Image, Source
from images.refetch import refetch

log = structlog.get_logger(__name__)

FIXITY = "images.fixity"
INTACT, DAMAGED, MISSING, REPAIRED = "intact", Damage.DAMAGED.value, Damage.MISSING.value, "repaired"
MASTER, COPY = "master", "source"
#: Things that are read from the database at a time, the oldest checks first.
AT_A_TIME = 100
#: What happens to an image after which marked bytes of it are looked at again.
IMAGE_EVENTS = ("image.ready", "image.failed")
Pulse = Callable[[], None]
_STORES = {MASTER: "masters", COPY: "sources"}


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """Bytes that we keep of an image: its access master, or the copy of its source. Ordered by their last check."""

    checked: datetime
    key: str
    what: str
    image: UUID
    digest: str
    size: int
    #: How they were found before: empty where nothing is known to be wrong.
    known: str


def digest_of_copy(key: str) -> str:
    """The sha256 that a kept source must have: its key begins with it."""
    return key.rsplit("/", 1)[-1].partition("-")[0]


# ------------------------------------------------------------------------------------------------------ which, and when
def masters(**which: Any) -> Iterator[Held]:
    rows = AccessMaster.objects.filter(current_of__isnull=False, **which).order_by("checked_at", "pk")
    for checked, key, image, digest, size, known in rows.values_list(
        "checked_at", "key", "image_id", "digest", "size", "damaged"
    )[:AT_A_TIME]:
        yield Held(checked, key, MASTER, image, digest, size, known)


def copies(**which: Any) -> Iterator[Held]:
    rows = Image.objects.filter(**which).exclude(copy_key="").order_by("copy_checked_at", "pk")
    for checked, key, image, size, known in rows.values_list(
        "copy_checked_at", "copy_key", "pk", "size", "copy_damaged"
    )[:AT_A_TIME]:
        yield Held(checked, key, COPY, image, digest_of_copy(key), size, known)


def of_image(image: UUID) -> list[Held]:
    """What we keep of one image."""
    return [*masters(image=image), *copies(pk=image)]


def marked() -> tuple[QuerySet[AccessMaster], QuerySet[Image]]:
    """The masters that serve, and the images of kept sources, that are known to be damaged or missing."""
    return (
        AccessMaster.objects.filter(current_of__isnull=False).exclude(damaged=""),
        Image.objects.exclude(copy_damaged=""),
    )


# ------------------------------------------------------------------------------------------------------------ one check
def check(held: Held, *, actor: str = SWEEP, again: bool = False, pulse: Pulse = lambda: None) -> str:
    """Re-hash it, write down what was found, and have it repaired once. Returns how it was found.

    `again`: repair it although that was tried before, since a person asks for it.
    """
    found = _hashed_twice(held, pulse)
    said = _write_down(held, found, actor)
    if said not in (DAMAGED, MISSING):
        return said
    log.warning("master.checked" if held.what == MASTER else "source.checked", outcome=said, key=held.key)
    if held.known and not again:
        if not is_under_way(held.image):
            _alarm(held, said, "It was tried to repair it, and that has not helped.", actor)
        return said
    try:
        (_repair_master if held.what == MASTER else _repair_copy)(held.image, actor, pulse)
    except (SourceFault, Unavailable) as fault:
        _alarm(held, said, fault.sentence, actor)
    return said


def _hashed_twice(held: Held, pulse: Pulse) -> str:
    """What is wrong once may have gone wrong on its way to us."""
    found = _hashed(held, pulse)
    return found if found == INTACT else _hashed(held, pulse)


def _hashed(held: Held, pulse: Pulse) -> str:
    sha = hashlib.sha256()
    try:
        with store(_STORES[held.what]).open(held.key) as reading:
            while chunk := reading.read(CHUNK):
                pulse()
                sha.update(chunk)
    except FileNotFoundError:
        return MISSING
    except Damaged:
        return DAMAGED
    return INTACT if sha.hexdigest() == held.digest else DAMAGED


@transaction.atomic
def _write_down(held: Held, found: str, actor: str) -> str:
    """Mark what we keep, if we still keep it. Returns intact, repaired, damaged, missing, or replaced."""
    services.lock(held.image)
    mark = "" if found == INTACT else found
    if held.what == MASTER:
        was = AccessMaster.objects.filter(key=held.key, current_of=held.image).values_list("damaged", flat=True).first()
        AccessMaster.objects.filter(key=held.key, current_of=held.image).update(checked_at=DbNow(), damaged=mark)
    else:
        was = Image.objects.filter(pk=held.image, copy_key=held.key).values_list("copy_damaged", flat=True).first()
        Image.objects.filter(pk=held.image, copy_key=held.key).update(copy_checked_at=DbNow(), copy_damaged=mark)
    if was is None:
        return "replaced"
    outcome = REPAIRED if found == INTACT and was else found
    events.record(f"{held.what}.checked", held.image, actor, outcome=outcome, digest=held.digest)
    return outcome


def is_under_way(image: UUID) -> bool:
    """Whether what was asked for to repair it has not ended yet."""
    return Image.objects.filter(services.PENDING, pk=image).exists() and bool(jobs.live(services.CONVERT, [image]))


@transaction.atomic
def _alarm(held: Held, found: str, why: str, actor: str) -> None:
    """Nothing more can be done without a person. What serves goes on serving."""
    services.lock(held.image)
    events.record(f"{held.what}.damaged", held.image, actor, outcome=found, sentence=why, digest=held.digest)
    log.error("master.damaged" if held.what == MASTER else "source.damaged", key=held.key, outcome=found, sentence=why)


# --------------------------------------------------------------------------------------------------------------- repair
def _repair_master(image_id: UUID, actor: str, pulse: Pulse) -> None:
    """Have it made again from a source that is intact. SourceFault or Unavailable: there is none."""
    image = Image.objects.select_related("source").get(pk=image_id)
    file = files.file_of(image)
    if file.copy_key:
        for copy in copies(pk=file.pk):
            if check(copy, actor=actor, pulse=pulse) not in (INTACT, REPAIRED):
                if not file.url:
                    raise SourceFault("source_damaged", "The copy of its source is damaged too.")
                if not image.page:
                    return  # the copy is fetched anew, and the master is made of that
        services.convert_again(image_id, actor=actor)
    elif image.url:
        refetch(image_id, actor=actor)
    elif not file.url and file.source.kind == Source.Kind.FOLDER and not services.source_path(file).is_file():
        raise SourceFault("source_missing", "The file that it was made of is no longer where it was.")
    else:
        services.convert_again(image_id, actor=actor)


def _repair_copy(image_id: UUID, actor: str, pulse: Pulse) -> None:
    """Have it fetched from where it came from. SourceFault: it came from nowhere that we can ask."""
    image = Image.objects.get(pk=image_id)
    if not image.url:
        raise SourceFault("no_address", f"{image.file_name} has to be sent again: there is no other copy of it here.")
    refetch(image_id, actor=actor)
