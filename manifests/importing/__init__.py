"""Import of IIIF documents: manifests, collections and annotation pages of others, and our own exports, become records.

The document itself is not kept: what is published again is made of the records. Imported again, a document is known by
its id; it updates what its source says, and keeps what people have said.
"""

from manifests.importing.reading import from_bytes, from_file, from_url
from manifests.importing.service import Outcome, Request, bring, forecast
from manifests.importing.sorting import sorted_documents

__all__ = ["Outcome", "Request", "bring", "forecast", "from_bytes", "from_file", "from_url", "sorted_documents"]
