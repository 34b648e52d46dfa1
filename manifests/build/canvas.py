"""A canvas (Presentation 3.0 §5.3) and what is painted on it (§5.5, §5.6, §5.7)."""

from images.facts import ImageFacts
from manifests import addresses
from manifests.build.facts import CanvasFacts
from manifests.build.form import IMAGE_API, Form
from manifests.build.properties import Json, behavior, descriptive, present
from manifests.build.service import image_request, image_service
from manifests.build.thumbnail import thumbnail

#: Width and height of a page of which nothing is known yet; an upright leaf, so that books keep their rhythm.
PLACEHOLDER = (1000, 1400)


def canvas(facts: CanvasFacts, form: Form) -> Json:
    """A page in its place. Without a ready picture it keeps URI, label and size, and says why it is empty."""
    uri, ready = form.presentation.canvas(facts.id), facts.ready
    width, height = dimensions(facts, ready)
    return present(
        {
            "id": uri,
            "type": "Canvas",
            **descriptive(facts.description, None if ready else facts.note),
            "width": width,
            "height": height,
            "thumbnail": thumbnail(ready[0], form.images) if ready else None,
            "behavior": behavior(facts.description),
            "items": [painting_page(uri, ready, form)] if ready else [],
        }
    )


def dimensions(facts: CanvasFacts, ready: tuple[ImageFacts, ...]) -> tuple[int, int]:
    """§5.3: both or none. Its own once known, since annotations were made for them; else the first picture's."""
    if facts.width and facts.height:
        return facts.width, facts.height
    return (ready[0].width, ready[0].height) if ready else PLACEHOLDER


def painting_page(canvas_uri: str, pictures: tuple[ImageFacts, ...], form: Form) -> Json:
    """§5.5: the one annotation page in `items`; it holds painting annotations only."""
    return {
        "id": addresses.painting_page(canvas_uri),
        "type": "AnnotationPage",
        "items": [painting(canvas_uri, picture, form) for picture in pictures],
    }


def painting(canvas_uri: str, picture: ImageFacts, form: Form) -> Json:
    """§5.6: puts the picture on the whole canvas."""
    return {
        "id": addresses.painting(canvas_uri, picture.id),
        "type": "Annotation",
        "motivation": "painting",
        "body": body(picture, form),
        "target": canvas_uri,
    }


def body(picture: ImageFacts, form: Form) -> Json:
    """§5.7: a full image request, never the bare service, with the service beside it."""
    uri = form.images.service(IMAGE_API, picture.identifier)
    image = image_request(uri, "max", picture.width, picture.height)
    image["service"] = [image_service(uri)]
    return image
