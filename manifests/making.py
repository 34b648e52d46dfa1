"""Works that people make: manifests of what they uploaded, collections to put them in. Machines have `delivery`.

What people say of them is in the curated layer. Their source is that of all uploads, whose only word is the name of the
file on each page.
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.db import transaction

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault
from gcis.core.ids import mint
from gcis.events import services as events
from images import curation as picture_curation
from images import services as pictures
from images import sources
from manifests import access, following, members, services, words
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from manifests.payload.description import description
from manifests.words import PAGES


@transaction.atomic
def new_manifest(
    label: Any,
    images: Sequence[UUID] = (),
    collection: Collection | None = None,
    *,
    actor: str,
    publish_when: str = Published.PublishWhen.MANUAL,
) -> Manifest:
    """A work with a page for each picture, in that order. `label` as in `payload.description`.

    Published by hand it is a draft, and its pictures stay shut until somebody publishes it.
    """
    _check_label(label)
    picture_curation.hold(images)
    made, _ = services.put(Manifest, sources.uploads(), str(mint()), {}, actor=actor, publish_when=publish_when)
    words.describe(made, {"label": label}, actor=actor)
    if images:
        add_pages(made, images, actor=actor)
    if collection:
        members.put_in(collection, made, actor=actor)
    return Manifest.objects.get(pk=made.pk)


@transaction.atomic
def new_collection(label: Any, parent: Collection | None = None, *, actor: str) -> Collection:
    """An empty collection, in another if one is given. `label` as in `payload.description`."""
    _check_label(label)
    made, _ = services.put(Collection, sources.uploads(), str(mint()), {}, actor=actor)
    words.describe(made, {"label": label}, actor=actor)
    if parent:
        members.put_in(parent, made, actor=actor)
    return Collection.objects.get(pk=made.pk)


@transaction.atomic
def add_pages(manifest: Manifest, images: Iterable[UUID], *, actor: str) -> int:
    """Pages at the end, one for each picture that is on none yet, and behind it the other pages of its file.

    Returns how many: sent twice, they are there once.
    """
    wanted = list(dict.fromkeys(images))
    row = _locked(manifest, wanted)
    there, facts = set(services.images_of(row.pk)), pictures.facts(wanted)
    if unknown := [key for key in wanted if key not in facts]:
        raise SourceFault("image_unknown", f"There is no picture {unknown[0]}.")
    new = [facts[key] for key in wanted if key not in there]
    last = row.canvases.order_by("-position").values_list("position", flat=True).first()
    first = 0 if last is None else last + 1
    pages = [
        Canvas(
            manifest=row,
            position=position,
            source_layer={"label": {"none": [file_label(image.file_name)]}},
            width=image.width or None,
            height=image.height or None,
        )
        for position, image in enumerate(new, start=first)
    ]
    if not pages:
        return 0
    Canvas.objects.bulk_create(pages, batch_size=500)
    painted = [Painting(canvas=canvas, image=image.id) for canvas, image in zip(pages, new, strict=True)]
    Painting.objects.bulk_create(painted, batch_size=500)
    _write_order(row, added=[str(canvas.pk) for canvas in pages])
    added = [image.id for image in new] + following.follow(services.lock(row))[1]
    events.record("manifest.pages_added", row.pk, actor, count=len(added))
    _settle(row, added)
    return len(added)


@transaction.atomic
def take_out_page(canvas: Canvas, *, actor: str) -> bool:
    """The page is in no document any more; its picture stays. False when it was taken out before."""
    row = _locked(canvas.manifest, [])
    if not row.canvases.filter(pk=canvas.pk, dropped=None).update(dropped=DbNow()):
        return False
    _write_order(row, removed=str(canvas.pk))
    events.record("manifest.page_removed", row.pk, actor, canvas=str(canvas.pk))
    _settle(row, list(Painting.pictures.ids(canvas=canvas)))
    return True


def has_own_pages(manifest: Manifest) -> bool:
    """Whether people say which pages it has; of others its source does, and would take back what people add."""
    return bool(manifest.source and manifest.source.slug == sources.UPLOADS)


def file_label(name: str) -> str:
    """What a page is called by the file of its picture: the name without its suffix."""
    return PurePosixPath(name).stem or name


def _check_label(label: Any) -> None:
    """SourceFault before anything is made, where this cannot be the label of a work."""
    if description({"label": label})["label"] is None:
        raise SourceFault("label", "It needs a label.")


def _locked(manifest: Manifest, images: Sequence[UUID]) -> Manifest:
    """The manifest, ours alone, after all pictures that it has or gets (the order of DESIGN §7)."""
    hold(lambda: {*images, *following.behind(images), *pictures_of([manifest])})
    row: Manifest = services.lock(manifest)
    if row.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    if not has_own_pages(row):
        name = row.source.name if row.source else "elsewhere"
        raise SourceFault("source_kind", f"Its pages come from {name}: change them there.")
    return row


def _settle(row: Manifest, images: list[UUID]) -> None:
    """What these pictures inherit has changed, and the documents that show it."""
    access.touch_all([other for other in settle_images(images) if other.pk != row.pk])
    services.touch(row)


def _write_order(row: Manifest, *, added: Sequence[str] = (), removed: str = "") -> None:
    """What people add or take out is no difference between their order and the source's."""
    if PAGES not in row.curated_layer:
        return
    layers = {"curated_layer": dict(row.curated_layer), "curated_over": dict(row.curated_over)}
    for layer in layers.values():
        layer[PAGES] = [key for key in layer[PAGES] if key != removed] + list(added)
    services.write(row, **layers)
