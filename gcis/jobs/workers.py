"""Worker processes as they report themselves: who works on what, and since when nothing was heard of them."""

import os
import socket
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Count, QuerySet

from gcis.core.db import DbNow
from gcis.jobs.models import Job, Worker

#: Days for which processes that are over are remembered.
REMEMBERED = 7


def enter(name: str, lanes: Sequence[str], threads: int) -> Worker:
    """This process begins to work."""
    host = socket.gethostname()[:200]
    return Worker.objects.create(name=name, host=host, pid=os.getpid(), lanes=",".join(lanes), threads=threads)


def beat(worker: Worker) -> None:
    """A sign of life."""
    if not Worker.objects.filter(pk=worker.pk).update(seen=DbNow()):
        worker.save(force_insert=True)  # it was away for so long that it was forgotten, or the database is another one


def leave(worker: Worker) -> None:
    Worker.objects.filter(pk=worker.pk).update(seen=DbNow(), stopped=DbNow())


def workers() -> QuerySet[Worker]:
    """Those that are at work: not stopped, and heard of within a lease."""
    return Worker.objects.filter(stopped=None, seen__gte=DbNow(-settings.GCIS_JOB_LEASE)).order_by("name", "started")


def running(owners: Iterable[str]) -> dict[str, int]:
    """How many jobs each of these owners (`Worker.owner`) holds just now; those that hold none are left out."""
    held = Job.objects.filter(state=Job.State.RUNNING, owner__in=list(owners))
    return dict(held.values_list("owner").annotate(Count("pk")).order_by())


def forget() -> int:
    """Remove those of whom nothing was heard for days."""
    return Worker.objects.filter(seen__lt=DbNow(-REMEMBERED * 86400)).delete()[0]
