"""One page of a manifest, as a system or a person changes it: added, described, painted, taken out, resized."""

from typing import Any

from django.db import transaction
from django.db.models import F

from gcis.core.db import DbNow
from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from images import curation as pictures
from manifests import access, fitting, following, named, painting, services
from manifests.delivery import Check, unasked
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Canvas, Manifest
from manifests.painting import Said
from manifests.payload.delivery import PageSent


@transaction.atomic
def add(manifest: Manifest, sent: PageSent, place: int | None, *, actor: str, check: Check = unasked) -> Canvas:
    """A page more, at this place from 0 (None: at the end). SourceFault where there is one of that id already."""
    row, said = _locked(manifest, sent, actor, check)
    if sent.key and row.canvases.filter(external_id=sent.key, dropped=None).exists():
        sentence = f"There is a page {sent.key!r} already."
        raise SourceFault("canvas_known", sentence, (FieldFault("id", "known", sentence),))
    shown = list(row.canvases.filter(dropped=None).order_by("position", "created"))
    number = len(shown) if place is None else min(place, len(shown))
    before = shown[number - 1] if number else None
    position = before.position + 1 if before else 0
    row.canvases.filter(position__gte=position).update(position=F("position") + 1)
    columns = {"source_layer": sent.description, "external_id": sent.key, **sent.size}
    canvas = row.canvases.filter(external_id=sent.key).first() if sent.key else None
    if canvas:  # it was there before
        Canvas.objects.filter(pk=canvas.pk).update(position=position, dropped=None, **columns)
    else:
        canvas = Canvas.objects.create(manifest=row, position=position, **columns)
    following.write_order(row, [(canvas, before)])
    _paint(row, canvas, said)
    events.record("manifest.pages_added", row.pk, actor, count=1)
    services.touch(services.lock(row))
    return Canvas.objects.get(pk=canvas.pk)


@transaction.atomic
def change(canvas: Canvas, sent: PageSent, described: dict[str, Any], *, actor: str, check: Check = unasked) -> bool:
    """Bring what was sent to the page; in `described` None takes a word away. False when nothing changed."""
    row, painted = _locked(canvas.manifest, sent, actor, check)
    page = Canvas.objects.prefetch_related("paintings").get(pk=canvas.pk)
    layer = {name: value for name, value in {**page.source_layer, **described}.items() if value is not None}
    columns = {
        name: value for name, value in {"source_layer": layer, **sent.size}.items() if getattr(page, name) != value
    }
    if columns:
        Canvas.objects.filter(pk=page.pk).update(**columns)
    changed = _paint(row, page, painted) or bool(columns)
    if changed:
        events.record("manifest.page_sent", row.pk, actor, canvas=str(page.pk))
        services.touch(services.lock(row))
    return changed


@transaction.atomic
def take_out(canvas: Canvas, *, actor: str, check: Check = unasked) -> bool:
    """It is in no document any more, and can come back as the page it was. False when it was taken out before."""
    row, _ = _locked(canvas.manifest, PageSent("", (), {}), actor, check)
    if not row.canvases.filter(pk=canvas.pk, dropped=None).update(dropped=DbNow()):
        return False
    events.record("manifest.page_removed", row.pk, actor, canvas=str(canvas.pk))
    _settle(row)
    services.touch(services.lock(row))
    return True


@transaction.atomic
def choose_size(canvas: Canvas, *, keep: bool, actor: str, check: Check = unasked) -> bool:
    """Decide about a new picture of another shape: the page keeps its size, and the picture is fitted into the middle
    of it; or the page takes that of the picture. False when there is nothing to decide.
    """
    row = services.lock(canvas.manifest)
    check(row)
    page = Canvas.objects.prefetch_related("paintings").get(pk=canvas.pk)
    if not page.proposed or not page.width or not page.height:
        return False
    if keep:
        box = _fitted((page.proposed["width"], page.proposed["height"]), (page.width, page.height))
        painting.place(page, f"xywh={box}")
        Canvas.objects.filter(pk=page.pk).update(proposed=None)
    else:
        Canvas.objects.filter(pk=page.pk).update(**page.proposed, proposed=None)
    events.record("manifest.page_resized", row.pk, actor, canvas=str(page.pk), kept=keep)
    services.touch(row)
    return True


def _fitted(picture: tuple[int, int], page: tuple[int, int]) -> str:
    """The largest box of the picture's shape in the middle of the page: "x,y,width,height"."""
    scale = min(page[0] / picture[0], page[1] / picture[1])
    width, height = (max(1, min(round(edge * scale), most)) for edge, most in zip(picture, page, strict=True))
    return f"{(page[0] - width) // 2},{(page[1] - height) // 2},{width},{height}"


def _locked(manifest: Manifest, sent: PageSent, actor: str, check: Check) -> tuple[Manifest, list[Said]]:
    """The manifest, ours alone, after all pictures that it has or gets (the order of DESIGN §7); and what is painted.

    Pictures that nobody has sent yet are recorded as expected.
    """
    source = manifest.source
    if source is None and any(each.picture and each.picture.external_id for each in sent.paintings):
        raise SourceFault("no_source", "It belongs to no source: nothing can be named by the key of one.")
    hold(lambda: {*pictures_of([manifest]), *named.pictures_behind(source, [sent])})
    (said,) = named.painted(source, [sent], actor)
    pictures.hold({image for _, image in said if image})
    row: Manifest = services.lock(manifest)
    check(row)
    if row.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    if row.query is not None:
        raise SourceFault("dynamic", "Its pages are what its query or its list says: change that.")
    return row, said


def _paint(row: Manifest, canvas: Canvas, said: list[Said]) -> bool:
    """This is on the page, and the other pages of its file behind it. True when that changed anything."""
    if not said:
        return False
    changed, moved = painting.paint(canvas, said)
    if moved and len(said) == 1 and said[0][1]:
        fitting.fit(canvas, said[0][1])
    changed |= following.follow(services.lock(row), by_source=True)[0]
    if changed:
        access.touch_all([other for other in settle_images(moved) if other.pk != row.pk])
        _settle(row)
    return changed


def _settle(row: Manifest) -> None:
    access.settle_pictures(services.lock(row))
