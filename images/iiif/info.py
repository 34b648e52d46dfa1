"""info.json, for version 2 (Image API 2.1.1 §5) and version 3 (3.0 §5)."""

import re
from math import log2
from typing import Any

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from images.iiif.request import MEDIA_TYPES, QUALITIES
from images.iiif.resolve import Limits

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
_EXTRA_FORMATS = [name for name in MEDIA_TYPES if name not in ("jpg", "png")]
_EXTRA_FEATURES = ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary"]
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
    return {
        "@context": CONTEXTS[3],
        "id": addresses.service(3, image.identifier),
        "type": "ImageService3",
        "protocol": PROTOCOL,
        "profile": "level2",
        "width": image.width,
        "height": image.height,
        **_limits(image, limits),
        "sizes": _sizes(image, limits),
        "tiles": _tiles(image),
        **({"rights": image.rights} if _RIGHTS.fullmatch(image.rights) else {}),
        "extraFormats": _EXTRA_FORMATS,
        "extraQualities": _EXTRA_QUALITIES[3],
        "extraFeatures": _EXTRA_FEATURES,
    }


def _info_2(image: ImageFacts, addresses: ImageAddresses, limits: Limits) -> dict[str, Any]:
    beyond = {
        "formats": _EXTRA_FORMATS,
        "qualities": _EXTRA_QUALITIES[2],
        "supports": sorted([*_EXTRA_FEATURES, "regionSquare"]),
        **_limits(image, limits),
    }
    return {
        "@context": CONTEXTS[2],
        "@id": addresses.service(2, image.identifier),
        "protocol": PROTOCOL,
        "width": image.width,
        "height": image.height,
        "sizes": _sizes(image, limits),
        "tiles": _tiles(image),
        "profile": [PROFILES[2], beyond],
        **({"license": image.rights} if _RIGHTS.fullmatch(image.rights) else {}),
    }


def _limits(image: ImageFacts, limits: Limits) -> dict[str, int]:
    """Stated where they bind: nothing is ever answered above the full size."""
    stated = {}
    if max(image.width, image.height) > limits.max_edge:
        stated = {"maxWidth": limits.max_edge, "maxHeight": limits.max_edge}
    if image.width * image.height > limits.max_area:
        stated["maxArea"] = limits.max_area
    return stated


def _sizes(image: ImageFacts, limits: Limits) -> list[dict[str, int]]:
    """The pyramid's levels, smallest first, as far as they are within the limits (3.0 §5.2: MUST)."""
    return [{"width": w, "height": h} for w, h, _, _ in reversed(image.levels) if limits.allow(w, h)]


def _tiles(image: ImageFacts) -> list[dict[str, Any]]:
    """One entry for each size of tile, with the scale factors of the levels that have such tiles."""
    factors: dict[tuple[int, int], set[int]] = {}
    for w, h, tile_w, tile_h in image.levels:
        # Levels are halves of halves; rounding on the way makes the plain quotient miss the power of two.
        factor = 1 << round(log2(max(image.width, image.height) / max(w, h)))
        factors.setdefault((tile_w, tile_h), set()).add(factor)
    return [
        {"width": w, **({"height": h} if h != w else {}), "scaleFactors": sorted(found)}
        for (w, h), found in factors.items()
    ]
