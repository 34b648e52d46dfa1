"""Canvases (P2 §5.3): the images on them, and the other content beside."""

from typing import Any

from manifests.payload.upgrade.annotations import image_annotation, other_content
from manifests.payload.upgrade.descriptive import behavior, descriptive
from manifests.payload.upgrade.links import size
from manifests.payload.upgrade.reading import Json, Place, Resource, local


def canvas(value: Any, place: Place) -> Json | None:
    """A canvas with one page of paintings; None if it is none, which the notes then say."""
    if not isinstance(value, dict):
        place.fault("canvas", "It must be a canvas: an object with @id, label, height and width.")
        return None
    resource = Resource(value, place)
    if resource.types and "Canvas" not in map(local, resource.types):
        (place / "@type").fault("type", "It must be sc:Canvas.")
    if resource.peek("label") is None:
        (place / "label").fault("label", "It is missing.")
    uri = resource.need_uri()
    if uri and "#" in uri:
        (place / "@id").fault("id", "It must be an address without #.")
    images = resource.take_required_list("images")
    found = [image_annotation(each, uri, place / "images" / number) for number, each in enumerate(images)]
    return resource.done(
        {
            "id": uri,
            "type": "Canvas",
            **descriptive(resource, "Manifest"),
            "behavior": behavior(resource, "Canvas"),
            "height": _length(resource, "height"),
            "width": _length(resource, "width"),
            "items": [{"type": "AnnotationPage", "items": [each for each in found if each]}] if found else [],
            "annotations": other_content(resource),
        }
    )


def _length(resource: Resource, name: str) -> int | None:
    """P2 §3.3: the sides of a canvas, without a unit."""
    missing = resource.peek(name) is None
    if (found := size(resource, name)) is None:
        sentence = "It is missing." if missing else "It must be a whole number above zero."
        (resource.place / name).fault("size", sentence)
    return found
