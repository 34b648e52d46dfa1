"""Documents of what is not public, for those who see everything: built when they are asked for, and never stored.

Stored documents are for the public. In that of a closed work every page would be empty.
"""

from typing import Any

import orjson
from django.conf import settings

from images.addresses import ImageAddresses
from images.policy import STAFF
from manifests.addresses import PresentationAddresses
from manifests.build.collection import collection_document
from manifests.build.manifest import manifest_document
from manifests.models import Manifest, Resource
from manifests.snapshot import collection_facts, manifest_facts


def document(record: Resource, version: int | None) -> bytes:
    """The manifest or collection as it is now, with every picture and member."""
    base = settings.GCIS_PUBLIC_URL
    presentation, images = PresentationAddresses(base), ImageAddresses(base)
    built: dict[str, Any]
    if isinstance(record, Manifest):
        built = manifest_document(manifest_facts(record, STAFF), presentation, images, version)
    else:
        built = collection_document(collection_facts(record, STAFF), presentation, images, version)
    return orjson.dumps(built)
