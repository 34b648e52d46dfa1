"""info.json, for version 2 (Image API 2.1.1 §5) and version 3 (3.0 §5)."""

import re
from typing import Any

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from images.iiif import physical
from images.iiif.formats import BASIC
from images.iiif.limits import Bounds, Limits
from images.iiif.request import QUALITIES
from images.iiif.tiling import sizes, tilings

PROTOCOL = "http://iiif.io/api/image"
#: The highest level of compliance that we fully support, as a URI for each version.
PROFILES = {version: f"{PROTOCOL}/{version}/level2.json" for version in (2, 3)}
CONTEXTS = {version: f"{PROTOCOL}/{version}/context.json" for version in (2, 3)}
#: What info.json is sent as, our preference first: 2.1.1 §5.1 wants plain JSON unless asked, 3.0 §5.1 wants JSON-LD.
CONTENT_TYPES = {
    2: ("application/json", "application/ld+json"),
    3: (f'application/ld+json;profile="{CONTEXTS[3]}"', "application/json"),
}

# Beyond level 2 (the compliance documents, §3 and §4).
_EXTRA_FEATURES = ("canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary")
_UPSCALING = {2: "sizeAboveFull", 3: "sizeUpscaling"}
_EXTRA_QUALITIES = {
    2: [name for name in QUALITIES if name not in ("default", "bitonal")],
    3: [name for name in QUALITIES if name != "default"],
}

# 3.0 §5.6: Creative Commons or RightsStatements.org, and their URIs start with http.
_RIGHTS = re.compile(r"http://(creativecommons\.org/(licenses|publicdomain)|rightsstatements\.org/vocab)/\S+")


def info(version: int, image: ImageFacts, addresses: ImageAddresses, limits: Limits) -> dict[str, Any]:
    """The document of a ready image, in the order in which people like to read it."""
    return (_info_3 if version == 3 else _info_2)(image, addresses, limits)


def _info_3(image: ImageFacts, addresses: ImageAddresses, limits: Limits) -> dict[str, Any]:
    bounds = limits.of(image.width, image.height)
    service = _physical(image, addresses.info(3, image.identifier))
    return {
        "@context": CONTEXTS[3],
        "id": addresses.service(3, image.identifier),
        "type": "ImageService3",
        "protocol": PROTOCOL,
        "profile": "level2",
        "width": image.width,
        "height": image.height,
        **_limits(image, bounds),
        **_cheap(image, bounds),
        **({"rights": image.rights} if _RIGHTS.fullmatch(image.rights) else {}),
        **_named("extraFormats", _extra_formats(limits)),
        "extraQualities": _EXTRA_QUALITIES[3],
        "extraFeatures": _features(3, bounds),
        **({"service": [service]} if service else {}),
    }


def _info_2(image: ImageFacts, addresses: ImageAddresses, limits: Limits) -> dict[str, Any]:
    bounds = limits.of(image.width, image.height)
    service = _physical(image, addresses.info(2, image.identifier))
    beyond = {
        **_named("formats", _extra_formats(limits)),
        "qualities": _EXTRA_QUALITIES[2],
        "supports": sorted([*_features(2, bounds), "regionSquare"]),
        **_limits(image, bounds),
    }
    return {
        "@context": CONTEXTS[2],
        "@id": addresses.service(2, image.identifier),
        "protocol": PROTOCOL,
        "width": image.width,
        "height": image.height,
        **_cheap(image, bounds),
        "profile": [PROFILES[2], beyond],
        **({"license": image.rights} if _RIGHTS.fullmatch(image.rights) else {}),
        **({"service": service} if service else {}),
    }


def _limits(image: ImageFacts, bounds: Bounds) -> dict[str, int]:
    """Stated where they bind: what is enlarged ends somewhere (3.0 §5.7: MUST), else at the full size by itself."""
    stated = {}
    largest = (bounds.width, bounds.height) if bounds.enlarging else (image.width, image.height)
    if bounds.enlarging or image.width > bounds.width or image.height > bounds.height:
        stated = {"maxWidth": bounds.width, "maxHeight": bounds.height}
    if largest[0] * largest[1] > bounds.area:
        stated["maxArea"] = bounds.area
    return stated


def _cheap(image: ImageFacts, bounds: Bounds) -> dict[str, Any]:
    """`sizes` and `tiles`; what would be empty is left out."""
    tiles = [
        {
            "width": each.width,
            **({"height": each.height} if each.height != each.width else {}),
            "scaleFactors": list(each.factors),
        }
        for each in tilings(image, bounds)
    ]
    whole = [{"width": w, "height": h} for w, h in sizes(image, bounds)]
    return {**_named("sizes", whole), **_named("tiles", tiles)}


def _extra_formats(limits: Limits) -> list[str]:
    return [name for name in limits.formats if name not in BASIC]


def _features(version: int, bounds: Bounds) -> list[str]:
    return [*_EXTRA_FEATURES, *([_UPSCALING[version]] if bounds.enlarging else [])]


def _named(name: str, values: list[Any]) -> dict[str, list[Any]]:
    """2.1.1 §5.3: "omitted from the response rather than being present with an empty list"."""
    return {name: values} if values else {}


def _physical(image: ImageFacts, address: str) -> dict[str, Any] | None:
    return physical.service(f"{address}#physdim", image.width, image.height, image.extent)
