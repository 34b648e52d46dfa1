"""A collection (Presentation 3.0 §5.1)."""

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build.annotations import annotation_pages
from manifests.build.contexts import context
from manifests.build.facts import CollectionFacts, MemberFacts
from manifests.build.form import Form
from manifests.build.properties import (
    Json,
    behavior,
    descriptive,
    linking,
    listed,
    part_of,
    present,
    shown_instead,
    viewing_direction,
)
from manifests.build.thumbnail import thumbnail


def collection_tree(
    facts: CollectionFacts, presentation: PresentationAddresses, images: ImageAddresses, version: int | None
) -> Json:
    """The collection with versioned ids, or neutral ones where version is None; with what is private (`properties`).

    Where nobody has chosen a thumbnail, it is that of the first member that has one.
    """
    form, said = Form(presentation, images, version, facts.names), facts.description
    pictures = (each.thumbnail for each in facts.members if each.thumbnail and each.thumbnail.ready)
    return present(
        {
            "@context": context(facts),
            "id": presentation.collection(facts.identifier, version),
            "type": "Collection",
            **descriptive(said),
            "thumbnail": listed(said, "thumbnail") or thumbnail(next(pictures, None), images),
            "viewingDirection": viewing_direction(said),
            "behavior": behavior(said),
            **linking(said, form),
            "services": form.public(listed(said, "services")),
            "partOf": part_of(said, facts.part_of, form),
            **shown_instead(said, presentation.canvas(facts.id), form),
            "items": [member(each, form) for each in facts.members],
            "annotations": annotation_pages(facts.annotations.get("", ()), form),
        }
    )


def member(facts: MemberFacts, form: Form) -> Json:
    """§5.1: a reference with label and thumbnail, so that viewers need not open every member; never embedded."""
    if facts.foreign is not None:
        return dict(facts.foreign)
    addresses = form.presentation
    address = addresses.manifest if facts.kind == "manifest" else addresses.collection
    picture = facts.thumbnail if facts.thumbnail and facts.thumbnail.ready else None
    return present(
        {
            "id": address(facts.identifier, form.version),
            "type": "Manifest" if facts.kind == "manifest" else "Collection",
            "label": facts.label,
            "thumbnail": thumbnail(picture, form.images),
            **facts.more,
        }
    )
