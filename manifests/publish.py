"""Publish a manifest or a collection: snapshot, build, check, store, swap (DESIGN §9)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from gcis.core.collecting import uncollected
from gcis.core.db import snapshot
from gcis.events import services as events
from gcis.jobs import registry
from gcis.jobs.claims import Claim, Superseded
from gcis.jobs.models import Batch
from images.addresses import ImageAddresses
from manifests import access, beside, checking, publications, services
from manifests.addresses import PresentationAddresses
from manifests.beside import Beside
from manifests.build.documents import FORMS, Bases, documents
from manifests.builder import builder
from manifests.checking import Unfit
from manifests.models import Collection, Manifest, Publication, Resource
from manifests.publications import Built, Keeper
from manifests.snapshot import (
    CollectionSnapshot,
    ManifestSnapshot,
    collection_facts,
    manifest_facts,
    search_text_of,
    summary_of_collection,
    summary_of_manifest,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published: all that its documents are made of, what others show of it, the words it is found by."""

    facts: ManifestSnapshot | CollectionSnapshot
    summary: dict[str, Any]
    search_text: str


@dataclass(frozen=True, slots=True)
class Made:
    """Everything of a resource that was built and stored: its documents by form, and those beside it."""

    documents: dict[str, Built]
    beside: Beside
    findings: list[dict[str, Any]]


class PublishHandler:
    """Publishes one resource up to the `dirty` number it finds."""

    def run(self, claim: Claim) -> registry.Commit:
        with uncollected(), snapshot():
            record = _model(claim.args).objects.select_related("publication").get(pk=claim.subject)
            number = record.dirty
            draft = _draft(record)
        claim.args["number"] = number
        if record.withdrawn or record.published >= number:
            raise Superseded
        try:
            made = build(record, draft, claim.check)
        except Unfit as fault:
            claim.args["findings"] = fault.findings
            raise
        return lambda: swap(record, number, made, draft)

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """Say why. What changed meanwhile found this job alive and added none of its own: it gets its try now."""
        model = _model(claim.args)
        services.lock_all(model.objects.filter(pk=claim.subject))
        model.objects.filter(pk=claim.subject).update(
            publish_error=sentence, findings=claim.args.get("findings", []), builder=builder()
        )
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
    if isinstance(record, Manifest):
        manifest = manifest_facts(record)
        return Draft(manifest, summary_of_manifest(manifest), search_text_of(manifest))
    collection = collection_facts(record)
    return Draft(collection, summary_of_collection(collection), search_text_of(collection))


def build(record: Resource, draft: Draft, beat: Callable[[], None]) -> Made:
    """Build, check and store; nothing points at it yet. SourceFault says what is wrong with it."""
    bases, stored = bases_now(), {}
    found: list[dict[str, Any]] = []
    with uncollected(), Keeper(record.pk) as keeper:
        for form, document in documents(draft.facts, bases, FORMS):
            if form == "3":
                found = checking.check(document, draft.facts)
            beat()
            stored[form] = keeper.keep(document)
        return Made(stored, beside.build(record, draft.facts, bases, keeper, beat), found)


def bases_now() -> Bases:
    base = settings.GCIS_PUBLIC_URL
    return Bases(PresentationAddresses(base), ImageAddresses(base))


def swap(record: Resource, number: int, made: Made, draft: Draft) -> dict[str, Any]:
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
        documents={form: built.as_json() for form, built in made.documents.items()},
        builder=builder(),
        findings=made.findings,
        summary=draft.summary,
    )
    model.objects.filter(pk=record.pk).update(
        published=number,
        publication=publication,
        publish_error="",
        findings=made.findings,
        builder=builder(),
        search_text=draft.search_text,
    )
    publications.retire(record.pk)
    beside.swap(made.beside)
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
        services.schedule(current, burst=True)
    return {"number": number, "bytes": {form: built.size for form, built in made.documents.items()}}


def _as_member(summary: dict[str, Any]) -> list[Any]:
    """What a parent's document shows of it."""
    return [summary.get(name) for name in ("label", "image", "size", "more")]


def _has_member(record: Resource) -> Q:
    return Q(members__manifest=record.pk) if isinstance(record, Manifest) else Q(members__child=record.pk)
