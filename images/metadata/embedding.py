"""Puts metadata into pictures that are encoded already: JPEG, PNG and WebP. Pixels and colour profile stay as they are.

Sizes and resolution inside the metadata are those of the master; `sizing.resized` makes them those of a derivative.
"""

from dataclasses import replace

from images.metadata.containers import extended, jpeg, png, webp
from images.metadata.found import Metadata

#: The longest XMP that goes into a derivative, in bytes: of a longer packet, its longest properties stay behind.
_MOST_XMP = 1 << 20

_CONTAINERS = {"jpg": jpeg.embed, "png": png.embed, "webp": webp.embed}


def embed(encoded: bytes, format: str, metadata: Metadata) -> bytes:  # noqa: A002
    """The same picture with this metadata and none other. `format` is jpg, png or webp (IIIF Image API §4.5).

    In PNG, IPTC is a raw profile as ExifTool and ImageMagick read it; in WebP, which has no place for it, it is said
    again in XMP. Raises ValueError for another format or bytes that are not of this one.
    """
    container = _CONTAINERS.get(format)
    if container is None:
        raise ValueError(f"there is no place for metadata in {format}")
    if len(metadata.xmp) > _MOST_XMP:
        metadata = replace(metadata, xmp=extended.split(metadata.xmp, _MOST_XMP)[0])
    return container(encoded, metadata)
