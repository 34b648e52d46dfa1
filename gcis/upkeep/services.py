"""Compare database, stores and published files; say what differs, mend it if asked to, and keep the result."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from gcis.core.db import DbNow
from gcis.core.errors import SourceFault, Unavailable
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.claims import stopping
from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.chunks import chunked
from gcis.upkeep.models import Reconciliation

log = structlog.get_logger(__name__)

RECONCILE = "upkeep.reconcile"
#: What jobs are about that look after everything.
HOUSE = UUID("6f2c1a54-6a0f-4a0e-9d6b-0f3c5a7d1e42")
SWEEP = "upkeep"
#: What a run mends: nothing, what needs no word of a person, all that can be.
NOTHING, HARMLESS, ALL = "nothing", "harmless", "all"
#: Findings that are looked at again together, and that are kept of a run.
TOGETHER, MOST_KEPT = 200, 200
#: Runs that are kept, in seconds, and the newest ones that the figures are taken from.
KEEP_SECONDS, NEWEST = 400 * 86400, 20


@dataclass
class Result:
    """What came of one check. `unseen`: why it could not look everywhere. `findings` pairs each with: was it mended?"""

    check: Check
    looked: int = 0
    wrong: int = 0
    mended: int = 0
    unseen: str = ""
    findings: list[tuple[Finding, bool]] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.wrong - self.mended


@dataclass
class Report:
    actor: str
    mends: str
    results: list[Result]
    seconds: float

    @property
    def wrong(self) -> int:
        return sum(result.wrong for result in self.results)

    @property
    def mended(self) -> int:
        return sum(result.mended for result in self.results)

    @property
    def unseen(self) -> bool:
        return any(result.unseen for result in self.results)


# ------------------------------------------------------------------------------------------------------------ comparing
def compare(
    *,
    actor: str,
    mends: str = NOTHING,
    names: tuple[str, ...] = (),
    pulse: Callable[[], None] = lambda: None,
    tell: Callable[[float, str], None] = lambda part, name: None,
) -> Report:
    """Run the checks of these names, or all. Beside running workers and beside itself.

    `tell` hears which part of the checks is over and which comes next; `pulse` is called often and may raise.
    """
    began, results = time.monotonic(), []
    chosen = checks.named(names)
    for number, check in enumerate(chosen):
        tell(number / len(chosen), check.name)
        results.append(_run(check, mends == ALL or (mends == HARMLESS and check.by_itself), actor, pulse))
    return Report(actor, mends, results, time.monotonic() - began)


def _run(check: Check, mends: bool, actor: str, pulse: Callable[[], None]) -> Result:
    tally, result = Tally(pulse), Result(check)
    try:
        for finding in _seen_twice(check, tally):
            mended = mends and _mend(check, finding, actor)
            result.wrong += 1
            result.mended += mended
            if len(result.findings) < MOST_KEPT:
                result.findings.append((finding, mended))
    except Unavailable as fault:  # the other checks may fare better
        log.warning("upkeep.unseen", check=check.name, sentence=fault.sentence)
        result.unseen = fault.sentence
    result.looked = tally.looked
    return result


def _seen_twice(check: Check, tally: Tally) -> Iterator[Finding]:
    """What was wrong at two looks with a pause between them."""
    for chunk in chunked(check.look(tally), TOGETHER):
        stopping.wait(settings.GCIS_RECONCILE_PAUSE)
        for finding in chunk:
            tally.pulse()
            if check.still(finding):
                yield finding


def _mend(check: Check, finding: Finding, actor: str) -> bool:
    if check.mend is None or not finding.repairable:
        return False
    try:
        mended = check.mend(finding, actor)
    except SourceFault as fault:
        log.warning("upkeep.unmended", check=check.name, what=finding.what, sentence=fault.sentence)
        return False
    if mended:
        log.info("upkeep.mended", check=check.name, what=finding.what, subject=str(finding.subject))
        if finding.subject:
            with transaction.atomic():
                events.record("upkeep.mended", finding.subject, actor, check=check.name, sentence=finding.sentence)
    return mended


# ----------------------------------------------------------------------------------------------------- keeping, telling
@transaction.atomic
def keep(report: Report) -> Reconciliation:
    """Keep what came of it; what is older than a year goes."""
    Reconciliation.objects.filter(finished__lt=DbNow(-KEEP_SECONDS)).delete()
    return Reconciliation.objects.create(
        actor=report.actor,
        repaired=report.mends == ALL,
        started=DbNow(-report.seconds),
        wrong=report.wrong,
        mended=report.mended,
        figures={result.check.name: _figures(result) for result in report.results},
        findings=[
            _kept(result.check, finding, mended) for result in report.results for finding, mended in result.findings
        ][:MOST_KEPT],
    )


def _figures(result: Result) -> dict[str, Any]:
    return {"looked": result.looked, "wrong": result.wrong, "mended": result.mended, "unseen": result.unseen}


def _kept(check: Check, finding: Finding, mended: bool) -> dict[str, Any]:
    return {
        "check": check.name,
        "subject": str(finding.subject) if finding.subject else None,
        "what": finding.what,
        "sentence": finding.sentence,
        "mended": mended,
    }


def figures() -> dict[str, Any]:
    """How the installation was found when it was last looked at, for /metrics, /readyz and the admin.

    `age`: seconds since the last run, None before the first. `wrong`: what was found and not mended, of every check its
    last word. `checks`: by name the figures of `Reconciliation`. `run`: the id of the last run. `now`: what is known to
    be wrong at this moment, such as `damaged_masters` and `damaged_sources`.
    """
    newest = list(Reconciliation.objects.order_by("-finished").defer("findings")[:NEWEST])
    found: dict[str, dict[str, Any]] = {}
    for run in reversed(newest):
        found |= run.figures
    return {
        "age": _age(newest[0].pk) if newest else None,
        "run": newest[0].pk if newest else None,
        "wrong": sum(each["wrong"] - each["mended"] for each in found.values()),
        "unseen": sum(bool(each["unseen"]) for each in found.values()),
        "checks": found,
        "now": checks.counts(),
    }


def _age(run: UUID) -> float:
    """By the database's clock at both ends."""
    now, finished = Reconciliation.objects.filter(pk=run).annotate(now=DbNow()).values_list("now", "finished")[0]
    return max(0.0, (now - finished).total_seconds())


# --------------------------------------------------------------------------------------------------------------- asking
def ask(mends: str, *, actor: str) -> Job:
    """Have everything compared by a worker; the one that waits or runs already counts for that."""
    args = {"mends": mends, "actor": actor}
    return jobs.add(RECONCILE, f"{RECONCILE}:{mends}", HOUSE, args=args, lane=Job.Lane.SWEEP, priority=1)


def ask_when_due() -> Job | None:
    """The sweep: once a day, on one host. What is harmless is mended by the way."""
    period = settings.GCIS_RECONCILE_SECONDS
    return ask(HARMLESS, actor=SWEEP) if period and is_due(RECONCILE, period) else None


def is_due(kind: str, period: float) -> bool:
    """Whether nobody has asked for that work for so many seconds, of an installation that is older than that."""
    asked = Job.objects.filter(subject=HOUSE, kind=kind)
    if asked.exists():
        return not asked.filter(created__gt=DbNow(-period)).exists()
    first = Event.objects.order_by("id").values_list("pk", flat=True)[:1]
    return Event.objects.filter(pk__in=list(first), at__lt=DbNow(-period)).exists()
