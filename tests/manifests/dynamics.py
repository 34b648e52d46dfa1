"""Dynamic manifests and collections for tests, and what keeps them up to date."""

from typing import Any
from uuid import UUID

from django.db import transaction

from gcis.core.db import DbNow
from gcis.events import services as events
from gcis.events.services import number_committed
from manifests import dynamic, refreshing, services
from manifests.dynamic_models import Dynamic
from manifests.models import Canvas, Collection, Manifest, Published
from tests.manifests.records import a_manifest, a_page, fresh
from tests.work import convert, run_due


def make(model: Any, label: str = "dynamic", **sent: Any) -> Any:
    """Made of this `query` or these `items`; filled and published as far as it can be."""
    made = dynamic.make(model, label, dynamic.read(model, sent), actor="test")
    run_due("manifests.")
    return fresh(made)


def collection(**query: Any) -> Collection:
    made: Collection = make(Collection, query={"of": "manifests", **query})
    return made


def pictures(**query: Any) -> Manifest:
    made: Manifest = make(Manifest, query={"of": "images", **query})
    return made


def listing(*items: Any) -> Manifest:
    made: Manifest = make(Manifest, items=list(items))
    return made


def catch_up() -> None:
    """What the sequencer, the sweep and the workers do within seconds."""
    for _ in range(3):  # what is published, others follow
        run_due("manifests.")
        number_committed()
        Dynamic.objects.update(refreshed=DbNow(-3600))
        refreshing.sweep()
    run_due("manifests.")


def a_work(name: str = "book", pages: int = 1, **description: Any) -> Manifest:
    """A public manifest with pages whose pictures are converted."""
    made = a_manifest(name, description=description)
    for _ in range(pages):
        convert(a_page(made))
    run_due("manifests.")
    return made


def a_draft(name: str, **description: Any) -> Manifest:
    return a_manifest(name, Published.PublishWhen.MANUAL, description=description)


def say(record: Any, **words: Any) -> None:
    """Its source says this of it; None takes a word away."""
    with transaction.atomic():
        layer = {**fresh(record).source_layer, **words}
        services.describe(fresh(record), {name: value for name, value in layer.items() if value is not None})
        services.touch(record)
        events.record(f"{record._meta.model_name}.sent", record.pk, "test")


def pair(label: str, value: str) -> dict[str, Any]:
    return {"label": {"en": [label]}, "value": {"en": [value]}}


def inside(record: Collection) -> list[str]:
    """The labels of its members, in their order."""
    rows = record.members.order_by("place").select_related("manifest", "child")
    return [next(iter((row.manifest or row.child).source_layer["label"].values()))[0] for row in rows]  # type: ignore[union-attr]


def shown(record: Manifest) -> list[Canvas]:
    """Its pages, in their order."""
    return list(record.canvases.filter(dropped=None).order_by("position").prefetch_related("paintings"))


def keys(record: Manifest) -> list[UUID]:
    return [canvas.pk for canvas in shown(record)]


def images(record: Manifest) -> list[UUID | None]:
    return [painting.image for canvas in shown(record) for painting in canvas.paintings.all()]


def labels(record: Manifest) -> list[str]:
    return [next(iter(canvas.source_layer["label"].values()))[0] for canvas in shown(record)]
