"""What publishing a record now would put out: built as for the public, checked and compared, and not stored."""

from dataclasses import dataclass
from typing import Any

import orjson

from gcis.core.db import snapshot
from images.policy import PUBLIC, STAFF
from manifests import checking, publications
from manifests.build.changes import Change, changes
from manifests.build.documents import documents
from manifests.models import Manifest, Resource
from manifests.publish import bases_now
from manifests.snapshot import CollectionSnapshot, ManifestSnapshot, collection_facts, manifest_facts

#: The form that is compared and checked: 2.1 is a projection of it.
FORM = "3"


@dataclass(frozen=True, slots=True)
class Draft:
    """The record as it is now: what its document is made of, and the document."""

    facts: ManifestSnapshot | CollectionSnapshot
    document: dict[str, Any]


def draft(record: Resource) -> Draft:
    """What publishing would put out now. Pictures of what never was published are taken as public: they become so."""
    caller = PUBLIC if record.publication_id else STAFF
    with snapshot():
        facts = manifest_facts(record, caller) if isinstance(record, Manifest) else collection_facts(record, caller)
    return Draft(facts, dict(documents(facts, bases_now(), (FORM,)))[FORM])


def problems(record: Resource) -> list[dict[str, Any]]:
    """What the checks find in it as it is now; as `checking.as_json` gives it."""
    made = draft(record)
    return checking.as_json(checking.findings(made.document), made.facts)


def pending(record: Resource) -> list[Change]:
    """What publishing would change of what is published, all of it where nothing is."""
    return changes(published(record), draft(record).document)


def published(record: Resource) -> dict[str, Any] | None:
    """The published document, None where there is none."""
    if record.publication is None:
        return None
    document: dict[str, Any] = orjson.loads(publications.read(record.publication, FORM))
    return document
