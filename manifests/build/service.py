"""Image services, and pictures asked of them (Presentation 3.0 §3.3.1 service; Image API 3.0 §3).

They take the service's URI, so that it is made once for all that is said about a picture.
"""

from images.facts import ImageFacts
from manifests.build.properties import Json


def image_service(uri: str) -> Json:
    """The least a viewer needs to ask for tiles. No @context inside (§3.3.1)."""
    return {"id": uri, "type": "ImageService3", "profile": "level2"}


def sized_image_service(uri: str, image: ImageFacts) -> Json:
    """With the sizes that are cheap to serve, smallest first: saves viewers one info.json per thumbnail."""
    return {
        "id": uri,
        "type": "ImageService3",
        "profile": "level2",
        "width": image.width,
        "height": image.height,
        "sizes": [{"width": level[0], "height": level[1]} for level in reversed(image.levels)],
    }


def image_request(uri: str, size: str, width: int, height: int) -> Json:
    """A whole image as a resource: `size` as Image API 3.0 §4.2 writes it, width and height as they come out."""
    return {
        "id": f"{uri}/full/{size}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
    }
