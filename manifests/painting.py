"""What is painted on a page is brought to what somebody says it is. Annotations keep their names."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from manifests.models import Canvas, Painting
from manifests.payload.painted import PaintingSent

#: A painting as it is said, with the picture that it names.
Said = tuple[PaintingSent, UUID | None]


def paint(canvas: Canvas, said: Sequence[Said]) -> tuple[bool, set[UUID]]:
    """These are painted on it, in this order, and nothing else. Inside a transaction, under the manifest's lock.

    Returns whether that changed it, and the pictures that came and went.
    """
    have = sorted(canvas.paintings.all(), key=lambda each: each.position)
    wanted = _matched(canvas, have, said)
    if [_state(each) for each in wanted] == [_state(each) for each in have]:
        return False, set()
    Painting.objects.filter(canvas=canvas).delete()
    Painting.objects.bulk_create(wanted)
    return True, _pictures(have) ^ _pictures(wanted)


def _matched(canvas: Canvas, have: Sequence[Painting], said: Sequence[Said]) -> list[Painting]:
    """Rows for what is said: each with the name of that before it which paints the same, else of one that goes."""
    left = list(have)
    columns = [_columns(each, image) for each, image in said]
    before: list[Painting | None] = []
    for one in columns:
        same = next((row for row in left if _thing(row) == (one["image"], one["content"])), None)
        if same:
            left.remove(same)
        before.append(same)
    return [
        _row(canvas, position, one, was or (left.pop(0) if left else None))
        for position, (one, was) in enumerate(zip(columns, before, strict=True))
    ]


def _row(canvas: Canvas, position: int, columns: dict[str, Any], was: Painting | None) -> Painting:
    names = {"key": was.key, "uri": was.uri} if was else {}
    return Painting(canvas=canvas, position=position, **columns, **names)


def _columns(said: PaintingSent, image: UUID | None) -> dict[str, Any]:
    return {
        "image": image,
        "content": said.content,
        "region": said.region,
        "target": said.target,
        "choice": said.choice,
        "body": said.body,
        "annotation": said.annotation,
    }


def _thing(row: Painting) -> tuple[UUID | None, Any]:
    return row.image, row.content


def _state(row: Painting) -> tuple[Any, ...]:
    return row.key, row.position, _thing(row), row.region, row.target, row.choice, row.body, row.annotation


def _pictures(rows: Iterable[Painting]) -> set[UUID]:
    return {row.image for row in rows if row.image}


def place(canvas: Canvas, fragment: str) -> None:
    """Everything that covers the whole page covers this part of it from now on: "xywh=…"."""
    Painting.objects.filter(canvas=canvas, target__isnull=True).update(target={"fragment": fragment})
