"""Bring the files of a mirror to what is wanted: first what has to go, then what is to come."""

from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

import structlog

from gcis.core.errors import Unavailable
from manifests import publications
from manifests.answers import Place
from manifests.mirror import services
from manifests.mirror.folder import MirrorFolder
from manifests.mirror.layout import File
from manifests.mirror.wanted import Wanted, wanted
from manifests.models import Publication
from manifests.versions import VERSIONS

log = structlog.get_logger(__name__)


def remove(mirror: MirrorFolder, resources: Sequence[UUID]) -> int:
    """Take away what is not public, or not under that name, any more. Returns how many files that were."""
    gone = sum(mirror.remove(file.path) for each in wanted(resources) for file in each.gone())
    mirror.settle()
    return gone


def bring(mirror: MirrorFolder, resources: Sequence[UUID]) -> int:
    """Write what is published of these now and not here yet. Returns how many files that were.

    Unavailable when the store does not answer. What it has lost is taken away here too: Django says what to say.
    """
    there = [each for each in wanted(resources) if each.publication]
    slots = services.slots([cast(Publication, each.publication) for each in there])
    written = 0
    for each in there:
        assert each.publication
        if not _bears_its_address(each):
            for file in each.there():
                mirror.remove(file.path)
            continue
        for file in lacking(mirror, each, slots[each.publication.pk]):
            written += _write(mirror, each.publication, file, slots[each.publication.pk])
    mirror.settle()
    return written


def lacking(mirror: MirrorFolder, each: Wanted, slot: int) -> Iterable[File]:
    """The files that are not here, or are those of another publication."""
    return (file for file in each.there() if mirror.modified(file.path) != file.modified(slot))


def _bears_its_address(each: Wanted) -> bool:
    """Whether its documents name the address that they would lie at. Just renamed, they are about to be built anew."""
    assert each.publication
    place = Place(each.kind, each.name, VERSIONS[0].number, each.name)
    try:
        data = publications.read(each.publication, VERSIONS[0].form(neutral=False))
    except Unavailable as trouble:
        if trouble.code != "document_missing":
            raise
        return False
    return f'"id":"{place.address(place.version)}"'.encode() in data


def _write(mirror: MirrorFolder, publication: Publication, file: File, slot: int) -> bool:
    try:
        data = publications.read(publication, file.form, file.encoding)
    except Unavailable as trouble:
        mirror.remove(file.path)
        if trouble.code != "document_missing":
            raise
        log.warning("mirror.missing", resource=str(publication.resource), form=file.form, encoding=file.encoding)
        return False
    mirror.write(file.path, data, file.modified(slot))
    return True
