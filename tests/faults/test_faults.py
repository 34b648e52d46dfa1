"""The fault table, each row in small; `python -m tests.faults` makes it as large as wanted."""

import os

import pytest

from tests.faults import clocks, disks, runs
from tests.faults.catalogue import FAULTS, Amount
from tests.world import services

AMOUNT = Amount(jobs=20, kills=6, times=1)
NEED_ROOT = ("20", "21")
NEED_FAKETIME = ("26",)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", runs.known())
def test_the_site_stands_it(number: str, request: pytest.FixtureRequest) -> None:
    """What must hold is in the fault's own words; the figures are those of the table."""
    _need(number, request)
    figures = runs.run(number, AMOUNT)
    assert not figures.broken, figures


def _need(number: str, request: pytest.FixtureRequest) -> None:
    """Skip with the reason, or fail where everything is required."""
    plan = FAULTS[number].plan
    reasons = [services.missing(service) for service in (plan.services() if plan else ())]
    reasons += [disks.ROOT_ONLY] if number in NEED_ROOT and os.geteuid() else []
    reasons += [clocks.ADVICE] if number in NEED_FAKETIME and not clocks.LIBRARY.exists() else []
    for reason in filter(None, reasons):
        required = request.config.getoption("--require-services") and reason != disks.ROOT_ONLY
        pytest.fail(reason) if required else pytest.skip(reason)
