"""What can be asked of manifests and collections alike: find, send, describe, restrict, withdraw."""

from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.problems import PreconditionFailed
from gcis.core.api.views import ListView, actor
from images import sources
from images.api.base import read, sees_all
from images.api.bodies import NeededReason, restriction
from manifests import curation, delivery
from manifests.api import bodies
from manifests.api.base import RecordView, language_of, locked, visible
from manifests.api.representation import describe, detailed
from manifests.models import Collection, Manifest, Resource

_PUT: dict[type[Resource], Any] = {Manifest: delivery.put_manifest, Collection: delivery.put_collection}


class RecordList(ListView):
    orderings = {"created": "created", "external_id": "external_id"}
    default_ordering = "-created"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those that fulfil all conditions, of those that the token may know of."""
        page = self.paginate_queryset(self.filter_queryset(visible(request, self.get_queryset().model))) or []
        described = describe(page, sees_all=sees_all(request))
        return self.get_paginated_response(self.get_serializer(described, many=True).data)


class OneRecord(RecordView):
    """Found by the key in its address."""

    known_parameters = ("reason",)

    def key(self, **named: Any) -> dict[str, Any]:
        """What the address names, as conditions."""
        return named

    def get(self, request: Request, **named: Any) -> Response:
        """What is said of it, how far it is on its way to the public, and where the public finds it."""
        return self.shown(request, self.find(request, **self.key(**named)))

    def patch(self, request: Request, **named: Any) -> Response:
        """Touches only what is named; null takes away. Words are the source's, which people's may overrule.

        Pages or members that are named at all are named as a whole, by the keys of its source.
        """
        record = self.find(request, **self.key(**named))
        described, restricted = bodies.changes(self.model, request.data, language_of(record))
        with transaction.atomic():
            check = checked(request)
            if restricted or not described:
                row = locked(request, record, everything=bool(restricted))
                if wanted := restriction(row, restricted):
                    curation.restrict(row, wanted, actor=actor(request))
                check = delivery.unasked  # it has been, and its revision is another now
            if described:
                delivery.patch(record, described, actor=actor(request), check=check)
        return self.answer(request, record.pk)

    def delete(self, request: Request, **named: Any) -> Response:
        """Nobody gets it any more; its address says that it is gone, and why. Withdrawn again it stays as it is."""
        record = self.find(request, **self.key(**named))
        reason = read(NeededReason, request.query_params.dict())["reason"]
        with transaction.atomic():
            locked(request, record)
            curation.withdraw(record, actor=actor(request), reason=reason)
        return Response(status=204)


class RecordByKey(OneRecord):
    delivered: Any

    def key(self, **named: Any) -> dict[str, Any]:
        return {"source__slug": named["slug"], "external_id": named["external_id"]}

    def put(self, request: Request, slug: str, external_id: str) -> Response:
        """Create the record of this key, or bring it to what was sent; what is not named stays as it is.

        Sent twice it is there once. What it names and nobody has sent yet is recorded as expected, so things may arrive
        in any order. It is published by its own rule: `progress` says what it waits for. `outcome` says what became of
        it. What is withdrawn has to be restored first (409).
        """
        source = sources.of_system(slug)
        if source is None:
            raise Http404("There is no source with this slug.")
        sent = bodies.sent(self.model, request.data, source.language)
        outcome = _PUT[self.model](source, external_id, sent, actor=actor(request), check=checked(request))
        described = detailed(self.find(request, pk=outcome.record.pk), sees_all=sees_all(request))
        body = self.delivered({**described, "outcome": outcome.what})
        status = 201 if outcome.what == "created" else 200
        return revisions.answer(request, described["revision"], body.data, status)


def checked(request: Request) -> delivery.Check:
    """Whether the locked record is at the revision that the request was made for. Where there is none, none matches."""

    def check(record: Resource | None) -> None:
        if record is not None:
            revisions.require_match(request, record.revision)
        elif "If-Match" in request.headers:
            raise PreconditionFailed

    return check
