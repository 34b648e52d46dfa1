"""Manifests and collections with pages, made by the services."""

from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from images.models import Source
from manifests import publications, services
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from tests.work import a_source, an_image, run_due

When = Published.PublishWhen


def a_manifest(name: str = "book", when: str = When.FIRST, **options: Any) -> Manifest:
    source: Source = options.pop("source", None) or a_source()
    description = {"label": {"none": [name]}, **options.pop("description", {})}
    with transaction.atomic():
        made, _ = services.put(Manifest, source, name, description, actor="test", publish_when=when, **options)
    assert isinstance(made, Manifest)
    return made


def a_collection(name: str, *members: Any, **options: Any) -> Collection:
    description = {"label": {"none": [name]}}
    with transaction.atomic():
        made, _ = services.put(Collection, a_source(), f"{name}/", description, actor="test", **options)
    assert isinstance(made, Collection)
    services.put_members(made, list(members))
    services.touch(made)
    return made


def a_page(manifest: Manifest, image: UUID | None = None) -> UUID:
    """A page at the end, with a new picture that waits for its conversion. Returns the picture."""
    picture = image or an_image(f"{manifest.canvases.count()}.tif", a_source())
    label = {"label": {"none": [f"page {manifest.canvases.count() + 1}"]}}
    canvas = Canvas.objects.create(manifest=manifest, position=manifest.canvases.count(), source_layer=label)
    Painting.objects.create(canvas=canvas, image=picture)
    services.touch(manifest)
    return picture


def published() -> list[str]:
    """Publish what is due; the labels of what was published, in order."""
    done = [job for job in run_due(services.PUBLISH) if job.state == "succeeded"]
    return [str(record_of(job.subject).source_layer["label"]["none"][0]) for job in done]


def record_of(key: UUID) -> Any:
    return Manifest.objects.filter(pk=key).first() or Collection.objects.get(pk=key)


def fresh(record: Any) -> Any:
    return type(record).objects.select_related("publication").get(pk=record.pk)


def document(record: Any, form: str = "3") -> Any:
    """What is published of it now."""
    return orjson.loads(publications.read(fresh(record).publication, form))


def relabel(record: Any, label: str) -> None:
    services.describe(fresh(record), {**fresh(record).source_layer, "label": {"none": [label]}})
    services.touch(record)
