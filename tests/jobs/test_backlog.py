"""How much waits, and for how long."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from gcis.core.db import DbNow
from gcis.jobs import backlog, services
from gcis.jobs.backlog import Lane
from gcis.jobs.models import Job

pytestmark = pytest.mark.django_db


def a_job(key: str, lane: str, *, since: float = 0, delay: float = 0) -> Job:
    job = services.add("test.work", key, uuid.uuid4(), lane=lane, delay=delay)
    if since:
        Job.objects.filter(pk=job.pk).update(run_at=DbNow(-since))
    return job


def test_every_lane_is_told_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    a_job("a", "bulk", since=90)
    a_job("b", "bulk", since=30)
    a_job("later", "bulk", delay=60)
    assert services.claim(a_job("c", "bulk").pk, "host-a:1")
    a_job("d", "sweep", delay=60)
    with django_assert_num_queries(1):
        lanes = backlog.backlog()
    bulk = lanes.pop("bulk")
    assert (bulk.queued, bulk.running, bulk.due) == (3, 1, 2)
    assert bulk.oldest == pytest.approx(90, abs=5)
    assert lanes == {"interactive": Lane(), "sweep": Lane(queued=1)}


def test_the_oldest_of_each_lane_is_told_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    a_job("a", "bulk", since=90)
    a_job("b", "bulk", since=30)
    a_job("c", "interactive", since=5)
    with django_assert_num_queries(1):
        oldest = backlog.oldest_due()
    assert oldest == {"interactive": pytest.approx(5, abs=3), "bulk": pytest.approx(90, abs=5), "sweep": None}
