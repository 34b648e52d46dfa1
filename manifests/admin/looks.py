"""What lists show of manifests and collections, fetched for all their rows at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gcis.events.models import Event
from gcis.jobs.models import Job
from images import services as images
from images.services import CONVERT
from manifests.admin.pictures import thumbnail
from manifests.admin.standing import Standing, Work, standing
from manifests.description import effective
from manifests.differing import differing
from manifests.gallery import pick
from manifests.models import Canvas, Collection, Manifest, Member, Painting, Publication, Resource
from manifests.services import PUBLISH
from manifests.words import PAGES
from redirects import services as names

#: The parts of a row that change while a record is published.
LIVE_PARTS = ("thumbnail", "state")
#: What a row has no use for, and what may be large.
LEFT_OUT = ("search_text",)


@dataclass(slots=True)
class Look:
    """One row. `size` counts pages or members, `above` are the collections that it is in."""

    identifier: str
    size: int
    thumbnail: str
    standing: Standing
    changed: datetime | None
    differs: bool
    above: list[Collection] = field(default_factory=list)


def prepare(rows: list[Any]) -> None:
    """Put a `look` on each of these records, all of one kind, in a constant number of queries."""
    if not rows:
        return
    model, keys = type(rows[0]), [row.pk for row in rows]
    called, work, sizes = names.current(keys), _work(model, keys), _sizes(model, keys)
    faces, above, differ = _faces(rows), _above(model, keys), differing(model, keys)
    events = Event.objects.filter(subject__in=keys).order_by().values_list("subject")
    changed = dict(events.annotate(last=Max("at")))
    for row in rows:
        row.look = Look(
            called.get(row.pk, ""),
            sizes.get(row.pk, 0),
            faces.get(row.pk, ""),
            standing(row, work[row.pk]),
            changed.get(row.pk),
            row.pk in differ,
            above[row.pk],
        )


def part(name: str, row: Any, *, again: bool = False) -> SafeString:
    """One part of a prepared row. `again`: to take the place of the one that is on the page."""
    return render_to_string(f"admin/manifests/{name}.html", {"row": row, "look": row.look, "again": again})


def label(record: Resource, languages: Sequence[str] = ()) -> str:
    """What it is called, in the first of these languages that there is; its name where it has no label."""
    return pick(effective(record).get("label"), languages) or str(record)


def _work(model: Any, keys: Sequence[UUID]) -> dict[UUID, Work]:
    publishing = Job.objects.filter(kind=PUBLISH, subject__in=keys, state__in=Job.LIVE)
    busy = set(publishing.values_list("subject", flat=True))
    converting: dict[UUID, int] = {}
    if model is Manifest:
        live = Job.objects.filter(kind=CONVERT, state__in=Job.LIVE).values("subject")
        shown = Painting.pictures.filter(canvas__manifest__in=keys, canvas__dropped=None, image__in=live)
        converting = dict(shown.order_by().values_list("canvas__manifest").annotate(Count("image", distinct=True)))
    return {key: Work(key in busy, converting.get(key, 0)) for key in keys}


def _sizes(model: Any, keys: Sequence[UUID]) -> dict[UUID, int]:
    if model is Manifest:
        pages = Canvas.objects.filter(manifest__in=keys, dropped=None)
        return dict(pages.order_by().values_list("manifest").annotate(Count("pk")))
    members = Member.objects.filter(collection__in=keys)
    return dict(members.order_by().values_list("collection").annotate(Count("pk")))


def _above(model: Any, keys: Sequence[UUID]) -> dict[UUID, list[Collection]]:
    side = "manifest" if model is Manifest else "child"
    found: dict[UUID, list[Collection]] = defaultdict(list)
    members = Member.objects.filter(**{f"{side}__in": keys}).select_related("collection").order_by("pk")
    for member in members.defer("collection__search_text"):
        found[getattr(member, f"{side}_id")].append(member.collection)
    return found


def _faces(rows: Sequence[Any]) -> dict[UUID, str]:
    """The picture that stands for each: of its publication, else of its first page, as far as there is one."""
    published = Publication.objects.filter(pk__in=[row.publication_id for row in rows if row.publication_id])
    chosen = {each.resource: UUID(key) for each in published if (key := each.summary.get("image"))}
    chosen = _first_pictures([row for row in rows if row.pk not in chosen]) | chosen
    facts = images.facts(set(chosen.values()))
    return {key: thumbnail(facts.get(image)) for key, image in chosen.items()}


def _first_pictures(rows: Iterable[Any]) -> dict[UUID, UUID]:
    """By people's order, else by the source's."""
    manifests = [row for row in rows if isinstance(row, Manifest)]
    firsts = [order[0] for row in manifests if (order := row.curated_layer.get(PAGES))]
    by_hand = Painting.pictures.filter(canvas__in=firsts, canvas__dropped=None).order_by("-position")
    pages = Painting.pictures.filter(canvas__manifest=OuterRef("pk"), canvas__dropped=None)
    first = pages.order_by("canvas__position", "canvas__created", "position").values("image")[:1]
    by_source = Manifest.objects.filter(Q(pk__in=[row.pk for row in manifests])).annotate(first=Subquery(first))
    found = {key: image for key, image in by_source.values_list("pk", "first") if image}
    return found | dict(by_hand.values_list("canvas__manifest", "image"))
