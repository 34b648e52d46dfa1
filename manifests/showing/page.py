"""The page of one manifest or collection: made of its document, so that it shows what is published, or previewed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from manifests.languages import preferred_languages
from manifests.showing import content_state, pictures, viewers
from manifests.showing.content_state import Spot
from manifests.showing.described import Link, citation, described

#: Nothing in particular.
WHOLE = Spot()


@dataclass(frozen=True, slots=True)
class Where:
    """The addresses of a page: its own, for good; of its documents, the one that viewers open first.

    `services` begins those of our image services, `origin` is ours.
    """

    page: str
    documents: tuple[Link, ...]
    services: str
    origin: str


def manifest(request: HttpRequest, data: bytes, where: Where, more: Mapping[str, Any]) -> HttpResponse:
    """A manifest in a viewer, with its pages and what is said of it. `data` is its Presentation 3.0 document.

    Also a collection, where viewers alone can lead to its members. `more` goes to the template.
    """
    document: dict[str, Any] = orjson.loads(data)
    canvases = document.get("items", []) if document.get("type") == "Manifest" else []
    spot = _spot(request, canvases)
    offered = viewers.offered()
    viewer = viewers.chosen(offered, request.GET.get("viewer", ""))
    languages = preferred_languages(request)
    context = {
        **head(request, document, where, spot),
        "viewer": viewer,
        "viewers": [(each, _query(spot, viewer=each.name)) for each in offered],
        "spot": spot,
        "state": content_state.encoded(content_state.state(where.page, document["id"], spot)),
        "pages": len(canvases),
        "leaves": pictures.leaves(canvases, page_number(request, 0), spot, where.services, languages),
        "keep": _query(WHOLE, viewer=viewer.name if viewer and viewer.name == request.GET.get("viewer") else ""),
        "cover": pictures.cover(canvases, where.services),
        "downloads": pictures.downloads(canvases, where.services),
        "workspace": "workspace" in request.GET and viewer is not None and viewer.name == "mirador",
        "pictures": [] if viewer else pictures.large(canvases, where.services),
        **more,
    }
    allowed = viewers.policy(viewer, data, document, where.origin)
    return csp_update(allowed)(render)(request, "view.html", context)


def head(request: HttpRequest, document: Mapping[str, Any], where: Where, spot: Spot = WHOLE) -> dict[str, Any]:
    """What every page of a thing shows: what is said of it, where its documents are, how it is cited and shared."""
    about = described(document, preferred_languages(request))
    return {
        "about": about,
        "label": about.label,
        "address": where.page,
        "document": _opened(request, where),
        "documents": where.documents,
        "citation": citation(about, where.page),
        "share": _shared(where, document, spot),
    }


def _opened(request: HttpRequest, where: Where) -> str:
    """The document that the viewer opens: the one that is asked for as `manifest`, if it is one of these."""
    addresses = [link.address for link in where.documents]
    asked = request.GET.get("manifest", "")
    return asked if asked in addresses else addresses[0]


def _shared(where: Where, document: Mapping[str, Any], spot: Spot) -> str:
    """The address that shows the same again, here or in any page that reads Content State 1.0."""
    if not spot.uri:
        return where.page
    state = content_state.encoded(content_state.state(where.page, document["id"], spot))
    return f"{where.page}?{content_state.PARAMETER}={state}"


def _spot(request: HttpRequest, canvases: list[dict[str, Any]]) -> Spot:
    """The canvas that is asked for, by `canvas` or `iiif-content`, and of it a region; nothing if it is not in here."""
    asked = request.GET.get("canvas") or request.GET.get(content_state.PARAMETER) or ""
    spot = content_state.read(asked)
    return spot if spot.uri and pictures.has_canvas(canvases, spot.uri) else WHOLE


def _query(spot: Spot, **others: str) -> str:
    fragment = f"#xywh={spot.region}" if spot.region else ""
    return urlencode({name: value for name, value in {**others, "canvas": spot.uri + fragment}.items() if value})


def page_number(request: HttpRequest, otherwise: int = 1) -> int:
    """The page that is asked for, at least 1; what is no number is `otherwise`, what is too large the last one."""
    number = request.GET.get("page", "")
    return max(1, int(number[:9])) if number.isascii() and number.isdigit() else otherwise
