"""The pages of a file stand behind its first page, in every manifest that shows that one.

The first page of a file is placed by whoever makes the manifest; the others take the places right behind it, as many as
the file has pages. They come once: what people take out stays out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import registry
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch, Job
from images import curation as image_curation
from images import files
from images import services as images
from images.facts import ImageFacts
from manifests import access, services
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Canvas, Manifest, Painting
from manifests.services import FOLLOW
from manifests.words import PAGES

IMAGE_EVENTS = ("image.paged", "image.not_paged")
ACTOR = "conversion"


def on_image_event(event: Event) -> None:
    """Pages were registered, or never will be: each manifest with the first page hears of it. In that transaction."""
    assert event.subject
    shown = Manifest.objects.filter(canvases__in=Canvas.objects.filter(paintings__image=event.subject, dropped=None))
    shown = shown.filter(query__isnull=True)  # what is dynamic shows what it finds
    for manifest in shown.distinct().order_by("pk"):
        if event.kind == "image.paged":
            key = f"{FOLLOW}:{manifest.pk}:{event.pk}"
            jobs.add(FOLLOW, key, manifest.pk, args={"image": str(event.subject)}, lane=Job.Lane.INTERACTIVE)
        else:
            services.schedule(manifest)  # it has waited for them


class FollowHandler:
    """Gives the pages of a file their place in one manifest."""

    def run(self, claim: Claim) -> registry.Commit:
        return lambda: {"pages": follow_now(claim.subject, UUID(claim.args["image"]))}

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """The manifest stays as it is, and waits no longer."""
        services.schedule(services.lock(Manifest(pk=claim.subject)))

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        jobs.add(FOLLOW, f"{FOLLOW}:{subject}", subject, args=args, batch=batch)


def follow_now(manifest: UUID, image: UUID) -> int:
    """Bring the pages of this picture's file in. Returns how many were added. Inside a transaction."""
    row = Manifest(pk=manifest)
    hold(lambda: {*pictures_of([row]), *behind([image])})
    row = services.lock(row)
    changed, added = follow(row)
    if added:
        events.record("manifest.pages_added", row.pk, ACTOR, count=len(added))
        access.touch_all([other for other in settle_images(added) if other.pk != row.pk])
    if changed:
        services.touch(services.lock(row))
    return len(added)


def behind(pictures: Iterable[UUID]) -> set[UUID]:
    """The other pages of the files of these pictures."""
    return {page for pages in files.others(pictures).values() for page in pages.values()}


def room(pictures: Iterable[UUID]) -> dict[UUID, int]:
    """How many places each of these pictures needs behind it; those that need none are left out."""
    return {first: max(pages) for first, pages in files.others(pictures).items()}


def take_along(image: UUID, was: Manifest, now: Manifest) -> None:
    """The page of this picture went from one manifest to another, and the other pages of its file with it."""
    canvases = Canvas.objects.filter(manifest=was, paintings__image__in=behind([image]))
    Canvas.objects.filter(pk__in=list(canvases.values_list("pk", flat=True))).update(manifest=now)


def follow(row: Manifest, *, by_source: bool = False) -> tuple[bool, list[UUID]]:
    """Bring the locked manifest's pages in line with their files.

    `by_source`: its source has just said which pages there are, and with the first it drops and brings back the others.
    Returns whether the document changes by it, and the pictures that were added.
    """
    canvases = list(row.canvases.prefetch_related("paintings").order_by("position", "created"))
    shown = _shown(canvases)
    found = files.others(shown)
    if not found:
        return False, []
    facts = images.facts(image for pages in found.values() for image in pages.values() if image not in shown)
    merged = {
        key: into for key, image in facts.items() if image.withdrawn and (into := image_curation.successor(key)) != key
    }
    _stand_in(shown, found, merged)
    was = {canvas.pk: _state(canvas) for canvas in canvases}
    _make_room(canvases, shown, found)
    added: list[tuple[Canvas, Canvas, UUID]] = []
    for first, pages in found.items():
        leader = shown[first]
        _align(leader, {page: shown[image] for page, image in pages.items() if image in shown}, by_source)
        if leader.dropped is None:
            added += _new(leader, shown, pages, {key: image for key, image in facts.items() if key not in merged})
    moved = [canvas for canvas in canvases if _state(canvas) != was[canvas.pk]]
    Canvas.objects.bulk_update(moved, ["position", "source_layer", "dropped"], batch_size=500)
    Canvas.objects.bulk_create([canvas for canvas, _, _ in added], batch_size=500)
    Painting.objects.bulk_create([Painting(canvas=canvas, image=image) for canvas, _, image in added], batch_size=500)
    write_order(row, [(canvas, before) for canvas, before, _ in added])
    return bool(moved or added), [image for _, _, image in added]


