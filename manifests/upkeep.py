"""The checks of manifests and collections: what is published is there, and what has changed will be published."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import by_key, chunked, sizes
from manifests import republish, services
from manifests.addresses import published_key
from manifests.models import Collection, Manifest, Publication
from manifests.publications import ENCODINGS, documents_of
from manifests.services import PUBLISH

#: Seconds for which bytes that no record names may be about to be named.
YOUNG = 3600
#: Records at a time: each has half a dozen files.
RECORDS = 100
_KEY = re.compile(r"[0-9a-f]{2}/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[0-9a-f]{64}\.json(?:\.br|\.gz)?")
_MODELS: tuple[type[Manifest] | type[Collection], ...] = (Manifest, Collection)


def register() -> None:
    checks.register(
        Check(
            "published.stored",
            "Every published document is in the store, in each of its forms.",
            _lacking,
            _is_lacking,
            _publish_again,
        ),
        Check(
            "published.orphaned",
            "The store holds no document that is in no record.",
            _orphans,
            _is_orphan,
            _delete,
        ),
        Check(
            "records.published",
            "Every manifest and collection that has changed and is due has a job that will publish it.",
            _forgotten,
            _is_forgotten,
            _schedule,
            by_itself=True,
        ),
    )


# -------------------------------------------------------------------------------------------- what records say is there
def _published(model: type[Manifest] | type[Collection]) -> QuerySet[Any]:
    rows = model._default_manager.filter(publication__isnull=False, withdrawn=None).select_related("publication")
    return rows.only("external_id", "publication__resource", "publication__documents")


def _files(publication: Publication) -> dict[str, int | None]:
    """Its keys in the store; with the size in bytes where the record tells it."""
    return {
        published_key(publication.resource, document["digest"], encoding): None if encoding else document["size"]
        for document in publication.documents.values()
        for encoding in ENCODINGS
    }


def _bad(wanted: dict[str, int | None], found: dict[str, int | None]) -> list[str]:
    return [key for key, size in wanted.items() if found[key] is None or size not in (None, found[key])]


def _lacking(tally: Tally) -> Iterator[Finding]:
    for model in _MODELS:
        for rows in by_key(_published(model), RECORDS):
            found = sizes(store("published"), (key for row in rows for key in _files(row.publication)))
            tally.saw(len(found))
            for row in rows:
                if bad := _bad(_files(row.publication), found):
                    of = f"{len(bad)} of the {len(_files(row.publication))} published files of {row}"
                    yield Finding(str(row.pk), f"{of} are missing or cut off: {bad[0]}.", row.pk)


def _bad_now(record: UUID | None) -> list[str]:
    for model in _MODELS:
        for row in _published(model).filter(pk=record):
            wanted = _files(row.publication)
            return _bad(wanted, sizes(store("published"), wanted))
    return []


def _is_lacking(finding: Finding) -> bool:
    return bool(_bad_now(finding.subject))


def _publish_again(finding: Finding, actor: str) -> bool:
    """What is cut off goes first: equal documents have equal keys, and what is there is not written again."""
    assert finding.subject
    for key in _bad_now(finding.subject):
        store("published").delete(key)
    republish.publish_again(finding.subject)
    return True


# ----------------------------------------------------------------------------------------------- what is there, unnamed
def _resource_of(key: str) -> UUID | None:
    """Whose it is; None where the key is none that we make."""
    match = _KEY.fullmatch(key)
    return UUID(match[1]) if match else None


def _known(keys: list[str]) -> set[str]:
    resources = {resource for key in keys if (resource := _resource_of(key))}
    named = documents_of(sorted(resources))
    return {published_key(each["resource"], each["digest"], encoding) for each in named for encoding in ENCODINGS}


def _orphans(tally: Tally) -> Iterator[Finding]:
    for keys in chunked(store("published").keys()):
        known = _known(keys)
        tally.saw(len(keys))
        for key in keys:
            if key not in known and (store("published").age(key) or 0) > YOUNG:
                yield _orphan(key)


def _orphan(key: str) -> Finding:
    resource = _resource_of(key)
    if resource is None:
        said = f"{key} in the store of published files is nothing that GCIS has made. Somebody should look at it."
        return Finding(key, said, repairable=False)
    return Finding(key, f"The document {key} is in the store, and no record names it.", resource)


def _is_orphan(finding: Finding) -> bool:
    age = store("published").age(finding.what)
    if age is None or age <= YOUNG or finding.what in _known([finding.what]):
        return False
    return not (finding.subject and jobs.live(PUBLISH, [finding.subject]))


def _delete(finding: Finding, actor: str) -> bool:
    """Under the lock that publishing takes: whoever is about to name these bytes has a job that lives."""
    assert finding.subject
    with transaction.atomic():
        if record := services.find(finding.subject):
            services.lock(record)
        if not _is_orphan(finding):
            return False
        store("published").delete(finding.what)
        return True


# ---------------------------------------------------------------------------------------------- what is to be published
def _unscheduled(model: type[Manifest] | type[Collection]) -> QuerySet[Any]:
    """In one statement, hence as of one moment: publishing takes its job and its number along."""
    live = Job.objects.filter(kind=PUBLISH, subject=OuterRef("pk"), state__in=Job.LIVE)
    rows: QuerySet[Any] = services.behind(model).filter(~Exists(live))
    return rows


def _is_due(model: type[Manifest] | type[Collection], key: UUID) -> bool:
    """First whether it is due, then whether it is behind: what makes it due adds its job at the same moment."""
    record = model._default_manager.filter(pk=key).first()
    return bool(record and services.due_in(record) is not None and _unscheduled(model).filter(pk=key).exists())


def _forgotten(tally: Tally) -> Iterator[Finding]:
    for model in _MODELS:
        tally.saw(services.behind(model).count())
        for rows in by_key(_unscheduled(model)):
            for row in rows:
                if _is_due(model, row.pk):
                    said = f"{row} has changed since it was published, is due, and there is no job for it."
                    yield Finding(str(row.pk), said, row.pk)


def _is_forgotten(finding: Finding) -> bool:
    assert finding.subject
    return any(_is_due(model, finding.subject) for model in _MODELS)


def _schedule(finding: Finding, actor: str) -> bool:
    assert finding.subject
    if not _is_forgotten(finding):
        return False
    record = services.find(finding.subject)
    assert record
    services.schedule(record)
    return True
