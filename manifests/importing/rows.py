"""Canvases, what is painted on them, and ranges: rows brought to what a document says. Under the manifest's lock."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gcis.core.db import DbNow
from manifests.models import Canvas, Manifest, Painting, Range
from manifests.payload.iiif.shapes import CanvasRead, Json, PaintingRead

_COLUMNS = ("position", "source_layer", "uri", "page_uri", "width", "height", "duration", "dropped")
_PAINTING = ("key", "uri", "position", "image", "content", "region", "target", "choice", "body", "annotation")
#: Rows in one statement.
_BATCH = 500


def put_canvases(manifest: Manifest, read: Sequence[CanvasRead], described: Sequence[Json]) -> tuple[bool, set[UUID]]:
    """These are the canvases, in this order; those that are not named any more leave the document, and may come back.

    Returns whether that changed anything, and the pictures of ours that came and went.
    """
    have = {canvas.pk: canvas for canvas in manifest.canvases.prefetch_related("paintings")}
    new, changed, painted = [], [], []
    for position, (each, description) in enumerate(zip(read, described, strict=True)):
        columns = _canvas(each, description, position)
        canvas = have.pop(each.key, None)
        if canvas is None:
            canvas = Canvas(pk=each.key, manifest=manifest, external_id=each.name, **columns)
            new.append(canvas)
            before: list[Painting] = []
        else:
            before = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
            if any(getattr(canvas, name) != value for name, value in columns.items()):
                changed.append(_set(canvas, columns))
        painted.append((canvas, before, each.paintings))
    Canvas.objects.bulk_create(new, batch_size=_BATCH)
    Canvas.objects.bulk_update(changed, _COLUMNS, batch_size=_BATCH)
    gone = [canvas.pk for canvas in have.values() if canvas.dropped is None]
    for start in range(0, len(gone), _BATCH):
        Canvas.objects.filter(pk__in=gone[start : start + _BATCH]).update(dropped=DbNow())
    other, moved = _put_paintings(painted)
    return bool(new or changed or gone) or other, moved


def put_ranges(manifest: Manifest, read: dict[UUID, str]) -> None:
    """The names of the ranges; those that are not named any more stay, for they may come back."""
    have = dict(manifest.ranges.values_list("pk", "uri"))
    new = [Range(pk=key, manifest=manifest, uri=uri) for key, uri in read.items() if key not in have]
    changed = [Range(pk=key, uri=uri) for key, uri in read.items() if have.get(key, uri) != uri]
    Range.objects.bulk_create(new, batch_size=_BATCH)
    Range.objects.bulk_update(changed, ["uri"], batch_size=_BATCH)


def _canvas(read: CanvasRead, description: Json, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "source_layer": description,
        "uri": read.uri,
        "page_uri": read.page_uri,
        "width": read.width,
        "height": read.height,
        "duration": read.duration,
        "dropped": None,
    }


def _set(row: Any, columns: dict[str, Any]) -> Any:
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def _put_paintings(
    painted: Sequence[tuple[Canvas, list[Painting], Sequence[PaintingRead]]],
) -> tuple[bool, set[UUID]]:
    """Where anything is painted otherwise now, all of that canvas is painted anew."""
    old: list[int] = []
    new: list[Painting] = []
    moved: set[UUID] = set()
    for canvas, before, read in painted:
        wanted = [_painting(canvas, each, position) for position, each in enumerate(read)]
        if [_state(row) for row in before] != [_state(row) for row in wanted]:
            old += [row.pk for row in before]
            new += wanted
            moved |= {row.image for row in before if row.image} ^ {row.image for row in wanted if row.image}
    for start in range(0, len(old), _BATCH):
        Painting.objects.filter(pk__in=old[start : start + _BATCH]).delete()
    Painting.objects.bulk_create(new, batch_size=_BATCH)
    return bool(old or new), moved


def _painting(canvas: Canvas, read: PaintingRead, position: int) -> Painting:
    return Painting(
        canvas=canvas,
        key=read.key,
        uri=read.uri,
        position=position,
        image=read.image,
        content=read.content,
        region=read.region,
        target=read.target,
        choice=read.choice,
        body=read.body,
        annotation=read.annotation,
    )


def _state(row: Painting) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _PAINTING)
