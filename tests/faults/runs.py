"""Run one fault: a fresh site, the fault, what must hold of every fault, and nothing left at the end."""

import importlib
import os
import time
from dataclasses import replace
from pathlib import Path

from tests.faults import effects
from tests.faults.catalogue import FAULTS, Amount
from tests.faults.figures import Figures
from tests.faults.site import Site, running_site
from tests.faults.times import PRODUCTION

MODULES = (
    "workers",
    "embedded",
    "conversions",
    "freezes",
    "brokers",
    "databases",
    "caches",
    "storage",
    "disks",
    "clocks",
    "stops",
)
#: Seconds that a host may take to stop.
GRACE = 30.0


def known() -> list[str]:
    """The numbers of all faults, in the order of the table."""
    for module in MODULES:
        importlib.import_module(f"tests.faults.{module}")
    return sorted(FAULTS, key=lambda number: (int("".join(filter(str.isdigit, number))), number))


def run(number: str, amount: Amount | None = None, *, production_times: bool = False) -> Figures:
    """The row of that fault. What did not hold is in `broken`; only a harness that fails raises."""
    known()
    fault = FAULTS[number]
    amount = amount or Amount()
    amount = replace(amount, seconds=amount.seconds or fault.seconds)
    figures = Figures(number, fault.name, fault.injected)
    if fault.plan is None:
        fault.run(figures, amount)
        return figures.judge()
    plan = replace(fault.plan, times=PRODUCTION) if production_times else fault.plan
    with running_site(plan) as site:
        fault.run(site, figures, amount)
        leave_nothing(site, figures)
    return figures.judge()


def leave_nothing(site: Site, figures: Figures) -> None:
    """Every host stops as it should; the sweeps that workers do every minute clear up after those that were killed."""
    for host in (*site.workers.values(), site.web):
        took = host.stop()
        figures.must(took <= GRACE, f"{host.name} took {took:.0f} s to stop")
    for name in site.workers:
        site.manage("reap", client=name)
    if effects.half_sent(site):
        _let_a_day_pass(effects.half_sent(site))
        site.manage("reconcile", "--repair", "--check", "uploads.left", client="web")
    effects.check_leftovers(site, figures)
    effects.check_orphans(site, figures)


def _let_a_day_pass(files: list[Path]) -> None:
    """For files that were being sent when the web server died: they are kept for so long."""
    before = time.time() - 2 * 86400
    for file in files:
        os.utime(file, (before, before))
