"""Content State 1.0: which part of what a link shows, read and written. Pure.

A link has it as `iiif-content`: an address, or base64url without padding of the percent-encoded JSON (§6).
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from manifests.build.form import CONTEXT

PARAMETER = "iiif-content"
#: Characters; more than any link has.
LONGEST = 8_000
_REGION = re.compile(r"xywh=(?:pixel:)?(\d{1,9}(?:\.\d+)?(?:,\d{1,9}(?:\.\d+)?){3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spot:
    """What is meant: a resource by its URI, such as a canvas, and of it a region "x,y,width,height", "" = the whole."""

    uri: str = ""
    region: str = ""


def encoded(state: Any) -> str:
    """§6.2: base64url without padding of the percent-encoded JSON."""
    text = quote(json.dumps(state, ensure_ascii=False, separators=(",", ":")), safe="")
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def state(link: str, document: str, spot: Spot) -> dict[str, Any]:
    """§2.1: an annotation that is named `link`, of the manifest at `document`, or of a canvas of it."""
    manifest = {"id": document, "type": "Manifest"}
    whole = {"id": spot.uri, "type": "Canvas", "partOf": [manifest]} if spot.uri else manifest
    selector = {"type": "FragmentSelector", "value": f"xywh={spot.region}"}
    part = {"type": "SpecificResource", "source": whole, **({"selector": selector} if spot.region else {})}
    return {
        "@context": CONTEXT,
        "id": link,
        "type": "Annotation",
        "motivation": ["contentState"],
        "target": part,
    }


def read(text: str) -> Spot:
    """What a content state means (§2.2: an annotation, its target alone, an address); nothing where it is none."""
    if len(text) > LONGEST:
        return Spot()
    if text.startswith(("http://", "https://")):
        return _address(text)
    try:
        padded = text + "=" * (-len(text) % 4)
        given = json.loads(unquote(base64.urlsafe_b64decode(padded.encode("ascii")).decode(), errors="strict"))
    except (ValueError, RecursionError, binascii.Error):
        return Spot()
    return _spot(given)


def _spot(given: Any) -> Spot:
    for _ in range(4):  # annotation, list of targets, specific resource
        if isinstance(given, list):
            given = given[0] if given else None
        elif isinstance(given, dict) and "target" in given:
            given = given["target"]
    if isinstance(given, str):
        return _address(given)
    if not isinstance(given, dict):
        return Spot()
    if "source" in given:
        whole = _spot(given["source"])
        return Spot(whole.uri, _selected(given.get("selector")) or whole.region)
    uri = given.get("id")
    return _address(uri) if isinstance(uri, str) else Spot()


def _selected(selector: Any) -> str:
    first = selector[0] if isinstance(selector, list) and selector else selector
    value = first.get("value") if isinstance(first, dict) else None
    return _region(value) if isinstance(value, str) else ""


def _address(text: str) -> Spot:
    uri, _, fragment = text.partition("#")
    return Spot(uri, _region(fragment))


def _region(fragment: str) -> str:
    found = _REGION.search(fragment)
    return found[1] if found else ""
