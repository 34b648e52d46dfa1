"""Thumbnails (Presentation 3.0 §3.1 thumbnail): every resource that shows a picture gets one."""

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from manifests.build.form import IMAGE_API
from manifests.build.properties import Json
from manifests.build.service import image_request, sized_image_service

#: Pixels of the longer edge.
BOX = 200


def thumbnail(image: ImageFacts | None, images: ImageAddresses) -> list[Json] | None:
    """The image within BOX x BOX pixels, or None where there is no picture.

    An image that is no larger comes whole and without a service: viewers ask services for at least 120 pixels,
    and enlarging is refused.
    """
    if image is None:
        return None
    uri = images.service(IMAGE_API, image.identifier)
    if image.width <= BOX and image.height <= BOX:
        return [image_request(uri, "max", image.width, image.height)]
    width, height = fitted(image.width, image.height)
    picture = image_request(uri, f"{width},{height}", width, height)
    picture["service"] = [sized_image_service(uri, image)]
    return [picture]


def fitted(width: int, height: int, box: int = BOX) -> tuple[int, int]:
    """Width and height with the longer edge at `box` pixels, the other rounded half up (as everywhere), at least 1."""
    longer = max(width, height)

    def scaled(edge: int) -> int:
        return max(1, (2 * edge * box + longer) // (2 * longer))

    return scaled(width), scaled(height)
