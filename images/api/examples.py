"""Examples for the OpenAPI document."""

from typing import Any

_BASE = "https://images.example.org"
_KEY = "0b7c1c0e-6a53-4f0c-9d7e-6c8f1f1c2a34"
_NAME = "inv-1905-12-recto"

IMAGE: dict[str, Any] = {
    "id": _KEY,
    "self": f"{_BASE}/api/v1/images/{_KEY}",
    "source": "emuseum",
    "external_id": "objects/1905.12/recto",
    "page": 0,
    "pages": 1,
    "identifier": _NAME,
    "file_name": "1905.12 recto.tif",
    "url": None,
    "state": "ready",
    "replacement": None,
    "error": None,
    "withdrawn": None,
    "withdrawn_reason": None,
    "missing_since": None,
    "width": 6000,
    "height": 4000,
    "size": 72_000_512,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "recipe": None,
    "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
    "rights_source": "http://creativecommons.org/publicdomain/mark/1.0/",
    "rights_curated": None,
    "credit": None,
    "access": "inherit",
    "access_edge": None,
    "access_from": None,
    "public": True,
    "generation": 1,
    "revision": 4,
    "created": "2026-11-20T19:00:00Z",
    "job": f"{_BASE}/api/v1/jobs/5a9f3a0e-9a2b-4a43-8d0b-0d6a1f3f8f11",
    "master": f"{_BASE}/api/v1/images/{_KEY}/master",
    "iiif": {
        "image_3": f"{_BASE}/iiif/3/{_NAME}",
        "image_2": f"{_BASE}/iiif/2/{_NAME}",
        "info_3": f"{_BASE}/iiif/3/{_NAME}/info.json",
        "info_2": f"{_BASE}/iiif/2/{_NAME}/info.json",
        "thumbnail": f"{_BASE}/iiif/3/{_NAME}/full/375,250/0/default.jpg",
    },
}
DELIVERED = {**IMAGE, "outcome": "created"}
MASTER: dict[str, Any] = {
    "image": f"{_BASE}/api/v1/images/{_KEY}",
    "digest": "5b2c7d3e081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00",
    "size": 9_400_128,
    "width": 6000,
    "height": 4000,
    "recipe": "default",
    "recipe_version": 2,
    "old": False,
    "source_digest": IMAGE["digest"],
    "created": "2026-11-20T19:00:04Z",
    "provenance": {
        "recipe_why": "there are no rules: default",
        "found": {"format": "tiff", "width": 6000, "height": 4000, "bits": 16, "profile": "Adobe RGB (1998)"},
        "assumed": {},
        "done": ["to sRGB by its profile", "pyramid, JPEG 89 4:2:0"],
        "metadata": {"kept": ["EXIF", "XMP"], "dropped": ["GPS"], "corrected": ["Orientation"]},
        "warnings": [],
        "tools": {"libvips": "8.18.7"},
        "seconds": {"fetch": 0.41, "write": 2.13, "verify": 0.62},
    },
    "embedded": {"exif": {"Make": "Phase One", "ExposureTime": 0.004}, "iptc": {}, "xmp": {"dc:title": "Coast"}},
}
RECIPE: dict[str, Any] = {
    "name": "default",
    "self": f"{_BASE}/api/v1/recipes/default",
    "version": 2,
    "usual": True,
    "settings": {"tile": 256, "quality": 89, "codec": "jpeg", "chroma": "4:2:0"},
    "made": [
        {"version": 2, "masters": 48_120, "bytes": 451_000_000_000, "old": False},
        {"version": 1, "masters": 311, "bytes": 2_900_000_000, "old": True},
    ],
}
PURGE: dict[str, Any] = {
    "id": "8f1f1c2a-34d6-4b7c-9c0e-6a534f0c9d7e",
    "self": f"{_BASE}/api/v1/purges/8f1f1c2a-34d6-4b7c-9c0e-6a534f0c9d7e",
    "subject": _KEY,
    "actor": "token emuseum",
    "reason": "Colours corrected",
    "targets": [_KEY],
    "matched": 1,
    "results": {"own caches": "done"},
    "probe": {},
    "created": "2026-11-20T19:00:00Z",
}
SOURCE: dict[str, Any] = {
    "id": "d2c1b0a9-1111-4c64-bb38-1c3e2c4b9f02",
    "self": f"{_BASE}/api/v1/sources/emuseum",
    "slug": "emuseum",
    "kind": "system",
    "language": "none",
    "name": "eMuseum",
    "created": "2026-11-20T19:00:00Z",
    "images": f"{_BASE}/api/v1/images?source=emuseum",
}
NAME: dict[str, Any] = {
    "value": "1905-12",
    "status": "moved",
    "reason": "New scheme",
    "actor": "admin jane",
    "since": "2026-11-20T19:00:00Z",
    "hits": 12,
    "last_used": "2026-11-21T08:00:00Z",
}
