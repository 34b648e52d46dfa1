"""The form in which a resource is published: what its own id and the ids it refers to look like."""

from dataclasses import dataclass

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses

#: Presentation 3.0 §4.6: first in the document and only there.
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
#: The Image API version that Presentation 3.0 documents refer to.
IMAGE_API = 3


@dataclass(frozen=True, slots=True)
class Form:
    """References inside a document keep its form: `version` is a number, or None for neutral ids (DESIGN §4)."""

    presentation: PresentationAddresses
    images: ImageAddresses
    version: int | None
