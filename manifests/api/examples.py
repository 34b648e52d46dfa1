"""Examples for the OpenAPI document."""

from typing import Any

_BASE = "https://images.example.org"
_API = f"{_BASE}/api/v1"
_BOOK = "d4f5a3c2-7d0e-4b51-9a3c-2f1f7b9f4f10"
_SHELF = "6b2b7f0c-0b0f-4a55-8a53-9f5d0f3e7c21"
_PAGE = "a3d9c6b4-2f63-4c27-9d39-6c9f4a4f1e55"
_IMAGE = "0b7c1c0e-6a53-4f0c-9d7e-6c8f1f1c2a34"

LABEL = {"en": ["Book of hours"]}
DESCRIPTION: dict[str, Any] = {
    "label": LABEL,
    "metadata": [{"label": {"en": ["Date"]}, "value": {"none": ["1480"]}}],
    "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
}
_CURATED = {"label": {"en": ["Book of hours of Paris"]}}


def _record(kind: str, key: str, name: str, external_id: str, count: str, progress: dict[str, int]) -> dict[str, Any]:
    here = f"{_API}/{kind}s/{key}"
    return {
        "id": key,
        "self": here,
        "source": "emuseum",
        "external_id": external_id,
        "identifier": name,
        "label": LABEL,
        "publish_when": "when_complete",
        "publish_at": None,
        "state": "published",
        "publish_error": None,
        "outstanding": 0,
        "published_at": "2026-11-20T19:00:12Z",
        "progress": progress,
        "access": "inherit",
        "access_edge": None,
        "access_from": None,
        "public": True,
        "withdrawn": None,
        "withdrawn_reason": None,
        "revision": 3,
        "created": "2026-11-20T19:00:00Z",
        count: {"count": progress["total"], "self": f"{here}/{count}"},
        "iiif": {
            kind: f"{_BASE}/presentation/{name}/{kind}",
            f"{kind}_3": f"{_BASE}/presentation/3/{name}/{kind}",
            "view": f"{_BASE}/view/{name}",
        },
    }


_LAYERS: dict[str, Any] = {
    "description": DESCRIPTION,
    "source_layer": DESCRIPTION,
    "curated_layer": {},
    "differences": [],
    "dynamic": None,
}
_DONE = {"total": 2, "ready": 2, "errors": 0, "waiting": 0, "expected": 0}
MANIFEST_LISTED = _record("manifest", _BOOK, "ms-12", "objects/ms-12", "canvases", _DONE)
MANIFEST = {
    **MANIFEST_LISTED,
    **_LAYERS,
    "curated_layer": _CURATED,
    "differences": [{"name": "label", "source": LABEL, "curated": _CURATED["label"]}],
}
COLLECTION_LISTED = _record("collection", _SHELF, "manuscripts", "sets/manuscripts", "members", _DONE)
COLLECTION = {**COLLECTION_LISTED, **_LAYERS}
CANVAS: dict[str, Any] = {
    "id": _PAGE,
    "self": f"{_API}/canvases/{_PAGE}",
    "uri": f"{_BASE}/presentation/canvas/{_PAGE}",
    "manifest": f"{_API}/manifests/{_BOOK}",
    "external_id": "f1r",
    "place": 0,
    "label": {"none": ["1r"]},
    "description": {"label": {"none": ["1r"]}},
    "image": _IMAGE,
    "painted": 1,
    "width": 4000,
    "height": 6000,
    "proposed": None,
    "differences": [],
}
MEMBER: dict[str, Any] = {
    "kind": "manifest",
    "id": _BOOK,
    "self": f"{_API}/manifests/{_BOOK}",
    "source": "emuseum",
    "external_id": "objects/ms-12",
    "identifier": "ms-12",
    "place": 0,
    "label": LABEL,
}
MANIFEST_SENT: dict[str, Any] = {
    "identifier": "ms-12",
    "label": "Book of hours",
    "metadata": [{"label": {"en": ["Date"]}, "value": "1480"}],
    "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
    "canvases": [
        {"id": "f1r", "label": "1r", "image": "ms-12/f1r"},
        {"id": "f1v", "label": "1v", "image": {"external_id": "ms-12/f1v", "url": "https://dam.example.org/f1v.tif"}},
    ],
}
COLLECTION_SENT: dict[str, Any] = {
    "identifier": "manuscripts",
    "label": {"en": ["Manuscripts"], "de": ["Handschriften"]},
    "members": [{"manifest": "objects/ms-12"}, {"collection": "sets/fragments"}],
}

PROBLEMS: dict[str, Any] = {
    "publishable": False,
    "draft": [
        {
            "path": "/items/3/label",
            "sentence": "there is none.",
            "severity": "error",
            "rule": "label",
            "canvas": _PAGE,
        }
    ],
    "attempt": [],
    "published": [],
}
CHANGES: dict[str, Any] = {
    "published": True,
    "count": 1,
    "changes": [
        {
            "what": "changed",
            "path": "/items/3/label/none",
            "part": {"id": f"{_BASE}/presentation/canvas/{_PAGE}", "type": "Canvas", "label": {"none": ["2r"]}},
            "name": "label",
            "old": ["2"],
            "new": ["2r"],
        }
    ],
}
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PUBLICATION: dict[str, Any] = {
    "id": "5c0f1b9e-5a0e-4d4f-8a5e-4f1f0c6f1d11",
    "created": "2026-11-20T19:00:12Z",
    "current": True,
    "builder": f"1 {_BASE}",
    "documents": {
        "3": {
            "digest": _DIGEST,
            "size": 48211,
            "address": f"{_BASE}/presentation/3/ms-12/manifest/versions/{_DIGEST}",
        }
    },
}
PREVIEW: dict[str, Any] = {
    "id": "1e0b8a35-3d5c-4b1c-9c39-5a7f0f8d9b52",
    "note": "For the catalogue's editor",
    "actor": "token emuseum",
    "created": "2026-11-20T19:00:12Z",
    "expires": "2026-12-04T19:00:12Z",
    "last_used": None,
}
ERASED: dict[str, Any] = {
    "publications": 3,
    "bytes": 48_211_300,
    "pictures": [
        {
            "image": _IMAGE,
            "identifier": "ms-12-1r",
            "file_name": "1r.tif",
            "masters": 1,
            "bytes": 48_211_300,
            "left": "",
        }
    ],
    "shown": [],
}
