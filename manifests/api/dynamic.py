"""Dynamic manifests and collections for machines: make one, change what it is made of, refresh it; try a query."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ApiView, actor
from gcis.core.errors import FieldFault, SourceFault
from gcis.core.ids import LONGEST_IDENTIFIER
from gcis.jobs.api import addresses
from gcis.jobs.api.addresses import absolute
from gcis.jobs.api.docs import ETAG, IF_MATCH, QUEUED, answered
from gcis.jobs.api.jobs import nothing_sent
from manifests import dynamic, glimpse
from manifests.api import examples, iiif
from manifests.api.base import KINDS, CollectionView, ManifestView, RecordView, locked
from manifests.api.docs import tags
from manifests.api.records import checked
from manifests.api.representation import LanguageMapField
from manifests.api.sent import Schema, Sent, line, obj, one_of
from manifests.models import Collection, Manifest, Published, Resource
from manifests.payload import query as queries
from manifests.payload.delivery import MOST_PAGES, Reader
from manifests.payload.query import Query

#: So many of what is found are told.
MOST = 20
_OWN = ("label", "identifier", "publish_when")
_CONTENT = ("query", "items")
_QUERY = {"of": "manifests", "source": "emuseum", "tag": ["maps"], "date": {"from": "1850", "to": "1899"}}
_ITEMS = [{"image": "ms-12-1r"}, {"canvas": examples.CANVAS["id"], "region": "100,200,1600,900"}]


# ------------------------------------------------------------------------------------------------------------ documents
_REGION = {
    "type": "string",
    "pattern": r"^\d{1,9},\d{1,9},[1-9]\d{0,8},[1-9]\d{0,8}$",
    "description": '"x,y,width,height" in pixels of the image or canvas. The page has the size of the region.',
}
_DATE: Schema = {
    "type": "string",
    "pattern": r"^-?\d{4,6}(-\d\d(-\d\d(T.+)?)?)?$",
    "description": "A year, month, day, or date and time; as it is written, whatever the time zone.",
}
_PAIR = obj(
    {
        "label": line(1000, "Of any label, if it is left out."),
        "value": line(1000, "Of any value, if it is left out."),
        "match": one_of({"is": "the whole value", "contains": "a part of it"}),
    },
    description="Without regard to case and accents, in any language.",
    anyOf=[{"required": ["label"]}, {"required": ["value"]}],
)
_FIELDS: dict[str, Schema] = {
    "source": line(60, "The slug of a source."),
    "collection": line(LONGEST_IDENTIFIER, "The id or a name of a collection that it is in, at any depth."),
    "metadata": {"type": "array", "maxItems": queries.MOST_PAIRS, "items": _PAIR},
    "text": line(queries.LONGEST_TEXT, "Words, all of which are somewhere in label, summary or metadata."),
    "tag": {
        "anyOf": [
            line(200, "A tag that it has."),
            {"type": "array", "maxItems": queries.MOST_TAGS, "items": line(200, "All of these.")},
        ]
    },
    "date": obj({"from": _DATE, "to": _DATE}, minProperties=1, description="Of the navDate, both included."),
    "order": one_of(
        {
            "label": "by label, as people count: 2 before 10",
            "date": "by navDate, what has none last",
            "created": "the oldest record first",
            "identifier": "by public name",
        }
    ),
}


def _query(*kinds: str) -> Schema:
    limit = {"type": "integer", "minimum": 1, "maximum": max(queries.MOST[kind] for kind in kinds)}
    of = one_of({kind: f"it finds {kind}" for kind in kinds})
    return obj({"of": of, **_FIELDS, "limit": limit}, required=["of"], description="All that is said counts together.")


class CollectionQuery(Sent):
    schema = _query("manifests", "collections")


class ManifestQuery(Sent):
    schema = _query("images")


_ITEM = obj(
    {
        "image": line(LONGEST_IDENTIFIER, "The id or the name of an image."),
        "canvas": {"type": "string", "format": "uuid"},
        "region": _REGION,
    },
    oneOf=[{"required": ["image"]}, {"required": ["canvas"]}],
)
_MADE: dict[str, Schema] = {
    "label": iiif.LanguageMapSent,  # type: ignore[dict-item]  # see `sent.Sent`
    "identifier": line(LONGEST_IDENTIFIER, "Its public name; without it, it is called by its id."),
    "publish_when": one_of(dict(Published.PublishWhen.choices)),
}
_LISTED: dict[str, Schema] = {
    "query": ManifestQuery,  # type: ignore[dict-item]  # see `sent.Sent`
    "items": {"type": "array", "minItems": 1, "maxItems": MOST_PAGES, "items": _ITEM, "description": "Its pages."},
}
_ONE_OF_BOTH: Schema = {"oneOf": [{"required": ["query"]}, {"required": ["items"]}]}


@extend_schema_serializer(examples=[OpenApiExample("an album", {"label": "Initials", "items": _ITEMS})])
class DynamicManifestSent(Sent):
    schema = obj(_MADE | _LISTED, required=["label"], **_ONE_OF_BOTH)


@extend_schema_serializer(examples=[OpenApiExample("a shelf", {"label": "Maps of the century", "query": _QUERY})])
class DynamicCollectionSent(Sent):
    schema = obj(_MADE | {"query": CollectionQuery}, required=["label", "query"])


@extend_schema_serializer(examples=[OpenApiExample("other pages", {"items": _ITEMS})])
class ManifestQueryChange(Sent):
    schema = obj(_LISTED, **_ONE_OF_BOTH)


@extend_schema_serializer(examples=[OpenApiExample("another query", {"query": _QUERY})])
class CollectionQueryChange(Sent):
    schema = obj({"query": CollectionQuery}, required=["query"])


@extend_schema_serializer(examples=[OpenApiExample("try it", {"query": _QUERY})])
class QueryTried(Sent):
    schema = obj({"query": {"anyOf": [CollectionQuery, ManifestQuery]}}, required=["query"])


# ----------------------------------------------------------------------------------------------------------------- make
class Make(RecordView):
    def post(self, request: Request) -> Response:
        """It is filled within seconds, and follows the records from then on, under the same address.

        What is not public is in no document. That it shows a picture, or holds a record, opens nothing.
        """
        body: Mapping[str, Any] = request.data  # type: ignore[assignment]  # `body_types`
        own = _own(body)
        content = dynamic.read(self.model, {name: body[name] for name in body if name in _CONTENT})
        made = dynamic.make(self.model, body.get("label"), content, actor=actor(request), **own)
        response = self.answer(request, made.pk, 201)
        response["Location"] = absolute(f"api-{KINDS[self.model]}", made.pk)
        return response


def _own(body: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent beside label and content. SourceFault names everything that is wrong with it."""
    reader = Reader()
    reader.known(body, (*_OWN, *_CONTENT))
    if body.get("label") is None:
        reader.fault("label", "required", "It needs a label.")
    said = {
        "identifier": reader.identifier(body),
        "publish_when": reader.choice(body, "publish_when", tuple(Published.PublishWhen.values)),
    }
    reader.done()
    return {name: value for name, value in said.items() if value is not None}


