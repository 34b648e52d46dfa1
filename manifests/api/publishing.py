"""Before and after publishing: what is wrong with it, what it would change, when it is due, and what was out before."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.serializers import StrictSerializer
from gcis.core.api.views import ApiView, ListView, actor
from gcis.jobs.api.docs import ETAG, IF_MATCH, page_of
from gcis.jobs.api.fields import Moment
from images.api.base import read
from manifests import comparing, publications, scheduling
from manifests.addresses import PresentationAddresses
from manifests.api import examples
from manifests.api.base import KINDS, CollectionView, ManifestView, RecordView, find, locked
from manifests.api.docs import tags
from manifests.api.representation import LanguageMapField
from manifests.build.changes import Change
from manifests.checking import ERROR
from manifests.models import Collection, Manifest, Publication, Resource
from redirects import services as names

#: So many changes are told one by one; `count` has them all.
MOST = 1000


# ------------------------------------------------------------------------------------------------------------- problems
@extend_schema_serializer(component_name="Finding")
class FindingBody(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="The place in the document, a JSON pointer; empty for all of it.")
    sentence = serializers.CharField()
    severity = serializers.ChoiceField([("error", "error"), ("warning", "warning")])
    rule = serializers.CharField(help_text="The name of the rule that found it; `schema` for the official schema.")
    canvas = serializers.UUIDField(allow_null=True, help_text="The page that it is on.")


@extend_schema_serializer(component_name="Problems", examples=[OpenApiExample("problems", examples.PROBLEMS)])
class ProblemsBody(serializers.Serializer[Any]):
    """At most 200 findings each, errors first."""

    publishable = serializers.BooleanField(help_text="Whether the record as it is now would be published.")
    draft = FindingBody(many=True, help_text="Found in the record as it is now.")
    attempt = FindingBody(many=True, help_text="Found when it was last published, or tried to be.")
    published = FindingBody(many=True, help_text="Found in what is published.")


class Problems(ApiView):
    scopes = {"GET": "read:all"}
    model: ClassVar[type[Resource]]
    serializer_class = ProblemsBody

    def get(self, request: Request, pk: UUID) -> Response:
        """It is built and checked for this answer, as for publishing. Errors keep it from that, warnings do not."""
        record = find(request, self.model, pk=pk)
        found = comparing.problems(record)
        blocked = settings.GCIS_PUBLISH_CHECKS == "block" and any(each["severity"] == ERROR for each in found)
        body = {
            "publishable": not blocked and not record.withdrawn,
            "draft": found,
            "attempt": record.findings,
            "published": record.publication.findings if record.publication else [],
        }
        return Response(ProblemsBody(body).data)


# -------------------------------------------------------------------------------------------------------------- changes
@extend_schema_serializer(component_name="ChangedPart")
class PartBody(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Its public name; empty for the document itself.")
    type = serializers.CharField(help_text="Such as Canvas or Range.")
    label = LanguageMapField(allow_null=True)  # type: ignore[assignment]


@extend_schema_serializer(component_name="Change")
class ChangeBody(serializers.Serializer[Any]):
    what = serializers.ChoiceField([(each, each) for each in ("added", "removed", "moved", "changed")])
    path = serializers.CharField(help_text="A JSON pointer into the new document, of what is removed into the old one.")
    part = PartBody(help_text="The innermost page, range or member that it is in, or that came, went or moved.")
    name = serializers.CharField(help_text="The property; empty where the part itself came, went or moved.")
    old = serializers.JSONField(help_text="What is published; of what moved its place, from 0.")
    new = serializers.JSONField(help_text="What would be.")


@extend_schema_serializer(component_name="Changes", examples=[OpenApiExample("changes", examples.CHANGES)])
class ChangesBody(serializers.Serializer[Any]):
    published = serializers.BooleanField(help_text="Whether anything is published that it can be compared with.")
    count = serializers.IntegerField(help_text="How many there are.")
    changes = ChangeBody(many=True, help_text=f"The first {MOST} of them.")


class Changes(ApiView):
    scopes = {"GET": "read:all"}
    model: ClassVar[type[Resource]]
    serializer_class = ChangesBody

    def get(self, request: Request, pk: UUID) -> Response:
        """What publishing would change of its 3.0 document; pages are known by their names, not by their places."""
        record = find(request, self.model, pk=pk)
        found: list[Change] = comparing.pending(record)
        body = {"published": record.publication_id is not None, "count": len(found), "changes": found[:MOST]}
        return Response(ChangesBody(body).data)


# --------------------------------------------------------------------------------------------------------- publications
@extend_schema_serializer(component_name="Publication", examples=[OpenApiExample("publication", examples.PUBLICATION)])
class PublicationBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    created = serializers.DateTimeField()
    current = serializers.BooleanField()
    builder = serializers.CharField(help_text="The version of the rules that built it, and the base of its addresses.")
    documents = serializers.DictField(help_text="By version: digest, size in bytes, and the address of this very one.")


class Publications(ListView):
    scopes = {"GET": "read:all"}
    model: ClassVar[type[Resource]]
    queryset = Publication.objects.all()
    serializer_class = PublicationBody
    filter_backends: Any = ()

    def get(self, request: Request, pk: UUID) -> Response:
        """The last ones that are kept (GCIS_KEEP_PUBLICATIONS), the newest first."""
        record = find(request, self.model, pk=pk)
        page = self.paginate_queryset(publications.kept(record.pk)) or []
        name = names.current([record.pk]).get(record.pk, "")
        return self.get_paginated_response([_publication(record, name, each) for each in page])


def _publication(record: Resource, name: str, publication: Publication) -> dict[str, Any]:
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    document = addresses.manifest if isinstance(record, Manifest) else addresses.collection
    documents = {
        form: {**about, "address": f"{document(name, int(form))}/versions/{about['digest']}"}
        for form, about in publication.documents.items()
        if form.isdigit()
    }
    told = {"id": publication.pk, "created": publication.created, "builder": publication.builder}
    current = publication.pk == record.publication_id
    return dict(PublicationBody({**told, "current": current, "documents": documents}).data)


PAGE = page_of("PublicationPage", PublicationBody, examples.PUBLICATION)


# ------------------------------------------------------------------------------------------------------------- schedule
@extend_schema_serializer(
    component_name="RecordSchedule", examples=[OpenApiExample("a day", {"at": "2026-12-01T09:00:00Z"})]
)
class ScheduleSent(StrictSerializer):
    at = Moment(allow_null=True, help_text="When it is to be published, whatever its rule says; null: no longer.")


class Schedule(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """What never was published is not published before. It is no embargo: see `access_from` for that."""
        record = self.find(request, pk=pk)
        at = read(ScheduleSent, request.data)["at"]
        with transaction.atomic():
            scheduling.set_publish_at(locked(request, record), at, actor=actor(request))
        return self.answer(request, pk)


# ------------------------------------------------------------------------------------------------ of each of the kinds
def _gets(what: str, model: type[Resource], summary: str, body: Any, verb: str = "get") -> Callable[[Any], Any]:
    """What the OpenAPI document says of the operation that tells this of such a record."""
    kind = KINDS[model]
    operation = f"{verb}{kind.capitalize()}{what}"
    described = extend_schema(
        operation_id=operation, tags=tags(model), summary=summary.format(kind), responses={200: body}
    )
    return extend_schema_view(get=described)


def _schedules(model: type[Resource]) -> Callable[[Any], Any]:
    kind = KINDS[model]
    described = extend_schema(
        operation_id=f"schedule{kind.capitalize()}",
        tags=tags(model),
        summary=f"Set when a {kind} is published",
        parameters=[IF_MATCH, ETAG],
        request=ScheduleSent,
    )
    return extend_schema_view(post=described)


@_gets("Problems", Manifest, "What is wrong with a {}", ProblemsBody)
class ManifestProblems(Problems):
    model = Manifest


@_gets("Problems", Collection, "What is wrong with a {}", ProblemsBody)
class CollectionProblems(Problems):
    model = Collection


@_gets("Changes", Manifest, "What publishing a {} would change", ChangesBody)
class ManifestChanges(Changes):
    model = Manifest


@_gets("Changes", Collection, "What publishing a {} would change", ChangesBody)
class CollectionChanges(Changes):
    model = Collection


@_gets("Publications", Manifest, "The publications of a {} that are kept", PAGE, "list")
class ManifestPublications(Publications):
    model = Manifest


@_gets("Publications", Collection, "The publications of a {} that are kept", PAGE, "list")
class CollectionPublications(Publications):
    model = Collection


@_schedules(Manifest)
class ScheduleManifest(ManifestView, Schedule):
    pass


@_schedules(Collection)
class ScheduleCollection(CollectionView, Schedule):
    pass
