"""What a page of a dynamic manifest shows and says: that of the page it was found on, as far as that is public.

Words that nobody has published yet are nobody's business here: of a work that waits for a person to publish its
changes, what it has published counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from images.finding import Seen
from manifests import publications
from manifests.build.references import reference
from manifests.description import effective
from manifests.exposure import public
from manifests.making import file_label
from manifests.models import Canvas, Manifest, Painting, Published
from manifests.painting import Said
from manifests.payload.painted import PaintingSent

#: What a page takes over of the one that it was found on; and of its work, where the page does not say it itself.
_OF_PAGES = ("label", "summary", "metadata", "requiredStatement", "rights", "license", "navDate")
_OF_WORKS = ("requiredStatement", "rights", "license")
PORTION = 500

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it is to be: `key` says what it shows, and is what it is known by for good.

    `sized`: its size follows what it shows; else it keeps the one that it has.
    """

    key: str
    layer: dict[str, Any]
    size: dict[str, Any]
    said: tuple[Said, ...]
    sized: bool = False


@dataclass(slots=True)
class Pages:
    """Pages of public works by their ids, with their works and what is published of works with unpublished changes."""

    canvases: dict[UUID, Canvas] = field(default_factory=dict)
    published: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def words(self, canvas: Canvas) -> dict[str, Any]:
        """What the public may know of the page."""
        work = canvas.manifest
        if not waits(work):
            page, whole = effective(canvas), effective(work)
        else:
            document = self._document(work)
            page, whole = _page_of(document, canvas), document
        said = {name: page[name] for name in _OF_PAGES if page.get(name)}
        if not {"requiredStatement", "rights", "license"} & said.keys():
            said |= {name: whole[name] for name in _OF_WORKS if whole.get(name)}
        link = {"id": reference("manifest", work.pk), "type": "Manifest"}
        return {**said, "partOf": [link]}

    def _document(self, work: Manifest) -> dict[str, Any]:
        if work.pk not in self.published:
            assert work.publication, "it is public"
            self.published[work.pk] = orjson.loads(publications.read(work.publication, "3"))
        return self.published[work.pk]


def waits(work: Manifest) -> bool:
    """Whether it has changes that wait for a person to publish them."""
    by_hand = work.publish_when == Published.PublishWhen.MANUAL or bool(work.publish_error)
    return by_hand and work.published < work.dirty


def _page_of(document: Mapping[str, Any], canvas: Canvas) -> dict[str, Any]:
    """The page in the document that was published; nothing of one that was not there yet."""
    pages: list[dict[str, Any]] = document.get("items", [])
    return next((page for page in pages if page["id"] == canvas.uri or page["id"].endswith(f"/{canvas.pk}")), {})


def public_pages(keys: Iterable[UUID], now: datetime) -> Pages:
    """Those of these canvases that are in documents of public works, dynamic ones left out."""
    wanted, found = list(dict.fromkeys(keys)), Pages()
    for start in range(0, len(wanted), PORTION):
        rows = Canvas.objects.filter(public(now, "manifest__"), pk__in=wanted[start : start + PORTION], dropped=None)
        rows = (
            rows.filter(manifest__query__isnull=True)
            .select_related("manifest__publication")
            .prefetch_related("paintings")
        )
        found.canvases.update({row.pk: row for row in rows})
    return found


def first_pages(images: Iterable[UUID], now: datetime) -> dict[UUID, UUID]:
    """The canvas of each of these pictures in public works: the one that was there first."""
    wanted, found = list(images), {}
    for start in range(0, len(wanted), PORTION):
        rows = on_pages(now).filter(image__in=wanted[start : start + PORTION])
        ordered = rows.order_by("-canvas__manifest__created", "-canvas__position", "-canvas", "-position")
        found.update(dict(ordered.values_list("image", "canvas")))
    return {image: canvas for image, canvas in found.items() if image}


def on_pages(now: datetime) -> Any:
    """The paintings of pictures of ours in documents of public works, dynamic ones left out."""
    return Painting.pictures.filter(
        public(now, "canvas__manifest__"), canvas__dropped=None, canvas__manifest__query__isnull=True
    )


def of_image(key: str, picture: Seen, canvas: Canvas | None, pages: Pages, box: Box | None = None) -> Shown | None:
    """A page of a picture, or of a part of it; None where that part is not in it."""
    words = pages.words(canvas) if canvas else {}
    layer = {"label": {"none": [file_label(picture.file_name)]}, **words}
    if box is None:
        size = {"width": picture.width, "height": picture.height, "duration": None}
        return Shown(key, layer, size, ((PaintingSent(), picture.id),))
    region = _region(picture, box)
    if region is None:
        return None
    size = {"width": box[2], "height": box[3], "duration": None}
    return Shown(key, layer, size, ((PaintingSent(region=region), picture.id),), sized=True)


def of_canvas(
    key: str, canvas: Canvas, pictures: Mapping[UUID, Seen], pages: Pages, box: Box | None = None
) -> Shown | None:
    """A page that shows what another does, or a part of it; None where nothing on it is public, or it has no such part.

    A part is had only of a page that one picture of ours covers.
    """
    painted = sorted(canvas.paintings.all(), key=lambda each: each.position)
    if painted and not any(each.image is None or each.image in pictures for each in painted):
        return None
    words = pages.words(canvas)
    if box is None:
        size = {"width": canvas.width, "height": canvas.height, "duration": canvas.duration}
        return Shown(key, words, size, tuple((_copied(each), each.image) for each in painted), sized=True)
    picture = pictures.get(painted[0].image) if len(painted) == 1 and painted[0].image else None
    if picture is None or painted[0].target or painted[0].region or not canvas.width or not canvas.height:
        return None
    region = _region(picture, _scaled(box, (canvas.width, canvas.height), (picture.width, picture.height)))
    if region is None:
        return None
    size = {"width": box[2], "height": box[3], "duration": None}
    return Shown(key, words, size, ((PaintingSent(region=region), picture.id),), sized=True)


def _copied(row: Painting) -> PaintingSent:
    return PaintingSent(
        content=row.content,
        target=row.target,
        region=row.region,
        choice=row.choice,
        body=row.body,
        annotation=row.annotation,
    )


def _scaled(box: Box, page: tuple[int, int], picture: tuple[int, int]) -> Box:
    """A part of the page in pixels of its picture."""
    across, down = picture[0] / page[0], picture[1] / page[1]
    x, y = round(box[0] * across), round(box[1] * down)
    return x, y, max(1, round(box[2] * across)), max(1, round(box[3] * down))


def _region(picture: Seen, box: Box) -> dict[str, Any] | None:
    """An ImageApiSelector, in pixels; of a picture that the public gets smaller, in parts of a hundred."""
    x, y, width, height = box
    if x + width > picture.width or y + height > picture.height:
        return None
    if picture.whole:
        return {"type": "ImageApiSelector", "region": f"{x},{y},{width},{height}"}
    parts = (x / picture.width, y / picture.height, width / picture.width, height / picture.height)
    return {"type": "ImageApiSelector", "region": "pct:" + ",".join(f"{part * 100:.6g}" for part in parts)}