def _shown(canvases: Iterable[Canvas]) -> dict[UUID, Canvas]:
    """The canvas of each picture; of several that one which is in the document."""
    found: dict[UUID, Canvas] = {}
    for canvas in sorted(canvases, key=lambda canvas: canvas.dropped is None):
        found.update({painting.image: canvas for painting in canvas.paintings.all() if painting.image})
    return found


def _stand_in(shown: dict[UUID, Canvas], found: Mapping[UUID, Mapping[int, UUID]], merged: Mapping[UUID, UUID]) -> None:
    """Where a page was merged into another picture, that one has its canvas; which goes on being the page's."""
    for first, pages in found.items():
        for page, image in pages.items():
            canvas = shown.get(merged.get(image, image))
            if canvas and canvas.position == shown[first].position + page:
                shown[image] = canvas


def _state(canvas: Canvas) -> tuple[Any, ...]:
    return canvas.position, canvas.source_layer, canvas.dropped


def _make_room(
    canvases: Iterable[Canvas], shown: Mapping[UUID, Canvas], found: Mapping[UUID, Mapping[int, UUID]]
) -> None:
    """Where pages need places that others have, all that come later step back."""
    needed = {shown[first].pk: max(pages) for first, pages in found.items()}
    riding = {
        shown[image].pk
        for first, pages in found.items()
        for image in pages.values()
        if image in shown and shown[first].dropped is None
    }
    standing = [canvas for canvas in canvases if canvas.dropped is None and canvas.pk not in riding]
    shift = 0
    for canvas, following in zip(standing, [*standing[1:], None], strict=True):
        lacking = canvas.position + needed.get(canvas.pk, 0) + 1 - following.position if following else 0
        canvas.position += shift
        if canvas.pk in needed:
            shift += max(0, lacking)


def _align(leader: Canvas, pages: Mapping[int, Canvas], by_source: bool) -> None:
    """Pages that are there already: they are called and placed after the first."""
    for page, canvas in pages.items():
        canvas.source_layer = _words(leader, page)
        if leader.dropped is None:
            canvas.position = leader.position + page
        if by_source:
            canvas.dropped = leader.dropped


def _new(
    leader: Canvas, shown: Mapping[UUID, Canvas], pages: Mapping[int, UUID], facts: Mapping[UUID, ImageFacts]
) -> list[tuple[Canvas, Canvas, UUID]]:
    """A canvas for each page that never had one here (those in `facts`); with the page before it, and its picture."""
    made: list[tuple[Canvas, Canvas, UUID]] = []
    before = leader
    for page, image in sorted(pages.items()):
        if image in facts:
            size = {"width": facts[image].width or None, "height": facts[image].height or None}
            words = _words(leader, page)
            place = leader.position + page
            canvas = Canvas(manifest_id=leader.manifest_id, position=place, source_layer=words, **size)
            made.append((canvas, before, image))
            before = canvas
        else:
            before = shown.get(image, before)
    return made


def _words(leader: Canvas, page: int) -> dict[str, Any]:
    """What the source says of a page: what it says of the first one, as far as that is said of the file."""
    said = leader.source_layer
    label = {language: [f"{texts[0]}, p. {page + 1}"] for language, texts in said.get("label", {}).items() if texts}
    rights = {"rights": said["rights"]} if "rights" in said else {}
    return {"label": label or {"none": [f"p. {page + 1}"]}, **rights}


def write_order(row: Manifest, added: Sequence[tuple[Canvas, Canvas | None]]) -> None:
    """New pages stand behind the one before them (None: first) in people's order too, and are no difference."""
    if not added or PAGES not in row.curated_layer:
        return
    layers = {name: {**getattr(row, name)} for name in ("curated_layer", "curated_over")}
    for layer in layers.values():
        order = list(layer[PAGES])
        for canvas, before in added:
            place = _behind(order, before)
            order.insert(place, str(canvas.pk))
        layer[PAGES] = order
    services.write(row, **layers)


def _behind(order: list[str], before: Canvas | None) -> int:
    if before is None:
        return 0
    return order.index(str(before.pk)) + 1 if str(before.pk) in order else len(order)
