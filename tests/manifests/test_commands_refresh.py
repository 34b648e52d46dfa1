"""Dynamic manifests and collections refreshed from the command line."""

import pytest

from gcis.jobs.models import Job
from manifests import curation
from manifests.models import Collection, Manifest
from redirects import services as names
from tests.manifests import dynamics
from tests.manifests.dynamics import a_work, collection, make
from tests.manifests.records import a_collection, fresh
from tests.shell import rehearse, run
from tests.work import run_due

pytestmark = pytest.mark.django_db(transaction=True)


def name(record: Manifest | Collection) -> str:
    return names.current([record.pk])[record.pk]


def test_what_is_named_is_refreshed() -> None:
    shelf, other = collection(tag="x"), collection(tag="x")
    a_work("one", tags=["x"])
    ended = run("refresh", name(shelf))
    assert (ended.status, ended.lines) == (0, ["1 will be refreshed."])
    run_due("manifests.")
    assert (dynamics.inside(fresh(shelf)), dynamics.inside(fresh(other))) == (["one"], [])


def test_all_of_them_are_refreshed_but_for_withdrawn_ones() -> None:
    there = [collection(tag="x"), make(Manifest, query={"of": "images"})]
    gone = collection(tag="x")
    curation.withdraw(gone, actor="test", reason="x")
    assert rehearse("refresh", "--all").lines[-1] == "2 would be refreshed. Nothing was changed."
    assert run("refresh", "--all").lines == ["2 will be refreshed."]
    waiting = Job.objects.filter(kind="manifests.refresh", state="queued")
    assert set(waiting.values_list("subject", flat=True)) == {record.pk for record in there}
    assert "withdrawn" in run("refresh", name(gone)).err


def test_what_is_not_dynamic_is_refused() -> None:
    ended = run("refresh", name(a_collection("plain")))
    assert (ended.status, "not dynamic" in ended.err) == (1, True)
    assert run("refresh").status == 2
    assert run("refresh", "--all").lines == ["There is nothing to refresh."]
