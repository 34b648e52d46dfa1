"""What the pages of a work hold of text and annotations, for the curator; as many queries for many pages as for one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.db.models.fields.json import KT
from django.utils.html import strip_tags

from images import services as images
from images.facts import ImageFacts
from manifests import editing
from manifests.admin.pictures import HERE, thumbnail
from manifests.build.references import reference
from manifests.description import effective
from manifests.gallery import pick
from manifests.models import Annotation, AnnotationPage, Canvas, Manifest

PER_PAGE = 50
#: Larger annotation pages are told by their counts alone.
MOST_LISTED = 40
#: Pixels of the longer edge of the picture on which regions are drawn, as far as it has them.
DRAWING = 1000
#: What people add, by motivation.
KINDS = {
    "commenting": "Comment",
    "tagging": "Tag",
    "describing": "Description",
    "supplementing": "Transcription",
    "identifying": "Identification",
    "linking": "Link",
}


@dataclass(frozen=True, slots=True)
class Note:
    """An annotation: what it is, its words, the part of the page that it is about."""

    key: UUID
    what: str
    text: str
    region: str


@dataclass(frozen=True, slots=True)
class Held:
    """An annotation page: what is in it, in words, and as far as they are few, its annotations."""

    key: UUID
    title: str
    whose: str
    place: str
    address: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the work; number 0 is the work as a whole. `picture` is what regions are drawn on."""

    key: UUID | None
    number: int
    label: str
    thumbnail: str = ""
    picture: str = ""
    width: int | None = None
    height: int | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some of the leaves. `before` and `after` are the numbers of the sheets beside it, 0 for none."""

    leaves: list[Leaf] = field(default_factory=list)
    first: int = 0
    last: int = 0
    total: int = 0
    before: int = 0
    after: int = 0


def sheet(manifest: Manifest, number: int, languages: Sequence[str]) -> Sheet:
    """The leaves of this sheet, from 1; before the first of them the work as a whole."""
    order = [UUID(key) for key in editing.current_order(manifest)]
    sheets = max(1, -(-len(order) // PER_PAGE))
    number = min(max(1, number), sheets)
    start = (number - 1) * PER_PAGE
    shown = order[start : start + PER_PAGE]
    places = {key: start + place for place, key in enumerate(shown, start=1)}
    found = leaves(manifest, shown, places, languages)
    whole = [_whole(manifest, languages)] if number == 1 else []
    return Sheet(
        leaves=[*whole, *found],
        first=start + 1,
        last=start + len(shown),
        total=len(order),
        before=number - 1,
        after=number + 1 if number < sheets else 0,
    )


def leaf(manifest: Manifest, canvas: Canvas | None, languages: Sequence[str]) -> Leaf:
    """One page, or the work as a whole."""
    if canvas is None:
        return _whole(manifest, languages)
    order = editing.current_order(manifest)
    places = {canvas.pk: order.index(str(canvas.pk)) + 1} if str(canvas.pk) in order else {}
    return leaves(manifest, [canvas.pk], places, languages)[0]


def leaves(manifest: Manifest, keys: Sequence[UUID], places: dict[UUID, int], languages: Sequence[str]) -> list[Leaf]:
    rows = Canvas.objects.filter(pk__in=keys).prefetch_related("paintings").in_bulk()
    firsts = {key: image for key in keys if (image := _first_picture(rows[key]))}
    facts = images.facts(set(firsts.values()))
    held = _held(manifest, [reference("canvas", key) for key in keys])
    return [
        _leaf(rows[key], places.get(key, 0), facts.get(firsts[key]) if key in firsts else None, held, languages)
        for key in keys
    ]


def _leaf(
    row: Canvas, number: int, image: ImageFacts | None, held: dict[str, tuple[Held, ...]], languages: Sequence[str]
) -> Leaf:
    ready = image if image and image.ready else None
    return Leaf(
        key=row.pk,
        number=number,
        label=pick(effective(row).get("label"), languages) or f"Page {number}",
        thumbnail=thumbnail(image),
        picture=_drawing(ready) if ready else "",
        width=row.width or (ready.width if ready else None),
        height=row.height or (ready.height if ready else None),
        held=held.get(reference("canvas", row.pk), ()),
    )


def _whole(manifest: Manifest, languages: Sequence[str]) -> Leaf:
    held = _held(manifest, [""])
    return Leaf(None, 0, pick(effective(manifest).get("label"), languages), held=held.get("", ()))


def _first_picture(canvas: Canvas) -> UUID | None:
    painted = sorted(canvas.paintings.all(), key=lambda painting: painting.position)
    return next((painting.image for painting in painted if painting.image), None)


def _drawing(image: ImageFacts) -> str:
    levels = [level[:2] for level in image.levels]
    width, height = ([level for level in levels if max(level) >= DRAWING] or levels[:1])[-1]
    size = "max" if (width, height) == levels[0] else f"{width},{height}"
    return f"{HERE.picture(3, image.identifier, f'full/{size}/0/default.jpg')}?{image.generation}"


# ---------------------------------------------------------------------------------------------------- annotation pages
def _held(manifest: Manifest, subjects: Sequence[str]) -> dict[str, tuple[Held, ...]]:
    """The annotation pages that hang on these, by what they hang on."""
    rows = list(manifest.annotation_pages.filter(subject__in=subjects).order_by("position", "pk"))
    counts = _counts(rows)
    few = [row.pk for row in rows if sum(counts[row.pk].values()) <= MOST_LISTED]
    notes = _notes(few)
    found: dict[str, tuple[Held, ...]] = {}
    for row in rows:
        found[row.subject] = (*found.get(row.subject, ()), _told(row, counts[row.pk], notes.get(row.pk, ())))
    return found


def _counts(rows: Sequence[AnnotationPage]) -> dict[UUID, dict[str, int]]:
    """How many annotations of each granularity ("": of none) there are in each."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    kinds = Annotation.objects.filter(page__in=[row.pk for row in rows]).annotate(kind=KT("extra__textGranularity"))
    for page, kind, count in kinds.values_list("page", "kind").annotate(count=Count("pk")).order_by():
        found[page][kind or ""] = count
    return found


