"""One kill and one flush on a real site: quick enough for every run of the tests."""

import time

import pytest

from tests.faults import effects, runs
from tests.faults.exhibition import open_exhibition
from tests.faults.figures import Figures, percentile, table
from tests.faults.museum import Museum
from tests.faults.scenes import PATIENCE
from tests.faults.site import Plan, running_site
from tests.faults.watching import conversions_held, running, until, until_over_or_free, waiting
from tests.world.fixtures import need
from tests.world.postgresql import PostgreSQL
from tests.world.valkey import Valkey

PICTURES = [f"smoke-{number}" for number in range(6)]


@pytest.mark.timeout(240)
def test_nothing_is_lost_when_a_worker_is_killed_and_the_broker_forgets(request: pytest.FixtureRequest) -> None:
    need(request, PostgreSQL, Valkey)
    figures = Figures("smoke", "worker killed, broker flushed", "", bound=PATIENCE)
    with running_site(Plan(("host-a",), s3=False)) as site:
        museum, host = Museum(site.base, site.token), site.workers["host-a"]
        open_exhibition(site, museum)
        with conversions_held([host]):
            museum.bind("smoke", *PICTURES)
            museum.send(*PICTURES)
            until(lambda: bool(running(site)) and bool(waiting(site)), "some pictures are under way, others wait")
            held, began = running(site), time.monotonic()
            host.kill()
            broker = site.servers["broker"]
            assert isinstance(broker, Valkey)
            broker.client().flushall()
        figures.recovered(until_over_or_free(site, held, began))
        assert effects.settle(site, PATIENCE) is not None, host.said()
        effects.check(site, museum, figures)
        runs.leave_nothing(site, figures)
    assert not figures.judge().broken, figures


def test_a_row_says_what_did_not_hold() -> None:
    row = Figures("5", "broker flushed", "FLUSHALL", times=2, lost=1, doubled=0, recovery=9.0, bound=6.0, lease=3.0)
    shown = table([row.judge()])
    assert "| 1 | 0 |" in shown
    assert "9.0 s (6, 3.0 leases)" in shown
    assert "BROKEN" in shown
    assert "* 5 (broker flushed): 1 deliveries are lost" in shown
    assert "recovery took 9.0 s of 6" in shown


def test_the_slowest_of_a_hundred_is_above_the_99th_percentile() -> None:
    assert percentile([float(number) for number in range(1, 101)], 0.99) == 100.0
    assert percentile([], 0.99) is None
