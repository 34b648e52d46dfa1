"""The checks of what this floor and those below it keep: jobs, events, files on their way in."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from gcis.core.db import DbNow
from gcis.events import services as events
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from gcis.upkeep.checks import Check, Finding, Tally
from gcis.upkeep.checks import register as add
from gcis.upkeep.chunks import by_key

#: Seconds after which a lease that ran out, an event without a number, a file on its way in have been forgotten.
LOST, UNNUMBERED, LEFT = 300, 60, 86400


def register() -> None:
    add(
        Check("jobs.lost", "Every running job has a worker.", _lost, _still_lost, _free, by_itself=True),
        Check("events.numbered", "Every event has a number.", _unnumbered, _still_waiting, _number, by_itself=True),
        Check("uploads.left", "No upload was left half way.", _left, _still_left, _remove, by_itself=True),
    )


# ----------------------------------------------------------------------------------------------------------------- jobs
def _without_worker() -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=DbNow(-LOST))


def _lost(tally: Tally) -> Iterator[Finding]:
    tally.saw(Job.objects.filter(state=Job.State.RUNNING).count())
    for chunk in by_key(_without_worker()):
        for job in chunk:
            said = f"The job {job.key} is said to run, but {job.owner or 'its worker'} has not been heard of for long."
            yield Finding(str(job.pk), said, job.subject)


def _still_lost(finding: Finding) -> bool:
    return _without_worker().filter(pk=finding.what).exists()


def _free(finding: Finding, actor: str) -> bool:
    jobs.free(_without_worker().filter(pk=finding.what), losses=1)  # or it is given up, if it was lost too often
    return not _still_lost(finding)


# --------------------------------------------------------------------------------------------------------------- events
def _waiting() -> QuerySet[Event]:
    return Event.objects.filter(number=None, at__lt=DbNow(-UNNUMBERED))


def _unnumbered(tally: Tally) -> Iterator[Finding]:
    tally.saw(Event.objects.filter(number=None).count())
    if waiting := _waiting().count():
        yield Finding("numbers", f"{waiting} events wait for their numbers: no worker that gives them out is running.")


def _still_waiting(finding: Finding) -> bool:
    return _waiting().exists()


def _number(finding: Finding, actor: str) -> bool:
    numbered = 0
    while given := events.number_committed():
        numbered += given
    return bool(numbered)


# -------------------------------------------------------------------------------------------------------------- uploads
def _files() -> Iterator[Path]:
    """What Django calls files that are being sent, on this host."""
    return Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > LEFT
    except FileNotFoundError:  # it has just become what it was to be
        return False


def _left(tally: Tally) -> Iterator[Finding]:
    for path in _files():
        tally.saw()
        if _is_old(path):
            yield Finding(path.name, f"Of an upload that was broken off, {path.name} was left.")


def _still_left(finding: Finding) -> bool:
    return _is_old(Path(settings.FILE_UPLOAD_TEMP_DIR) / finding.what)


def _remove(finding: Finding, actor: str) -> bool:
    (Path(settings.FILE_UPLOAD_TEMP_DIR) / finding.what).unlink(missing_ok=True)
    return True
