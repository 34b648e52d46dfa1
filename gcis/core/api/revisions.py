"""Validators of records: `"<revision>-<hash>"`. If-None-Match compares all of it, If-Match the revision only."""

import hashlib
import re
from typing import Any

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.problems import PreconditionFailed
from gcis.core.web import etag_matches

_ETAG = re.compile(r'"([0-9]{1,18})-[0-9a-f]+"', re.ASCII)


def etag(revision: int, body: Any) -> str:
    """The quoted strong validator of a record at this revision; `body` is its representation, as bytes or as data."""
    data = body if isinstance(body, bytes) else JSONRenderer().render(body)
    return f'"{revision}-{hashlib.sha256(data).hexdigest()[:16]}"'


def answer(request: Request, revision: int, data: Any, status: int = 200) -> Response:
    """The record with its ETag; 304 without it where a reader has it already (RFC 9110 §13.1.2).

    What became of what was sent (`outcome`) is not part of the record: reading it gives the same ETag.
    """
    tag = etag(revision, {name: value for name, value in data.items() if name != "outcome"})
    if request.method in ("GET", "HEAD") and status == 200 and etag_matches(request._request, tag):
        return Response(status=304, headers={"ETag": tag})
    return Response(data, status=status, headers={"ETag": tag})


def wanted_revisions(request: Request) -> frozenset[int] | None:
    """The revisions that If-Match allows; None where any is right. Weak validators match nothing (RFC 9110 §13.1.1)."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    matches = (_ETAG.fullmatch(tag) for tag in parse_etags(given))
    return frozenset(int(match[1]) for match in matches if match)


def require_match(request: Request, revision: int) -> None:
    """PreconditionFailed (412) if the request was made for another revision than this one.

    Only inside the transaction that holds the record's row is what it says still true when the change is made.
    """
    wanted = wanted_revisions(request)
    if wanted is not None and revision not in wanted:
        raise PreconditionFailed
