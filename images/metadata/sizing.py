"""Metadata of a derivative of another size than its master. Pure."""

from dataclasses import replace

from images.metadata import exif, tags, xmp
from images.metadata.exif import Exif
from images.metadata.fields import number, rational, whole
from images.metadata.found import Metadata

#: In pixels or parts of the master: no longer true of a part of it or of another size.
_PLACES = ("exif:SubjectArea", "exif:SubjectLocation", "mwg-rs:Regions")
_TOUCHED = (b"ImageWidth", b"ImageLength", b"PixelXDimension", b"PixelYDimension", b"Subject", b"Regions")


def resized(metadata: Metadata, *, width: int, height: int, scale: tuple[float, float] | None = None) -> Metadata:
    """The same for a derivative of so many pixels.

    `scale` is how many pixels of the derivative one pixel of the master has become, across and down: resolution changes
    with it, so that the physical size stays. Without it (the derivative was turned, say) resolution is left out.
    """
    known, _ = exif.parse(metadata.exif)
    known = replace(known, main=_main(known, scale), photo=_photo(known, width, height))
    return replace(metadata, exif=exif.block(known), xmp=_xmp(metadata.xmp, width, height))


def _main(known: Exif, scale: tuple[float, float] | None) -> dict[int, exif.Field]:
    rest = {tag: field for tag, field in known.main.items() if tag not in tags.RESOLUTION}
    across, down = number(known.main.get(tags.X_RESOLUTION)), number(known.main.get(tags.Y_RESOLUTION))
    unit = known.main.get(tags.RESOLUTION_UNIT)
    if scale is None or not across or not down or unit is None:
        return rest
    return rest | {
        tags.X_RESOLUTION: rational(float(across) * scale[0]),
        tags.Y_RESOLUTION: rational(float(down) * scale[1]),
        tags.RESOLUTION_UNIT: unit,
    }


def _photo(known: Exif, width: int, height: int) -> dict[int, exif.Field]:
    right = {tags.PIXEL_X: whole(width), tags.PIXEL_Y: whole(height)}
    dropped = (tags.SUBJECT_AREA, tags.SUBJECT_LOCATION)
    return {tag: right.get(tag, field) for tag, field in known.photo.items() if tag not in dropped}


def _xmp(packet: bytes, width: int, height: int) -> bytes:
    if not any(words in packet for words in _TOUCHED):
        return packet
    try:
        rdf, _ = xmp.parse(packet)
    except xmp.BadXmp:
        return packet
    for of, pixels in (
        ("tiff:ImageWidth", width),
        ("tiff:ImageLength", height),
        ("exif:PixelXDimension", width),
        ("exif:PixelYDimension", height),
    ):
        if xmp.get(rdf, of):
            xmp.put(rdf, of, str(pixels))
    xmp.take(rdf, *_PLACES)
    return xmp.write(rdf)
