"""A manifest or a collection as the API tells of it: of one everything, of many a fixed number of queries' worth."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from gcis.jobs.api.addresses import Address, absolute
from images.access import Access
from manifests.addresses import PresentationAddresses
from manifests.api import examples, progress, published
from manifests.api.states import STATES, state
from manifests.description import effective
from manifests.dynamic import standing
from manifests.exposure import is_public
from manifests.models import Manifest, Published
from manifests.words import MEMBERS, PAGES, differences
from redirects import services as names

STATE_CHOICES = [(state, state) for state in STATES]
#: What can become of what was sent.
OUTCOMES = [(outcome, outcome) for outcome in ("created", "updated", "unchanged")]


def _example(name: str, value: dict[str, Any]) -> OpenApiExample:
    """Also for answers about work that was queued."""
    return OpenApiExample(name, value, status_codes=["200", "202"])


class LanguageMapField(serializers.DictField):
    """Texts by language, as Presentation 3.0 has them; without language under `none`."""

    child = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(component_name="Progress")
class ProgressBody(serializers.Serializer[Any]):
    """Of a manifest's pictures, or of a collection's members."""

    total = serializers.IntegerField()
    ready = serializers.IntegerField(help_text="Pictures that are converted; members that are published.")
    errors = serializers.IntegerField(  # type: ignore[assignment]  # DRF's own are of what is sent
        help_text="Those that could not be used, or were withdrawn."
    )
    waiting = serializers.IntegerField(help_text="Those that something is still to be done about.")
    expected = serializers.IntegerField(help_text="Those that were named, and that nobody has sent yet.")


@extend_schema_serializer(component_name="Counted")
class CountedBody(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    self = serializers.URLField(help_text="Where they are listed.")


@extend_schema_serializer(component_name="Difference")
class DifferenceBody(serializers.Serializer[Any]):
    """Where the source has changed its mind since people wrote theirs."""

    name = serializers.CharField()
    source = serializers.JSONField(help_text="What the source says now.")  # type: ignore[assignment]
    curated = serializers.JSONField(help_text="What counts, until people take the source's.")


@extend_schema_serializer(component_name="ManifestAddresses")
class ManifestAddresses(serializers.Serializer[Any]):
    manifest = serializers.URLField(help_text="Negotiates the version.")
    manifest_3 = serializers.URLField()
    view = serializers.URLField(help_text="A page with a viewer.")


@extend_schema_serializer(component_name="CollectionAddresses")
class CollectionAddresses(serializers.Serializer[Any]):
    collection = serializers.URLField(help_text="Negotiates the version.")
    collection_3 = serializers.URLField()
    view = serializers.URLField(help_text="A page with what is in it.")


class _Record(serializers.Serializer[Any]):
    """Without `read:all` it is as it is published; publish_at, publish_error, outstanding and progress are null."""

    id = serializers.UUIDField()
    source = serializers.CharField(allow_null=True, help_text="The slug of its source.")  # type: ignore[assignment]
    external_id = serializers.CharField(help_text="What its source calls it.")
    identifier = serializers.CharField(
        allow_null=True, help_text="Its public name; null where another has taken over its names."
    )
    label = LanguageMapField()  # type: ignore[assignment]
    publish_when = serializers.ChoiceField(Published.PublishWhen.choices)
    publish_at = serializers.DateTimeField(allow_null=True, help_text="When it is due to be published, if that is set.")
    state = serializers.ChoiceField(STATE_CHOICES)
    publish_error = serializers.CharField(
        allow_null=True, help_text="Why it could not be published last; what was published before stays."
    )
    outstanding = serializers.IntegerField(allow_null=True, help_text="How many changes are not published yet.")
    published_at = serializers.DateTimeField(allow_null=True)
    progress = ProgressBody(allow_null=True)
    access = serializers.ChoiceField(Access.choices, help_text="Its own word; what it is part of may be stricter.")
    access_edge = serializers.IntegerField(allow_null=True, help_text="With `limited`: the longest edge in pixels.")
    access_from = serializers.DateTimeField(allow_null=True, help_text="Closed until then.")
    public = serializers.BooleanField(help_text="Whether the public gets it now, by everything that counts.")
    withdrawn = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField(help_text="Rises with every change; the number in the ETag.")
    created = serializers.DateTimeField()


@extend_schema_serializer(component_name="Dynamic")
class DynamicBody(serializers.Serializer[Any]):
    """What a dynamic manifest or collection is made of, and how far it has come with the records that it follows."""

    query = serializers.DictField(allow_null=True, help_text="The query; null where it is made of a list.")
    items = serializers.ListField(child=serializers.DictField(), allow_null=True, help_text="The list, or null.")
    refreshed = serializers.DateTimeField(allow_null=True, help_text="When it was refreshed last.")
    stale = serializers.BooleanField(help_text="Whether something has happened since that may change what is in it.")
    found = serializers.IntegerField(help_text="How many members or pages it has by that.")
    left_out = serializers.IntegerField(help_text="Of a list: how many are not there, or not public.")
    fault = serializers.CharField(allow_null=True, help_text="Why it could not be refreshed; what is in it stays.")


class _Words(serializers.Serializer[Any]):
    """What only one record's own address tells; without `read:all` the layers, differences and `dynamic` are null."""

    description = serializers.DictField(help_text="What counts, as IIIF properties: people's words, else the source's.")
    source_layer = serializers.DictField(allow_null=True, help_text="What the source said.")
    curated_layer = serializers.DictField(allow_null=True, help_text="What people wrote over it.")
    differences = DifferenceBody(many=True, allow_null=True)
    dynamic = DynamicBody(allow_null=True, help_text="Of one that is made by a query or of a list.")


