"""A manifest (Presentation 3.0 §5.2)."""

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build.canvas import canvas
from manifests.build.facts import ManifestFacts
from manifests.build.form import CONTEXT, Form
from manifests.build.properties import Json, behavior, descriptive, part_of, present, viewing_direction
from manifests.build.thumbnail import thumbnail


def manifest_document(
    facts: ManifestFacts, presentation: PresentationAddresses, images: ImageAddresses, version: int | None
) -> Json:
    """The manifest with versioned ids, or neutral ones where version is None.

    Its thumbnail is that of the first page that has a picture.
    """
    form = Form(presentation, images, version)
    first = next((picture for page in facts.canvases for picture in page.ready), None)
    return present(
        {
            "@context": CONTEXT,
            "id": form.presentation.manifest(facts.identifier, form.version),
            "type": "Manifest",
            **descriptive(facts.description),
            "thumbnail": thumbnail(first, form.images),
            "viewingDirection": viewing_direction(facts.description),
            "behavior": behavior(facts.description),
            "partOf": part_of(facts.part_of, form),
            "items": [canvas(page, form) for page in facts.canvases],
        }
    )
