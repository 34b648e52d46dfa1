"""How large what a picture shows is in the world: the Physical Dimensions service (IIIF annex "Services" §3.3). Pure.

A number in a file is not enough: see docs/adr/0023-a-number-in-a-file-is-no-measure.md.
"""

from typing import Any

#: Width and height of all that the full image shows, in millimetres.
Extent = tuple[float, float]

_CONTEXT = "http://iiif.io/api/annex/services/physdim/1/context.json"
_PROFILE = "http://iiif.io/api/annex/services/physdim"
_MM_PER_INCH = 25.4
#: Dots per inch that programs write where nobody has measured anything.
_DEFAULTS = (72, 96)
#: The service knows one scale for both directions: they may differ by this part.
_EVEN = 0.01


def extent(width: int, height: int, pixels_per_mm: tuple[float, float] | None) -> Extent | None:
    """What a picture of so many pixels shows, by a resolution that somebody vouches for; None where it says nothing."""
    if pixels_per_mm is None or min(pixels_per_mm) <= 0:
        return None
    if all(round(density * _MM_PER_INCH, 1) in _DEFAULTS for density in pixels_per_mm):
        return None
    return width / pixels_per_mm[0], height / pixels_per_mm[1]


def service(uri: str, width: int, height: int, shown: Extent | None) -> dict[str, Any] | None:
    """The service of an image of so many pixels, named `uri`; None where its size is unknown or its pixels not square.

    3.0 §5.8 wants a name and a type of every service; the annex gives it no type, and 2.1 needs neither.
    """
    if shown is None or not (width and height):
        return None
    across, down = shown[0] / width, shown[1] / height
    if abs(across - down) > _EVEN * max(across, down):
        return None
    return {
        "@context": _CONTEXT,
        "@id": uri,
        "@type": "Service",
        "profile": _PROFILE,
        "physicalScale": float(f"{(across + down) / 2:.6g}"),
        "physicalUnits": "mm",
    }
