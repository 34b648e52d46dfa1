"""Published manifests and collections as an import leaves them, each with as little as a test needs."""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from gcis.core.ids import mint
from gcis.jobs.claims import Claim
from images import addresses
from images import services as images
from images.models import Image, Source
from images.services import Made, SourceFile
from manifests import services
from manifests.models import Canvas, Collection, Manifest, Painting, Resource
from manifests.publish import PublishHandler

ACTOR = "test"


def source() -> Source:
    return Source.objects.get_or_create(kind=Source.Kind.FOLDER, name="pictures")[0]


def picture(width: int = 1000, height: int = 800) -> Image:
    """A picture that counts as converted; its master is a row without a file."""
    name = str(mint())
    image = images.register(source(), name, SourceFile(f"{name}.tif", "0" * 64, 1, 1), actor=ACTOR)
    digest = hashlib.sha256(name.encode()).hexdigest()
    made = Made(
        key=addresses.master_key(image.pk, digest),
        digest=digest,
        size=1,
        width=width,
        height=height,
        levels=[[width, height, 256, 256]],
        recipe="test",
        recipe_version=1,
        source_digest="0" * 64,
        provenance={},
    )
    with transaction.atomic():
        images.commit_conversion(image.pk, 1, made)
    return image


def manifest(
    label: str | dict[str, list[str]],
    *,
    pages: Iterable[str] = ("1",),
    pictures: Sequence[Image] = (),
    identifier: str | None = None,
    **description: Any,
) -> Manifest:
    """A published manifest with a page for each of these labels; pictures that are not given are made."""
    record = _put(Manifest, label, identifier, description)
    for position, page in enumerate(pages):
        image = pictures[position] if position < len(pictures) else picture()
        layer = {"label": {"none": [page]}}
        canvas = Canvas.objects.create(manifest=record, position=position, source_layer=layer, width=1000, height=800)
        Painting.objects.create(canvas=canvas, image=image.pk)
    return publish(record)


def collection(
    label: str | dict[str, list[str]],
    members: Iterable[Resource] = (),
    *,
    identifier: str | None = None,
    **description: Any,
) -> Collection:
    """A published collection."""
    record = _put(Collection, label, identifier, description)
    with transaction.atomic():
        services.put_members(record, list(members))
    return publish(record)


def publish(record: Any) -> Any:
    """Publish the record as the job does; returns it as it is now."""
    kind = "manifest" if isinstance(record, Manifest) else "collection"
    claim = Claim(mint(), services.PUBLISH, "test", record.pk, {"kind": kind}, 1, 1, threading.Event())
    commit = PublishHandler().run(claim)
    with transaction.atomic():
        commit()
    return type(record).objects.get(pk=record.pk)


def change(record: Any, **values: Any) -> None:
    """Write into the row, whatever the services would say to it."""
    type(record).objects.filter(pk=record.pk).update(**values)


def _put(model: Any, label: Any, identifier: str | None, description: dict[str, Any]) -> Any:
    said = {"label": {"none": [label]} if isinstance(label, str) else label, **description}
    with transaction.atomic():
        record, _ = services.put(model, source(), str(mint()), said, actor=ACTOR, identifier=identifier)
    return record
