"""How far things are that are made of other things: of a manifest its pictures, of a collection its members.

For whole pages of records at once: one query however many there are.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When

from images.api.base import everything as images
from images.services import EXPECTED, PENDING
from manifests.models import Canvas, Member, Painting

READY, ERRORS, WAITING, EXPECTED_ = STAGES = ("ready", "errors", "waiting", "expected")


def _stages(*cases: tuple[Q, str], otherwise: str) -> Case:
    """The first of these conditions that holds says how far a thing is."""
    return Case(*(When(condition, Value(stage)) for condition, stage in cases), default=Value(otherwise))


def _either(**conditions: Any) -> Q:
    """What holds for a member, be it a manifest or a collection."""
    sides = [{f"{side}__{name}": value for name, value in conditions.items()} for side in ("manifest", "child")]
    return Q(**sides[0]) | Q(**sides[1])


#: What its newest file has come to; what was withdrawn cannot be shown either.
_OF_PICTURES = _stages(
    (Q(withdrawn__isnull=False), ERRORS),
    (EXPECTED, EXPECTED_),
    (PENDING, WAITING),
    (Q(current__isnull=False), READY),
    otherwise=ERRORS,
)
#: Whether its document is out.
_OF_MEMBERS = _stages(
    (_either(withdrawn__isnull=False), ERRORS),
    (_either(publication__isnull=False), READY),
    (_either(publish_error__gt=""), ERRORS),
    (_either(dirty=1), EXPECTED_),
    otherwise=WAITING,
)


def of_manifests(keys: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How many pictures on the pages of each of these manifests are how far, and how many there are (`total`)."""
    wanted = list(keys)
    stage = images().filter(pk=OuterRef("image")).annotate(stage=_OF_PICTURES).values("stage")
    shown = Painting.pictures.filter(canvas__manifest__in=wanted, canvas__dropped=None)
    counted = shown.annotate(stage=Subquery(stage), record=F("canvas__manifest"))
    return _summed(wanted, counted)


def of_collections(keys: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How many members of each of these collections are published, and so on."""
    wanted = list(keys)
    members = Member.objects.filter(collection__in=wanted)
    return _summed(wanted, members.annotate(stage=_OF_MEMBERS, record=F("collection")))


def pages(keys: Iterable[UUID]) -> dict[UUID, int]:
    """How many pages each of these manifests has; those without any are left out."""
    shown = Canvas.objects.filter(manifest__in=list(keys), dropped=None)
    return dict(shown.values_list("manifest").annotate(Count("pk")).order_by())


def _summed(keys: list[UUID], things: Any) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, Counter[str]] = {key: Counter() for key in keys}
    for key, stage, count in things.order_by().values_list("record", "stage").annotate(Count("pk")):
        found[key][stage] = count
    return {key: _figures(stages) for key, stages in found.items()}


def _figures(stages: Counter[str]) -> dict[str, int]:
    return {"total": stages.total(), **{stage: stages[stage] for stage in STAGES}}
