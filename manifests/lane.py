"""Public documents before Django's handler: GET and HEAD, 200 and 304, for what a view was asked for a moment ago.

A view that answers the public says what it found (`hold`). For WINDOW seconds the same address is answered from here,
byte for byte alike, without the database; what is withdrawn, closed or renamed is Django's again after that. Whatever
is out of the ordinary about a request is Django's at once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from gcis.core import lanes
from gcis.core.errors import Unavailable
from gcis.core.headers import etag_matches, not_modified_headers
from gcis.core.lanes import RENEW, WINDOW, Environ, StartResponse
from gcis.core.memory import BytesInMemory
from manifests import publications
from manifests.answers import Place, document_headers, place_headers
from manifests.negotiation import negotiate, stored_encoding
from manifests.versions import VERSIONS, Version

#: Addresses that are held, and pairs of Accept and Accept-Encoding for each.
MOST_ADDRESSES, MOST_WISHES = 10_000, 50

clock = time.monotonic


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer but for its bytes: what is sent with 200 and with 304, and where the bytes are."""

    etag: str
    headers: list[tuple[str, str]]
    bare: list[tuple[str, str]]
    document: Mapping[str, Any]
    encoding: str


@dataclass(slots=True)
class Held:
    """What a view found at one address, and the answers that were made of it. By (Accept, Accept-Encoding)."""

    place: Place
    publication: Any
    versions: tuple[Version, ...]
    until: float
    renew: float
    ready: dict[tuple[str, str], Ready] = field(default_factory=dict)


_lock = threading.Lock()
_held: OrderedDict[str, Held] = OrderedDict()


@lru_cache(maxsize=1)
def _bytes() -> BytesInMemory:
    return BytesInMemory(settings.GCIS_LANE_BYTES)


def forget() -> None:
    with _lock:
        _held.clear()
    lanes.forget_hosts()
    _bytes.cache_clear()


# --------------------------------------------------------------------------------------------------------- for the view
def hold(request: HttpRequest, place: Place, record: Any, began: float) -> None:
    """A view is about to answer anybody with this record's publication, of which it learned no earlier than `began`.

    Only under the current name, and only what the database has just said: what is remembered from before is not good
    for any longer. (A record that was not loaded counts as one that is to be added.)
    """
    if not settings.GCIS_LANE_BYTES or place.asked != place.name or record._state.adding:
        return
    offered = VERSIONS if place.version is None else tuple(each for each in VERSIONS if each.number == place.version)
    documents = record.publication.documents
    versions = tuple(each for each in offered if each.form(neutral=place.is_neutral) in documents)
    fresh = Held(place, record.publication, versions, began + WINDOW, began + RENEW)
    with _lock:
        known = _held.pop(request.path_info, None)
        if known and known.publication.pk == fresh.publication.pk and known.place == place:
            fresh.ready = known.ready
        _held[request.path_info] = fresh
        if len(_held) > MOST_ADDRESSES:
            _held.popitem(last=False)
    lanes.accept_host(request)


# --------------------------------------------------------------------------------------------------- for the web server
def answer(environ: Environ, start_response: StartResponse) -> list[bytes] | None:
    """The answer to this request as WSGI has it; None: ask Django."""
    began = time.perf_counter()
    held = _held.get(lanes.path_of(environ))
    if held is None or not lanes.is_ordinary(environ):
        return None
    now = clock()
    if now >= held.until:
        return None
    if now >= held.renew:
        held.renew = held.until  # this one has it looked up; the others are answered meanwhile
        return None
    ready = _ready(held, environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_ENCODING", ""))
    return None if ready is None else _send(environ, start_response, held, ready, began)


# ---------------------------------------------------------------------------------------------------------- the answers
def _ready(held: Held, accept: str, accept_encoding: str) -> Ready | None:
    """None where the store cannot give the bytes just now: Django says so."""
    wish = (accept, accept_encoding)
    if (ready := held.ready.get(wish)) is not None:
        return ready
    variant, encoding = negotiate(accept, held.versions), stored_encoding(accept_encoding)
    document = held.publication.documents[variant.version.form(neutral=held.place.is_neutral)]
    data = _data(held.publication.resource, document, encoding)
    if data is None:
        return None
    places = place_headers(held.place, variant, held.publication.documents)
    created = held.publication.created
    headers = document_headers(variant, encoding, document["digest"][:32], created, places, len(data))
    ready = Ready(
        headers["ETag"], list(headers.items()), list(not_modified_headers(headers).items()), document, encoding
    )
    if len(held.ready) >= MOST_WISHES:
        held.ready = {}
    held.ready[wish] = ready
    return ready


def _data(resource: UUID, document: Mapping[str, Any], encoding: str) -> bytes | None:
    key = (document["digest"], encoding)
    if (data := _bytes().get(key)) is not None:
        return data
    try:
        data = publications.read_document(resource, dict(document), encoding)
    except Unavailable:
        return None
    _bytes().put(key, data)
    return data


def _send(
    environ: Environ, start_response: StartResponse, held: Held, ready: Ready, began: float
) -> list[bytes] | None:
    if etag_matches(environ.get("HTTP_IF_NONE_MATCH", ""), ready.etag):
        start_response("304 Not Modified", [*ready.bare, *lanes.transport(environ)])
        lanes.count("document", 304, began)
        return []
    body: list[bytes] = []
    if environ["REQUEST_METHOD"] == "GET":
        data = _data(held.publication.resource, ready.document, ready.encoding)
        if data is None:
            return None
        body = [data]
    start_response("200 OK", [*ready.headers, *lanes.transport(environ)])
    lanes.count("document", 200, began)
    return body
