"""The pages of jobs and batches."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gcis.jobs import services
from gcis.jobs.models import Batch, Job
from tests.jobs.handlers import Remembering, a_job, ended, remembering
from tests.work import an_image, fail, take

pytestmark = pytest.mark.django_db(transaction=True)

JOBS, BATCHES = "/admin/jobs/job/", "/admin/jobs/batch/"
State = Job.State


@pytest.fixture(autouse=True)
def handler(monkeypatch: pytest.MonkeyPatch) -> Remembering:
    return remembering(monkeypatch)


@pytest.fixture
def jane() -> Client:
    """A curator."""
    user = User.objects.create_user("jane", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, page: str = "/admin/") -> list[str]:
    return [str(message) for message in client.get(page).context["messages"]]


# ---------------------------------------------------------------------------------------------------------------- lists
def test_the_list_says_what_each_job_is_about_and_why_it_failed(jane: Client) -> None:
    image = an_image("Coast/sheet 1.tif")
    fail(image, sentence="The file is cut off.")
    page = jane.get(JOBS).content.decode()
    assert "sheet 1.tif" in page
    assert reverse("admin:images_image_change", args=[image]) in page
    assert "The file is cut off." in page
    assert 'hx-trigger="every 1s"' not in page


@pytest.mark.parametrize("url", [JOBS, BATCHES, "/admin/events/event/"])
def test_no_list_asks_once_per_row(jane: Client, url: str, django_assert_num_queries: Any) -> None:
    def more() -> None:
        batch = services.open_batch("Import", "test")
        for _ in range(5):
            an_image(f"{uuid.uuid4()}.tif")
            a_job(batch=batch)

    more()
    jane.get(url)
    with CaptureQueriesContext(connection) as few:
        jane.get(url)
    for _ in range(3):
        more()
    with django_assert_num_queries(len(few)):
        assert jane.get(url).context["cl"].result_count > 3


def test_jobs_are_found_by_the_uuid_of_what_they_are_about(jane: Client) -> None:
    job, _ = a_job(), a_job()
    for words, found in ((str(job.subject), [job]), (job.subject.hex.upper(), [job]), ("sheet", []), ("\0", [])):
        answer = jane.get(JOBS, {"q": words})
        assert answer.status_code == 200
        if words != "\0":
            assert list(answer.context["cl"].result_list) == found


def test_the_jobs_of_a_batch_are_listed(jane: Client) -> None:
    batch = services.open_batch("Import", "test")
    job, _ = a_job(batch=batch), a_job()
    page = jane.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    link = re.search(r'href="(/admin/jobs/job/\?batch[^"]+)"', page)
    assert link
    assert list(jane.get(link[1]).context["cl"].result_list) == [job]


# ----------------------------------------------------------------------------------------------------------------- live
def test_a_page_asks_while_anything_is_live_and_is_told_when_nothing_is(jane: Client) -> None:
    image = an_image()
    held = take(image)
    held.progress, held.stage = 0.4, "write"
    services.beat(held)
    page = jane.get(JOBS).content.decode()
    asking = re.search(r'hx-get="([^"]+)" hx-trigger="every 1s"', page)
    assert asking
    url = asking[1].replace("&amp;", "&")
    answer = jane.get(url)
    assert answer.status_code == 200
    assert f'id="job-{held.id}-state" hx-swap-oob="true"' in answer.content.decode()
    assert 'value="40"' in answer.content.decode()
    services.give_up(held, State.FAILED, "cut", "The file is <cut> off.")
    last = jane.get(url)
    assert last.status_code == 286
    assert "The file is &lt;cut&gt; off." in last.content.decode()
    assert "every 1s" not in jane.get(f"{JOBS}{held.id}/change/").content.decode()


def test_the_page_of_a_batch_follows_its_figures(jane: Client) -> None:
    batch = services.open_batch("Import", "test")
    ended(State.SUCCEEDED, batch=batch, report={"bytes_in": 2048, "seconds": {"fetch": 1.5}})
    job = a_job(batch=batch)
    page = jane.get(f"{BATCHES}{batch.pk}/change/")
    assert f'hx-get="{BATCHES}{batch.pk}/figures/"' in page.content.decode()
    answer = jane.get(f"{BATCHES}{batch.pk}/figures/")
    assert answer.status_code == 200
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ").split())
    assert "2 submitted 1 completed 0 ended with errors 1 finished 2.0 KB read" in words
    assert "fetch 1.5" in words
    held = services.claim(job.pk, "test")
    assert held
    services.end(held, State.FAILED, code="cut", sentence="The file is cut off.")
    assert jane.get(f"{BATCHES}{batch.pk}/figures/").status_code == 200, "it is still open: more may be added"
    services.close_batch(batch)
    last = jane.get(f"{BATCHES}{batch.pk}/figures/")
    assert (last.status_code, b"The file is cut off." in last.content) == (286, True)
    assert jane.get(f"{BATCHES}live/", {"id": batch.pk}).status_code == 286


@pytest.mark.parametrize("url", [f"{JOBS}live/", f"{BATCHES}live/", f"{BATCHES}{uuid.UUID(int=1)}/figures/"])
def test_only_those_who_may_see_work_may_ask_how_it_goes(url: str) -> None:
    client = Client()
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("new", is_staff=True))
    assert client.get(url).status_code == 403


def test_what_names_nothing_is_a_bad_question(jane: Client) -> None:
    assert jane.get(f"{JOBS}live/?id=1%00").status_code == 400
    assert jane.get(f"{JOBS}live/?id={uuid.uuid4()}").status_code == 286
    assert jane.get(f"{BATCHES}{uuid.uuid4()}/figures/").status_code == 404


# -------------------------------------------------------------------------------------------------------------- actions
def test_selected_jobs_are_tried_again_each_for_itself(jane: Client, handler: Remembering) -> None:
    failed, done = [ended(State.FAILED) for _ in range(2)], ended(State.SUCCEEDED)
    chosen = [job.pk for job in (*failed, done)]
    jane.post(JOBS, {"action": "retry_selected", "_selected_action": chosen})
    assert {asked[0] for asked in handler.asked} == {job.subject for job in failed}
    assert handler.asked[0][2] == "admin jane"
    assert said(jane) == [
        "2 to be tried again; 1 not: Only work that failed, was given up or was cancelled can be tried again."
    ]


def test_selected_jobs_are_cancelled(jane: Client) -> None:
    job = a_job()
    jane.post(JOBS, {"action": "cancel_selected", "_selected_action": [job.pk]})
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED
    assert said(jane) == ["1 cancelled."]


@pytest.mark.parametrize(("action", "how"), [("retry", State.FAILED), ("cancel", None)])
def test_a_single_job_is_acted_on_by_a_dialog_and_never_by_a_mere_link(
    jane: Client, handler: Remembering, action: str, how: State | None
) -> None:
    job = ended(how) if how else a_job()
    url = f"{JOBS}{job.pk}/{action}/"
    assert jane.get(url).status_code == 200
    assert (handler.asked, Job.objects.get(pk=job.pk).state) == ([], job.state)
    answer = jane.post(url, {"_form_submitted": "on"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"{JOBS}{job.pk}/change/"
    assert handler.asked or Job.objects.get(pk=job.pk).state == State.CANCELLED
    assert jane.post(url, {"_form_submitted": "on"})["Location"] == f"{JOBS}{job.pk}/change/"
    assert len(said(jane)) == 2


def test_a_batch_is_retried_and_cancelled_on_its_page(jane: Client, handler: Remembering) -> None:
    batch = services.open_batch("Import", "test")
    failed = ended(State.FAILED, batch=batch)
    for action in ("retry_failures", "cancel"):
        jane.post(f"{BATCHES}{batch.pk}/{action}/", {"_form_submitted": "on"})
    assert [asked[0] for asked in handler.asked] == [failed.subject]
    assert Batch.objects.get(pk=batch.pk).cancelled
    assert not batch.jobs.filter(state__in=Job.LIVE).exists()
    assert said(jane) == ["1 to be tried again.", "The batch was cancelled."]


def test_who_may_only_look_cannot_act(handler: Remembering) -> None:
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["view_job", "view_batch"]))
    client = Client()
    client.force_login(user)
    batch = services.open_batch("Import", "test")
    job = ended(State.FAILED, batch=batch)
    assert client.get(f"{JOBS}{job.pk}/change/").status_code == 200
    for url in (f"{JOBS}{job.pk}/retry/", f"{BATCHES}{batch.pk}/retry_failures/", f"{BATCHES}{batch.pk}/cancel/"):
        assert client.post(url, {"_form_submitted": "on"}).status_code == 403
    client.post(JOBS, {"action": "retry_selected", "_selected_action": [job.pk]})
    assert handler.asked == []


@pytest.mark.parametrize("key", ["x", str(uuid.UUID(int=1))])
def test_there_is_no_acting_on_what_is_not_there(jane: Client, key: str) -> None:
    for url in (f"{JOBS}{key}/retry/", f"{BATCHES}{key}/cancel/"):
        assert jane.post(url, {"_form_submitted": "on"}).status_code == 404
