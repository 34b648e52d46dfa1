"""Pictures and info.json before Django's handler: GET and HEAD, 200 and 304, of open images asked for a moment ago.

What is known of an image (`images.known`) is enough to answer everything about it that anybody may have, byte for byte
as the views do, without the database. Whatever is out of the ordinary about a request is Django's.
"""

import time
from http import HTTPStatus

import structlog

from gcis.core import lanes, peers
from gcis.core.errors import SourceFault
from gcis.core.lanes import Environ, StartResponse
from images import answers, known
from images.answers import Answer
from images.engine.pyramid import BrokenPyramid
from images.iiif.request import readings
from images.pixels import finished

_PREFIXES = {"/iiif/2/": 2, "/iiif/3/": 3}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def forget() -> None:
    """Everything that this process remembers of earlier answers; settings are read anew."""
    known.forget()
    lanes.forget_hosts()
    answers.forget()


def answer(environ: Environ, start_response: StartResponse) -> list[bytes] | None:
    """The answer to this request as WSGI has it; None: ask Django."""
    began = time.perf_counter()
    path = lanes.path_of(environ)
    version = _PREFIXES.get(path[:8])
    if version is None:
        return None
    wanted = readings(version, path[8:])[0]
    held = known.settled(wanted.identifier)
    if held is None or not lanes.is_ordinary(environ):
        return None
    whole = answers.for_anybody(held, wanted, environ.get("HTTP_ACCEPT", "*/*"))
    if whole is None:
        return None
    given = answers.for_who_has(environ.get("HTTP_IF_NONE_MATCH", ""), whole)
    if given.drawing:
        structlog.contextvars.clear_contextvars()  # what is logged meanwhile is not of the last one that Django had
        try:
            given = finished(given, peers.address(environ))
        except (SourceFault, BrokenPyramid, OSError):  # Django meets the same, and says what is to be said
            return None
    return _send(environ, start_response, given, "info" if wanted.kind == "info" else "image", began)


def _send(environ: Environ, start_response: StartResponse, given: Answer, door: str, began: float) -> list[bytes]:
    headers = list(given.headers.items())
    if given.status != HTTPStatus.NOT_MODIFIED:
        headers.append(("Content-Length", str(len(given.body))))
    start_response(_STATUS[given.status], headers + lanes.transport(environ))
    lanes.count(door, given.status, began)
    return [given.body] if given.body and environ["REQUEST_METHOD"] == "GET" else []
