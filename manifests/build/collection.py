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
    facts: CollectionFacts,
    presentation: PresentationAddresses,
    images: ImageAddresses,
    version: int | None,
    other: Json | None = None,
) -> Json:
    """The collection with versioned ids, or neutral ones where version is None; with what is private (`properties`).

    Where nobody has chosen a thumbnail, it is that of the first member that has one. `other` is the tree with ids of
    the other kind: of many members only these are made anew.
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
            "items": [readdressed(*each, form) for each in zip(facts.members, other["items"], strict=True)]
            if other
            else [member(each, form) for each in facts.members],
            "annotations": annotation_pages(facts.annotations.get("", ()), form),
        }
    )


def member(facts: MemberFacts, form: Form) -> Json:
    """§5.1: a reference with label and thumbnail, so that viewers need not open every member; never embedded."""
    if facts.foreign is not None:
        return dict(facts.foreign)
    picture = facts.thumbnail if facts.thumbnail and facts.thumbnail.ready else None
    return present(
        {
            "id": _address(facts, form),
            "type": "Manifest" if facts.kind == "manifest" else "Collection",
            "label": facts.label,
            "thumbnail": thumbnail(picture, form.images),
            **facts.more,
        }
    )


def readdressed(facts: MemberFacts, made: Json, form: Form) -> Json:
    """The same reference with the id of another form."""
    return made if facts.foreign is not None else {**made, "id": _address(facts, form)}


def _address(facts: MemberFacts, form: Form) -> str:
    address = form.presentation.manifest if facts.kind == "manifest" else form.presentation.collection
    return address(facts.identifier, form.version)
