"""Transitions of manifests and collections: what makes them dirty, and when they are due to be published."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from gcis.core.ids import mint
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import services as images
from manifests.models import Canvas, Collection, Manifest, Member, Painting, Published, Resource
from redirects import services as names
from redirects.models import Identifier

PUBLISH = "manifests.publish"
#: Canvases keep their size when a new picture has the same shape, within this part of it.
SAME_ASPECT = 0.005


# ------------------------------------------------------------------------------------------------- dirty, due, publish
def touch(record: Resource) -> None:
    """Something that its document shows has changed: count it, and publish when that is due."""
    type(record).objects.filter(pk=record.pk).update(dirty=F("dirty") + 1, revision=F("revision") + 1)
    schedule(record)


def schedule(record: Resource) -> None:
    """Add the job that publishes, now or after a pause, if the record's own rule says that it is time."""
    delay = _due_in(record)
    if delay is not None:
        _add_job(record, delay=delay)


@transaction.atomic
def publish_now(record: Resource) -> None:
    """A person says so."""
    _add_job(record, priority=1)


def _add_job(record: Resource, **when: Any) -> None:
    args = {"kind": "manifest" if isinstance(record, Manifest) else "collection"}
    jobs.add(PUBLISH, f"publish:{record.pk}", record.pk, args=args, lane=Job.Lane.INTERACTIVE, **when)


def schedule_forgotten(limit: int = 200) -> int:
    """Publish what is dirty, due and has no job: a sweep, for what a lost message or an upgrade left behind."""
    found = 0
    for model in (Manifest, Collection):
        for record in _behind(model).order_by("created")[:limit]:
            if not jobs.live(PUBLISH, [record.pk]):
                schedule(record)
                found += 1
    return found


def outstanding() -> int:
    """How many changes are not in published documents yet: the one number that says how far there is still to go.

    What waits for a person (publishing by hand, a document that cannot be built) is not counted.
    """
    behind = 0
    for model in (Manifest, Collection):
        behind += _behind(model).aggregate(behind=Sum(F("dirty") - F("published")))["behind"] or 0
    return behind


def _behind(model: type[Manifest] | type[Collection]) -> Any:
    """What has changes that will be published without a person."""
    waiting = model.objects.filter(withdrawn=None, published__lt=F("dirty"), publish_error="")
    return waiting.exclude(publish_when=Published.PublishWhen.MANUAL)


def _due_in(record: Resource) -> float | None:
    """Seconds until it should be published; None: not yet."""
    if record.withdrawn or record.publish_when == Published.PublishWhen.MANUAL:
        return None
    if isinstance(record, Collection):
        return settings.GCIS_PUBLISH_PAUSE if record.publication_id else 0
    pictures = images_of(record.pk)
    if not images.unfinished(pictures):
        return 0
    if record.publish_when == Published.PublishWhen.FIRST and images.usable(pictures):
        return settings.GCIS_PUBLISH_PAUSE if record.publication_id else 0
    return None


def images_of(manifest: UUID) -> list[UUID]:
    return list(Painting.objects.filter(canvas__manifest=manifest).values_list("image", flat=True))


# --------------------------------------------------------------------------------------------------- events from below
def on_image_event(event: Event) -> None:
    """A picture became ready, failed or went: what shows it is dirty. Called inside that very transaction."""
    assert event.subject
    canvases = Canvas.objects.filter(paintings__image=event.subject)
    if event.kind == "image.ready":
        _fit(canvases, event.subject)
    for manifest in Manifest.objects.filter(canvases__in=canvases).distinct().order_by("pk"):
        touch(manifest)


def _fit(canvases: Iterable[Canvas], image: UUID) -> None:
    """A canvas takes the size of its first picture, and a new one's only if that has another shape."""
    picture = images.facts([image])[image]
    for canvas in canvases:
        if canvas.width and canvas.height:
            shape, new_shape = canvas.width / canvas.height, picture.width / picture.height
            if abs(new_shape - shape) <= SAME_ASPECT * shape:
                continue
        Canvas.objects.filter(pk=canvas.pk).update(width=picture.width, height=picture.height)


# ---------------------------------------------------------------------------------------------------- the machine's PUT
def put(
    model: type[Manifest] | type[Collection],
    source: Any,
    external_id: str,
    description: dict[str, Any],
    *,
    actor: str,
    identifier: str | None = None,
    publish_when: str = Published.PublishWhen.COMPLETE,
) -> tuple[Any, bool]:
    """Create the record or write its source layer. Returns it and whether that changed it. Inside a transaction."""
    record = model.objects.select_for_update().filter(source=source, external_id=external_id).first()
    if record is None:
        key = mint()
        record = model(
            pk=key, source=source, external_id=external_id, source_layer=description, publish_when=publish_when
        )
        record.save(force_insert=True)
        names.register(Identifier.Kind.PRESENTATION, identifier or str(key), key, actor)
        events.record(f"{model._meta.model_name}.created", key, actor, external_id=external_id)
        return record, True
    return record, describe(record, description)


def describe(record: Resource, description: dict[str, Any]) -> bool:
    """Write the source layer. True when that changed it."""
    if record.source_layer == description:
        return False
    record.source_layer = description
    type(record).objects.filter(pk=record.pk).update(source_layer=description)
    return True


@transaction.atomic
def rename_keys(model: type[Manifest] | type[Collection], source: Any, renames: Mapping[str, str]) -> None:
    """The machine calls these otherwise now ({new external id: old}); everything public about them stays.

    All of them leave before the first arrives, for they may have exchanged their names.
    """
    keys = {old: model.objects.get(source=source, external_id=old).pk for old in renames.values()}
    for key in keys.values():
        model.objects.filter(pk=key).update(external_id=str(key))
    for new, old in renames.items():
        model.objects.filter(pk=keys[old]).update(external_id=new, revision=F("revision") + 1)


def put_members(collection: Collection, members: list[Resource]) -> bool:
    """Make these the members, in this order; members that were there and are not named stay behind them."""
    have = {member.manifest_id or member.child_id: member for member in collection.members.all()}
    changed = False
    for position, record in enumerate(members):
        member = have.pop(record.pk, None)
        if member is None:
            side = {"manifest": record} if isinstance(record, Manifest) else {"child": record}
            Member.objects.create(collection=collection, position=position, **side)
        elif member.position != position:
            Member.objects.filter(pk=member.pk).update(position=position)
        else:
            continue
        changed = True
    for position, member in enumerate(sorted(have.values(), key=lambda m: m.position), start=len(members)):
        if member.position != position:
            Member.objects.filter(pk=member.pk).update(position=position)
            changed = True
    return changed


def drop_member(record: Resource, keep: Collection) -> None:
    """It belongs to `keep` alone now."""
    for member in record.memberships.exclude(collection=keep).select_related("collection"):
        member.delete()
        touch(member.collection)
