"""Pages of annotations of manifests and collections for machines.

The public reads them in its documents; here they are as they are now, for those who may read everything.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api import revisions
from gcis.core.api.problems import PreconditionFailed
from gcis.core.api.views import ApiView, ListView, actor
from gcis.core.errors import FieldFault, SourceFault
from gcis.jobs.api.docs import ETAG, IF_MATCH, page_of
from images import sources
from images.api.images import KEY
from manifests import annotating, services
from manifests.annotatable import around
from manifests.annotating import owner
from manifests.api.annotation_bodies import (
    PAGE,
    AnnotationPageDelivered,
    AnnotationPageSent,
    DeliveredPage,
    PageBody,
    described_pages,
    subject_of,
)
from manifests.api.base import KINDS, find
from manifests.models import AnnotationPage, Collection, Manifest, Resource
from manifests.payload.annotations.pages import page_sent

TAGS = ["annotations"]
EVERYTHING = {"GET": "read:all"}
_CANVAS = OpenApiParameter("canvas", {"type": "string", "format": "uuid"}, description="Those that hang on this page.")


def find_page(**key: Any) -> AnnotationPage:
    """Http404 where there is none."""
    found = AnnotationPage.objects.select_related("manifest", "collection").filter(**key).first()
    if found is None:
        raise Http404("There is no such annotation page.")
    return found


def held(request: Request, page: AnnotationPage) -> AnnotationPage:
    """The page as it is now, under the lock of its owner, if it is at the revision that the request was made for."""
    services.lock(owner(page))
    row = find_page(pk=page.pk)
    revisions.require_match(request, row.revision)
    return row


def page_answer(request: Request, key: UUID, status: int = 200, outcome: str = "") -> Response:
    """The page as it is now, and its ETag."""
    row = find_page(pk=key)
    (told,) = described_pages([row])
    body = DeliveredPage({**told, "outcome": outcome}) if outcome else PageBody(told)
    return revisions.answer(request, row.revision, body.data, status)


# ---------------------------------------------------------------------------------------------------- pages of a record
class Pages(ListView):
    model: ClassVar[type[Resource]]
    queryset: Any = AnnotationPage.objects.all()
    serializer_class = PageBody
    filter_backends: Any = ()
    scopes = EVERYTHING

    def get(self, request: Request, pk: UUID) -> Response:
        """In the order in which they hang on each part."""
        record = find(request, self.model, pk=pk)
        rows = record.annotation_pages.select_related("manifest", "collection").order_by("subject", "position", "pk")
        if "canvas" in request.query_params:
            rows = rows.filter(subject=subject_of(_uuid(request.query_params["canvas"])))
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(PageBody(described_pages(page), many=True).data)

    def post(self, request: Request, pk: UUID) -> Response:
        """A new page, with the annotations in it, behind those that hang on the same."""
        record = find(request, self.model, pk=pk)
        body: Any = request.data
        sent = page_sent(body, around(record, ""))
        made = annotating.add_page(record, sent, actor=actor(request))
        return page_answer(request, made.pk, 201)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError({"canvas": "This must be the id of a canvas."}, "invalid") from None


def _lists(model: type[Resource]) -> dict[str, Any]:
    kind = KINDS[model]
    return {
        "operation_id": f"list{kind.capitalize()}AnnotationPages",
        "tags": TAGS,
        "summary": f"Pages of annotations of a {kind}",
        "responses": page_of(f"{kind.capitalize()}AnnotationPagePage", PageBody, PAGE),
    }


def _adds(model: type[Resource]) -> dict[str, Any]:
    kind = KINDS[model]
    return {
        "operation_id": f"add{kind.capitalize()}AnnotationPage",
        "tags": TAGS,
        "summary": f"Annotate a {kind}",
        "parameters": [ETAG],
        "request": AnnotationPageSent,
        "responses": {201: PageBody},
    }


class ManifestPages(Pages):
    model = Manifest
    known_parameters = ("canvas",)

    @extend_schema(**_lists(Manifest), parameters=[_CANVAS])
    def get(self, request: Request, pk: UUID) -> Response:
        """In the order in which they hang on each part."""
        return super().get(request, pk)

    @extend_schema(**_adds(Manifest))
    def post(self, request: Request, pk: UUID) -> Response:
        """A new page, with the annotations in it, behind those that hang on the same."""
        return super().post(request, pk)


class CollectionPages(Pages):
    model = Collection

    @extend_schema(**_lists(Collection))
    def get(self, request: Request, pk: UUID) -> Response:
        """In their order."""
        return super().get(request, pk)

    @extend_schema(**_adds(Collection))
    def post(self, request: Request, pk: UUID) -> Response:
        """A new page, with the annotations in it, behind the others."""
        return super().post(request, pk)


# ------------------------------------------------------------------------------------------------------------- one page
class OnePage(ApiView):
    serializer_class = PageBody
    scopes = EVERYTHING

    @extend_schema(operation_id="getAnnotationPage", tags=TAGS, summary="One page of annotations", parameters=[ETAG])
    def get(self, request: Request, pk: UUID) -> Response:
        """What it hangs on, where it is shown, and how many annotations are in it."""
        return page_answer(request, pk)

    @extend_schema(
        operation_id="putAnnotationPage",
        tags=TAGS,
        summary="Change a page of annotations",
        parameters=[IF_MATCH, ETAG],
        request=AnnotationPageSent,
        responses=PageBody,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """What is not named stays. `items` are all annotations, in their order: what is left out goes."""
        page = find_page(pk=pk)
        body: Any = request.data
        sent = page_sent(body, around(owner(page), page.subject), page.place)
        with transaction.atomic():
            annotating.change_page(held(request, page), sent, actor=actor(request))
        return page_answer(request, pk)

    @extend_schema(
        operation_id="deleteAnnotationPage",
        tags=TAGS,
        summary="Remove a page of annotations",
        parameters=[IF_MATCH],
        responses={204: None},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """It is gone for good, with all that is in it."""
        page = find_page(pk=pk)
        with transaction.atomic():
            annotating.remove_page(held(request, page), actor=actor(request))
        return Response(status=204)


class PageByKey(ApiView):
    serializer_class = DeliveredPage

    @extend_schema(
        operation_id="putAnnotationPageByKey",
        tags=TAGS,
        summary="Send a page of annotations",
        parameters=[*KEY, IF_MATCH, ETAG],
        request=AnnotationPageDelivered,
        responses={200: DeliveredPage, 201: DeliveredPage},
    )
    def put(self, request: Request, slug: str, external_id: str) -> Response:
        """Create the page of this key, or bring it to what was sent; what is not named stays as it is.

        Sent twice it is there once. What people have annotated is in pages of theirs, and stays.
        """
        source = sources.of_system(slug)
        if source is None:
            raise Http404("There is no source with this slug.")
        body = dict(request.data)
        record, page = _named(source, external_id, body.pop("manifest", None))
        sent = page_sent(body, around(record, page.subject if page else ""), page.place if page else "")
        with transaction.atomic():
            if page:
                held(request, page)
            elif "If-Match" in request.headers:
                raise PreconditionFailed
            outcome = annotating.put_page(record, external_id, sent, actor=actor(request))
        status = 201 if outcome.what == "created" else 200
        return page_answer(request, outcome.page.pk, status, outcome.what)


def _named(source: Any, external_id: str, manifest: Any) -> tuple[Resource, AnnotationPage | None]:
    """What the page of that key belongs to, and the page if it is there. It does not go from one work to another."""
    _check_key(external_id)
    rows = AnnotationPage.objects.select_related("manifest", "collection").filter(by=AnnotationPage.By.SOURCE)
    page = rows.filter(manifest__source=source, external_id=external_id).first()
    record: Resource | None = page.manifest if page else None
    if manifest is not None:
        named = Manifest.objects.filter(source=source, external_id=str(manifest)).first()
        if named is None:
            raise _refused("manifest", "unknown", "Nothing has been sent under this key.")
        if record and record.pk != named.pk:
            raise _refused("manifest", "elsewhere", "The page of this key belongs to another manifest.")
        record = named
    if record is None:
        raise _refused("manifest", "required", "A new page needs the key of its manifest.")
    return record, page


def _check_key(external_id: str) -> None:
    if len(external_id) > 1000:
        raise SourceFault("external_id", "An external id has at most 1000 characters.")


def _refused(field: str, code: str, sentence: str) -> SourceFault:
    return SourceFault("invalid", "Some of what was sent cannot be used.", (FieldFault(field, code, sentence),))
