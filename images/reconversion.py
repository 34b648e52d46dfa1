"""Masters that were made by a recipe which has changed since, or is gone: which, how many, and making them anew.

A batch is filled by jobs of one kind, each of which asks for so many conversions and leaves the rest to the next: they
may be millions, and can be stopped at any time without as many rows to take back.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from gcis.core.errors import SourceFault
from gcis.events import services as events
from gcis.jobs import registry
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim, Superseded
from gcis.jobs.models import Batch, Job
from images import services
from images.conversion.recipes.books import book
from images.models import AccessMaster, Image
from images.services import CONVERT, PENDING

RECONVERT = "images.reconvert"
#: Conversions that one job asks for, and that may wait or run in a batch before no more are asked for.
STEP, AHEAD = 500, 2000
#: Seconds until the next look where there were as many.
PAUSE = 30
#: In their lane after everything that is new.
PRIORITY = -1


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What a version of a recipe has made that serves: so many masters, of so many bytes. `old`: it is not in use."""

    recipe: str
    version: int
    masters: int
    bytes: int
    old: bool


# ---------------------------------------------------------------------------------------------------------- what is old
def is_old(recipe: str, version: int) -> bool:
    """Whether the book has a newer version of that recipe, or none of that name."""
    known = book().recipes.get(recipe)
    return known is None or version < known.version


def old(prefix: str = "") -> Q:
    """The same as a condition on masters; `prefix` leads to them (`current__`)."""
    known = book().recipes.values()
    condition = ~Q(**{f"{prefix}recipe__in": [recipe.name for recipe in known]})
    for recipe in known:
        condition |= Q(**{f"{prefix}recipe": recipe.name, f"{prefix}recipe_version__lt": recipe.version})
    return condition & Q(**{f"{prefix}recipe__isnull": False})


def counts() -> list[MadeBy]:
    """Every version of every recipe that has made something that serves, in one query."""
    rows = AccessMaster.objects.filter(current_of__isnull=False).values("recipe", "recipe_version")
    counted = rows.annotate(masters=Count("pk"), bytes=Sum("size")).order_by("recipe", "-recipe_version")
    return [
        MadeBy(name, version, masters, size, is_old(name, version))
        for name, version, masters, size in counted.values_list("recipe", "recipe_version", "masters", "bytes")
    ]


# --------------------------------------------------------------------------------------------------------- making anew
def how_many(recipe: str, *, everything: bool = False) -> int:
    """How many pictures `ask` would have converted."""
    return _wanted({"recipe": recipe, "below": _below(recipe, everything)}).count()


def ask(recipe: str, *, actor: str, everything: bool = False) -> Batch:
    """Have the masters made anew that an older version of the recipe has made; `everything`: those of this one too.

    What serves goes on serving until then. Asked for again while that is being filled, it is the same batch.
    """
    args = {"recipe": recipe, "below": _below(recipe, everything), "actor": actor}
    try:
        return _open(args, _wanted(args).count(), actor)
    except _UnderWay as other:
        return other.batch


class _UnderWay(Exception):
    """The same was asked for before, and is going on."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch


@transaction.atomic
def _open(args: dict[str, Any], total: int, actor: str) -> Batch:
    batch = jobs.open_batch(_label(args["recipe"], args["below"], total), actor)
    job = _go_on(args, batch)
    assert job.batch, "batches are never deleted"
    if job.batch.pk != batch.pk:  # what was opened here goes with this transaction
        raise _UnderWay(job.batch)
    events.record("batch.reconversion", batch.pk, actor, recipe=args["recipe"], masters=total)
    return batch


def _below(recipe: str, everything: bool) -> int | None:
    """Masters of which versions are meant: those below this one; None: all."""
    known = book().recipes.get(recipe)
    return None if everything or known is None else known.version


def _label(recipe: str, below: int | None, total: int) -> str:
    older = f" before version {below}" if below else ""
    return f"Conversion of {total:,} {'master' if total == 1 else 'masters'} made by {recipe}{older}"


def _go_on(args: dict[str, Any], batch: Batch, delay: float = 0) -> Job:
    key = f"{RECONVERT}:{args['recipe']}:{args['below'] or 'all'}"
    return jobs.add(RECONVERT, key, batch.pk, args=args, batch=batch, priority=PRIORITY, delay=delay)


def _wanted(args: dict[str, Any]) -> QuerySet[Image]:
    """The pictures that are meant, without those that wait for a conversion anyway."""
    made = Image.objects.filter(withdrawn=None, current__recipe=args["recipe"]).exclude(PENDING)
    return made if args["below"] is None else made.filter(current__recipe_version__lt=args["below"])


def _left(args: dict[str, Any], batch: Batch) -> QuerySet[Image]:
    """Of those the ones that this batch has not asked for: whatever became of the others is no reason to ask again."""
    asked = Job.objects.filter(subject=OuterRef("pk"), kind=CONVERT, batch=batch)
    return _wanted(args).filter(~Exists(asked)).order_by("pk")


class ReconvertHandler:
    """Asks for some of the conversions of its batch. Begun anew it goes on where it was: it asks what is left."""

    def run(self, claim: Claim) -> registry.Commit:
        batch = Batch.objects.filter(pk=claim.subject).first()
        if batch is None or batch.cancelled:
            raise Superseded
        room = max(0, min(STEP, AHEAD - _live(batch)))
        left = list(_left(claim.args, batch).values_list("pk", flat=True)[: room + 1])
        now = left[:room]
        for number, image in enumerate(now):
            claim.tell(number / len(now), "ask")
            _convert(image, claim.args["actor"], batch)

        def commit() -> dict[str, Any]:
            if len(left) > room:
                _go_on(claim.args, batch, 0 if room == STEP else PAUSE)
            else:
                jobs.close_batch(batch)
            return {"asked": len(now)}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """What was asked for is done; nothing more will be."""
        for batch in Batch.objects.filter(pk=claim.subject, closed=None):
            jobs.close_batch(batch)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        """In its batch; if that was stopped, anew."""
        if batch is None:
            ask(args["recipe"], actor=actor, everything=args["below"] is None)
        else:
            _go_on(args, batch)


def _live(batch: Batch) -> int:
    return Job.objects.filter(batch=batch, kind=CONVERT, state__in=Job.LIVE).count()


def _convert(image: UUID, actor: str, batch: Batch) -> None:
    try:
        services.convert_again(image, actor=actor, batch=batch, priority=PRIORITY)
    except SourceFault:  # withdrawn since it was chosen: then nothing of it is to be made
        pass
