"""Annotation pages and collections of what is not public, for those who see everything: built, and never stored."""

from typing import Any
from uuid import UUID

from images.policy import STAFF
from manifests.annotated import layers_of, page_with_annotations
from manifests.annotating import owner
from manifests.build.documents import layer_documents, page_documents
from manifests.models import Annotation, AnnotationCollection, AnnotationPage, Manifest, Resource
from manifests.publish import bases_now
from manifests.snapshot import collection_facts, manifest_facts

Documents = dict[str, dict[str, Any]]


def page(key: UUID) -> Documents:
    """By version."""
    row = AnnotationPage.objects.select_related("manifest", "collection", "part_of").get(pk=key)
    facts = _facts(owner(row))
    contexts = tuple(facts.description.get("contexts", ()))
    return page_documents(page_with_annotations(row, layers_of(_beside(row))), facts, bases_now(), contexts)


def page_of(annotation: UUID) -> tuple[Documents, str]:
    """The page that it is in, and the address that it keeps."""
    row = Annotation.objects.get(pk=annotation)
    return page(row.page_id), row.uri


def layer(key: UUID) -> Documents:
    """By version; nothing where it has no pages."""
    row = AnnotationCollection.objects.select_related("manifest").get(pk=key)
    pages = list(row.pages.select_related("part_of").order_by("position", "pk"))
    found = layers_of(pages).get(row.pk)
    return layer_documents(found, _facts(row.manifest), bases_now()) if found else {}


def _beside(row: AnnotationPage) -> list[AnnotationPage]:
    """The pages of its annotation collection, in their order."""
    if row.part_of is None:
        return []
    return list(row.part_of.pages.select_related("part_of").order_by("position", "pk"))


def _facts(record: Resource) -> Any:
    return manifest_facts(record, STAFF) if isinstance(record, Manifest) else collection_facts(record, STAFF)
