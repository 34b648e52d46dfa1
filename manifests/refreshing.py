"""Bring dynamic manifests and collections to what they are made of: which of them are stale, and the job that does it.

Nothing is written when records change. A sweep reads the numbered events and marks all that follow records of a kind,
with one statement; each of those that are marked is refreshed by a job of its own, the less often the longer it takes.
"""

import time
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from gcis.core.db import DbNow
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import registry
from gcis.jobs.claims import Claim, Superseded
from gcis.jobs.models import Batch, Job
from images import finding
from manifests import filling, querying, selecting, services
from manifests.dynamic import REFRESH, add_job
from manifests.dynamic_models import Dynamic, DynamicCursor
from manifests.models import Collection, Manifest, Resource
from manifests.payload import query as queries
from manifests.payload.query import Query

ACTOR = "refreshing"
#: So many events are read at a time, and so many records marked for refreshing.
EVENTS, RECORDS = 10_000, 200
#: Of all time, no more than this part goes into finding what is in one of them; and it rests so many seconds at least.
SHARE, REST = 0.1, 1.0
#: Seconds between two looks at embargoes that have ended, which no event tells of.
OPENINGS = 30
#: What happens to records and changes neither what is found nor what is shown.
_ASIDE = frozenset(
    (
        *("publish_asked", "publish_at_set", "publish_due", "publish_when_set", "purged", "annotated", "checked"),
        *("preview_made", "preview_revoked", "mirror_again", "query_set", "refreshed", "refresh_asked"),
        *("registered", "wanted", "failed", "missing", "not_paged", "damaged", "paged"),
    )
)
#: What has to be out of sight as soon as it can be.
_AT_ONCE = frozenset(("withdrawn", "restricted", "merged", "erased"))
_NOUNS = ("manifest", "collection", "image")


class RefreshHandler:
    """Refreshes one of them: what is in it is found outside of any transaction, and written in the last one."""

    def run(self, claim: Claim) -> registry.Commit:
        row = Dynamic.objects.get(pk=claim.subject)
        record = _record(row)
        claim.args["number"] = row.wanted
        if record is None or record.withdrawn or record.query is None:
            raise Superseded
        began = time.monotonic()
        found = find(record, claim)
        seconds = time.monotonic() - began
        return lambda: settle(record, row.wanted, found, seconds)

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """What is in it stays, until something happens that may mend it."""
        row = Dynamic.objects.filter(pk=claim.subject).first()
        if row is not None:
            number = claim.args.get("number", row.wanted)
            Dynamic.objects.filter(pk=row.pk).update(fault=sentence, done=number, refreshed=DbNow())

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        Dynamic.objects.filter(pk=subject).update(wanted=F("wanted") + 1)
        add_job(Dynamic.objects.get(pk=subject))


def _record(row: Dynamic) -> Resource | None:
    model = Manifest if row.kind == "manifest" else Collection
    found: Resource | None = model.objects.filter(pk=row.pk).first()
    return found


def find(record: Any, claim: Claim) -> list[Any]:
    """What is to be in it, in its order: ids of members, or pages. SourceFault where it names what is not there."""
    content = queries.kept(record.query)
    if not isinstance(content, Query):
        return selecting.listed(content, claim.check)
    querying.resolved(content)
    if content.of == "images":
        return selecting.pages(content, claim.check)
    out = querying.above(record.pk) if content.of == "collections" else set()
    return querying.look(content, content.most, out, claim.check).keys


def settle(record: Resource, number: int, found: list[Any], seconds: float) -> dict[str, Any]:
    """Write it down, and have it published where that changes anything. Inside the job's final transaction."""
    row = services.lock(record)
    if row.query != record.query or row.withdrawn:
        raise Superseded  # it is made of something else since, and stale again
    first = not Dynamic.objects.filter(pk=row.pk, refreshed__isnull=False).exists()
    if isinstance(row, Manifest):
        change = filling.put_pages(row, found)
    else:
        change = filling.put_members(row, _without(row, found))
    items = (row.query or {}).get("items")
    left_out = len(items) - len(found) if items else 0
    Dynamic.objects.filter(pk=row.pk).update(
        done=number, refreshed=DbNow(), seconds=seconds, found=len(found), left_out=left_out, fault=""
    )
    if change:
        kind = row._meta.model_name
        events.record(f"{kind}.refreshed", row.pk, ACTOR, added=change.added, removed=change.removed, count=len(found))
    if change or first:
        services.follow(row)
    return {"found": len(found), "added": change.added, "removed": change.removed}


