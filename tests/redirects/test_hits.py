"""Uses of former names: counted at once, written now and then."""

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from redirects import hits, services
from redirects.models import Identifier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def former() -> Identifier:
    """A former name, and nothing counted yet."""
    hits.write()
    key = uuid.uuid4()
    services.register("image", "former", key, "test")
    services.rename("image", key, "present", actor="test")
    return Identifier.objects.get(value="former")


def uses(row: Identifier) -> int:
    row.refresh_from_db()
    return row.hits


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)


def test_many_uses_are_written_once(former: Identifier, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(100):
        services.visit("image", "former")
    assert uses(former) == 0
    with django_assert_num_queries(1):
        assert hits.write() == 1
    assert uses(former) == 100
    with django_assert_num_queries(0):
        assert hits.write() == 0


def test_counts_add_up_and_the_last_use_is_known(former: Identifier) -> None:
    assert former.last_used is None
    services.visit("image", "former")
    hits.write()
    former.refresh_from_db()
    first = former.last_used
    time.sleep(0.002)
    services.visit("image", "former")
    hits.write()
    former.refresh_from_db()
    assert former.hits == 2
    assert first and former.last_used and former.last_used > first


def test_a_present_name_is_not_counted(former: Identifier) -> None:
    services.visit("image", "present")
    services.find("image", "former")
    assert hits.write() == 0


def test_nothing_is_lost_between_threads(former: Identifier) -> None:
    rows = [
        former.pk,
        *(
            Identifier.objects.create(kind="image", value=f"n-{n}", resource=uuid.uuid4(), status="moved").pk
            for n in range(3)
        ),
    ]

    def count() -> None:
        for number in range(1000):
            hits.note(rows[number % 4])

    def write() -> None:
        try:
            for _ in range(10):
                hits.write()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(work) for work in (count, count, write, count, count, write, count, count)]
    for each in done:
        each.result()
    hits.write()
    assert list(Identifier.objects.filter(pk__in=rows).values_list("hits", flat=True)) == [1500] * 4


def test_they_are_written_without_being_asked_to(former: Identifier, settings: Settings) -> None:
    settings.GCIS_HITS_SECONDS = 0.05
    for expected in (2, 4):
        hits.note(former.pk)
        hits.note(former.pk)
        wait_for(lambda expected=expected: uses(former) == expected)


@contextmanager
def away(table: str) -> Iterator[None]:
    """The table is not there for a while."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(Identifier, table, f"{table}_away")
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Identifier, f"{table}_away", table)


def test_what_the_database_does_not_take_is_lost_with_a_warning(
    former: Identifier, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.GCIS_HITS_SECONDS = 0.05
    with caplog.at_level(logging.WARNING, "redirects.hits"), away(Identifier._meta.db_table):
        hits.note(former.pk)
        wait_for(lambda: bool(caplog.messages))
    assert "hits.lost" in caplog.messages[0]
    assert uses(former) == 0
    hits.note(former.pk)
    wait_for(lambda: uses(former) == 1)
