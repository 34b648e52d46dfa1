"""The database's clock, and one snapshot for many reads, with a second connection beside us."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Value

from gcis.core.db import DbNow, snapshot
from gcis.jobs.models import Batch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch() -> Batch:
    return Batch.objects.create(label="before", actor="test")


def elsewhere(work: Callable[[], object]) -> float:
    """Do it in another thread, that is on another connection. Returns the seconds it took."""

    def alone() -> None:
        try:
            work()
        finally:
            connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(alone).result()
    return time.monotonic() - began


def told(seconds: float = 0) -> datetime:
    moment: datetime = Batch.objects.annotate(moment=DbNow(seconds)).values_list("moment", flat=True)[0]
    return moment


# --------------------------------------------------------------------------------------------------------------- clock
@pytest.mark.parametrize("seconds", [0, 3600, -3600, 0.25, 86_400 * 400])
def test_the_clock_is_the_databases_in_utc(batch: Batch, seconds: float) -> None:
    before = datetime.now(UTC)
    moment = told(seconds)
    after = datetime.now(UTC)
    slack = timedelta(milliseconds=2)
    assert before - slack <= moment - timedelta(seconds=seconds) <= after + slack


def test_times_are_compared_and_written_as_times(batch: Batch) -> None:
    assert batch.created <= datetime.now(UTC)
    Batch.objects.filter(pk=batch.pk).update(closed=DbNow(60))
    closed = Batch.objects.get().closed
    assert closed is not None
    assert 59 < (closed - datetime.now(UTC)).total_seconds() < 61
    assert Batch.objects.filter(closed__gt=DbNow(55), closed__lt=DbNow(65)).exists()
    assert not Batch.objects.filter(closed__gt=DbNow(65)).exists()
    # What Python wrote is compared with what the database says, whole seconds too.
    Batch.objects.update(closed=datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=1))
    assert Batch.objects.filter(closed__lt=DbNow(), closed__gt=DbNow(-3)).exists()


def test_the_clock_runs_within_a_transaction(batch: Batch) -> None:
    with transaction.atomic():
        first = told()
        time.sleep(0.02)
        assert told() - first >= timedelta(milliseconds=15)


def test_moments_with_other_distances_are_other_expressions() -> None:
    assert DbNow(1) == DbNow(1)
    assert DbNow(1) != DbNow(2)
    assert DbNow() != Value(0)


# ------------------------------------------------------------------------------------------------------------ snapshot
def label() -> str:
    return Batch.objects.get().label


def rename() -> None:
    Batch.objects.update(label="after")


def test_everything_inside_is_read_at_one_moment(batch: Batch) -> None:
    with snapshot():
        assert label() == "before"
        elsewhere(rename)
        assert label() == "before"
        elsewhere(lambda: Batch.objects.create(label="new", actor="test"))
        assert Batch.objects.count() == 1
    assert set(Batch.objects.values_list("label", flat=True)) == {"after", "new"}


def test_no_writer_waits_for_a_reader(batch: Batch) -> None:
    with snapshot():
        label()
        assert elsewhere(rename) < 1


def test_a_reader_does_not_wait_for_a_writer(batch: Batch) -> None:
    def read() -> None:
        with snapshot():
            assert label() == "before"

    with transaction.atomic():
        rename()
        assert elsewhere(read) < 1
    assert label() == "after"


@pytest.fixture
def broken_off(batch: Batch) -> Iterator[None]:
    with pytest.raises(ZeroDivisionError), snapshot():
        label()
        _ = 1 / 0
    yield


def test_after_an_error_the_connection_can_be_used(broken_off: None) -> None:
    with transaction.atomic():
        rename()
    with snapshot():
        assert label() == "after"


def test_inside_a_transaction_it_is_that_transactions(batch: Batch) -> None:
    with transaction.atomic():
        rename()
        with snapshot():
            assert label() == "after"
        Batch.objects.update(label="later")
    assert label() == "later"