@extend_schema_serializer(component_name="ManifestListed")
class ManifestListed(_Record):
    self = Address("api-manifest")
    canvases = CountedBody(help_text="Its pages.")
    iiif = ManifestAddresses(allow_null=True, help_text="Its public addresses; null where it has no name of its own.")


@extend_schema_serializer(component_name="Manifest", examples=[_example("manifest", examples.MANIFEST)])
class ManifestBody(ManifestListed, _Words):
    pass


@extend_schema_serializer(component_name="CollectionListed")
class CollectionListed(_Record):
    self = Address("api-collection")
    members = CountedBody(help_text="What is in it.")
    iiif = CollectionAddresses(allow_null=True, help_text="Its public addresses; null where it has no name of its own.")


@extend_schema_serializer(component_name="Collection", examples=[_example("collection", examples.COLLECTION)])
class CollectionBody(CollectionListed, _Words):
    pass


def describe(records: Sequence[Any], *, sees_all: bool) -> list[dict[str, Any]]:
    """What the listed bodies tell of these records of one kind (`base.everything`)."""
    called = names.current(record.pk for record in records)
    now = timezone.now()
    if not sees_all:
        return [{**_told(record, called, now), **_as_published(record)} for record in records]
    manifests = bool(records) and isinstance(records[0], Manifest)
    keys = [record.pk for record in records]
    counted = progress.of_manifests(keys) if manifests else progress.of_collections(keys)
    pages = progress.pages(keys) if manifests else {}
    return [{**_told(record, called, now), **_as_it_is(record, counted, pages)} for record in records]


def detailed(record: Any, *, sees_all: bool) -> dict[str, Any]:
    """What the bodies of one record tell of it."""
    (listed,) = describe([record], sees_all=sees_all)
    if not sees_all:
        hidden = dict.fromkeys(("source_layer", "curated_layer", "differences", "dynamic"))
        return {**listed, **hidden, "description": published.description(record)}
    said = {name: value for name, value in effective(record).items() if name not in (PAGES, MEMBERS)}
    layers = {"source_layer": record.source_layer, "curated_layer": record.curated_layer}
    told = {"differences": differences(record), "dynamic": _dynamic(record)}
    return {**listed, **layers, "description": said, **told}


def _dynamic(record: Any) -> dict[str, Any] | None:
    there = standing(record)
    if there is None:
        return None
    listed = "items" in record.query
    return {
        "query": None if listed else record.query,
        "items": record.query["items"] if listed else None,
        "refreshed": there.refreshed,
        "stale": there.wanted > there.done,
        "found": there.found,
        "left_out": there.left_out,
        "fault": there.fault or None,
    }


_AS_IT_IS = (
    *("id", "external_id", "publish_when", "access", "access_edge", "access_from", "withdrawn", "revision", "created"),
)


def _told(record: Any, called: Mapping[UUID, str], now: datetime) -> dict[str, Any]:
    """What is the same for every caller."""
    name = called.get(record.pk)
    return {
        **{column: getattr(record, column) for column in _AS_IT_IS},
        "source": record.source.slug if record.source else None,
        "identifier": name,
        "published_at": record.publication.created if record.publication else None,
        "public": is_public(record, now),
        "withdrawn_reason": record.withdrawn_reason or None,
        "iiif": _iiif(record, name) if name else None,
    }


def _as_it_is(record: Any, counted: Mapping[UUID, dict[str, int]], pages: Mapping[UUID, int]) -> dict[str, Any]:
    own = counted[record.pk]
    return {
        "label": effective(record)["label"],
        "state": state(record),
        "publish_at": record.publish_at,
        "publish_error": record.publish_error or None,
        "outstanding": record.dirty - record.published,
        "progress": own,
        **_counted(record, pages.get(record.pk, 0) if isinstance(record, Manifest) else own["total"]),
    }


def _as_published(record: Any) -> dict[str, Any]:
    """What may have changed meanwhile is nobody's business until it is published."""
    summary = record.publication.summary
    return {
        "label": summary["label"],
        "state": "published",
        **dict.fromkeys(("publish_at", "publish_error", "outstanding", "progress")),
        **_counted(record, summary.get("canvases", summary.get("members", 0))),
    }


def _counted(record: Any, count: int) -> dict[str, Any]:
    if isinstance(record, Manifest):
        return {"canvases": {"count": count, "self": absolute("api-manifest-canvases", record.pk)}}
    return {"members": {"count": count, "self": absolute("api-collection-members", record.pk)}}


def _iiif(record: Any, name: str) -> dict[str, str]:
    addresses = PresentationAddresses(settings.GCIS_PUBLIC_URL)
    if isinstance(record, Manifest):
        own = {"manifest": addresses.manifest(name), "manifest_3": addresses.manifest(name, 3)}
    else:
        own = {"collection": addresses.collection(name), "collection_3": addresses.collection(name, 3)}
    return {**own, "view": addresses.view(name)}
