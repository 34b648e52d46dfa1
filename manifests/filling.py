"""Write down what is in a dynamic manifest or collection, and no more than has changed. Under its row's lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F

from gcis.core.db import DbNow
from manifests import painting
from manifests.models import Canvas, Collection, Manifest, Member, Painting
from manifests.shown import Shown
from manifests.words import MEMBERS

PORTION = 1000
#: Farther than any place: what is moved there stands aside while others are moved.
_ASIDE = 1_000_000_000
#: If the rows fall into more runs than this that keep their order, they are written one by one.
_MOST_RUNS = 500
#: What a dynamic manifest shows that was published and has nothing to show: the specification wants a page.
EMPTY = Shown("nothing", {"label": {"en": ["Nothing is found at present."]}}, {"width": 1000, "height": 1400}, ())


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: how many came and went, and whether others were moved or said otherwise."""

    added: int
    removed: int
    other: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.other)


# -------------------------------------------------------------------------------------------------------------- members
def put_members(collection: Collection, found: Sequence[UUID]) -> Change:
    """These are the members, in this order; people's order of them goes first."""
    rows = collection.members.values_list("pk", "manifest", "child", "position", "place")
    have = {manifest or child: (pk, position, place) for pk, manifest, child, position, place in rows}
    wanted = dict.fromkeys(found)
    side, known = _sides(collection, [key for key in wanted if key not in have])
    keys = [key for key in wanted if key in have or key in known]
    gone = [have[key][0] for key in have.keys() - wanted.keys()]
    for some in _portions(gone):
        Member.objects.filter(pk__in=some).delete()
    positions = {key: number for number, key in enumerate(keys)}
    places = {key: number for number, key in enumerate(_people_first(collection, keys))}
    stays = [key for key in keys if key in have]
    moved = _move(collection.members, "position", {have[key][0]: (have[key][1], positions[key]) for key in stays})
    moved |= _move(collection.members, "place", {have[key][0]: (have[key][2], places[key]) for key in stays})
    new = [
        Member(collection=collection, position=positions[key], place=places[key], **{f"{side}_id": key})
        for key in keys
        if key not in have
    ]
    Member.objects.bulk_create(new, batch_size=PORTION)
    return Change(len(new), len(gone), moved)


def _sides(collection: Collection, keys: Sequence[UUID]) -> tuple[str, set[UUID]]:
    """The column for what the query finds; and those of these that are still there."""
    model, side = (Manifest, "manifest") if (collection.query or {})["of"] == "manifests" else (Collection, "child")
    there: set[UUID] = set()
    for some in _portions(keys):
        there.update(model._default_manager.filter(pk__in=some, withdrawn=None).values_list("pk", flat=True))
    return side, there


def _people_first(collection: Collection, keys: Sequence[UUID]) -> list[UUID]:
    order = {key: place for place, key in enumerate(collection.curated_layer.get(MEMBERS, []))}
    return sorted(keys, key=lambda key: order.get(str(key), len(order))) if order else list(keys)


def _move(rows: Any, column: str, wanted: dict[Any, tuple[int, int]]) -> bool:
    """Give the rows ({key: (number, its new number)}) their new numbers. True when any changes.

    Where something comes or goes, whole runs of rows move by as much: one statement for each.
    """
    moving = [(was, now, key) for key, (was, now) in sorted(wanted.items(), key=lambda each: each[1]) if was != now]
    if not moving:
        return False
    runs = _runs(sorted(wanted.values()))
    if len(runs) > _MOST_RUNS or _doubled(wanted):
        for some in _portions(moving):
            changed = [rows.model(pk=key, **{column: now}) for _, now, key in some]
            rows.model._default_manager.bulk_update(changed, [column], batch_size=PORTION // 2)
        return True
    for first, last, shift in runs:
        there = rows.filter(**{f"{column}__gte": first, f"{column}__lte": last})
        there.update(**{column: F(column) + shift + _ASIDE})
    rows.filter(**{f"{column}__gte": _ASIDE // 2}).update(**{column: F(column) - _ASIDE})
    return True


def _doubled(wanted: dict[Any, tuple[int, int]]) -> bool:
    return len({was for was, _ in wanted.values()}) != len(wanted)


def _runs(numbers: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(first, last, shift) of neighbours that move by as much; `numbers` are in the order of their old ones."""
    runs: list[tuple[int, int, int]] = []
    for was, now in numbers:
        if runs and runs[-1][2] == now - was:
            runs[-1] = (runs[-1][0], was, now - was)
        else:
            runs.append((was, was, now - was))
    return [run for run in runs if run[2]]


# ---------------------------------------------------------------------------------------------------------------- pages
def put_pages(manifest: Manifest, found: Sequence[Shown]) -> Change:
    """These are the pages, in this order. One that shows what it showed is the page it was, also when it returns."""
    shown = {page.key: page for page in found}
    if not shown and manifest.publication_id:
        shown = {EMPTY.key: EMPTY}
    have = {canvas.external_id: canvas for canvas in manifest.canvases.prefetch_related("paintings")}
    gone = [canvas.pk for key, canvas in have.items() if key not in shown and canvas.dropped is None]
    for some in _portions(gone):
        Canvas.objects.filter(pk__in=some).update(dropped=DbNow())
    positions = {page.key: number for number, page in enumerate(shown.values())}
    back = sum(key in have and have[key].dropped is not None for key in shown)
    other = [_bring(have[key], page, positions[key]) for key, page in shown.items() if key in have]
    changed = [canvas for canvas, said in other if said]
    Canvas.objects.bulk_update(changed, _COLUMNS, batch_size=PORTION // 4)
    repainted = [painting.paint(have[key], page.said)[0] for key, page in shown.items() if key in have]
    new = [(_new(manifest, page, positions[key]), page) for key, page in shown.items() if key not in have]
    Canvas.objects.bulk_create([canvas for canvas, _ in new], batch_size=PORTION)
    Painting.objects.bulk_create([row for canvas, page in new for row in _paintings(canvas, page)], batch_size=PORTION)
    return Change(len(new) + back, len(gone), bool(changed) or any(repainted))


_COLUMNS = ["position", "dropped", "source_layer", "width", "height", "duration"]


def _bring(canvas: Canvas, page: Shown, position: int) -> tuple[Canvas, bool]:
    """The page with what is to be on its row, and whether that is anything new."""
    wanted = {"position": position, "dropped": None, "source_layer": page.layer}
    if page.sized or not canvas.width:
        wanted |= page.size
    news = {name: value for name, value in wanted.items() if getattr(canvas, name) != value}
    for name, value in news.items():
        setattr(canvas, name, value)
    return canvas, bool(news)


def _new(manifest: Manifest, page: Shown, position: int) -> Canvas:
    return Canvas(manifest=manifest, external_id=page.key, position=position, source_layer=page.layer, **page.size)


def _paintings(canvas: Canvas, page: Shown) -> Iterable[Painting]:
    for position, (said, image) in enumerate(page.said):
        yield Painting(
            canvas=canvas,
            position=position,
            image=image,
            content=said.content,
            region=said.region,
            target=said.target,
            choice=said.choice,
            body=said.body,
            annotation=said.annotation,
        )


def _portions(found: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (found[start : start + PORTION] for start in range(0, len(found), PORTION))
