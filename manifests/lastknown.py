"""Find what is behind a public address of a document, by memory while the database does not answer.

The bytes themselves come from the store of what is published, which does not ask the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from gcis.core.lastknown import LastKnown
from images.access import Access
from manifests.build.references import parsed
from manifests.exposure import is_public
from manifests.models import (
    Annotation,
    AnnotationCollection,
    AnnotationPage,
    Canvas,
    Collection,
    Manifest,
    Publication,
    Range,
    Resource,
)
from redirects import services as names
from redirects.models import Identifier
from redirects.services import Name

#: A name as it was asked for, and what has it.
Found = tuple[Name, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs to a manifest or collection and has a permanent address.

    `uri` is what it is called in documents where that is not its address. `documents` are its own, by form, as those of
    a publication; of what stands in the owner's document there are none.
    """

    owner: Any
    uri: str = ""
    documents: Mapping[str, Any] = field(default_factory=dict)


def document(model: type[Manifest] | type[Collection], identifier: str) -> Found | None:
    """The manifest or collection of that name, drafts too; None for a name that none has or had."""
    return _by_name.ask((model.__name__, identifier), lambda: _document(model, identifier))


def part(kind: str, key: UUID) -> Part | None:
    """The canvas, range, annotation page ("annotations") or annotation collection ("layer") of that key."""
    return _by_key.ask((kind, key), partial(_PARTS[kind], key))


def for_anybody(record: Any, now: datetime) -> Any:
    """The record with no more than it takes to answer anybody: of what the public does not get, only that.

    What is shut just now stays shut, even if time alone would open it.
    """
    kept = type(record)(pk=record.pk, withdrawn=record.withdrawn, withdrawn_reason=record.withdrawn_reason)
    if is_public(record, now):
        whole: Publication = record.publication
        kept.publication = Publication(
            pk=whole.pk,
            resource=whole.resource,
            documents=whole.documents,
            created=whole.created,
            summary={"name": whole.summary["name"]} if "name" in whole.summary else {},
        )
    elif record.policy.is_shut(now):
        kept.access = Access.CLOSED
    return kept


def _document(model: type[Manifest] | type[Collection], identifier: str) -> Found | None:
    name = names.visit(Identifier.Kind.PRESENTATION, identifier)
    if name is None:
        return None
    record: Resource | None = model.objects.select_related("publication").filter(pk=name.resource).first()
    return (name, record) if record else None


def _canvas(key: UUID) -> Part | None:
    row = Canvas.objects.select_related("manifest__publication").filter(pk=key).first()
    return Part(row.manifest, row.uri) if row else None


def _range(key: UUID) -> Part | None:
    row = Range.objects.select_related("manifest__publication").filter(pk=key).first()
    return Part(row.manifest, row.uri) if row else None


def _annotations(key: UUID) -> Part | None:
    rows = AnnotationPage.objects.exclude(place=AnnotationPage.Place.FOREIGN)
    row = rows.select_related("manifest__publication", "collection__publication").filter(pk=key).first()
    return Part(row.manifest or row.collection, row.uri, row.documents) if row and _is_shown(row) else None


def _annotation(key: UUID) -> Part | None:
    """With the documents of its page, which hold it."""
    rows = Annotation.objects.exclude(page__place=AnnotationPage.Place.FOREIGN).filter(pk=key)
    row = rows.select_related("page__manifest__publication", "page__collection__publication").first()
    if row is None or not _is_shown(row.page):
        return None
    return Part(row.page.manifest or row.page.collection, row.uri, row.page.documents)


def _is_shown(page: AnnotationPage) -> bool:
    """Not where the canvas that it hangs on is in no document any more."""
    named = parsed(page.subject)
    return not named or named[0] != "canvas" or Canvas.objects.filter(pk=named[1], dropped=None).exists()


def _layer(key: UUID) -> Part | None:
    row = AnnotationCollection.objects.select_related("manifest__publication").filter(pk=key).first()
    return Part(row.manifest, row.uri, row.documents) if row else None


_PARTS: Mapping[str, Callable[[UUID], Part | None]] = {
    "canvas": _canvas,
    "range": _range,
    "annotations": _annotations,
    "annotation": _annotation,
    "layer": _layer,
}


def _shared(found: Found | None) -> Found | None:
    return (found[0], for_anybody(found[1], timezone.now())) if found else None


def _shared_part(found: Part | None) -> Part | None:
    """Documents of its own are only kept where the owner's are."""
    if found is None:
        return None
    owner = for_anybody(found.owner, timezone.now())
    return Part(owner, found.uri, found.documents if owner.publication else {})


_by_name = LastKnown[tuple[str, str], Found | None](_shared)
_by_key = LastKnown[tuple[str, UUID], Part | None](_shared_part)
