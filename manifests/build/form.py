"""The form in which a resource is published: what its own id and the ids it refers to look like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build import references

#: Presentation 3.0 §4.6: first in the document and only there.
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
#: The Image API version that Presentation 3.0 documents refer to.
IMAGE_API = 3
#: The version in which annotation pages are fetched that a 3.0 document refers to.
FETCHED = 3


@dataclass(frozen=True, slots=True)
class Form:
    """References inside a document keep its form: `version` is a number, or None for neutral ids (DESIGN §4).

    `names` has the addresses that are not made of a uuid (`ManifestFacts.names`); of manifests and collections it has
    the identifier, since their address depends on the version.
    """

    presentation: PresentationAddresses
    images: ImageAddresses
    version: int | None
    names: Mapping[str, str] = field(default_factory=dict)

    def address(self, reference: str) -> str | None:
        """The public address of what an internal reference without fragment names; None where it names nothing."""
        parsed = references.parsed(reference)
        if parsed is None:
            return None
        kind, key, _ = parsed
        if kind in ("manifest", "collection"):
            document = self.presentation.manifest if kind == "manifest" else self.presentation.collection
            return document(self.names[reference], self.version) if reference in self.names else None
        if reference in self.names:
            return self.names[reference]
        if kind in ("annotations", "layer"):
            make = {"annotations": self.presentation.annotations, "layer": self.presentation.layer}[kind]
            return make(key, FETCHED)
        simple = {
            "canvas": self.presentation.canvas,
            "range": self.presentation.range,
            "annotation": self.presentation.annotation,
        }
        return simple[kind](key) if kind in simple else None

    def public(self, tree: Any) -> Any:
        """The tree with public addresses in the place of internal references."""
        return references.public(tree, self.address)
