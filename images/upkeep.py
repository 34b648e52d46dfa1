"""The checks of what we keep of pictures: access masters and sources against their stores, both ways."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import by_key, chunked, sizes
from images import fixity, services
from images.models import AccessMaster, Image
from images.services import CONVERT

#: Seconds for which what nobody names may be somebody's work, or be read by somebody still.
YOUNG = 3600
#: After so many of these spans the collector of masters, who comes once in each, has had time enough.
COLLECTED = 3
_CALLED = {"masters": "access master", "sources": "kept source"}
_KEY = re.compile(r"[0-9a-f]{2}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[0-9a-f]{64}(?:\.tif|-[0-9a-f]{8})?")


def register() -> None:
    checks.register_count("damaged_masters", lambda: fixity.marked()[0].count())
    checks.register_count("damaged_sources", lambda: fixity.marked()[1].count())
    checks.register(
        Check("bytes.intact", "Nothing that we keep of pictures is known to be damaged.", _marked, _is_marked, _repair),
        _kept("masters", "Every access master that serves is in the store, in full."),
        _orphaned("masters", "The store holds no access master that is in no record.", _collect),
        Check("masters.unused", "Access masters that serve no longer are cleared away.", _unused, _is_unused, _collect),
        _kept("sources", "Every kept source is in the store, in full."),
        _orphaned("sources", "The store holds no source that is in no record.", _delete_copy),
    )


def _kept(name: str, means: str) -> Check:
    return Check(f"{name}.stored", means, partial(_missing, name), partial(_is_missing, name), _repair)


def _orphaned(name: str, means: str, mend: Callable[[Finding, str], bool]) -> Check:
    return Check(f"{name}.orphaned", means, partial(_orphans, name), partial(_is_orphan, name), mend)


# -------------------------------------------------------------------------------------------- what records say is there
def _masters() -> QuerySet[AccessMaster]:
    """Of which nothing is known to be wrong: that is another check."""
    rows = AccessMaster.objects.filter(current_of__isnull=False, damaged="").select_related("image")
    return rows.only("key", "size", "image__file_name")


def _copies() -> QuerySet[Image]:
    return (
        Image.objects.filter(copy_damaged="").exclude(copy_key="").only("pk", "copy_key", "size", "digest", "file_name")
    )


def _named(name: str, row: AccessMaster | Image) -> tuple[str, int | None, UUID, str]:
    """Key, size (None where the record does not tell), image, and file name."""
    if isinstance(row, AccessMaster):
        return row.key, row.size, row.image_id, row.image.file_name
    is_of_copy = row.digest == fixity.digest_of_copy(row.copy_key)
    return row.copy_key, row.size if is_of_copy else None, row.pk, row.file_name


def _rows(name: str, key: str = "") -> QuerySet[AccessMaster] | QuerySet[Image]:
    if name == "masters":
        return _masters().filter(key=key) if key else _masters()
    return _copies().filter(pk__in=_images_of([key]), copy_key=key) if key else _copies()


def _missing(name: str, tally: Tally) -> Iterator[Finding]:
    for rows in by_key(_rows(name)):
        named = [_named(name, row) for row in rows]
        found = sizes(store(name), [key for key, *_ in named])
        tally.saw(len(named))
        for key, size, image, file in named:
            if said := _difference(found[key], size):
                yield Finding(key, f"The {_CALLED[name]} of {file} {said}.", image)


def _difference(found: int | None, size: int | None) -> str:
    if found is None:
        return "is not in the store"
    return f"has {found} bytes in the store instead of {size}" if size is not None and found != size else ""


def _is_missing(name: str, finding: Finding) -> bool:
    for row in _rows(name, finding.what):
        key, size, *_ = _named(name, row)
        return bool(_difference(store(name).size(key), size))
    return False


def _repair(finding: Finding, actor: str) -> bool:
    """Hash it, mark it, have it made or fetched again; True when that is under way, or has been done meanwhile."""
    assert finding.subject
    outcomes = [fixity.check(held, actor=actor, again=True) for held in fixity.of_image(finding.subject)]
    return all(each in (fixity.INTACT, fixity.REPAIRED) for each in outcomes) or fixity.is_under_way(finding.subject)


def _marked(tally: Tally) -> Iterator[Finding]:
    masters, copies = fixity.marked()
    for rows in by_key(masters.select_related("image").defer("tile_index", "provenance")):
        tally.saw(len(rows))
        for row in rows:
            yield Finding(row.key, f"The access master of {row.image.file_name} is {row.damaged}.", row.image_id)
    for images in by_key(copies):
        tally.saw(len(images))
        for image in images:
            said = f"The kept source of {image.file_name} is {image.copy_damaged}."
            yield Finding(image.copy_key, said, image.pk)


def _is_marked(finding: Finding) -> bool:
    masters, copies = fixity.marked()
    return masters.filter(key=finding.what).exists() or copies.filter(copy_key=finding.what).exists()


# ----------------------------------------------------------------------------------------------- what is there, unnamed
def _image_of(key: str) -> UUID | None:
    """Whose it is; None where the key is none that we make."""
    match = _KEY.fullmatch(key)
    return UUID(match[1]) if match else None


def _images_of(keys: list[str]) -> set[UUID]:
    return {image for key in keys if (image := _image_of(key))}


def _known(name: str, keys: list[str]) -> set[str]:
    if name == "masters":
        return set(AccessMaster.objects.filter(key__in=keys).values_list("key", flat=True))
    return set(Image.objects.filter(pk__in=_images_of(keys)).values_list("copy_key", flat=True))


def _orphans(name: str, tally: Tally) -> Iterator[Finding]:
    for keys in chunked(store(name).keys()):
        known = _known(name, keys)
        tally.saw(len(keys))
        for key in keys:
            if key not in known and _is_old(name, key):
                yield _orphan(name, key)


def _is_old(name: str, key: str) -> bool:
    """Whether it is there, and older than anything that is still under way."""
    age = store(name).age(key)
    return age is not None and age > (COLLECTED if name == "masters" else 1) * YOUNG


def _orphan(name: str, key: str) -> Finding:
    image = _image_of(key)
    if image is None:
        said = f"{key} in the store of {name} is nothing that GCIS has made. Somebody should look at it."
        return Finding(key, said, repairable=False)
    return Finding(key, f"The {_CALLED[name]} {key} is in the store, and no record names it.", image)


def _is_orphan(name: str, finding: Finding) -> bool:
    if finding.what in _known(name, [finding.what]) or not _is_old(name, finding.what):
        return False
    return not (finding.subject and jobs.live(CONVERT, [finding.subject]))


def _delete_copy(finding: Finding, actor: str) -> bool:
    assert finding.subject
    with transaction.atomic():
        Image.objects.select_for_update().filter(pk=finding.subject).first()
        if not _is_orphan("sources", finding):
            return False
        store("sources").delete(finding.what)
        return True


def _unused_masters() -> QuerySet[AccessMaster]:
    """Which the collector has had time enough for: it comes every hour, for what is an hour old."""
    swapped = Event.objects.filter(subject=OuterRef("image"), kind="image.ready", at__gt=DbNow(-COLLECTED * YOUNG))
    live = Job.objects.filter(kind=CONVERT, subject=OuterRef("image"), state__in=Job.LIVE)
    unused = AccessMaster.objects.filter(~Exists(swapped), ~Exists(live), current_of=None)
    return unused.filter(created__lt=DbNow(-YOUNG)).only("pk", "key", "image")


def _unused(tally: Tally) -> Iterator[Finding]:
    tally.saw(AccessMaster.objects.filter(current_of=None).count())
    for rows in by_key(_unused_masters()):
        for row in rows:
            yield Finding(row.key, f"The access master {row.key} serves no longer and is still kept.", row.image_id)


def _is_unused(finding: Finding) -> bool:
    return _unused_masters().filter(key=finding.what).exists()


def _collect(finding: Finding, actor: str) -> bool:
    return services.collect_master(finding.what)
