"""Annotation pages of a record, brought to what its document says. Under the record's lock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from manifests.models import Annotation, AnnotationCollection, AnnotationPage, Manifest, Resource
from manifests.payload.iiif.shapes import AnnotationRead, LayerRead, PageRead

Place = AnnotationPage.Place
Layers = Mapping[UUID, AnnotationCollection]
#: Rows in one statement.
_BATCH = 500
#: Those that come and go with the document; one that was imported by itself stays until somebody takes it away.
_WITH_DOCUMENT = (Place.EMBEDDED, Place.FOREIGN)
_COLUMNS = ("subject", "position", "place", "uri", "description", "part_of_id")
_ANNOTATION = ("pk", "uri", "position", "motivation", "body", "target", "extra")


def put_pages(record: Resource, read: Sequence[PageRead]) -> bool:
    """The pages that its source says it has; what people have made stays. True when that changed anything."""
    rows: Any = record.annotation_pages.filter(by=AnnotationPage.By.SOURCE)
    have = {row.pk: row for row in rows}
    writing = _Writing(record, put_layers(record, read), _annotations(have))
    for position, each in enumerate(read):
        row = have.pop(each.key, None)
        if row and row.place == Place.REFERENCED and not each.embedded:
            writing.move(row, each.subject, position)
        else:
            writing.put(row, each, Place.EMBEDDED if each.embedded else Place.FOREIGN, position)
    gone = [key for key, row in have.items() if row.place in _WITH_DOCUMENT]
    for some in _slices(gone):
        AnnotationPage.objects.filter(pk__in=some).delete()
    return writing.done() or bool(gone)


def put_page(record: Resource, row: AnnotationPage | None, read: PageRead, place: str, position: int) -> bool:
    """One page and all annotations in it. True when that changed it; then it is to be built again."""
    writing = _Writing(record, put_layers(record, [read]), _annotations([row.pk] if row else []))
    writing.put(row, read, place, position)
    return writing.done()


def put_layers(record: Resource, read: Sequence[PageRead]) -> Layers:
    """The annotation collections that the pages are part of, by their keys."""
    if not isinstance(record, Manifest):
        return {}
    wanted: dict[UUID, LayerRead] = {each.layer.key: each.layer for each in read if each.layer}
    have = {row.pk: row for row in AnnotationCollection.objects.filter(manifest=record)}
    new = [
        AnnotationCollection(pk=key, manifest=record, uri=each.uri, description=each.description)
        for key, each in wanted.items()
        if key not in have
    ]
    AnnotationCollection.objects.bulk_create(new, batch_size=_BATCH)
    for key, each in wanted.items():
        row = have.get(key)
        if row and (row.uri, row.description) != (each.uri, each.description):
            AnnotationCollection.objects.filter(pk=key).update(uri=each.uri, description=each.description)
            record.annotation_pages.filter(part_of=key).update(revision=F("revision") + 1)
    return {**have, **{row.pk: row for row in new}}


class _Writing:
    """Pages and annotations that are written together: manifests have thousands."""

    def __init__(self, record: Resource, layers: Layers, annotations: Mapping[UUID, list[Annotation]]) -> None:
        self._side = {"manifest": record} if isinstance(record, Manifest) else {"collection": record}
        self._layers, self._have = layers, annotations
        self._new: list[AnnotationPage] = []
        self._changed: list[AnnotationPage] = []
        self._emptied: list[UUID] = []
        self._annotations: list[Annotation] = []

    def put(self, row: AnnotationPage | None, read: PageRead, place: str, position: int) -> None:
        columns = {
            "subject": read.subject,
            "position": position,
            "place": place,
            "uri": read.uri,
            "description": read.description,
            "part_of_id": read.layer.key if read.layer and read.layer.key in self._layers else None,
        }
        if row is None:
            source = {"by": AnnotationPage.By.SOURCE, "external_id": read.name}
            row = AnnotationPage(pk=read.key, **self._side, **source, **columns)
            self._new.append(row)
            self._annotations += _rows(row, read.annotations)
            return
        wanted, have = _rows(row, read.annotations), self._have.get(row.pk, [])
        other = [_state(each) for each in have] != [_state(each) for each in wanted]
        if other:
            self._emptied.append(row.pk)
            self._annotations += wanted
        if other or any(getattr(row, name) != columns[name] for name in _COLUMNS):
            self._change(row, columns)

    def move(self, row: AnnotationPage, subject: str, position: int) -> None:
        """It has another place; what is in it is its own affair."""
        if (row.subject, row.position) != (subject, position):
            self._change(row, {"subject": subject, "position": position})

    def done(self) -> bool:
        """Write it all. True when there was anything."""
        AnnotationPage.objects.bulk_create(self._new, batch_size=_BATCH)
        AnnotationPage.objects.bulk_update(self._changed, [*_COLUMNS[:-1], "part_of", "revision"], batch_size=_BATCH)
        for some in _slices(self._emptied):
            Annotation.objects.filter(page__in=some).delete()
        Annotation.objects.bulk_create(self._annotations, batch_size=_BATCH)
        return bool(self._new or self._changed)

    def _change(self, row: AnnotationPage, columns: Mapping[str, Any]) -> None:
        for name, value in columns.items():
            setattr(row, name, value)
        row.revision += 1
        self._changed.append(row)


def _annotations(pages: Iterable[UUID]) -> dict[UUID, list[Annotation]]:
    found: dict[UUID, list[Annotation]] = defaultdict(list)
    for some in _slices(list(pages)):
        for row in Annotation.objects.filter(page__in=some).order_by("page", "position", "created"):
            found[row.page_id].append(row)
    return found


def _rows(page: AnnotationPage, read: Sequence[AnnotationRead]) -> list[Annotation]:
    return [
        Annotation(
            pk=each.key,
            page=page,
            uri=each.uri,
            position=position,
            motivation=list(each.motivation),
            body=each.body,
            target=each.target,
            extra=each.extra,
        )
        for position, each in enumerate(read)
    ]


def _state(row: Annotation) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _ANNOTATION)


def _slices(keys: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
