"""`./run faults`: break a site in every way of the fault table and print what was seen."""

import argparse
import signal
import sys
import time
import traceback
from pathlib import Path

from tests.faults import runs
from tests.faults.catalogue import Amount
from tests.faults.figures import Figures
from tests.faults.page import page
from tests.faults.times import PRODUCTION, SHORT


def main() -> int:
    chosen = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as an exception, so that everything is cleared up
    amount = Amount(chosen.jobs, chosen.kills, chosen.times, chosen.seconds)
    parts = [(SHORT, [_row(number, amount, production=False) for number in _numbers(chosen.numbers)])]
    if chosen.production is not None:
        parts.append((PRODUCTION, [_row(number, amount, production=True) for number in _numbers(chosen.production)]))
    text = page(" ".join(["./run faults", *sys.argv[1:]]), parts, runs.known())
    print(text)
    if chosen.write:
        chosen.write.write_text(text)
    return int(any(row.broken for _, rows in parts for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN", help="rows of the table; all when none is named")
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--times", type=int, default=2, help="repetitions, where a row is not counted in kills")
    parser.add_argument("--seconds", type=float, help="for how long something is away; as the table says by default")
    parser.add_argument("--production", nargs="*", metavar="NN", help="these once more, with leases as by default")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the table, as a page of Markdown")
    return parser.parse_args()


def _row(number: str, amount: Amount, *, production: bool) -> Figures:
    began = time.monotonic()
    try:
        row = runs.run(number, amount, production_times=production)
    except Exception as error:  # noqa: BLE001  the other rows are wanted all the same
        traceback.print_exc()
        row = Figures(number, "the run broke off", "", broken=[f"{type(error).__name__}: {str(error)[:300]}"])
    took = time.monotonic() - began
    print(f"{number}: {row.verdict} in {took:.0f} s", *row.broken, sep="\n    ", file=sys.stderr, flush=True)
    return row


def _numbers(named: list[str]) -> list[str]:
    """All rows of these numbers: row 1 is there for each kind of installation."""
    return [number for number in runs.known() if not named or number in named or number.rstrip("abc") in named]


if __name__ == "__main__":
    sys.exit(main())
