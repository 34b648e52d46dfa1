"""Which pages a dynamic manifest has now: the pictures that its query finds, or the things in its list.

Only what the public gets is selected, and pages of public works: that something is selected opens nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from gcis.core.db import snapshot
from gcis.core.errors import FieldFault, SourceFault
from images import curation as pictures
from images import finding
from images import services as images
from images.finding import Seen
from manifests import querying
from manifests.description import effective, fold, search_text
from manifests.making import file_label
from manifests.models import Canvas, Manifest, Member
from manifests.payload.query import Item, Listed, Query
from manifests.querying import Best, Place, Words
from manifests.shown import Pages, Shown, first_pages, of_canvas, of_image, on_pages, public_pages
from redirects import services as names
from redirects.models import Identifier

PORTION = 1000
#: A picture, and the page in a public work on which it was found, if any.
Found = tuple[UUID, UUID | None]


def nothing() -> None:
    """For those who need not say that they are still at work."""


# ------------------------------------------------------------------------------------------------------------- a query
def look(query: Query, most: int, beat: Callable[[], None] = nothing) -> Best:
    """The pictures that are found. They are looked for on the pages of public works, by the words of page and work.

    Where nothing is asked for but a source, those on no page are found too.
    """
    with snapshot():
        return Best(most).fill(_pictures(query, timezone.now(), beat))


def pages(query: Query, beat: Callable[[], None] = nothing) -> list[Shown]:
    """A page for each picture that is found."""
    found, now = look(query, query.most, beat).keys, timezone.now()
    shown: list[Shown] = []
    for some in _portions(found):
        beat()
        seen = finding.seen((image for image, _ in some), now)
        there = public_pages((canvas for _, canvas in some if canvas), now)
        for image, canvas in some:
            if image in seen:
                page = of_image(f"image:{image}", seen[image], there.canvases.get(canvas) if canvas else None, there)
                shown += [page] if page else []
    return shown


def _pictures(query: Query, now: datetime, beat: Callable[[], None]) -> Iterator[tuple[Place, Found]]:
    for keys in _candidates(query, now):
        beat()
        seen = finding.seen(keys, now, query.source)
        found = _on_pages(query, seen, now) if query.worded or query.order in ("label", "date") else {}
        called = names.current(seen) if query.order == "identifier" else {}
        for key, picture in seen.items():
            canvas, said = found.get(key, (None, Words()))
            if canvas or not query.worded:
                said = said if said.label else Words({"none": [file_label(picture.file_name)]}, nav_date=said.nav_date)
                yield querying.place(query, said, picture.created, called.get(key, ""), key), (key, canvas)


def _candidates(query: Query, now: datetime) -> Iterator[list[UUID]]:
    if not query.worded:
        yield from finding.all_seen(now, query.source)
        return
    rows = _fitting_pages(query, now).order_by().values_list("image", flat=True).distinct()
    yield from _portions(rows.iterator(chunk_size=PORTION))


def _fitting_pages(query: Query, now: datetime) -> Any:
    """Paintings on pages that may fulfil the query, they or their works."""
    rows = on_pages(now).filter(querying.may_have(_undated(query), "canvas__manifest__"))
    changed = Q(canvas__manifest__published__lt=F("canvas__manifest__dirty"))
    rows = rows.filter(querying.has_text(query, "canvas__manifest__") | changed) if query.text else rows
    for name, asked in (("tags", query.tags), ("navDate", query.dated)):
        if asked:
            rows = rows.filter(_says(name, "canvas__") | _says(name, "canvas__manifest__"))
    if query.collection:
        held = Member.objects.filter(collection__in=querying.below(query.collection), manifest__isnull=False)
        rows = rows.filter(canvas__manifest__in=held.values("manifest"))
    return rows


def _undated(query: Query) -> Query:
    """Of which metadata alone is left: tags and dates may be the page's own."""
    return Query(of=query.of, metadata=query.metadata)


def _says(name: str, path: str) -> Q:
    return Q(**{f"{path}source_layer__has_key": name}) | Q(**{f"{path}curated_layer__has_key": name})


def _on_pages(query: Query, seen: Iterable[UUID], now: datetime) -> dict[UUID, tuple[UUID, Words]]:
    """For each picture the first page that fulfils the query, with its words and those of its work together."""
    rows = _fitting_pages(query, now).filter(image__in=list(seen))
    ordered = rows.order_by("canvas__manifest__created", "canvas__position", "canvas", "position")
    shown = list(ordered.values_list("image", "canvas"))
    canvases = Canvas.objects.in_bulk({canvas for _, canvas in shown})
    works = Manifest.objects.only("source_layer", "curated_layer").in_bulk(
        {canvas.manifest_id for canvas in canvases.values()} if query.worded else set()
    )
    found: dict[UUID, tuple[UUID, Words]] = {}
    for image, key in shown:
        if image not in found:
            page, work = effective(canvases[key]), works.get(canvases[key].manifest_id)
            whole = effective(work) if work else {}
            said = _together(page, whole)
            if querying.fits(said, query) and _says_all(query.text, page, whole):
                found[image] = (key, said)
    return found


