"""Find what is behind a public address of a document, by memory while the database does not answer.

The bytes themselves come from the store of what is published, which does not ask the database.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from gcis.core.lastknown import LastKnown
from images.access import Access
from manifests.exposure import is_public
from manifests.models import Canvas, Collection, Manifest, Publication, Resource
from redirects import services as names
from redirects.models import Identifier
from redirects.services import Name

#: A name as it was asked for, and what has it.
Found = tuple[Name, Any]


def document(model: type[Manifest] | type[Collection], identifier: str) -> Found | None:
    """The manifest or collection of that name, drafts too; None for a name that none has or had."""
    return _by_name.ask((model.__name__, identifier), lambda: _document(model, identifier))


def manifest_of(canvas: UUID) -> Manifest | None:
    """The manifest that holds this canvas now."""
    return _by_canvas.ask(canvas, lambda: _manifest_of(canvas))


def for_anybody(record: Any, now: datetime) -> Any:
    """The record with no more than it takes to answer anybody: of what the public does not get, only that.

    What is shut just now stays shut, even if time alone would open it.
    """
    kept = type(record)(pk=record.pk, withdrawn=record.withdrawn, withdrawn_reason=record.withdrawn_reason)
    if is_public(record, now):
        whole: Publication = record.publication
        kept.publication = Publication(pk=whole.pk, resource=whole.resource, documents=whole.documents)
    elif record.policy.is_shut(now):
        kept.access = Access.CLOSED
    return kept


def _document(model: type[Manifest] | type[Collection], identifier: str) -> Found | None:
    name = names.visit(Identifier.Kind.PRESENTATION, identifier)
    if name is None:
        return None
    record: Resource | None = model.objects.select_related("publication").filter(pk=name.resource).first()
    return (name, record) if record else None


def _manifest_of(canvas: UUID) -> Manifest | None:
    row = Canvas.objects.select_related("manifest__publication").filter(pk=canvas).first()
    return row.manifest if row else None


def _shared(found: Found | None) -> Found | None:
    return (found[0], for_anybody(found[1], timezone.now())) if found else None


_by_name = LastKnown[tuple[str, str], Found | None](_shared)
_by_canvas = LastKnown[UUID, Manifest | None](lambda record: record and for_anybody(record, timezone.now()))
