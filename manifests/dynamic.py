"""Dynamic manifests and collections: made of what a query finds, or of a list of things to show, and following that.

What is in them is written down as members, or as canvases with paintings, like that of all others. That they show a
picture, or hold a record, says nothing about who may see it: they never open anything, nor do they close it.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, Max

from gcis.core.errors import FieldFault, SourceFault
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from manifests import querying, selecting, services
from manifests.delivery import Check, unasked
from manifests.dynamic_models import Dynamic, DynamicCursor
from manifests.models import Collection, Manifest, Published, Resource
from manifests.payload import query as queries
from manifests.payload.description import description
from manifests.payload.query import Content, Query

REFRESH = "manifests.refresh"
#: What queries may find for each, and what the events are about that then matter (`refreshing.touched`).
KINDS: dict[type[Resource], tuple[str, ...]] = {Manifest: ("images",), Collection: ("manifests", "collections")}
_FOLLOWED = {"manifests": "manifest", "collections": "collection", "images": "image work"}
NOT_DYNAMIC = "It is not dynamic: what is in it was put there one by one."


def read(model: type[Resource], sent: Any) -> Content:
    """What a record of that model is to be made of: `query`, or `items`. SourceFault names everything that is wrong."""
    content = queries.content(sent, KINDS[model])
    if isinstance(content, Query):
        collection = querying.resolved(content)
        said = {**queries.stored(content), **({"collection": collection} if collection else {})}
        return queries.kept(said)
    return selecting.resolved(content)


@transaction.atomic
def make(
    model: type[Resource],
    label: Any,
    content: Content,
    *,
    actor: str,
    identifier: str | None = None,
    publish_when: str = Published.PublishWhen.COMPLETE,
) -> Any:
    """A dynamic manifest or collection of that label (as in `payload.description`); filled within seconds."""
    said = description({"label": label})
    if said.get("label") is None:
        raise SourceFault("invalid", "It needs a label.", (FieldFault("label", "required", "It needs a label."),))
    made = services.create(model, None, "", said, actor=actor, identifier=identifier, publish_when=publish_when)
    kind = str(model._meta.model_name)
    services.write(made, query=queries.stored(content))
    _begin_to_follow()
    row = Dynamic.objects.create(record=made.pk, kind=kind, follows=_follows(content))
    events.record(f"{kind}.query_set", made.pk, actor, query=_told(content))
    add_job(row)
    return services.lock(made)


@transaction.atomic
def change(record: Resource, content: Content, *, actor: str, check: Check = unasked) -> bool:
    """It is made of this from now on. False when that was so already."""
    row = services.lock(record)
    check(row)
    if row.query is None:
        raise SourceFault("not_dynamic", NOT_DYNAMIC)
    wanted = queries.stored(content)
    if row.query == wanted:
        return False
    services.write(row, query=wanted, revision=F("revision") + 1)
    Dynamic.objects.filter(pk=row.pk).update(follows=_follows(content), wanted=F("wanted") + 1, fault="")
    events.record(f"{row._meta.model_name}.query_set", row.pk, actor, query=_told(content))
    add_job(Dynamic.objects.get(pk=row.pk))
    return True


@transaction.atomic
def refresh(record: Resource, *, actor: str) -> Job:
    """Have it refreshed now. SourceFault where it is not dynamic, or withdrawn."""
    row = services.lock(record)
    if row.query is None:
        raise SourceFault("not_dynamic", NOT_DYNAMIC)
    if row.withdrawn:
        raise SourceFault("withdrawn", "This is withdrawn. Restore it first.")
    Dynamic.objects.filter(pk=row.pk).update(wanted=F("wanted") + 1)
    events.record(f"{row._meta.model_name}.refresh_asked", row.pk, actor)
    return add_job(Dynamic.objects.get(pk=row.pk))


def standing(record: Resource) -> Dynamic | None:
    """How far it has come; None where it is not dynamic."""
    return Dynamic.objects.filter(pk=record.pk).first() if record.query is not None else None


def add_job(row: Dynamic, delay: float = 0) -> Job:
    """One job refreshes it, however often that is asked for meanwhile."""
    args = {"kind": row.kind}
    return jobs.add(
        REFRESH, f"refresh:{row.pk}", row.pk, args=args, lane=Job.Lane.INTERACTIVE, heavy=row.seconds > 2, delay=delay
    )


def _follows(content: Content) -> str:
    """A list follows pictures and works; a query what it finds, and collections where it names one."""
    if not isinstance(content, Query):
        return " image work collection "
    more = " collection" if content.collection or content.of == "images" else ""
    return f" {_FOLLOWED[content.of]}{more} "


def _begin_to_follow() -> None:
    """What happened before the first of them concerns none."""
    if not DynamicCursor.objects.exists():
        last = Event.objects.aggregate(last=Max("number"))["last"] or 0
        DynamicCursor.objects.bulk_create([DynamicCursor(pk=1, number=last)], ignore_conflicts=True)


def _told(content: Content) -> dict[str, Any]:
    """For the timeline: a query as it is, a list by its length."""
    return queries.stored(content) if isinstance(content, Query) else {"items": len(content.items)}
