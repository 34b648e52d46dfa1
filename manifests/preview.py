"""Documents of what is not public, for those who see everything: built when they are asked for, and never stored.

Stored documents are for the public. In that of a closed work every page would be empty.
"""

import orjson

from images.policy import STAFF
from manifests.build.documents import documents
from manifests.models import Manifest, Resource
from manifests.publish import bases_now
from manifests.snapshot import collection_facts, manifest_facts


def document(record: Resource, form: str) -> bytes | None:
    """The manifest or collection as it is now, with every picture and member; None where it has no such form."""
    facts = manifest_facts(record, STAFF) if isinstance(record, Manifest) else collection_facts(record, STAFF)
    built = dict(documents(facts, bases_now(), (form,)))
    return orjson.dumps(built[form]) if form in built else None
