"""Is this process alive, and can this node serve?

A load balancer asks `/readyz`. It takes a node out for what this node lacks, never for what all of them lack alike and
visitors can do without: a broker, a worker, a store of all nodes. Those are alarms (docs/operations.md), not outages.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from gcis.core.blobs.local import LocalStore
from gcis.core.blobs.stores import store
from gcis.core.probe import Answer, Probe, Silent
from gcis.jobs import backlog, doorbell
from gcis.jobs.lanes import LANES
from gcis.jobs.models import Job
from gcis.jobs.workers import workers
from gcis.metrics.pulse import last_sign

log = structlog.get_logger(__name__)

#: Seconds that one part may take to answer. They are asked at the same time.
PATIENCE = 2
#: Seconds that a job may be due without anybody working on it.
DUE_SECONDS = 90
_NO_STORE = {"Cache-Control": "no-store"}


class StoreAway(Exception):
    """The folder of a store is not there."""


class WorkWaits(Exception):
    """Jobs are due for longer than they should be."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of `/readyz`. `is_vital` says whether this node cannot serve without it, and others perhaps can."""

    probe: Probe[str]
    is_vital: Callable[[], bool] = lambda: False


def livez(request: HttpRequest) -> JsonResponse:
    """This process answers; nothing else is asked. `nonce` tells the supervisor that it is the one that it started."""
    return JsonResponse({"alive": True, "nonce": os.environ.get("GCIS_NONCE", "")}, headers=_NO_STORE)


def readyz(request: HttpRequest) -> JsonResponse:
    """503 when this node cannot serve. `degraded`: it serves, and something is to be looked after."""
    answers = look()
    failed = [name for name, answer in answers.items() if answer.error]
    ready = not any(_parts()[name].is_vital() for name in failed)
    body = {
        "ready": ready,
        "degraded": bool(failed),
        "parts": {name: _line(answer) for name, answer in answers.items()},
    }
    return JsonResponse(body, status=200 if ready else 503, headers=_NO_STORE)


def look() -> dict[str, Answer[str]]:
    """What every part says, asked all at once: for `/readyz` and `/metrics`."""
    asked = {
        name: part.probe.begin() for name, part in _parts().items() if name != "broker" or not settings.GCIS_EMBEDDED
    }
    answers = {name: question.answer() for name, question in asked.items()}
    for name, answer in answers.items():
        _note(name, answer)
    return answers


@cache
def _parts() -> dict[str, Part]:
    """Kept, for the answers in them are."""
    parts = {
        "database": Part(Probe(_ask_database, patience=PATIENCE, keep=1), lambda: True),
        "broker": Part(Probe(_ask_broker, patience=PATIENCE, keep=5)),
        "work": Part(Probe(_ask_work, patience=PATIENCE, keep=5)),
    }
    for name in ("sources", "masters", "published"):
        probe = Probe(partial(_ask_store, name), patience=PATIENCE, keep=10)
        parts[f"store {name}"] = Part(probe, partial(_is_ours, name))
    return parts


#: Parts that failed when they were asked last: a failure and its end are told once.
_failing: set[str] = set()


def _note(name: str, answer: Answer[str]) -> None:
    if answer.error and name not in _failing:
        _failing.add(name)
        log.warning("health.failed", part=name, error=f"{type(answer.error).__name__}: {answer.error}")
    elif not answer.error and name in _failing:
        _failing.discard(name)
        log.warning("health.recovered", part=name)


def _line(answer: Answer[str]) -> dict[str, object]:
    return {
        "ok": answer.error is None,
        "sentence": _sentence(answer.error) if answer.error else answer.value,
        "milliseconds": round(answer.seconds * 1000),
    }


def _sentence(error: Exception) -> str:
    """What anybody may read: our own words, and of others' errors the name only."""
    if isinstance(error, Silent | StoreAway | WorkWaits):
        return str(error)
    return f"It does not answer as it should ({type(error).__name__}). The log says more."


def _ask_database() -> str:
    """By a connection of its own: where no more are to be had, the next request will get none either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "It answers."


def _ask_broker() -> str:
    return f"It answers; doorbells that wait in it: {doorbell.waiting(LANES)}."


def _ask_store(name: str) -> str:
    kept = store(name)
    if isinstance(kept, LocalStore) and not kept.folder.is_dir() and not _made_when_needed(kept.folder):
        raise StoreAway("Its folder is not there.")
    kept.size("health")
    return "It answers."


def _made_when_needed(folder: Path) -> bool:
    """Folders in our own home come with the first file; others were named by a person, and may be on a lost disk."""
    return settings.GCIS_HOME in folder.parents


def _is_ours(name: str) -> bool:
    """Whether what visitors see comes from a folder of this host. A store of all nodes is away for all of them."""
    return name != "sources" and isinstance(store(name), LocalStore)


def _ask_work() -> str:
    """A long queue is no fault. That nobody takes up what is due is one, and so is a person who waits."""
    due, sign, alive = backlog.oldest_due(), last_sign(), workers().count()
    oldest = max(waited or 0 for waited in due.values())
    last = "never" if sign is None else f"{sign:.0f} s ago"
    sentence = f"The oldest due job waits for {oldest:.0f} s; workers alive: {alive}, last sign: {last}."
    if (due[Job.Lane.INTERACTIVE] or 0) > DUE_SECONDS or (oldest > DUE_SECONDS and not alive):
        raise WorkWaits(sentence)
    return sentence
