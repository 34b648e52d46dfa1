"""A canvas (2.1 §5.3; 3.0 §5.3) and the images on it (2.1 §5.4)."""

from manifests.build.second.annotations import paintings
from manifests.build.second.descriptive import described
from manifests.build.second.form import Json, SecondForm, identity, objects
from manifests.build.second.private import named
from manifests.build.second.viewing import viewing_hint


def has_second_form(canvas: Json) -> bool:
    """2.1 §5.3: height and width MUST be there, and there is no time, so what has a duration is left out."""
    return bool(identity(canvas) and canvas.get("height") and canvas.get("width") and not canvas.get("duration"))


def canvas(given: Json, position: int, form: SecondForm) -> Json:
    """§5.3: the label MUST be there, so a page without one has its number.

    Height and width are those of 3.0. §5.3 advises to double those below 1200 pixels when a canvas is made; here it
    has been made, is the same canvas in both versions, and every annotation of others counts in its coordinates.
    """
    said: Json = {"@id": identity(given), "@type": "sc:Canvas"} | described(given, form)
    said["height"], said["width"] = round(given["height"]), round(given["width"])
    if hint := viewing_hint(given):
        said["viewingHint"] = hint
    images = [
        painting
        for page in objects(given.get("items"))
        for annotation in objects(page.get("items"))
        for painting in paintings(annotation, form)
    ]
    if images:
        said["images"] = images
    return named(said, given, str(position))
