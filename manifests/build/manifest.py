"""A manifest (Presentation 3.0 §5.2)."""

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build.annotations import annotation_pages
from manifests.build.canvas import canvas
from manifests.build.contexts import context
from manifests.build.facts import ManifestFacts
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
from manifests.build.references import reference
from manifests.build.structures import shown, structures
from manifests.build.thumbnail import thumbnail


def manifest_tree(
    facts: ManifestFacts, presentation: PresentationAddresses, images: ImageAddresses, version: int | None
) -> Json:
    """The manifest with versioned ids, or neutral ones where version is None; with what is private (`properties`).

    Where nobody has chosen a thumbnail, it is that of the first page that has a picture.
    """
    form, said = Form(presentation, images, version, facts.names), facts.description
    first = next((picture for page in facts.canvases for picture in page.pictures), None)
    uri = presentation.manifest(facts.identifier, version)
    here = frozenset(reference("canvas", page.id) for page in facts.canvases)
    return present(
        {
            "@context": context(facts),
            "id": uri,
            "type": "Manifest",
            **descriptive(said),
            "thumbnail": listed(said, "thumbnail") or thumbnail(first, images),
            "viewingDirection": viewing_direction(said),
            "behavior": behavior(said),
            **linking(said, form),
            "services": form.public(listed(said, "services")),
            "partOf": part_of(said, facts.part_of, form),
            "start": form.public(shown(said.get("start"), here)),
            **shown_instead(said, presentation.canvas(facts.id), form),
            "items": [canvas(page, form, facts.annotations) for page in facts.canvases],
            "structures": structures(said.get("structures"), form, facts.annotations, here),
            "annotations": annotation_pages(facts.annotations.get("", ()), form),
        }
    )