def _makes(model: type[Resource], sent: Any, view: Any) -> Callable[[Any], Any]:
    kind = KINDS[model]
    described = extend_schema(
        operation_id=f"makeDynamic{kind.capitalize()}",
        tags=tags(model),
        summary=f"Make a {kind} of a query" + (", or of a list" if model is Manifest else ""),
        parameters=[answered("Location", f"The {kind}.", 201), ETAG],
        request=sent,
        responses={201: view.serializer_class},
    )
    return extend_schema_view(post=described)


@_makes(Manifest, DynamicManifestSent, ManifestView)
class MakeManifest(ManifestView, Make):
    pass


@_makes(Collection, DynamicCollectionSent, CollectionView)
class MakeCollection(CollectionView, Make):
    pass


# --------------------------------------------------------------------------------------------------------------- change
class ChangeQuery(RecordView):
    def patch(self, request: Request, pk: UUID) -> Response:
        """What it is made of from now on. It is refreshed within seconds; `dynamic` says when that was."""
        record = self.find(request, pk=pk)
        reader = Reader()
        reader.known(request.data, _CONTENT)  # type: ignore[arg-type]  # `body_types`
        reader.done()
        content = dynamic.read(self.model, request.data)
        dynamic.change(record, content, actor=actor(request), check=checked(request))
        return self.answer(request, pk)


