"""A collection (Presentation 3.0 §5.1)."""

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build.facts import CollectionFacts, MemberFacts
from manifests.build.form import CONTEXT, Form
from manifests.build.properties import Json, behavior, descriptive, part_of, present, viewing_direction
from manifests.build.thumbnail import thumbnail


def collection_document(
    facts: CollectionFacts, presentation: PresentationAddresses, images: ImageAddresses, version: int | None
) -> Json:
    """The collection with versioned ids, or neutral ones where version is None.

    Its thumbnail is that of the first member that has one.
    """
    form = Form(presentation, images, version)
    pictures = (each.thumbnail for each in facts.members if each.thumbnail and each.thumbnail.ready)
    return present(
        {
            "@context": CONTEXT,
            "id": form.presentation.collection(facts.identifier, form.version),
            "type": "Collection",
            **descriptive(facts.description),
            "thumbnail": thumbnail(next(pictures, None), form.images),
            "viewingDirection": viewing_direction(facts.description),
            "behavior": behavior(facts.description),
            "partOf": part_of(facts.part_of, form),
            "items": [member(each, form) for each in facts.members],
        }
    )


def member(facts: MemberFacts, form: Form) -> Json:
    """§5.1: a reference with label and thumbnail, so that viewers need not open every member; never embedded."""
    addresses = form.presentation
    address = addresses.manifest if facts.kind == "manifest" else addresses.collection
    picture = facts.thumbnail if facts.thumbnail and facts.thumbnail.ready else None
    return present(
        {
            "id": address(facts.identifier, form.version),
            "type": "Manifest" if facts.kind == "manifest" else "Collection",
            "label": facts.label,
            "thumbnail": thumbnail(picture, form.images),
        }
    )
