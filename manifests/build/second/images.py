"""Addresses of pictures, and pictures as content, thumbnail or logo (2.1 §3.1, §5.4)."""

from typing import Any

from manifests.build.second.form import Json, SecondForm, identity, objects, one_or_many
from manifests.build.second.private import merged
from manifests.build.second.services import services


def picture_address(uri: str, form: SecondForm) -> str:
    """An image request of ours in Image API 2.1 (§4); any other address stays as it is.

    What 3.0 calls `max` is `full` in 2.1; sizes `w,h` are served in both. Only requests have four parts after the
    identifier, which holds no slash.
    """
    if not uri.startswith(form.own_images):
        return uri
    parts = uri[len(form.own_images) :].split("/")
    if len(parts) == 5:
        parts[2] = size(parts[2])
    return form.own_images_2 + "/".join(parts)


def size(parameter: str) -> str:
    """The size of a request, as Image API 2.1 §4.2 writes it: there, `^` is not needed in order to enlarge."""
    plain = parameter.removeprefix("^")
    return "full" if plain == "max" else plain


def image(resource: Json, form: SecondForm) -> Json:
    """§5.4: an image without what describes it and without its service."""
    said: Json = {"@id": picture_address(identity(resource), form), "@type": "dctypes:Image"}
    if "format" in resource:
        said["format"] = resource["format"]
    for edge in ("height", "width"):
        if isinstance(resource.get(edge), int):
            said[edge] = resource[edge]
    return said


def pictures(value: Any, form: SecondForm) -> Any:
    """§3.1 thumbnail, §3.2 logo: images with their services; one as an object, several as a list."""
    return one_or_many(_served(each, form) for each in objects(value) if is_image(each))


def is_image(resource: Any) -> bool:
    """Whether it is a picture that has an address."""
    return isinstance(resource, dict) and resource.get("type") == "Image" and bool(identity(resource))


def _served(resource: Json, form: SecondForm) -> Json:
    said = image(resource, form)
    if found := services(resource.get("service"), form):
        said["service"] = found
    return merged(said, resource)