def _changes(model: type[Resource], sent: Any, view: Any) -> Callable[[Any], Any]:
    kind = KINDS[model]
    described = extend_schema(
        operation_id=f"changeQueryOf{kind.capitalize()}",
        tags=tags(model),
        summary=f"Change what a dynamic {kind} is made of",
        parameters=[IF_MATCH, ETAG],
        request=sent,
        responses={200: view.serializer_class},
    )
    return extend_schema_view(patch=described)


@_changes(Manifest, ManifestQueryChange, ManifestView)
class ChangeManifest(ManifestView, ChangeQuery):
    pass


@_changes(Collection, CollectionQueryChange, CollectionView)
class ChangeCollection(CollectionView, ChangeQuery):
    pass


# -------------------------------------------------------------------------------------------------------------- refresh
class Refresh(RecordView):
    def post(self, request: Request, pk: UUID) -> Response:
        """Look for what is in it now. It follows by itself too: this is for those who do not want to wait."""
        record = self.find(request, pk=pk)
        nothing_sent(request)
        with transaction.atomic():
            job = dynamic.refresh(locked(request, record), actor=actor(request))
        response = self.answer(request, pk, 202)
        for name, value in addresses.queued(job.pk).items():
            response[name] = value
        return response


def _refreshes(model: type[Resource], view: Any) -> Callable[[Any], Any]:
    kind = KINDS[model]
    described = extend_schema(
        operation_id=f"refresh{kind.capitalize()}",
        tags=tags(model),
        summary=f"Refresh a dynamic {kind}",
        parameters=[IF_MATCH, *QUEUED, ETAG],
        request=None,
        responses={202: view.serializer_class},
    )
    return extend_schema_view(post=described)


@_refreshes(Manifest, ManifestView)
class RefreshManifest(ManifestView, Refresh):
    pass


@_refreshes(Collection, CollectionView)
class RefreshCollection(CollectionView, Refresh):
    pass


# ------------------------------------------------------------------------------------------------------------------ try
@extend_schema_serializer(component_name="FoundByQuery")
class FoundBody(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([("manifest", "manifest"), ("collection", "collection"), ("image", "image")])
    id = serializers.UUIDField()
    self = serializers.URLField()
    identifier = serializers.CharField(allow_null=True, help_text="Its public name.")
    label = LanguageMapField()  # type: ignore[assignment]


_FOUND = {name: examples.MEMBER[name] for name in ("kind", "id", "self", "identifier", "label")}


@extend_schema_serializer(
    component_name="QueryResult", examples=[OpenApiExample("found", {"count": 1, "results": [_FOUND]})]
)
class ResultBody(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many are found, drafts of manifests and collections too.")
    results = FoundBody(many=True, help_text=f"The first {MOST} of them, in the order of the query.")


class TryQuery(ApiView):
    scopes: ClassVar = {"POST": "read:all"}
    serializer_class = ResultBody

    @extend_schema(operation_id="tryQuery", tags=["queries"], summary="Try a query", request=QueryTried)
    def post(self, request: Request) -> Response:
        """What a query finds now, before anything is made of it. Nothing is kept."""
        reader = Reader()
        reader.known(request.data, ("query",))  # type: ignore[arg-type]  # `body_types`
        reader.done()
        content = queries.content(request.data, tuple(queries.MOST))  # type: ignore[arg-type]
        if not isinstance(content, Query):
            raise SourceFault("invalid", "It needs a query.", (FieldFault("query", "required", "It needs a query."),))
        found = glimpse.first(content, MOST)
        results = [
            {
                "kind": each.kind,
                "id": each.key,
                "self": absolute(f"api-{each.kind}", each.key),
                "identifier": each.name,
                "label": each.label,
            }
            for each in found.entries
        ]
        return Response(ResultBody({"count": found.count, "results": results}).data)
