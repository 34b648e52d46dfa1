"""What happened to a record, in words."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from gcis.events import services, timeline
from gcis.events.models import Event
from gcis.jobs.models import Job
from tests.work import an_image, fail

pytestmark = pytest.mark.django_db(transaction=True)


def record(kind: str, subject: uuid.UUID, **data: object) -> None:
    with transaction.atomic():
        services.record(kind, subject, "admin jane", **data)


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_sentences", {})
    monkeypatch.setattr(timeline, "_shown", {})
    timeline.describe("test.moved", "Moved from {was} to {now}", "weight")
    timeline.describe("test.hidden", timeline.and_why("Hidden"))
    timeline.describe("test.edited", timeline.and_names("Edited"))


def sentence(kind: str, **data: object) -> str:
    return timeline.sentence(Event(kind=kind, data=data))


@pytest.mark.usefixtures("described")
def test_a_sentence_is_filled_with_what_the_event_knows() -> None:
    assert sentence("test.moved", was="{now}", now="b") == "Moved from {now} to b"
    assert sentence("test.moved", now="b") == "Moved from … to b"
    assert sentence("test.hidden", reason="sold") == "Hidden: sold"
    assert sentence("test.hidden", reason="") == "Hidden"
    assert sentence("test.edited", fields=["label", "rights"]) == "Edited: label, rights"
    assert sentence("test.new_kind", a=1) == "Test new kind"
    assert timeline.kinds() == ["test.edited", "test.hidden", "test.moved"]


@pytest.mark.usefixtures("described")
def test_the_newest_events_of_all_subjects_come_first(django_assert_num_queries: object) -> None:
    work, page, other = (uuid.uuid4() for _ in range(3))
    record("test.moved", work, was="a", now="b", weight=3, colour="red")
    record("test.other", page, size=7, names=["x"])
    record("test.hidden", other)
    record("test.hidden", work, reason="sold")
    with django_assert_num_queries(1):  # type: ignore[operator]
        lines = timeline.timeline([work, page], limit=10)
    assert [(line.what, line.subject, line.who) for line in lines] == [
        ("Hidden: sold", work, "admin jane"),
        ("Test other", page, "admin jane"),
        ("Moved from a to b", work, "admin jane"),
    ]
    assert [line.data for line in lines] == [{}, {"size": 7}, {"weight": 3}]
    assert len(timeline.timeline([work, page], limit=2)) == 2


def test_whatever_an_old_event_says_it_can_be_read() -> None:
    for kind in timeline.kinds():
        assert sentence(kind)


def test_a_life_can_be_read_on_the_page_of_the_work() -> None:
    image = an_image("Coast/sheet <1>.tif")
    fail(image, sentence="The file is cut off.")
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    page = client.get(f"/admin/jobs/job/{Job.objects.get(subject=image).pk}/change/").content.decode()
    told = page[page.index('id="timeline"') :]
    said = [
        "Not converted: The file is cut off.",
        "A conversion was asked for",
        "Registered as Coast/sheet &lt;1&gt;.tif",
    ]
    places = [told.index(words) for words in said]
    assert places == sorted(places)
