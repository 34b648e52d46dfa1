"""The check of this host's mirror: it holds what is public, and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gcis.events import services as events
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import by_key, chunked
from manifests import exposure, services
from manifests.mirror import services as recorded
from manifests.mirror.copying import lacking
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.follow import AGAIN
from manifests.mirror.stray import stray
from manifests.mirror.wanted import wanted
from manifests.models import Collection, Manifest

_CHUNK = 500


def register() -> None:
    checks.register(
        Check(
            "published.mirrored",
            "The mirror of this host holds every public document, and nothing else.",
            _look,
            _is_wrong,
            _mend,
            by_itself=True,
        )
    )


def differences(mirror: MirrorFolder, saw: Callable[[int], None]) -> Iterator[Finding]:
    """What is not as it should be: files by their paths, records by their keys."""
    for paths in chunked(mirror.paths(), _CHUNK):
        saw(len(paths))
        for path in stray(mirror, paths):
            yield Finding(path, f"The mirror holds {path}, which is not public, or not what is published now.")
    for model in (Manifest, Collection):
        rows = model._default_manager.filter(exposure.public(timezone.now())).only("pk")
        for chunk in by_key(rows, _CHUNK):
            saw(len(chunk))
            yield from _lacking(mirror, [row.pk for row in chunk])


def _lacking(mirror: MirrorFolder, keys: list[UUID]) -> Iterator[Finding]:
    there = [each for each in wanted(keys) if each.publication]
    slots = recorded.slots([each.publication for each in there if each.publication])
    for each in there:
        if each.publication and (files := list(lacking(mirror, each, slots[each.publication.pk]))):
            said = f"{len(files)} files of the {each.kind} {each.name} are not in the mirror: {files[0].path}."
            yield Finding(str(each.resource), said, each.resource)


def _mirror() -> MirrorFolder | None:
    return MirrorFolder(Path(settings.GCIS_MIRROR_DIR)) if settings.GCIS_MIRROR_DIR else None


def _look(tally: Tally) -> Iterator[Finding]:
    if mirror := _mirror():
        yield from differences(mirror, tally.saw)


def _is_wrong(finding: Finding) -> bool:
    mirror = _mirror()
    if mirror is None:
        return False
    if finding.subject is None:
        return bool(stray(mirror, [finding.what]) and mirror.modified(finding.what) is not None)
    return bool(list(_lacking(mirror, [finding.subject])))


@transaction.atomic
def _mend(finding: Finding, actor: str) -> bool:
    """A file that should not be there goes; what is lacking the follower of each host brings: it alone writes."""
    if not _is_wrong(finding):
        return False
    mirror = _mirror()
    assert mirror
    if finding.subject is None:
        mirror.remove(finding.what)
        mirror.settle()
        return True
    record = services.find(finding.subject)
    assert record
    row = services.lock(record)
    events.record(f"{row._meta.model_name}.{AGAIN}", row.pk, actor)
    return True
