"""Pages that are registered, converted, described and shown by several people and machines at the same moment."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gcis.jobs import runner
from gcis.jobs.models import Job
from images import files, services
from images.models import Image
from images.services import CONVERT
from manifests.models import Canvas
from manifests.services import FOLLOW
from tests.images.paged import converted, leaves
from tests.manifests.test_delivery import Dam
from tests.work import a_file

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], None]) -> None:
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        start.wait()
        try:
            task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(run, task) for task in tasks]:
            done.result()


def worker(*kinds: str) -> None:
    """Does what is due of these kinds, until nothing is."""
    while job := Job.objects.filter(kind__in=kinds, state=Job.State.QUEUED).order_by("created").first():
        runner.run(job.pk, threading.current_thread().name)


def converter(source: object) -> None:
    """Ends the conversions of pages as they come, until twenty have ended."""
    while Image.objects.filter(page__gt=0, current__isnull=False).count() < 20:
        time.sleep(0.01)
        queued = Job.objects.filter(kind=CONVERT, state=Job.State.QUEUED).values_list("subject", flat=True)
        for image in Image.objects.filter(pk__in=list(queued), page__gt=0, source=source)[:5]:
            converted(image.pk)


def test_whatever_happens_beside_it_every_page_is_there_once_and_in_its_place() -> None:
    dam = Dam()
    dam.manifest("book", "ledger", "map")
    dam.manifest("box", "cover", "ledger")
    first = Image.objects.get(source=dam.source, external_id="ledger").pk
    services.replace(first, a_file("ledger"), actor="token dam")
    converted(first, 40)

    def describe() -> None:
        for number in range(15):
            services.describe(first, rights=f"http://example.org/{number}")

    def send() -> None:
        for _ in range(10):
            dam.manifest("book", "ledger", "map")
            dam.manifest("box", "cover", "ledger")

    pages = (files.PAGES, FOLLOW)
    at_once(lambda: worker(*pages), lambda: worker(*pages), describe, send, lambda: converter(dam.source))
    worker(*pages)
    rows = leaves(first)
    assert [row.page for row in rows] == list(range(40))
    assert {row.rights_source for row in rows} == {"http://example.org/14"}
    assert not Job.objects.exclude(error_code="").exists()
    for key, before in (("book", 0), ("box", 1)):
        shown = Canvas.objects.filter(manifest=dam.record(key), dropped=None).order_by("position")
        images = list(shown.values_list("paintings__image", flat=True))
        assert images[before : before + 40] == [row.pk for row in rows]
        assert len(images) == 41