def _without(row: Collection, found: list[UUID]) -> list[UUID]:
    """Without what has come to hold it since: a collection cannot be inside itself."""
    found_collections = (row.query or {}).get("of") == "collections"
    out = querying.above(row.pk) if found_collections else set()
    return [key for key in found if key not in out] if out else found


# ------------------------------------------------------------------------------------------------------------ the sweep
def sweep() -> int:
    """Mark what is stale, and have it refreshed. Returns how many jobs were added."""
    if not Dynamic.objects.exists():
        return 0
    while _follow_events():
        pass
    _notice_openings()
    return _queue()


def _follow_events() -> bool:
    """Mark what concerns the next events. False when there are no more of them."""
    # Looked at first without a transaction: that would take SQLite's write lock though nothing has happened.
    last = DynamicCursor.objects.values_list("number", flat=True).get(pk=1)
    return Event.objects.filter(number__gt=last).exists() and _follow_next()


@transaction.atomic
def _follow_next() -> bool:
    cursor = DynamicCursor.objects.select_for_update().get(pk=1)  # one of all hosts at a time
    rows = Event.objects.filter(number__gt=cursor.number).order_by("number")[:EVENTS]
    news = list(rows.values_list("number", "kind", "subject"))
    if not news:
        return False
    for at_once in (False, True):
        for noun, subjects in touched(news, at_once).items():
            _mark(noun, subjects, at_once)
    DynamicCursor.objects.filter(pk=1).update(number=news[-1][0])
    return len(news) == EVENTS


def touched(news: list[Any], at_once: bool) -> dict[str, set[UUID]]:
    """What has happened to, by noun: that cannot wait, or of all kinds. A work is a manifest that is not dynamic."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for _, kind, subject in news:
        noun, _, what = kind.partition(".")
        if noun in _NOUNS and subject and (what in _AT_ONCE if at_once else what not in _ASIDE):
            found[noun].add(subject)
    dynamic = _dynamic(found["manifest"] | found["collection"])
    works, collections = found["manifest"] - dynamic, found["collection"] - dynamic
    both = {"manifest": found["manifest"], "work": works, "collection": collections, "image": found["image"]}
    return {noun: subjects for noun, subjects in both.items() if subjects}


def _dynamic(subjects: set[UUID]) -> set[UUID]:
    keys = sorted(subjects)
    found: set[UUID] = set()
    for start in range(0, len(keys), 500):
        found.update(Dynamic.objects.filter(pk__in=keys[start : start + 500]).values_list("pk", flat=True))
    return found


def _mark(noun: str, subjects: set[UUID], at_once: bool) -> None:
    """All that follow such; one that alone has something happened to it follows others, not itself."""
    rows = Dynamic.objects.filter(follows__contains=f" {noun} ")
    if len(subjects) == 1:
        rows = rows.exclude(pk=next(iter(subjects)))
    if at_once:
        for row in rows[:RECORDS]:
            add_job(row)
    else:
        rows.update(wanted=F("wanted") + 1)


def _notice_openings() -> None:
    """An embargo has ended: what only shows what is public may show more."""
    now = timezone.now()
    since = DynamicCursor.objects.values_list("looked", flat=True).get(pk=1)
    if (now - since).total_seconds() < OPENINGS:
        return
    ended = Q(access_from__gt=since, access_from__lte=now) | Q(inherited_from__gt=since, inherited_from__lte=now)
    if Manifest.objects.filter(ended).exists() or finding.opened_between(since, now):
        Dynamic.objects.filter(kind="manifest").update(wanted=F("wanted") + 1)
    DynamicCursor.objects.filter(pk=1).update(looked=now)


def _queue() -> int:
    live = Job.objects.filter(kind=REFRESH, subject=OuterRef("pk"), state__in=Job.LIVE)
    stale = Dynamic.objects.filter(~Exists(live), wanted__gt=F("done")).order_by("refreshed", "pk")
    count = 0
    for row in stale[:RECORDS]:
        record = _record(row)
        if record is not None and not record.withdrawn:
            add_job(row, _rest(row))
            count += 1
    return count


def _rest(row: Dynamic) -> float:
    """Seconds until it may be refreshed again."""
    if row.refreshed is None:
        return 0
    passed = (timezone.now() - row.refreshed).total_seconds()
    return max(0.0, max(REST, row.seconds / SHARE) - passed)


def all_records() -> list[tuple[str, UUID]]:
    """Every one of them that is not withdrawn: its kind and key."""
    found = []
    for kind, model in (("manifest", Manifest), ("collection", Collection)):
        keys = model.objects.filter(query__isnull=False, withdrawn=None).order_by("created", "pk")
        found += [(kind, key) for key in keys.values_list("pk", flat=True)]
    return found
