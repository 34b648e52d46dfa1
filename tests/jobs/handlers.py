"""A kind of work for tests: it does nothing, remembers what it was told, and can be asked for once more."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gcis.core.db import DbNow
from gcis.jobs import registry, services
from gcis.jobs.claims import Claim
from gcis.jobs.models import Batch, Job

KIND = "test.work"


class Remembering:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.asked: list[tuple[UUID, dict[str, Any], str, Batch | None]] = []

    def run(self, claim: Claim) -> registry.Commit:
        return dict

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        self.told.append(code)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        self.asked.append((subject, args, actor, batch))
        services.add(KIND, f"again:{uuid4()}", subject, args=args, batch=batch)


def remembering(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    """Have KIND done by a handler that remembers."""
    handler = Remembering()
    monkeypatch.setitem(registry._handlers, KIND, handler)
    return handler


def a_job(subject: UUID | None = None, *, batch: Batch | None = None, **args: Any) -> Job:
    return services.add(KIND, f"work:{uuid4()}", subject or uuid4(), args=args, batch=batch)


def ended(
    state: Job.State,
    subject: UUID | None = None,
    *,
    batch: Batch | None = None,
    sentence: str = "",
    report: dict[str, Any] | None = None,
) -> Job:
    """A job that was claimed and ended so."""
    job = a_job(subject, batch=batch)
    held = services.claim(job.pk, "test")
    assert held
    services.end(held, state, code="test", sentence=sentence)
    services.keep_report(held, report or {})
    return Job.objects.get(pk=job.pk)


def older(job: Job, seconds: float) -> Job:
    """Two jobs of the same millisecond have no order: put this one back."""
    Job.objects.filter(pk=job.pk).update(created=DbNow(-seconds))
    return Job.objects.get(pk=job.pk)
