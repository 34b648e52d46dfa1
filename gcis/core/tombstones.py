"""What stands where something was withdrawn: 410 as a problem, as JSON that IIIF clients can show, or as a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gcis.core.web import ABSENCE_AGE, PROBLEM, cacheable, preferred_type, problem

FORMS = (PROBLEM, "application/ld+json", "application/json", "text/html")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`kind` is what people call the thing ("image", "manifest"); `reason` is for them too, empty if none was given.

    Nothing else is said of it: its label may be why it was withdrawn.
    """

    kind: str
    reason: str
    withdrawn: datetime | None

    @property
    def detail(self) -> str:
        return self.reason or f"This {self.kind} has been withdrawn."


def answer(request: HttpRequest, stone: Tombstone, version: int, context: str, uri: str, type_: str) -> HttpResponse:
    """The tombstone in the form that the client asks for, a problem if it does not say.

    `context`, `uri` and `type_` are those that the document would have in that version of its API.
    """
    media = preferred_type(request, FORMS)
    if media == "text/html":
        response = page(stone)
    elif media == PROBLEM:
        response = _problem(stone)
    else:
        profile = f';profile="{context}"' if media.endswith("ld+json") else ""
        document = orjson.dumps(iiif_document(stone, version, context, uri, type_))
        response = HttpResponse(document, status=HTTPStatus.GONE, content_type=f"{media}{profile}")
    response["Cache-Control"] = cacheable(ABSENCE_AGE)
    response["Vary"] = "Accept"
    return response


def page(stone: Tombstone) -> HttpResponse:
    """The tombstone for people."""
    response = HttpResponse(render_to_string("410.html", {"stone": stone}), status=HTTPStatus.GONE)
    response["Cache-Control"] = cacheable(ABSENCE_AGE)
    return response


def iiif_document(stone: Tombstone, version: int, context: str, uri: str, type_: str) -> Mapping[str, Any]:
    """Id, type and two texts in the words of that version (Presentation 3.0 §3.1, 2.1 §3.1). There are no items."""
    title = f"Withdrawn {stone.kind}"
    if version == 2:
        return {"@context": context, "@id": uri, "@type": type_, "label": title, "description": stone.detail}
    texts = {"label": {"en": [title]}, "summary": {"none": [stone.detail]}}
    return {"@context": context, "id": uri, "type": type_, **texts}


def _problem(stone: Tombstone) -> HttpResponse:
    when = {"withdrawn": stone.withdrawn.isoformat()} if stone.withdrawn else {}
    return problem(HTTPStatus.GONE, HTTPStatus.GONE.phrase, stone.detail, members=when)
