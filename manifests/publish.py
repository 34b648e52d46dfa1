"""Publish a manifest or a collection: snapshot, build, check, store, swap (DESIGN §9)."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import brotli
import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow, snapshot
from gcis.core.errors import SourceFault, Unavailable
from gcis.events import services as events
from gcis.jobs import registry
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim, Superseded
from gcis.jobs.models import Batch
from images.addresses import ImageAddresses
from manifests import access, services
from manifests.addresses import PresentationAddresses, published_key
from manifests.build import VERSION, rules
from manifests.build.collection import collection_document
from manifests.build.manifest import manifest_document
from manifests.models import Collection, Manifest, Publication, Resource
from manifests.snapshot import (
    collection_facts,
    manifest_facts,
    search_text_of,
    summary_of_collection,
    summary_of_manifest,
)

#: The forms of Presentation 3.0: with the versioned id, and with the neutral one. 2.1 joins them later.
FORMS = {"3": 3, "3n": None}
ENCODINGS = {
    "": lambda data: data,
    ".br": lambda data: brotli.compress(data, quality=5),
    ".gz": lambda data: gzip.compress(data, mtime=0),
}


@dataclass(frozen=True, slots=True)
class Built:
    """One document of a resource, stored."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published: how to build each form, what others show of it, and the words it is found by."""

    build: Callable[[int | None], dict[str, Any]]
    summary: dict[str, Any]
    search_text: str


class PublishHandler:
    """Publishes one resource up to the `dirty` number it finds."""

    def run(self, claim: Claim) -> registry.Commit:
        with snapshot():
            record = _model(claim.args).objects.select_related("publication").get(pk=claim.subject)
            number = record.dirty
            draft = _draft(record)
        claim.args["number"] = number
        if record.withdrawn:
            raise Superseded
        documents = {form: _checked(draft.build(version)) for form, version in FORMS.items()}
        claim.check()
        stored = {form: _store(record.pk, document) for form, document in documents.items()}
        return lambda: swap(record, number, stored, draft)

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """Say why. What changed meanwhile found this job alive and added none of its own: it gets its try now."""
        model = _model(claim.args)
        services.lock_all(model.objects.filter(pk=claim.subject))
        model.objects.filter(pk=claim.subject).update(publish_error=sentence)
        record = model.objects.get(pk=claim.subject)
        if isinstance(record, Manifest) and not record.publication_id:
            access.settle_pictures(record)  # they were opened for the document that did not come about
        if record.dirty > claim.args.get("number", record.dirty):
            services.schedule(record)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        services.publish_now(_model(args).objects.get(pk=subject))


def _model(args: dict[str, Any]) -> type[Manifest] | type[Collection]:
    return Manifest if args["kind"] == "manifest" else Collection


def _draft(record: Resource) -> Draft:
    """Read everything that the record's documents are made of."""
    base = settings.GCIS_PUBLIC_URL
    addresses = PresentationAddresses(base), ImageAddresses(base)
    if isinstance(record, Manifest):
        manifest = manifest_facts(record)
        return Draft(
            lambda version: manifest_document(manifest, *addresses, version),
            summary_of_manifest(manifest),
            search_text_of(manifest),
        )
    collection = collection_facts(record)
    return Draft(
        lambda version: collection_document(collection, *addresses, version),
        summary_of_collection(collection),
        search_text_of(collection),
    )


def swap(record: Resource, number: int, stored: dict[str, Built], draft: Draft) -> dict[str, Any]:
    """Point the resource at its new bytes, unless newer ones are out. Inside the job's final transaction."""
    model = type(record)
    if isinstance(record, Collection) or not record.publication_id:  # more than one thing may change with it
        services.lock_all([record])
    before = model.objects.select_for_update(of=("self",)).select_related("publication").get(pk=record.pk)
    if before.published >= number:
        raise Superseded
    publication = Publication.objects.create(
        resource=record.pk,
        number=number,
        documents={form: {"digest": built.digest, "size": built.size} for form, built in stored.items()},
        builder=builder(),
        summary=draft.summary,
    )
    model.objects.filter(pk=record.pk).update(
        published=number, publication=publication, publish_error="", search_text=draft.search_text
    )
    events.record(f"{model._meta.model_name}.published", record.pk, "publishing", number=number)
    if before.publication is None or _as_member(before.publication.summary) != _as_member(draft.summary):
        for parent in Collection.objects.filter(_has_member(record)).order_by("pk"):
            services.follow(parent)
    current = model.objects.get(pk=record.pk)
    if before.publication is None and isinstance(current, Manifest) and access.settle_pictures(current):
        # What was a draft can be seen now; this document was made while it could not.
        services.touch(current)
        services.publish_now(current)
    elif current.dirty > number:
        services.schedule(current)
    return {"number": number, "bytes": {form: built.size for form, built in stored.items()}}


def _as_member(summary: dict[str, Any]) -> list[Any]:
    """What a parent's document shows of it."""
    return [summary.get(name) for name in ("label", "image", "size")]


def builder() -> str:
    """What made a publication: the rules of building, and the base of every id in it."""
    return f"{VERSION} {settings.GCIS_PUBLIC_URL}"


@transaction.atomic
def touch_outdated() -> int:
    """Have everything published again that other rules or another base made. Returns how many."""
    found = 0
    for model in (Manifest, Collection):
        for record in model.objects.filter(publication__isnull=False).exclude(publication__builder=builder()):
            services.follow(record)
            found += 1
    return found


def read(publication: Publication, form: str, encoding: str = "") -> bytes:
    """The published bytes of one form, as they are or compressed (".br", ".gz")."""
    key = published_key(publication.resource, publication.documents[form]["digest"], encoding)
    try:
        return store("published").read(key)
    except FileNotFoundError:
        raise Unavailable("document_missing", "The document is not at hand just now. Please try again.") from None


def prune(keep_seconds: float) -> int:
    """Delete publications that nothing points at and that nobody can still be reading. Returns how many."""
    old = Publication.objects.filter(created__lt=DbNow(-keep_seconds))
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
    """Equal documents share their bytes: only what no other publication of the resource names goes."""
    others = Publication.objects.filter(resource=publication.resource)
    in_use = {document["digest"] for other in others for document in other.documents.values()}
    for document in publication.documents.values():
        if document["digest"] not in in_use:
            for encoding in ENCODINGS:
                store("published").delete(published_key(publication.resource, document["digest"], encoding))


def _has_member(record: Resource) -> Q:
    return Q(members__manifest=record.pk) if isinstance(record, Manifest) else Q(members__child=record.pk)


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    problems = rules.problems(document)
    if problems:
        raise SourceFault("invalid_document", " ".join(problems))
    return document


def _store(resource: UUID, document: dict[str, Any]) -> Built:
    data = orjson.dumps(document)
    digest = hashlib.sha256(data).hexdigest()
    for encoding, encode in ENCODINGS.items():
        store("published").put(published_key(resource, digest, encoding), encode(data))
    return Built(digest, len(data))
