"""Who is at work, as staff and health checks see it; and one round of upkeep from cron."""

import uuid

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings

from gcis.core.db import DbNow
from gcis.events.models import Event
from gcis.jobs import dispatcher, doorbell, services, workers
from gcis.jobs.models import Job, Worker
from tests.shell import run
from tests.world.server import free_ports

pytestmark = pytest.mark.django_db(transaction=True)


def a_worker(name: str, *, silent: float = 0) -> Worker:
    """Of whom nothing was heard for so many seconds."""
    entered = workers.enter(name, ("interactive", "bulk"), 3)
    Worker.objects.filter(pk=entered.pk).update(seen=DbNow(-silent))
    return entered


def names() -> list[str]:
    return [worker.name for worker in workers.workers()]


def test_who_gives_signs_of_life_is_at_work(settings: Settings) -> None:
    settings.GCIS_JOB_LEASE = 60
    alive, lost, stopped = a_worker("alive", silent=30), a_worker("lost", silent=90), a_worker("stopped")
    workers.leave(stopped)
    assert names() == ["alive"]
    workers.beat(lost)
    assert names() == ["alive", "lost"]
    assert alive.owner == f"alive:{alive.pid}"


def test_the_dead_are_forgotten_after_some_days_and_whoever_comes_back_is_known_again() -> None:
    back = a_worker("back", silent=8 * 86400)
    a_worker("here")
    assert workers.forget() == 1
    workers.beat(back)
    assert names() == ["back", "here"]


def test_staff_see_who_works_and_how_much_and_change_nothing() -> None:
    busy, _ = a_worker("busy"), a_worker("lost", silent=9999)
    for key in "ab":
        assert services.claim(services.add("test.work", key, uuid.uuid4()).pk, busy.owner)
    user = User.objects.create_user("jane", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    jane = Client()
    jane.force_login(user)
    listed = jane.get("/admin/jobs/worker/").content.decode()
    assert "at work" in listed
    assert "lost" in listed
    page = jane.get(f"/admin/jobs/worker/{busy.pk}/change/")
    assert page.status_code == 200
    assert workers.running([busy.owner]) == {busy.owner: 2}
    assert jane.get("/admin/jobs/worker/add/").status_code == 403


def test_reaping_by_hand_frees_numbers_and_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[str] = []
    monkeypatch.setattr(dispatcher, "_sweeps", [*dispatcher._sweeps])
    dispatcher.register_sweep(lambda: swept.append("swept"), every=3600)
    Event.objects.create(kind="test.event", subject=uuid.uuid4(), actor="test")
    lost, waiting = (services.add("test.work", key, uuid.uuid4()) for key in ("lost", "waiting"))
    assert services.claim(lost.pk, "dead:1")
    Job.objects.filter(pk=lost.pk).update(lease_until="2000-01-01T00:00Z")
    ended = run("reap")
    assert (ended.status, ended.out) == (0, "Jobs freed: 1. Due: bulk.\n")
    assert swept == ["swept"]
    assert not Event.objects.filter(number=None).exists()
    assert {lost.pk, waiting.pk} == set(Job.objects.filter(state="queued").values_list("pk", flat=True))


def test_a_worker_that_is_known_to_be_dead_is_reaped_before_its_lease_ends() -> None:
    job = services.add("test.work", "held", uuid.uuid4())
    assert services.claim(job.pk, "host-a:1")
    assert run("reap").out == "Jobs freed: 0. Due: nothing.\n"
    assert run("reap", "--dead", "host-a").out == "Jobs freed: 1. Due: bulk.\n"


def test_reaping_does_its_part_though_the_broker_is_away_and_a_sweep_fails(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.GCIS_EMBEDDED, settings.CELERY_BROKER_URL = False, f"redis://127.0.0.1:{free_ports(1)[0]}/0"
    doorbell._client.cache_clear()

    def fails() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(dispatcher, "_sweeps", [])
    dispatcher.register_sweep(fails, every=1)
    services.add("test.work", "waits", uuid.uuid4(), delay=0.001)
    Job.objects.update(run_at=DbNow(-1))
    ended = run("reap")
    doorbell._client.cache_clear()
    assert ended.status == 1
    assert ended.out == "Jobs freed: 0. Due: bulk.\n"
    assert "The broker does not answer" in ended.err
    assert "Sweeps that failed: 1" in ended.err