def _notes(pages: Sequence[UUID]) -> dict[UUID, tuple[Note, ...]]:
    found: dict[UUID, tuple[Note, ...]] = {}
    for row in Annotation.objects.filter(page__in=pages).order_by("position", "created"):
        if "textGranularity" not in row.extra:
            note = Note(row.pk, _what(row), _text(row.body), _region(row.target))
            found[row.page_id] = (*found.get(row.page_id, ()), note)
    return found


def _told(row: AnnotationPage, counts: dict[str, int], notes: tuple[Note, ...]) -> Held:
    titles = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(counts.items()) if kind]
    if others := counts.get("", 0):
        titles.append(f"{others} annotation{'s' if others > 1 else ''}")
    title = ("Text: " if any(kind for kind in counts) else "") + (", ".join(titles) or "Nothing in it yet")
    return Held(
        row.pk,
        row.uri if row.place == AnnotationPage.Place.FOREIGN else title,
        "from its source" if row.by == AnnotationPage.By.SOURCE else "by people",
        row.get_place_display(),
        f"/presentation/3/annotations/{row.pk}" if row.place != AnnotationPage.Place.FOREIGN else row.uri,
        notes,
    )


def _what(row: Annotation) -> str:
    return ", ".join(KINDS.get(each, each) for each in row.motivation)


def _text(body: Any) -> str:
    """Its words, or where they are."""
    if isinstance(body, list):
        return " · ".join(filter(None, map(_text, body)))
    if not isinstance(body, dict):
        return ""
    text = str(body.get("value") or body.get("id") or "")
    return (strip_tags(text) if body.get("format") == "text/html" else text)[:300]


def _region(target: Any) -> str:
    """The part of the page in words; empty for the whole."""
    if isinstance(target, list):
        return "several parts"
    if isinstance(target, dict):
        selector = target.get("selector")
        kind = selector.get("type", "") if isinstance(selector, dict) else ""
        return {"SvgSelector": "an outline", "PointSelector": "a point"}.get(kind, "a part" if selector else "")
    return str(target).partition("#")[2].removeprefix("xywh=").replace(",", ", ")
