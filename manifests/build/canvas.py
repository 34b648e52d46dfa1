"""A canvas (Presentation 3.0 §5.3)."""

from collections.abc import Mapping

from manifests.build.annotations import annotation_pages
from manifests.build.facts import AnnotationPageFacts, CanvasFacts
from manifests.build.form import Form
from manifests.build.painting import painting_pages
from manifests.build.properties import Json, behavior, descriptive, linking, part_of, present, shown_instead
from manifests.build.references import reference
from manifests.build.thumbnail import thumbnail

#: Width and height of a page of which nothing is known yet; an upright leaf, so that books keep their rhythm.
PLACEHOLDER = (1000, 1400)
_NOTHING: Mapping[str, tuple[AnnotationPageFacts, ...]] = {}


def canvas(
    facts: CanvasFacts, form: Form, annotations: Mapping[str, tuple[AnnotationPageFacts, ...]] = _NOTHING
) -> Json:
    """A page in its place. Without a ready picture it keeps URI, label and size, and says why it is empty."""
    uri, ready, said = facts.uri or form.presentation.canvas(facts.id), facts.ready, facts.description
    width, height = dimensions(facts)
    pages = annotations.get(reference("canvas", facts.id), ()) if annotations else ()
    return present(
        {
            "id": uri,
            "type": "Canvas",
            **descriptive(said, None if ready else facts.note),
            "width": width,
            "height": height,
            "duration": facts.duration,
            "thumbnail": said.get("thumbnail") or thumbnail(next(iter(facts.pictures), None), form.images),
            "behavior": behavior(said),
            **linking(said, form),
            "partOf": part_of(said, (), form),
            **shown_instead(said, uri, form),
            "items": painting_pages(uri, facts.page_uri, ready, form),
            "annotations": annotation_pages(pages, form),
        }
    )


def dimensions(facts: CanvasFacts) -> tuple[int | None, int | None]:
    """§5.3: both or none. Its own once known, since annotations were made for them; else the first picture's."""
    if facts.width and facts.height:
        return facts.width, facts.height
    if facts.pictures:
        return facts.pictures[0].width, facts.pictures[0].height
    return (None, None) if facts.duration else PLACEHOLDER
