"""Jobs and batches for machines."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from gcis.jobs import services
from gcis.jobs.models import Batch, Job
from tests import work
from tests.core.api.conftest import problem
from tests.jobs.handlers import KIND, Remembering, a_job, ended, older, remembering
from tests.tokens.keys import bearing

pytestmark = pytest.mark.django_db

State = Job.State
JOBS, BATCHES, PUBLIC = "/api/v1/jobs", "/api/v1/batches", "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def handler(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    return remembering(monkeypatch)


def machine(*scopes: str) -> Client:
    return Client(raise_request_exception=False, headers=bearing(*scopes, name="dam"))


@pytest.fixture
def writer(db: None) -> Client:
    return machine("write")


@pytest.fixture
def watcher(db: None) -> Client:
    return machine("read:all")


@pytest.fixture
def batch(db: None) -> Batch:
    return services.open_batch("Export", "test")


def post(client: Client, address: str, body: Any = None, **headers: str) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    return client.post(address, data, "application/json", headers=headers)


def ids(response: Any) -> set[str]:
    assert response.status_code == 200, response.content
    found = {row["id"] for row in response.json()["results"]}
    assert len(found) == response.json()["count"]
    return found


def of(*rows: Job | Batch) -> set[str]:
    return {str(row.pk) for row in rows}


# --------------------------------------------------------------------------------------------------------------- jobs
def test_what_is_told_of_a_job(watcher, batch):
    job = a_job(batch=batch)
    body = watcher.get(f"{JOBS}/{job.pk}").json()
    row = Job.objects.get()
    assert body == {
        "id": str(job.pk),
        "self": f"{PUBLIC}{JOBS}/{job.pk}",
        "kind": KIND,
        "subject": str(job.subject),
        "lane": "bulk",
        "priority": 0,
        "batch": str(batch.pk),
        "state": "queued",
        "progress": 0.0,
        "stage": "",
        "attempts": 0,
        "error": None,
        "report": {},
        "due": row.run_at.isoformat().replace("+00:00", "Z"),
        "created": row.created.isoformat().replace("+00:00", "Z"),
        "started": None,
        "finished": None,
    }


def test_while_it_goes_on_it_says_when_to_ask_again(watcher):
    job = a_job()
    response = watcher.get(f"{JOBS}/{job.pk}")
    assert response["Retry-After"] == "2"
    same = watcher.get(f"{JOBS}/{job.pk}", headers={"if-none-match": response["ETag"]})
    assert (same.status_code, same["Retry-After"]) == (304, "2")
    held = services.claim(job.pk, "test")
    assert held
    held.progress = 0.5
    services.beat(held)
    halfway = watcher.get(f"{JOBS}/{job.pk}", headers={"if-none-match": response["ETag"]})
    assert (halfway.status_code, halfway.json()["state"], halfway.json()["progress"]) == (200, "running", 0.5)
    services.end(held, State.FAILED, code="cut_off", sentence="The file is cut off.")
    over = watcher.get(f"{JOBS}/{job.pk}")
    assert "Retry-After" not in over
    assert over.json()["error"] == {"code": "cut_off", "sentence": "The file is cut off."}
    assert over.json()["finished"]


def test_the_list_and_its_filters(watcher, batch):
    waiting, running, failed = a_job(batch=batch), a_job(), ended(State.FAILED)
    assert services.claim(running.pk, "test")
    quick = services.add("test.quick", "q", uuid4(), lane=Job.Lane.INTERACTIVE)
    for query, found in {
        "": (waiting, running, failed, quick),
        "state=queued": (waiting, quick),
        "state=running": (running,),
        "state=failed": (failed,),
        "state=dead": (),
        f"kind={KIND}": (waiting, running, failed),
        "kind=none": (),
        "lane=interactive": (quick,),
        f"subject={failed.subject}": (failed,),
        f"subject={uuid4()}": (),
        f"batch={batch.pk}": (waiting,),
        f"batch={uuid4()}": (),
        f"state=queued&kind={KIND}": (waiting,),
    }.items():
        assert ids(watcher.get(f"{JOBS}?{query}")) == of(*found), query


@pytest.mark.parametrize(
    "query",
    [
        "state=",
        "kind=",
        "subject=",
        "state=lost",
        "lane=slow",
        "subject=x",
        "batch=1",
        "ordering=key",
        "owner=x",
        "args__x=1",
        "page=0",
    ],
)
def test_what_cannot_be_asked_is_refused(watcher, query):
    body = problem(watcher.get(f"{JOBS}?{query}"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [query.split("=")[0]]


def test_orders_and_pages(watcher):
    jobs = [older(ended(State.SUCCEEDED), seconds) for seconds in (30, 20, 10)]
    names = [str(job.pk) for job in jobs]
    for query, order in (("", names[::-1]), ("ordering=created", names), ("ordering=finished", names)):
        assert [row["id"] for row in watcher.get(f"{JOBS}?{query}").json()["results"]] == order
    first = watcher.get(f"{JOBS}?page_size=2")
    second = watcher.get(first.json()["next"].removeprefix(PUBLIC))
    assert [row["id"] for page in (first, second) for row in page.json()["results"]] == names[::-1]
    assert 'rel="next"' in first["Link"]


def test_a_page_takes_the_same_number_of_queries_whatever_is_on_it(watcher, batch):
    def asked(address: str) -> int:
        with work.statements() as sent:
            assert watcher.get(f"{address}?page_size=200").status_code == 200
        return len(sent)

    a_job(batch=batch)
    asked(JOBS)
    few = asked(JOBS), asked(BATCHES)
    for number in range(20):
        a_job(batch=services.open_batch(str(number), "test"))
    assert (asked(JOBS), asked(BATCHES)) == few


def test_retried_it_is_a_new_job(writer, handler, batch):
    job = older(ended(State.FAILED, batch=batch), 10)
    response = post(writer, f"{JOBS}/{job.pk}/retry")
    new = Job.objects.get(state=State.QUEUED)
    assert (response.status_code, response["Location"]) == (202, f"{PUBLIC}{JOBS}/{new.pk}")
    assert response["Retry-After"] == "2"
    assert response.json()["id"] == str(new.pk)
    assert handler.asked == [(job.subject, {}, "token dam", batch)]
    again = post(writer, f"{JOBS}/{job.pk}/retry")
    assert again.json()["type"] == "/api/v1/problems/job_under_way"
    assert Job.objects.count() == 2


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.SUPERSEDED])
def test_what_ended_well_is_not_retried(writer, handler, state):
    job = ended(state)
    assert post(writer, f"{JOBS}/{job.pk}/retry").json()["type"] == "/api/v1/problems/job_not_over"
    assert handler.asked == []


def test_cancelled_it_stops(writer, handler):
    job = a_job()
    response = post(writer, f"{JOBS}/{job.pk}/cancel")
    assert (response.status_code, response.json()["state"]) == (200, "cancelled")
    assert handler.told == ["cancelled"]
    again = post(writer, f"{JOBS}/{job.pk}/cancel")
    assert again.json()["type"] == "/api/v1/problems/job_over"


def test_nothing_is_done_to_a_job_that_another_has_taken_up(writer, handler):
    job = a_job()
    stale = writer.get(f"{JOBS}/{job.pk}")["ETag"]
    held = services.claim(job.pk, "test")
    assert held
    problem(post(writer, f"{JOBS}/{job.pk}/cancel", **{"if-match": stale}), 412, "precondition_failed")
    services.end(held, State.FAILED, code="x", sentence="x")
    problem(post(writer, f"{JOBS}/{job.pk}/retry", **{"if-match": stale}), 412, "precondition_failed")
    assert (handler.told, handler.asked) == ([], [])
    fresh = writer.get(f"{JOBS}/{job.pk}")["ETag"]
    assert post(writer, f"{JOBS}/{job.pk}/retry", **{"if-match": fresh}).status_code == 202


def test_there_is_nothing_to_be_said_with_it(writer):
    job = a_job()
    problem(post(writer, f"{JOBS}/{job.pk}/cancel", {"state": "succeeded"}), 400, "invalid")
    assert Job.objects.get().state == State.QUEUED
    assert post(writer, f"{JOBS}/{job.pk}/cancel", {}).status_code == 200


# ------------------------------------------------------------------------------------------------------------- batches
def test_a_batch_is_opened_and_closed(writer):
    opened = post(writer, BATCHES, {"label": "Nightly export"})
    row = Batch.objects.get()
    assert (opened.status_code, opened["Location"]) == (201, f"{PUBLIC}{BATCHES}/{row.pk}")
    body = opened.json()
    assert body == {
        "id": str(row.pk),
        "self": opened["Location"],
        "label": "Nightly export",
        "actor": "token dam",
        "created": body["created"],
        "closed": None,
        "cancelled": None,
        "submitted": 0,
        "completed": 0,
        "errors": 0,
        "finished": 0,
        "bytes_in": 0,
        "bytes_out": 0,
        "seconds": {},
    }
    closed = post(writer, f"{BATCHES}/{row.pk}/close")
    assert (closed.status_code, bool(closed.json()["closed"])) == (200, True)
    again = post(writer, f"{BATCHES}/{row.pk}/close")
    assert (again.json(), again["ETag"]) == (closed.json(), closed["ETag"])
    assert writer.get(f"{BATCHES}/{row.pk}").json() == closed.json()


@pytest.mark.parametrize(
    "body", [None, {}, {"label": ""}, {"label": "x" * 301}, {"label": 5}, {"label": "x", "closed": "2026-01-01"}]
)
def test_a_batch_needs_a_label_and_no_more(writer, body):
    problem(post(writer, BATCHES, body), 400, "invalid")
    assert not Batch.objects.exists()


def test_what_a_batch_has_come_to(watcher, batch):
    for spent in (1.5, 2.0):
        ended(State.SUCCEEDED, batch=batch, report={"bytes_in": 10, "bytes_out": 5, "seconds": {"convert": spent}})
    ended(State.FAILED, batch=batch)
    a_job(batch=batch)
    ended(State.SUCCEEDED)
    figures = {"submitted": 4, "completed": 2, "errors": 1, "finished": 3}
    body = watcher.get(f"{BATCHES}/{batch.pk}").json()
    assert {name: body[name] for name in figures} == figures
    assert (body["bytes_in"], body["bytes_out"], body["seconds"]) == (20, 10, {"convert": 3.5})
    other = services.open_batch("Other", "test")
    rows = {row["id"]: row for row in watcher.get(BATCHES).json()["results"]}
    assert rows.keys() == of(batch, other)
    assert {name: rows[str(batch.pk)][name] for name in figures} == figures
    assert rows[str(other.pk)]["submitted"] == 0
    problem(watcher.get(f"{BATCHES}?ordering=label"), 400, "invalid")


def test_a_cancelled_batch_stops(writer, batch):
    live, over = a_job(batch=batch), ended(State.SUCCEEDED, batch=batch)
    response = post(writer, f"{BATCHES}/{batch.pk}/cancel")
    assert (response.status_code, response.json()["finished"]) == (200, 2)
    assert response.json()["cancelled"]
    assert Job.objects.get(pk=live.pk).state == State.CANCELLED
    assert Job.objects.get(pk=over.pk).state == State.SUCCEEDED


def test_a_batch_that_is_over_is_not_cancelled(writer, batch):
    ended(State.SUCCEEDED, batch=batch)
    services.close_batch(batch)
    assert post(writer, f"{BATCHES}/{batch.pk}/cancel").json()["type"] == "/api/v1/problems/batch_over"
    assert Batch.objects.get().cancelled is None


def test_failures_are_done_once_more(writer, handler, batch):
    twice = uuid4()
    older(ended(State.FAILED, twice, batch=batch), 20)
    for job in (ended(State.FAILED, twice, batch=batch), ended(State.DEAD, batch=batch)):
        older(job, 10)
    ended(State.SUCCEEDED, batch=batch)
    response = post(writer, f"{BATCHES}/{batch.pk}/retry-failures")
    assert (response.status_code, response.json()) == (202, {"retried": 2, "refused": []})
    assert (response["Location"], response["Retry-After"]) == (f"{PUBLIC}{BATCHES}/{batch.pk}", "2")
    assert len(handler.asked) == 2
    assert post(writer, f"{BATCHES}/{batch.pk}/retry-failures").json() == {"retried": 0, "refused": []}


def test_nothing_is_done_to_a_batch_that_has_changed(writer, handler, batch):
    a_job(batch=batch)
    stale = writer.get(f"{BATCHES}/{batch.pk}")["ETag"]
    ended(State.FAILED, batch=batch)
    counted = writer.get(f"{BATCHES}/{batch.pk}")
    assert counted["ETag"] != stale
    services.close_batch(batch)
    for action in ("close", "cancel", "retry-failures"):
        for tag in (stale, counted["ETag"]):
            response = post(writer, f"{BATCHES}/{batch.pk}/{action}", **{"if-match": tag})
            problem(response, 412, "precondition_failed")
    assert (handler.asked, Batch.objects.get().cancelled) == ([], None)


def test_what_jobs_come_to_is_no_change_of_their_batch(writer, batch):
    tag = writer.get(f"{BATCHES}/{batch.pk}")["ETag"]
    a_job(batch=batch)
    assert post(writer, f"{BATCHES}/{batch.pk}/close", **{"if-match": tag}).status_code == 200


# ------------------------------------------------------------------------------------------------------------- who may
def readings(job: UUID, batch: UUID) -> list[str]:
    return [JOBS, f"{JOBS}/{job}", BATCHES, f"{BATCHES}/{batch}"]


def writings(job: UUID, batch: UUID) -> list[str]:
    actions = [f"{BATCHES}/{batch}/{action}" for action in ("close", "cancel", "retry-failures")]
    return [f"{JOBS}/{job}/retry", f"{JOBS}/{job}/cancel", *actions]


def test_who_may_read_and_write(db, batch, handler):
    job = ended(State.FAILED, batch=batch)
    for scope, reads, writes in (("", 401, 401), ("read", 403, 403), ("purge", 403, 403), ("read:all", 200, 403)):
        client = machine(scope) if scope else Client()
        code = "permission_denied" if scope else "not_authenticated"
        for address in readings(job.pk, batch.pk):
            assert client.get(address).status_code == reads
        for address in [*writings(job.pk, batch.pk), BATCHES]:
            problem(post(client, address, {"label": "x"}), writes, code)
    assert (handler.asked, handler.told) == ([], [])
    assert Batch.objects.get().closed is None


def test_what_is_not_there_is_not_found(writer):
    for address in readings(uuid4(), uuid4())[1::2]:
        problem(writer.get(address), 404, "not_found")
    for address in writings(uuid4(), uuid4()):
        problem(post(writer, address), 404, "not_found")
    problem(writer.get(f"{JOBS}/x"), 404, "not_found")
