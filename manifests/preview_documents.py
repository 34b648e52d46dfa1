"""The documents of a preview link: built when they are asked for, with every picture, under addresses of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from images.addresses import ImageAddresses
from images.policy import PUBLIC, STAFF
from manifests import access, annotated
from manifests.addresses import PresentationAddresses
from manifests.build.documents import Bases, Facts, documents, layer_documents, page_documents
from manifests.models import AnnotationPage, Collection, Manifest, Resource
from manifests.snapshot import collection_facts, manifest_facts
from redirects import services as names


def link_address(base: str, token: str) -> str:
    """The page of the preview; everything that belongs to it lies below."""
    return f"{base}/preview/{token}"


@dataclass(frozen=True, slots=True)
class PreviewAddresses(PresentationAddresses):
    """Those of what a link shows, and the permanent ones of canvases, ranges and annotations.

    `shown` has the manifests and collections that it shows, by identifier; None is the one that the link is for.
    """

    token: str = ""
    shown: Mapping[str, UUID | None] = field(default_factory=dict)

    def manifest(self, identifier: str, version: int | None = None) -> str:
        """Of a collection too. What the link does not show keeps its public address."""
        if identifier not in self.shown:
            return PresentationAddresses.manifest(self, identifier, version)
        return self._shown(identifier, version)

    def collection(self, identifier: str, version: int | None = None) -> str:
        if identifier not in self.shown:
            return PresentationAddresses.collection(self, identifier, version)
        return self._shown(identifier, version)

    def annotations(self, page: UUID | str, version: int) -> str:
        return f"{self._under(version)}/annotations/{page}"

    def layer(self, layer: UUID | str, version: int) -> str:
        return f"{self._under(version)}/layers/{layer}"

    def in_version(self, uri: str, version: int) -> str:
        own = f"{link_address(self.base, self.token)}/"
        if not uri.startswith(own):
            return PresentationAddresses.in_version(self, uri, version)
        return f"{self._under(version)}/{uri.removeprefix(own).removeprefix('2/')}"

    def _shown(self, identifier: str, version: int | None) -> str:
        key = self.shown[identifier]
        return f"{self._under(version)}/{key}/manifest" if key else f"{self._under(version)}/manifest"

    def _under(self, version: int | None) -> str:
        return link_address(self.base, self.token) + ("/2" if version == 2 else "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows: the record that it is for."""

    record: Resource
    base: str
    token: str

    def document(self, shown: Resource, version: int) -> dict[str, Any] | None:
        """The document of what the link shows: its record, or one that is in it. None where there is no such form."""
        return dict(documents(_facts(shown), self._bases(), (str(version),))).get(str(version))

    def page(self, page: AnnotationPage, version: int) -> dict[str, Any]:
        """An annotation page that is fetched by itself."""
        facts = _facts(_owner(page))
        layers = annotated.layers_of(list(_owner(page).annotation_pages.select_related("part_of")))
        whole = annotated.page_with_annotations(page, layers)
        contexts = tuple(facts.description.get("contexts", ()))
        return page_documents(whole, facts, self._bases(), contexts)[str(version)]

    def layer(self, owner: Manifest, key: UUID, version: int) -> dict[str, Any] | None:
        """An annotation collection of a manifest that the link shows."""
        layers = annotated.layers_of(list(owner.annotation_pages.select_related("part_of").order_by("position", "pk")))
        found = next((each for each in layers.values() if each.id == key), None)
        return layer_documents(found, _facts(owner), self._bases())[str(version)] if found else None

    def _bases(self) -> Bases:
        below = access.below(self.record) if isinstance(self.record, Collection) else []
        called = names.current([self.record.pk, *(each.pk for each in below)])
        shown = {name: None if key == self.record.pk else key for key, name in called.items()}
        own = link_address(self.base, self.token)
        return Bases(PreviewAddresses(self.base, self.token, shown), ImageAddresses(own))


def _facts(record: Resource) -> Facts:
    """Everything; of what is dynamic, what the public gets: it shows what happens to be found."""
    caller = STAFF if record.query is None else PUBLIC
    return manifest_facts(record, caller) if isinstance(record, Manifest) else collection_facts(record, caller)


def _owner(page: AnnotationPage) -> Resource:
    owner = page.manifest or page.collection
    assert owner, "the constraint annotation_page_one_owner says so"
    return owner