def _together(page: dict[str, Any], work: dict[str, Any]) -> Words:
    return Words(
        label=page.get("label"),
        metadata=[*(page.get("metadata") or ()), *(work.get("metadata") or ())],
        tags=[*(page.get("tags") or ()), *(work.get("tags") or ())],
        nav_date=page.get("navDate") or work.get("navDate"),
    )


def _says_all(text: str, page: dict[str, Any], work: dict[str, Any]) -> bool:
    there = f"{search_text(page)} {search_text(work)}" if text else ""
    return all(word in there for word in fold(text).split())


def _portions(found: Iterable[Any]) -> Iterator[list[Any]]:
    stream = iter(found)
    while portion := list(islice(stream, PORTION)):
        yield portion


# -------------------------------------------------------------------------------------------------------------- a list
def listed(content: Listed, beat: Callable[[], None] = nothing) -> list[Shown]:
    """A page for each thing in the list that is there and public, in the order of the list."""
    now = timezone.now()
    shown: list[Shown] = []
    for some in _portions(content.items):
        beat()
        shown += _shown(some, now)
    return shown


def _shown(items: Sequence[Item], now: datetime) -> Iterator[Shown]:
    named = {UUID(item.image): UUID(item.image) for item in items if item.image}
    seen = finding.seen(named, now)
    for key in named.keys() - seen.keys():  # it may have been merged into another
        named[key] = pictures.successor(key)
    seen |= finding.seen((key for key in named.values() if key not in seen), now)
    first = first_pages(seen, now)
    there = public_pages([*first.values(), *(item.canvas for item in items if item.canvas)], now)
    painted = {each.image for canvas in there.canvases.values() for each in canvas.paintings.all() if each.image}
    seen |= finding.seen(painted - seen.keys(), now)
    for item in items:
        page = _page(item, named, seen, first, there)
        if page:
            yield page


def _page(
    item: Item, named: dict[UUID, UUID], seen: dict[UUID, Seen], first: dict[UUID, UUID], there: Pages
) -> Shown | None:
    part = f"#{item.region}" if item.region else ""
    if item.canvas:
        canvas = there.canvases.get(item.canvas)
        return of_canvas(f"canvas:{item.canvas}{part}", canvas, seen, there, item.box) if canvas else None
    picture = seen.get(named[UUID(item.image)])
    if picture is None:
        return None
    canvas = there.canvases.get(first[picture.id]) if picture.id in first else None
    return of_image(f"image:{item.image}{part}", picture, canvas, there, item.box)


def resolved(content: Listed) -> Listed:
    """The list with the uuids of its pictures. SourceFault names everything in it that is not there."""
    wanted = [_image(item.image) if item.image else None for item in content.items]
    known = images.facts(key for key in wanted if key)
    canvases = _canvases([item.canvas for item in content.items if item.canvas])
    faults = []
    for number, (item, key) in enumerate(zip(content.items, wanted, strict=True)):
        if item.image and (key is None or key not in known):
            faults.append(FieldFault(f"items.{number}.image", "unknown", f"There is no image {item.image!r}."))
        elif item.canvas and item.canvas not in canvases:
            sentence = f"There is no canvas {item.canvas}, or it is a page of what is dynamic itself."
            faults.append(FieldFault(f"items.{number}.canvas", "unknown", sentence))
        elif (box := item.box) and not _is_inside(box, known.get(key) if key else canvases.get(item.canvas)):
            faults.append(FieldFault(f"items.{number}.region", "region", "It reaches beyond what it is a part of."))
    if faults:
        raise SourceFault("invalid", "Some of what was sent cannot be used.", tuple(faults))
    found = zip(content.items, wanted, strict=True)
    return Listed(tuple(Item(str(key) if key else "", item.canvas, item.region) for item, key in found))


def _image(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        known = names.find(Identifier.Kind.IMAGE, name)
        return known.resource if known else None


def _canvases(keys: Sequence[UUID]) -> dict[Any, Canvas]:
    found: dict[Any, Canvas] = {}
    for some in _portions(keys):
        found.update(Canvas.objects.filter(manifest__query__isnull=True).in_bulk(some))
    return found


def _is_inside(box: tuple[int, int, int, int], whole: Any) -> bool:
    """While its size is not known yet, anything is."""
    if not whole or not whole.width or not whole.height:
        return True
    return box[0] + box[2] <= whole.width and box[1] + box[3] <= whole.height
