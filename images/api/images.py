"""Images for machines: find, send, describe, withdraw."""

from functools import partial
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.parsing import StrictJSONParser
from gcis.core.api.problems import PreconditionFailed
from gcis.core.api.views import ListView, actor
from gcis.jobs.api import addresses
from gcis.jobs.api.docs import ETAG, IF_MATCH, QUEUED, page_of
from gcis.jobs.models import Batch
from images import curation, deliveries, services, sources
from images.api import bodies
from images.api.base import ImageView, find, locked, read, sees_all, visible
from images.api.examples import IMAGE
from images.api.filters import INTERNAL, ImageFilters
from images.api.representation import DeliveredBody, ImageBody, describe, newest_conversion
from images.api.uploads import UploadParser
from images.deliveries import Delivery
from images.models import Image
from redirects.services import LONGEST_REASON

TAGS = ["images"]
#: Characters of texts in addresses; and some text of them, as ECMA-262 says it.
_LINE = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*"
_NOT_BLANK = rf"^{_LINE}[^\s\u0000-\u001f\u007f-\u009f]{_LINE}$"
KEY = [
    OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The slug of its source."),
    OpenApiParameter(
        "external_id", str, OpenApiParameter.PATH, description="What its source calls it; slashes may stay slashes."
    ),
]
REASON = OpenApiParameter(
    "reason",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON, "pattern": _NOT_BLANK},
    required=True,
    description="Why; visitors of its address are told.",
)
BATCH = OpenApiParameter("batch", OpenApiTypes.UUID, description="The id of an open batch for its conversion.")
DETAIL: dict[str, dict[str, Any]] = {
    "get": {"tags": TAGS, "summary": "One image", "parameters": [ETAG]},
    "patch": {
        "tags": TAGS,
        "summary": "Describe an image, or restrict it",
        "parameters": [IF_MATCH, ETAG],
        "request": bodies.ImageChanges,
        "responses": ImageBody,
    },
    "delete": {
        "tags": TAGS,
        "summary": "Withdraw an image",
        "parameters": [IF_MATCH, REASON],
        "responses": {204: None},
    },
}


BY_KEY = {method: {**said, "parameters": [*KEY, *said["parameters"]]} for method, said in DETAIL.items()}
PAGE = page_of("ImagePage", ImageBody, IMAGE)


