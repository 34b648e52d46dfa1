"""Every document of a manifest or collection: of one tree in Presentation 3.0, whose projection 2.1 is (DESIGN §4)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build import second
from manifests.build.annotations import layer_document, page_document
from manifests.build.collection import collection_tree
from manifests.build.contexts import page_contexts
from manifests.build.facts import AnnotationPageFacts, CollectionFacts, LayerFacts, ManifestFacts
from manifests.build.form import CONTEXT, Form
from manifests.build.manifest import manifest_tree
from manifests.build.private import public_tree
from manifests.build.properties import Json, part_of, present
from manifests.build.second import NoSecondForm, SecondForm

#: The forms in which a resource is published: which version it is, and whether its ids are the neutral ones.
FORMS = ("3", "3n", "2", "2n")
#: The versions in which an annotation page or collection is fetched.
VERSIONS = ("3", "2")
Facts = ManifestFacts | CollectionFacts


@dataclass(frozen=True, slots=True)
class Bases:
    """The addresses that documents are full of."""

    presentation: PresentationAddresses
    images: ImageAddresses


def documents(facts: Facts, bases: Bases, forms: tuple[str, ...] = FORMS) -> Iterator[tuple[str, Json]]:
    """Each form that there is, with its document; there is none in 2.1 of what 2.1 cannot say (sound, film)."""
    versioned = tree(facts, bases, 3)
    trees = {"": versioned, "n": _neutral(versioned, facts, bases) if any(form[1:] for form in forms) else versioned}
    projected = None
    for form in forms:
        if form[0] == "3":
            yield form, public_tree(trees[form[1:]], facts)
            continue
        try:
            projected = second.project(trees[form[1:]], second_form(facts, bases, neutral=bool(form[1:])), projected)
        except NoSecondForm:
            continue
        yield form, projected


def tree(facts: Facts, bases: Bases, version: int | None) -> Json:
    """The tree that all documents are made of, with what is private in it."""
    make: Callable[..., Json] = manifest_tree if isinstance(facts, ManifestFacts) else collection_tree
    return make(facts, bases.presentation, bases.images, version)


def _neutral(versioned: Json, facts: Facts, bases: Bases) -> Json:
    """The tree with neutral ids. Of a manifest, only its own and those of its collections differ."""
    if isinstance(facts, CollectionFacts):
        return collection_tree(facts, bases.presentation, bases.images, None, versioned)
    form = Form(bases.presentation, bases.images, None, facts.names)
    changed = {
        "id": bases.presentation.manifest(facts.identifier, None),
        "partOf": part_of(facts.description, facts.part_of, form),
    }
    return present({name: changed.get(name, value) for name, value in versioned.items()})


def second_form(facts: Facts, bases: Bases, *, neutral: bool) -> SecondForm:
    """How a tree's addresses are written in 2.1: references keep the document's form, what is fetched is versioned."""
    address = bases.presentation.manifest if isinstance(facts, ManifestFacts) else bases.presentation.collection
    kept = _kept_pages(facts, bases)
    return SecondForm(
        document_id=address(facts.identifier, None if neutral else 2),
        address=lambda uri: kept.get(uri) or bases.presentation.in_version(uri, 2),
        own_images=bases.images.service(3, ""),
        own_images_2=bases.images.service(2, ""),
    )


def _kept_pages(facts: Facts, bases: Bases) -> Mapping[str, str]:
    """Where annotation pages are fetched that stand in documents under the URI of another server."""
    return {
        page.uri: bases.presentation.annotations(page.id, 2)
        for pages in facts.annotations.values()
        for page in pages
        if page.uri and page.place == "embedded"
    }


def page_documents(
    page: AnnotationPageFacts, facts: Facts, bases: Bases, contexts: tuple[str, ...] = ()
) -> dict[str, Json]:
    """An annotation page by version."""
    form = Form(bases.presentation, bases.images, 3, facts.names)
    document = page_document(page, form, page_contexts(page, contexts))
    return {"3": document, "2": second.project_annotation_page(document, second_form(facts, bases, neutral=False))}


def layer_documents(layer: LayerFacts, facts: Facts, bases: Bases) -> dict[str, Json]:
    """An annotation collection by version."""
    form = Form(bases.presentation, bases.images, 3, facts.names)
    document = layer_document(layer, form, CONTEXT)
    return {"3": document, "2": second.project_layer(document, second_form(facts, bases, neutral=False))}
