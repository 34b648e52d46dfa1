"""Documents beside those of a manifest or collection: its annotation pages and annotation collections.

They are built when the record is published, each only if it has changed, and are swapped with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from manifests.annotated import layers_of, page_with_annotations
from manifests.build.documents import Bases, Facts, layer_documents, page_documents
from manifests.build.facts import LayerFacts, ManifestFacts
from manifests.builder import builder
from manifests.models import AnnotationCollection, AnnotationPage, Resource
from manifests.publications import Built, Keeper


@dataclass(frozen=True, slots=True)
class Beside:
    """What was built: pages by their key with the revision that was read, and collections of annotations."""

    pages: dict[UUID, tuple[int, dict[str, Built]]]
    layers: dict[UUID, dict[str, Built]]
    identifier: str


def build(record: Resource, facts: Facts, bases: Bases, keeper: Keeper, beat: Callable[[], None]) -> Beside:
    """Build and store what is new since it was last built, by other rules or under another name of the record."""
    rows = list(_own(record.annotation_pages.select_related("part_of").order_by("position", "pk")))
    layers = layers_of(rows)
    contexts = tuple(facts.description.get("contexts", ()))
    pages = {}
    for row in rows:
        if row.built < row.revision or row.builder != _built_by(facts.identifier):
            beat()
            page = page_with_annotations(row, layers)
            pages[row.pk] = (row.revision, _stored(keeper, page_documents(page, facts, bases, contexts)))
    own = layers.values() if isinstance(facts, ManifestFacts) else ()
    built = {layer.id: _stored(keeper, layer_documents(layer, facts, bases)) for layer in _served(own)}
    return Beside(pages, built, facts.identifier)


def swap(made: Beside) -> None:
    """Point at what was built. A page that has changed meanwhile is built again with the next publication."""
    for key, (revision, documents) in made.pages.items():
        AnnotationPage.objects.filter(pk=key).update(
            documents=_as_json(documents), built=revision, builder=_built_by(made.identifier)
        )
    for key, documents in made.layers.items():
        AnnotationCollection.objects.filter(pk=key).update(documents=_as_json(documents))


def _built_by(identifier: str) -> str:
    """The name of the record is in what annotations say they are about."""
    return f"{builder()} {identifier}"


def _own(rows: Iterable[AnnotationPage]) -> Iterable[AnnotationPage]:
    return (row for row in rows if row.place != AnnotationPage.Place.FOREIGN)


def _served(layers: Iterable[LayerFacts]) -> Iterable[LayerFacts]:
    """Those that have no URI on another server."""
    return (layer for layer in layers if not layer.uri)


def _stored(keeper: Keeper, documents: dict[str, dict[str, object]]) -> dict[str, Built]:
    return {version: keeper.keep(document) for version, document in documents.items()}


def _as_json(documents: dict[str, Built]) -> dict[str, dict[str, object]]:
    return {version: built.as_json() for version, built in documents.items()}