class Images(ListView):
    queryset = Image.objects.all()
    serializer_class = ImageBody
    filterset_class = ImageFilters
    orderings = {"created": "created", "file_name": "file_name", "size": "size", "file_page": "page"}
    default_ordering = "-created"

    @extend_schema(operation_id="listImages", tags=TAGS, summary="Images, the newest first", responses=PAGE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Images that fulfil all conditions, of those that the token may know of."""
        _refuse_internal(request)
        page = self.paginate_queryset(self.filter_queryset(visible(request))) or []
        return self.get_paginated_response(ImageBody(describe(page, sees_all=sees_all(request)), many=True).data)


class OneImage(ImageView):
    """Found by the key in its address."""

    known_parameters: ClassVar[tuple[str, ...]] = ("reason",)

    def key(self, **named: Any) -> dict[str, Any]:
        """What the address names, as conditions."""
        return named

    def get(self, request: Request, **named: Any) -> Response:
        """What is known of it, and where the public finds it."""
        return self.shown(request, find(request, **self.key(**named)))

    def patch(self, request: Request, **named: Any) -> Response:
        """Touches only what is named; null takes away. `rights` is the source's word, which people's may overrule."""
        image = find(request, **self.key(**named))
        changes = read(bodies.ImageChanges, request.data)
        with transaction.atomic():
            _change(locked(request, image.pk), changes, actor(request))
        return self.answer(request, image.pk)

    def delete(self, request: Request, **named: Any) -> Response:
        """Nobody gets it any more; its address says that it is gone, and why. Withdrawn again it stays as it is."""
        image = find(request, **self.key(**named))
        reason = read(bodies.NeededReason, request.query_params.dict())["reason"]
        with transaction.atomic():
            locked(request, image.pk)
            curation.withdraw(image.pk, actor=actor(request), reason=reason)
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(operation_id="getImage", **DETAIL["get"]),
    patch=extend_schema(operation_id="updateImage", **DETAIL["patch"]),
    delete=extend_schema(operation_id="withdrawImage", **DETAIL["delete"]),
)
class ImageById(OneImage):
    pass


@extend_schema_view(
    get=extend_schema(operation_id="getImageByKey", **BY_KEY["get"]),
    patch=extend_schema(operation_id="updateImageByKey", **BY_KEY["patch"]),
    delete=extend_schema(operation_id="withdrawImageByKey", **BY_KEY["delete"]),
)
class ImageByKey(OneImage):
    known_parameters = ("reason", "batch")

    def key(self, **named: Any) -> dict[str, Any]:
        return {"source__slug": named["slug"], "external_id": named["external_id"], "page": 0}

    def get_parsers(self) -> list[Any]:
        """Files come by PUT only."""
        files = self.request is not None and self.request.method == "PUT"
        return [StrictJSONParser(), UploadParser()] if files else [StrictJSONParser()]

    @extend_schema(
        operation_id="putImage",
        tags=TAGS,
        summary="Send an image",
        parameters=[*KEY, IF_MATCH, BATCH, *QUEUED, ETAG],
        request={"multipart/form-data": bodies.ImageUpload, "application/json": bodies.ImageSent},
        responses={200: DeliveredBody, 201: DeliveredBody, 202: DeliveredBody},
    )
    def put(self, request: Request, slug: str, external_id: str) -> Response:
        """Create the image of this key, or bring it to what was sent: a file, an address to fetch it from, or neither.

        Sent twice it is there once. Each page of a file that has several becomes an image of its own when the first has
        been converted. 202: its conversion was queued; until that is done the picture before it serves.
        201: nothing has been sent for it yet, it is expected. 200: there was nothing to convert. `outcome` says which
        of these it was. What is withdrawn has to be restored first (409).
        """
        source = sources.of_system(slug)
        if source is None:
            raise Http404("There is no source with this slug.")
        batch = _open_batch(request)
        _require_match(request, deliveries.find(source, external_id))
        sent = bodies.delivery(_sent(request))
        outcome = deliveries.put(
            source, external_id, sent, actor=actor(request), batch=batch, check=partial(_require_match, request)
        )
        return self._delivered(request, outcome, sent)

    def _delivered(self, request: Request, outcome: deliveries.Outcome, sent: Delivery) -> Response:
        queued = outcome.what in ("created", "replaced") and bool(sent.file or sent.url)
        status = 202 if queued else 201 if outcome.what == "created" else 200
        response = self.answer(request, outcome.image, status, outcome=outcome.what)
        if queued:
            for name, value in addresses.queued(newest_conversion(outcome.image)).items():
                response[name] = value
        return response


def _change(image: Image, changes: dict[str, Any], by: str) -> None:
    """What a PATCH says, to the services that it concerns."""
    restriction = bodies.restriction(image, changes)
    if "rights" in changes:
        services.describe(image.pk, rights=changes["rights"] or "")
    if "recipe" in changes:
        curation.describe(image.pk, actor=by, recipe=changes["recipe"] or "")
    if restriction:
        curation.restrict(image.pk, restriction, actor=by)


def _sent(request: Request) -> dict[str, Any]:
    """The checked body, of a form or of JSON."""
    if isinstance(request.data, MultiValueDict):
        # As a plain dictionary: what a form leaves empty is empty for serializers then, not left out.
        return read(bodies.ImageUpload, request.data.dict())
    return read(bodies.ImageSent, request.data)


def _require_match(request: Request, known: Image | None) -> None:
    """Asked before the body is read, and again of the locked row. Where there is nothing, nothing matches, not even
    `*` (RFC 9110 §13.1.1).
    """
    if known is not None:
        revisions.require_match(request, known.revision)
    elif "If-Match" in request.headers:
        raise PreconditionFailed


def _open_batch(request: Request) -> Batch | None:
    """The batch that is named. ValidationError when nothing can be added to it."""
    wanted = read(bodies.BatchNamed, request.query_params.dict()).get("batch")
    if wanted is None:
        return None
    batch = Batch.objects.filter(pk=wanted, closed=None, cancelled=None).first()
    if batch is None:
        raise ValidationError({"batch": "There is no open batch with this id."}, "not_open")
    return batch


def _refuse_internal(request: Request) -> None:
    """Conditions on what a token is not told of would tell it."""
    if not sees_all(request) and (asked := [name for name in INTERNAL if name in request.query_params]):
        raise PermissionDenied(f"The filter {asked[0]} needs a token with the scope read:all.")
