"""Transitions of manifests and collections: what makes them dirty, and when they are due to be published."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Sum

from gcis.core.ids import mint
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import services as images
from manifests import fitting
from manifests.builder import outdated
from manifests.description import effective, search_text
from manifests.inheritance import hold, pictures_of, settle_images
from manifests.models import Canvas, Collection, Describable, Manifest, Member, Painting, Published, Resource
from redirects import services as names
from redirects.models import Identifier

PUBLISH = "manifests.publish"
FOLLOW = "manifests.follow"
#: What happens to pictures and shows in documents.
IMAGE_EVENTS = tuple(
    f"image.{what}"
    for what in ("ready", "failed", "withdrawn", "restored", "renamed", "merged", "took_over", "restricted")
)


# -------------------------------------------------------------------------------------------------- dirty, due, publish
def touch(record: Resource) -> None:
    """Something that its document shows has changed: count it, and publish when that is due."""
    type(record).objects.filter(pk=record.pk).update(dirty=F("dirty") + 1, revision=F("revision") + 1)
    schedule(record, burst=True)


def follow(record: Resource) -> None:
    """Touch it for a change that is not in its own words: a name, a picture, a member, the rules of building.

    What was up to date stays so, also where publishing waits for a person: there is nothing in it to decide.
    """
    row = lock(record)
    if row.withdrawn:  # it has no document just now; when it is restored, it follows what happened meanwhile
        return
    write(row, dirty=F("dirty") + 1)  # its revision stays: nobody has edited it
    schedule(row)
    by_hand = row.publish_when == Published.PublishWhen.MANUAL
    if by_hand and row.publication_id and row.published == row.dirty:
        _add_job(row, delay=settings.GCIS_PUBLISH_PAUSE)


def schedule(record: Resource, *, burst: bool = False) -> None:
    """Add the job that publishes, now or after a pause, if the record's own rule says that it is time.

    `burst`: more changes may follow this one; what is out already is published once for all of them.
    """
    delay = due_in(record)
    if delay is not None:
        pause = settings.GCIS_PUBLISH_PAUSE if burst and record.publication_id else 0
        _add_job(record, delay=max(delay, pause))


@transaction.atomic
def publish_now(record: Resource) -> Job:
    """A person says so. The pictures of a draft can be seen from now on, so that its first document shows them."""
    job = _add_job(record, priority=1)
    if isinstance(record, Manifest) and not record.publication_id:
        for other in settle_images(pictures_of([record])):
            if other.pk != record.pk:
                touch(other)
    return job


def _add_job(record: Resource, **when: Any) -> Job:
    args = {"kind": "manifest" if isinstance(record, Manifest) else "collection"}
    return jobs.add(PUBLISH, f"publish:{record.pk}", record.pk, args=args, lane=Job.Lane.INTERACTIVE, **when)


def schedule_forgotten(limit: int = 200) -> int:
    """Publish what is dirty, due and has no job: a sweep, for what a lost message or an upgrade left behind."""
    found = 0
    live = Job.objects.filter(kind=PUBLISH, subject=OuterRef("pk"), state__in=Job.LIVE)
    for model in (Manifest, Collection):
        for record in behind(model).filter(~Exists(live)).order_by("created")[:limit]:
            schedule(record)
            found += 1
    return found


def outstanding() -> int:
    """How many changes are not in published documents yet: the one number that says how far there is still to go.

    What other rules have built counts too. What waits for a person (publishing by hand, a document that cannot be
    built) is not counted.
    """
    changes = 0
    for model in (Manifest, Collection):
        changes += behind(model).aggregate(changes=Sum(F("dirty") - F("published")))["changes"] or 0
        changes += outdated(model).filter(publish_error="").count()
    return changes


def behind(model: type[Manifest] | type[Collection]) -> Any:
    """What has changes that will be published without a person."""
    waiting = model.objects.filter(withdrawn=None, published__lt=F("dirty"), publish_error="")
    return waiting.exclude(publish_when=Published.PublishWhen.MANUAL)


def due_in(record: Resource) -> float | None:
    """Seconds until it should be published; None: not yet."""
    if record.withdrawn or record.publish_when == Published.PublishWhen.MANUAL:
        return None
    if record.publish_at and not record.publication_id:
        return None  # its day is set, and is not before its rule would have it
    if isinstance(record, Collection):
        if record.publication_id:
            return settings.GCIS_PUBLISH_PAUSE
        return None if is_announced(record) else 0
    pictures = images_of(record.pk)
    if not pictures and not record.publication_id and not shows_without_pictures(record.pk):
        return None  # it was announced, or has just been made: there is nothing to show yet
    if not images.unfinished(pictures) and not jobs.live(FOLLOW, [record.pk]):
        return 0
    if record.publish_when == Published.PublishWhen.FIRST and images.usable(pictures):
        return settings.GCIS_PUBLISH_PAUSE if record.publication_id else 0
    return None


def is_announced(record: Resource) -> bool:
    """Named by another and never sent itself: nothing has happened to it since it was recorded."""
    return type(record).objects.filter(pk=record.pk, dirty=1).exists()


def shows_without_pictures(manifest: UUID) -> bool:
    """Whether there is anything on its pages that is no picture of ours: content of others, blanks of known size."""
    known = Q(paintings__content__isnull=False) | Q(width__isnull=False) | Q(duration__isnull=False)
    return Canvas.objects.filter(known, manifest=manifest, dropped=None).exists()


def images_of(manifest: UUID) -> list[UUID]:
    """The pictures on its pages, as far as they are in documents."""
    return list(Painting.pictures.ids(canvas__manifest=manifest, canvas__dropped=None))


def lock(record: Resource) -> Any:
    """The record as it is now, ours alone until the transaction ends."""
    return type(record).objects.select_for_update(no_key=True).get(pk=record.pk)


def lock_all(records: Iterable[Resource]) -> None:
    """These records and the collections that they are in, and before them the pictures of the manifests.

    All in the order of all locks (DESIGN §7): whoever changes several things takes them here, once, at the beginning.
    """
    wanted = list(records)
    manifests = [record for record in wanted if isinstance(record, Manifest)]
    hold(lambda: set(pictures_of(manifests)))
    _lock_rows(Manifest, {record.pk for record in manifests})
    _lock_rows(
        Collection, {record.pk for record in wanted if isinstance(record, Collection)} | _collections_with(wanted)
    )


def _lock_rows(model: type[Manifest] | type[Collection], wanted: set[UUID]) -> None:
    keys = sorted(wanted)
    for start in range(0, len(keys), 1000):
        rows = model.objects.select_for_update(no_key=True).filter(pk__in=keys[start : start + 1000])
        list(rows.order_by("pk").values_list("pk"))


def _collections_with(records: Sequence[Resource]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(records), 500):
        some = [record.pk for record in records[start : start + 500]]
        members = Member.objects.filter(Q(manifest__in=some) | Q(child__in=some))
        found.update(members.values_list("collection", flat=True))
    return found


def find(key: UUID) -> Resource | None:
    """The manifest or collection of that id."""
    return Manifest.objects.filter(pk=key).first() or Collection.objects.filter(pk=key).first()


def parents(record: Resource) -> list[Collection]:
    """The collections that it is in."""
    return [member.collection for member in record.memberships.select_related("collection").order_by("collection")]


# ---------------------------------------------------------------------------------------------------- events from below
def on_image_event(event: Event) -> None:
    """A picture became ready, failed, went, or is seen otherwise: what shows it is dirty. Inside that transaction."""
    assert event.subject
    if event.kind == "image.merged":  # what took over says so next
        Painting.objects.filter(image=event.subject).update(image=UUID(event.data["into"]))
    if event.kind == "image.took_over":
        settle_images([event.subject])  # more works show it now
    canvases = Canvas.objects.filter(paintings__image=event.subject)
    if event.kind in ("image.ready", "image.took_over"):
        for canvas in canvases:
            fitting.fit(canvas, event.subject)
    for manifest in Manifest.objects.filter(canvases__in=canvases).distinct().order_by("pk"):
        follow(manifest)


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
    record = model.objects.select_for_update(no_key=True).filter(source=source, external_id=external_id).first()
    if record is not None:
        return record, describe(record, description)
    made = create(
        model, source, external_id, description, actor=actor, identifier=identifier, publish_when=publish_when
    )
    return made, True


def create(
    model: type[Manifest] | type[Collection],
    source: Any,
    external_id: str,
    description: dict[str, Any],
    *,
    actor: str,
    identifier: str | None = None,
    publish_when: str = Published.PublishWhen.COMPLETE,
    key: UUID | None = None,
) -> Any:
    """A record of that key with this source layer. IntegrityError when there is one. Inside a transaction."""
    key = key or mint()
    record = model(pk=key, source=source, external_id=external_id, source_layer=description, publish_when=publish_when)
    record.search_text = search_text(description)
    record.save(force_insert=True)
    names.register(Identifier.Kind.PRESENTATION, identifier or str(key), key, actor)
    events.record(f"{model._meta.model_name}.created", key, actor, external_id=external_id)
    return record


def describe(record: Resource, description: dict[str, Any]) -> bool:
    """Write the source layer. True when that changed it."""
    if record.source_layer == description:
        return False
    record.source_layer = description
    write(record, source_layer=description)
    return True


def write(record: Describable, **columns: Any) -> None:
    """Save these columns; what has a document of its own is found by its new words at once."""
    if isinstance(record, Published) and not record.publication_id:
        columns["search_text"] = search_text(effective(record))
    type(record).objects.filter(pk=record.pk).update(**columns)


@transaction.atomic
def rename_keys(model: type[Manifest] | type[Collection], source: Any, renames: Mapping[str, str]) -> None:
    """The machine calls these otherwise now ({new external id: old}); everything public about them stays.

    All of them leave before the first arrives, for they may have exchanged their names.
    """
    keys = {old: model.objects.get(source=source, external_id=old).pk for old in renames.values()}
    for key in sorted(keys.values()):
        model.objects.filter(pk=key).update(external_id=str(key))
    for new, old in renames.items():
        model.objects.filter(pk=keys[old]).update(external_id=new, revision=F("revision") + 1)


def put_members(collection: Collection, members: Sequence[Resource]) -> bool:
    """By the source's word these are the members, in this order. What else is there stays behind them.

    What it named before and is not there was taken out by people: that it is named again is nothing new.
    """
    row = Collection.objects.get(pk=collection.pk)
    ours = row.members.filter(foreign__isnull=True).order_by("position", "pk")
    have = {str(member.manifest_id or member.child_id): member for member in ours}
    named = {str(record.pk): record for record in members}
    left = [key for key in have if key not in named]
    moved = []
    for position, key in enumerate([*named, *left]):
        if key in have and have[key].position != position:
            have[key].position = position
            moved.append(have[key])
    added = [
        Member(collection=row, position=position, **side_of(record))
        for position, (key, record) in enumerate(named.items())
        if key not in have and key not in row.source_members
    ]
    Member.objects.bulk_update(moved, ["position"], batch_size=500)
    Member.objects.bulk_create(added, batch_size=500)
    said = [*named, *(key for key in row.source_members if key in left)]
    if row.source_members != said:
        write(row, source_members=said)
    if moved or added:
        place_members(row)
    return bool(moved or added)


def side_of(record: Resource) -> dict[str, Resource]:
    """The column of a membership that holds it."""
    return {"manifest": record} if isinstance(record, Manifest) else {"child": record}


def place_members(collection: Collection) -> None:
    """Give every member the place that it has: people's order first, then the source's."""
    order = {key: place for place, key in enumerate(collection.curated_layer.get("members", []))}
    members = list(collection.members.order_by("position", "pk"))
    members.sort(key=lambda member: order.get(str(member.manifest_id or member.child_id), len(order)))
    moved = [member for place, member in enumerate(members) if member.place != place]
    for place, member in enumerate(members):
        member.place = place
    Member.objects.bulk_update(moved, ["place"], batch_size=500)


def drop_member(record: Resource, keep: Collection) -> bool:
    """By its source's word it belongs to `keep` alone now. True when it was elsewhere too by that word.

    Where people have put it, it stays.
    """
    dropped = False
    for member in record.memberships.exclude(collection=keep).select_related("collection").order_by("collection"):
        said = [key for key in member.collection.source_members if key != str(record.pk)]
        if said != member.collection.source_members:
            write(member.collection, source_members=said)
            member.delete()
            touch(member.collection)
            dropped = True
    return dropped
