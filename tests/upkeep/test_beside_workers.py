"""While four workers convert and publish as fast as they can, nothing is called wrong that is only under way."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection
from pytest_django import Settings

from gcis.core.db import DbNow
from gcis.events import services as events
from gcis.jobs import registry, runner
from gcis.jobs.claims import Claim
from gcis.jobs.models import Job
from gcis.upkeep import services
from gcis.upkeep.services import ALL, Report
from images import services as images
from images import upkeep as of_images
from images.conversion.pipeline import ConvertHandler
from images.models import Image
from manifests import services as manifests
from manifests import upkeep as of_manifests
from manifests.models import Collection, Manifest
from tests.manifests.records import a_collection, a_manifest, a_page
from tests.work import a_file, made

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, BOOKS, PAGES, ROUNDS = 4, 6, 3, 3


class Quick(ConvertHandler):
    """Stores a small master and commits it, in the order in which a conversion does that."""

    def run(self, claim: Claim) -> registry.Commit:
        wanted = claim.args["wanted"]
        master = made(claim.subject, 300 + wanted, 200)
        time.sleep(0.005)

        def commit() -> dict[str, object]:
            images.commit_conversion(claim.subject, wanted, master)
            return {}

        return commit


@pytest.fixture
def quick() -> Iterator[None]:
    before = registry.handler(images.CONVERT)
    registry.register(images.CONVERT, Quick())
    yield
    registry.register(images.CONVERT, before)


def works(over: threading.Event) -> None:
    """What a worker does until it is told to stop."""
    try:
        while not over.is_set():
            due = Job.objects.filter(state=Job.State.QUEUED, run_at__lte=DbNow()).order_by("-priority", "run_at")
            for key in list(due.values_list("pk", flat=True)[:WORKERS]):
                runner.run(key, threading.current_thread().name)
            events.number_committed()
            time.sleep(0.002)
    finally:
        close_old_connections()
        connection.close()


def looks(over: threading.Event) -> list[Report]:
    reports = []
    try:
        while not over.is_set():
            reports.append(services.compare(actor="test", mends=ALL))
    finally:
        connection.close()
    return reports


def test_no_false_alarm_and_no_harm(quick: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GCIS_RECONCILE_PAUSE = 0.05
    settings.GCIS_PUBLISH_PAUSE = 0
    settings.GCIS_JOB_LEASE, settings.GCIS_JOB_BEAT = 60, 15
    monkeypatch.setattr(of_images, "YOUNG", 2)
    monkeypatch.setattr(of_manifests, "YOUNG", 2)
    books = [a_manifest(f"book {number}") for number in range(BOOKS)]
    pictures = [a_page(book) for book in books for _ in range(PAGES)]
    a_collection("shelf", *books)
    over = threading.Event()
    with ThreadPoolExecutor(WORKERS + 1) as threads:
        workers = [threads.submit(works, over) for _ in range(WORKERS)]
        looking = threads.submit(looks, over)
        for number in range(ROUNDS):
            for picture in pictures:
                images.replace(picture, a_file(text=f"{picture} {number}"), actor="test")
            settled(90)
        over.set()
        reports = looking.result(60)
        for worker in workers:
            worker.result(60)
    assert len(reports) > 2
    found = [
        (finding.sentence, each.check.name)
        for report in reports
        for each in report.results
        for finding, _ in each.findings
    ]
    # What superseded conversions and publications leave behind is rightly found, since nobody else clears it away here.
    assert {check for _, check in found} <= {"masters.unused", "masters.orphaned", "published.orphaned"}, found
    assert Image.objects.filter(current=None).count() == 0
    last = services.compare(actor="test")
    assert {each.check.name for each in last.results if each.wrong} <= {"masters.unused", "masters.orphaned"}


def settled(seconds: float) -> None:
    """Everything is converted and published."""
    until = time.monotonic() + seconds
    while Job.objects.filter(state__in=Job.LIVE).exists() or manifests.outstanding() or images.waiting():
        assert time.monotonic() < until, list(Job.objects.filter(state__in=Job.LIVE).values_list("key", "error_text"))
        time.sleep(0.05)
    assert Manifest.objects.filter(publication=None).count() == Collection.objects.filter(publication=None).count() == 0
