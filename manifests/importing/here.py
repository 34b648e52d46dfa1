"""What of a document is here already: its record, names under our addresses, pictures of ours, members."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings

from images import services as images
from images.addresses import ImageAddresses
from manifests import services
from manifests.addresses import VERSIONS, PresentationAddresses
from manifests.build.thumbnail import thumbnail
from manifests.models import (
    Annotation,
    AnnotationCollection,
    AnnotationPage,
    Canvas,
    Collection,
    Manifest,
    Member,
    Range,
    Resource,
)
from manifests.payload.iiif.naming import Thing
from manifests.payload.iiif.shapes import Json, ManifestRead
from redirects import services as names
from redirects.models import Identifier

Given = dict[tuple[str, str], UUID]

_SLICE = 500
#: Where rows of each kind say whose they are.
_OWNERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "canvas": (Canvas, ("manifest",)),
    "range": (Range, ("manifest",)),
    "annotations": (AnnotationPage, ("manifest", "collection")),
    "annotation": (Annotation, ("page__manifest", "page__collection")),
    "layer": (AnnotationCollection, ("manifest",)),
}


def addresses() -> PresentationAddresses:
    return PresentationAddresses(settings.GCIS_PUBLIC_URL)


def base() -> str:
    """What all our addresses of documents and their parts begin with."""
    return f"{settings.GCIS_PUBLIC_URL}/presentation/"


def identifier_in(uri: str) -> str | None:
    """The identifier in an address of a manifest or collection of ours, in whatever version; None for others."""
    if not uri.startswith(base()):
        return None
    path = uri.removeprefix(base())
    for version in VERSIONS:
        path = path.removeprefix(f"{version}/")
    name, _, end = path.rpartition("/")
    return unquote(name) if name and end in ("manifest", "collection") else None


def record_at(uri: str) -> Resource | None:
    """The record that is published at this address of ours, or was."""
    identifier = identifier_in(uri)
    row = names.find(Identifier.Kind.PRESENTATION, identifier) if identifier else None
    return services.find(row.resource) if row else None


def records_of(source: Any, uris: Iterable[str]) -> dict[str, Resource]:
    """The manifests and collections that were imported from these addresses, or are published at them."""
    wanted = list(dict.fromkeys(uris))
    found: dict[str, Resource] = {}
    for model in (Manifest, Collection):
        for some in _slices(wanted):
            rows: Any = model.objects.filter(source=source, external_id__in=some)
            found.update({row.external_id: row for row in rows})
    ours = (uri for uri in wanted if uri not in found and uri.startswith(base()))
    return {**found, **{uri: record for uri in ours if (record := record_at(uri))}}


def records_called(uri: str) -> list[Resource]:
    """The manifests and collections that have this address as their key, of whatever source."""
    return [*Manifest.objects.filter(external_id=uri)[:1], *Collection.objects.filter(external_id=uri)[:1]]


# ------------------------------------------------------------------------------------------------------- keys and names
def keys(record: UUID, things: Sequence[Thing], layers: Iterable[str], *, keep: bool) -> Given:
    """The keys that are settled: of canvases that are here under the same name; kept ones under our own addresses."""
    given = _free(record, things, layers) if keep else {}
    rows = Canvas.objects.filter(manifest=record).exclude(external_id="").values_list("external_id", "pk")
    return {**given, **{("canvas", name): key for name, key in rows}}


def _free(record: UUID, things: Sequence[Thing], layers: Iterable[str]) -> Given:
    """Those uuids in addresses of ours that nobody has, or this record itself."""
    named = [(thing.kind, thing.id) for thing in things if thing.id] + [("layer", name) for name in layers]
    ours: dict[str, dict[UUID, str]] = {}
    for kind, uri in named:
        if key := _uuid_in(kind, uri):
            ours.setdefault(kind, {})[key] = uri
    given: Given = {}
    for kind, keys_of_kind in ours.items():
        if kind in _OWNERS:
            taken = _taken(kind, list(keys_of_kind), record)
            given.update({(kind, uri): key for key, uri in keys_of_kind.items() if key not in taken})
    canvases = {uri for kind, uri in given if kind == "canvas"}
    painted = ours.get("painting", {})
    given.update({("painting", uri): key for key, uri in painted.items() if uri.rsplit("/", 2)[0] in canvases})
    return given


def _uuid_in(kind: str, uri: str) -> UUID | None:
    """The uuid at the end of an address of ours of that kind."""
    if not uri.startswith(base()):
        return None
    folders = {"painting": "annotation", "layer": "layers"}
    before, _, end = uri.rpartition("/")
    try:
        return UUID(end) if before.endswith(f"/{folders.get(kind, kind)}") else None
    except ValueError:
        return None


def _taken(kind: str, wanted: list[UUID], record: UUID) -> set[UUID]:
    model, owners = _OWNERS[kind]
    found: set[UUID] = set()
    for some in _slices(wanted):
        for key, *whose in model.objects.filter(pk__in=some).values_list("pk", *owners):
            if record not in whose:
                found.add(key)
    return found


# ------------------------------------------------------------------------------------------------------------- pictures
def pictures(services_named: Iterable[str]) -> dict[str, UUID]:
    """The pictures of ours behind these services, by their URIs."""
    folders = [f"{settings.GCIS_PUBLIC_URL}/iiif/{version}/" for version in (3, 2)]
    wanted = {
        uri: unquote(uri.removeprefix(folder)) for uri in services_named for folder in folders if uri.startswith(folder)
    }
    found: dict[str, UUID] = {}
    kind, current = Identifier.Kind.IMAGE, Identifier.Status.CURRENT
    for some in _slices(sorted(set(wanted.values()))):
        rows = Identifier.objects.filter(kind=kind, status=current, value__in=some)
        found.update(rows.values_list("value", "resource"))
    return {uri: found[name] for uri, name in wanted.items() if name in found}


def without_made(read: ManifestRead) -> list[Json]:
    """The descriptions of the manifest and its canvases, without the thumbnails that we make ourselves of pictures."""
    shown = [next((each.image for each in canvas.paintings if each.image), None) for canvas in read.canvases]
    facts = images.facts(key for key in shown if key)
    ours = ImageAddresses(settings.GCIS_PUBLIC_URL)
    first = next((key for key in shown if key), None)
    made = [thumbnail(facts.get(key), ours) if key in facts and facts[key].ready else None for key in (first, *shown)]
    described = [read.description, *(canvas.description for canvas in read.canvases)]
    return [_without(each, "thumbnail", picture) for each, picture in zip(described, made, strict=True)]


def _without(description: Json, name: str, made: Any) -> Json:
    if made is None or description.get(name) != made:
        return description
    return {key: value for key, value in description.items() if key != name}


def without_memberships(description: Json, record: UUID) -> tuple[Json, list[str]]:
    """Without the collections of ours that it says it is in: that follows from their members. What that loses."""
    losses, kept = [], []
    for number, each in enumerate(description.get("partOf", ())):
        above = record_at(each["id"]) if each.get("type") == "Collection" else None
        if above is None:
            kept.append(each)
        elif not Member.objects.filter(collection=above.pk).filter(**_side(record)).exists():
            losses.append(f"partOf.{number}: It is left out: it is not in that collection. Put it in there.")
    found = {name: value for name, value in description.items() if name != "partOf"}
    return ({**found, "partOf": kept} if kept else found), losses


def _side(record: UUID) -> dict[str, UUID]:
    return {"manifest": record} if Manifest.objects.filter(pk=record).exists() else {"child": record}


def _slices(wanted: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(wanted[start : start + _SLICE]) for start in range(0, len(wanted), _SLICE))
