"""The bytes of what is published: stored under their digest, read, and deleted when nothing names them any more."""

import gzip
import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import brotli
import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.core.errors import Unavailable
from gcis.jobs import services as jobs
from manifests import services
from manifests.addresses import published_key
from manifests.models import AnnotationCollection, AnnotationPage, Collection, Manifest, Publication

ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".br": lambda data: brotli.compress(data, quality=5),
    ".gz": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
}
#: Files of a resource that are written at once, and that may wait for it with their bytes in memory.
_WRITERS, _MOST_BEGUN = 3, 9


@dataclass(frozen=True, slots=True)
class Built:
    """One document of a resource, stored."""

    digest: str
    size: int

    def as_json(self) -> dict[str, Any]:
        return {"digest": self.digest, "size": self.size}


class Keeper:
    """Stores documents of one resource, in every encoding, while the next ones are still being built.

    Compressing and storing need no Python: they go on beside it. What fails is raised here or at the end of the block,
    after which everything that was kept is stored.
    """

    def __init__(self, resource: UUID) -> None:
        self._resource = resource
        self._pool = ThreadPoolExecutor(_WRITERS, "published")
        self._begun: deque[Future[None]] = deque()

    def __enter__(self) -> "Keeper":
        return self

    def __exit__(self, *raised: object) -> None:
        self._pool.shutdown(cancel_futures=raised[0] is not None)
        while raised[0] is None and self._begun:
            self._begun.popleft().result()

    def keep(self, document: dict[str, Any]) -> Built:
        """What is there already is not written again."""
        data = orjson.dumps(document)
        digest = hashlib.sha256(data).hexdigest()
        for encoding in ENCODINGS:
            self._begun.append(self._pool.submit(_put, self._resource, digest, encoding, data))
        while len(self._begun) > _MOST_BEGUN:
            self._begun.popleft().result()
        return Built(digest, len(data))


def _put(resource: UUID, digest: str, encoding: str, data: bytes) -> None:
    store("published").put(published_key(resource, digest, encoding), ENCODINGS[encoding](data))


def read(publication: Publication, form: str, encoding: str = "") -> bytes:
    """The published bytes of one form, as they are or compressed (".br", ".gz")."""
    return read_document(publication.resource, publication.documents[form], encoding)


def read_document(resource: UUID, document: dict[str, Any], encoding: str = "") -> bytes:
    """The bytes of a document of the resource, by what its record says of it: {"digest", …}."""
    try:
        return store("published").read(published_key(resource, document["digest"], encoding))
    except FileNotFoundError:
        raise Unavailable("document_missing", "The document is not at hand just now. Please try again.") from None


def retire(resource: UUID) -> None:
    """Keep the last GCIS_KEEP_PUBLICATIONS of a resource, of equal ones the newest; the others may be deleted soon.

    Inside the transaction that has made a new one.
    """
    kept: list[Any] = []
    retired = []
    rows = Publication.objects.filter(resource=resource, retired=None).order_by("-number", "-created")
    for publication in rows.only("documents"):
        if publication.documents in kept or len(kept) >= max(1, settings.GCIS_KEEP_PUBLICATIONS):
            retired.append(publication.pk)
        else:
            kept.append(publication.documents)
    Publication.objects.filter(pk__in=retired).update(retired=DbNow())


def kept(resource: UUID) -> QuerySet[Publication]:
    """The publications of a resource that can still be had, the newest first."""
    return Publication.objects.filter(resource=resource, retired=None).order_by("-number", "-created")


def prune(keep_seconds: float) -> int:
    """Delete publications that are not kept, and that nobody can still be reading. Returns how many."""
    old = Publication.objects.filter(retired__lt=DbNow(-keep_seconds))
    for model in (Manifest, Collection):
        old = old.exclude(pk__in=model.objects.filter(publication__isnull=False).values_list("publication", flat=True))
    return sum(_delete(publication) for publication in old[:500])


@transaction.atomic
def _delete(publication: Publication) -> bool:
    """Not while its resource is being published: the new publication may be about to share these bytes.

    While its row is locked nobody can begin that either, however long the store takes.
    """
    for model in (Manifest, Collection):
        model.objects.select_for_update(of=("self",)).filter(pk=publication.resource).first()
    if jobs.live(services.PUBLISH, [publication.resource]):
        return False
    publication.delete()
    _delete_bytes(publication)
    return True


def _delete_bytes(publication: Publication) -> None:
    """Equal documents share their bytes: only what no other record of the resource names goes."""
    in_use = {document["digest"] for document in documents_of([publication.resource])}
    for document in publication.documents.values():
        if document["digest"] not in in_use:
            for encoding in ENCODINGS:
                store("published").delete(published_key(publication.resource, document["digest"], encoding))


def documents_of(resources: list[UUID]) -> Iterator[dict[str, Any]]:
    """Every document that a record names, of these resources: {"resource", "digest", "size"}."""
    for publication in Publication.objects.filter(resource__in=resources).only("resource", "documents"):
        yield from _with(publication.resource, publication.documents)
    pages = AnnotationPage.objects.exclude(documents={}).only("manifest", "collection", "documents")
    for owner in ("manifest", "collection"):
        for page in pages.filter(**{f"{owner}__in": resources}):
            yield from _with(getattr(page, f"{owner}_id"), page.documents)
    for layer in AnnotationCollection.objects.filter(manifest__in=resources).only("manifest", "documents"):
        yield from _with(layer.manifest_id, layer.documents)


def _with(resource: UUID, documents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return ({"resource": resource, **document} for document in documents.values())
