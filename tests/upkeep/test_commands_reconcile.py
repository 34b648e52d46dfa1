"""The command: what it prints, and with which status it ends."""

import json
import uuid
from typing import Any

import pytest

from gcis.core.blobs.stores import store
from gcis.events.models import Event
from gcis.jobs.models import Job
from gcis.upkeep import checks
from gcis.upkeep.models import Reconciliation
from tests.shell import run
from tests.work import an_image, convert

pytestmark = pytest.mark.django_db(transaction=True)


def a_forgotten_picture() -> uuid.UUID:
    image = an_image("a.tif")
    Job.objects.all().delete()
    return image


def test_where_all_is_well_every_check_has_a_line() -> None:
    convert(an_image())
    ended = run("reconcile")
    assert ended.status == 0
    assert [line.split("\t")[0] for line in ended.lines] == [check.name for check in checks.named()]
    assert "masters.stored\t1\t0\t0" in ended.lines
    assert ended.err == "All is well.\n"


def test_what_is_wrong_is_said_and_the_status_says_so() -> None:
    a_forgotten_picture()
    ended = run("reconcile")
    assert ended.status == 1
    assert "images.converted\t1\t1\t0" in ended.lines
    assert ended.lines[-1] == "wrong  a.tif waits for a conversion that nobody will do: there is no job."
    assert ended.err == "1 of 1 findings are not mended.\n"
    assert Job.objects.count() == 0


def test_what_is_mended_is_said_and_the_next_run_is_clean() -> None:
    image = a_forgotten_picture()
    ended = run("reconcile", "--repair", "--actor", "command jane")
    assert ended.status == 0
    assert ended.lines[-1] == "mended  a.tif waits for a conversion that nobody will do: there is no job."
    assert Event.objects.get(kind="upkeep.mended").actor == "command jane"
    assert Job.objects.get().subject == image
    assert run("reconcile").status == 0


def test_a_terminal_gets_a_table() -> None:
    ended = run("reconcile", "--check", "images.converted", terminal=True)
    assert "looked at" in ended.out
    assert "images.converted" in ended.out


def test_the_result_as_json() -> None:
    image = a_forgotten_picture()
    ended = run("reconcile", "--json", "--check", "images.converted", "--check", "names.lead")
    said = json.loads(ended.out)
    assert (ended.status, said["wrong"], said["mended"]) == (1, 1, 0)
    assert set(said["checks"]) == {"images.converted", "names.lead"}
    assert said["findings"][0]["subject"] == str(image)
    assert Reconciliation.objects.get().pk == uuid.UUID(said["run"])


def test_a_check_that_does_not_exist_is_refused_with_those_that_do() -> None:
    ended = run("reconcile", "--check", "everything")
    assert ended.status == 1
    assert ended.err.startswith("There is no check 'everything'; there are ")
    assert "masters.stored" in ended.err
    assert Reconciliation.objects.count() == 0


def test_the_checks_say_what_they_mean() -> None:
    ended = run("reconcile", "--list")
    assert "masters.stored\tEvery access master that serves is in the store, in full." in ended.lines
    assert len(ended.lines) == len(checks.named())
    assert Reconciliation.objects.count() == 0


def test_a_store_that_does_not_answer_is_no_success(settings: Any) -> None:
    options = {"bucket": "nowhere", "endpoint": "http://127.0.0.1:9", "region": "us-east-1", "key": "k", "secret": "s"}
    settings.GCIS_STORES |= {"masters": {"BACKEND": "gcis.core.blobs.s3.S3Store", "OPTIONS": options}}
    store.cache_clear()
    ended = run("reconcile", "--check", "masters.orphaned")
    assert ended.status == 75
    assert ended.err.startswith("masters.orphaned: ")
