"""The checks of names: everything has one, and each of them belongs to something."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from gcis.core.db import DbNow
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import by_key
from redirects import resources
from redirects import services as names
from redirects.models import Identifier
from redirects.resources import Resources


def register() -> None:
    checks.register(
        Check("names.given", "Everything that is not withdrawn has a current name.", _nameless, _is_nameless, _give),
        Check("names.lead", "Every name belongs to something.", _leading_nowhere, _leads_nowhere),
    )


def _without_name(known: Resources) -> QuerySet[Any]:
    """In one statement, hence as of one moment: names change together with what they name."""
    current = Identifier.objects.filter(resource=OuterRef("pk"), status=Identifier.Status.CURRENT)
    return known.model._default_manager.filter(~Exists(current), withdrawn=None)


def _nameless(tally: Tally) -> Iterator[Finding]:
    for known in resources.registered():
        tally.saw(known.model._default_manager.filter(withdrawn=None).count())
        for rows in by_key(_without_name(known)):
            for row in rows:
                said = f"The {known.model._meta.verbose_name} {row} has no name: nobody can ask for it."
                yield Finding(str(row.pk), said, row.pk)


def _is_nameless(finding: Finding) -> bool:
    return any(_without_name(known).filter(pk=finding.subject).exists() for known in resources.registered())


@transaction.atomic
def _give(finding: Finding, actor: str) -> bool:
    """The name that it had last, because documents and links have it; else its uuid."""
    assert finding.subject
    for known in resources.registered():
        rows = known.model._default_manager.select_for_update(of=("self",)).filter(pk=finding.subject)
        if not rows.first() or not _without_name(known).filter(pk=finding.subject).exists():
            continue
        if had := names.history(finding.subject):
            changed = {"status": Identifier.Status.CURRENT, "actor": actor, "since": DbNow(), "returned": DbNow()}
            Identifier.objects.filter(pk=had[0].pk).update(**changed)
        else:
            names.register(known.kind, str(finding.subject), finding.subject, actor)
        return True
    return False


def _of_nothing() -> QuerySet[Identifier]:
    rows = Identifier.objects.all()
    for known in resources.registered():
        rows = rows.exclude(Exists(known.model._default_manager.filter(pk=OuterRef("resource"))), kind=known.kind)
    return rows


def _leading_nowhere(tally: Tally) -> Iterator[Finding]:
    tally.saw(Identifier.objects.count())
    for rows in by_key(_of_nothing()):
        for row in rows:
            said = f"The name {row.value} belongs to something that is gone. Only a backup can tell what it was."
            yield Finding(str(row.pk), said, row.resource, repairable=False)


def _leads_nowhere(finding: Finding) -> bool:
    return _of_nothing().filter(pk=finding.what).exists()
