"""`python -m tests.hostile`: the attacks by file and mutated files through a conversion process, as a page.

--only 'TIFF, LZW #17' runs one mutation again and keeps its file.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile.campaign import Tally, campaign, one
from tests.hostile.catalogue import ATTACKS, Attack
from tests.hostile.mutations import mutated
from tests.hostile.page import page
from tests.hostile.seeds import seeds
from tests.hostile.trial import Outcome, Trials, trials


def main() -> int:
    options = _options()
    with trials() as taking, tempfile.TemporaryDirectory(prefix="gcis-hostile-") as folder:
        if options.only:
            return _again(taking, options.only)
        began = time.monotonic()
        attacks = [(attack, _attacked(taking, attack, Path(folder))) for attack in ATTACKS]
        tallies = []
        for tally in campaign(taking, Path(folder), options.mutations):
            tallies.append(tally)
            _tell(tally)
    text = page(" ".join(["python -m tests.hostile", *sys.argv[1:]]), attacks, tallies, time.monotonic() - began)
    print(text)
    if options.write:
        options.write.write_text(text)
    bad = any(tally.wrong for tally in tallies) or any(_is_wrong(*each) for each in attacks)
    return int(bad)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--mutations", type=int, default=300, metavar="N")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page, in Markdown")
    parser.add_argument("--only", metavar="SEED #N", help="one mutation again")
    return parser.parse_args()


def _attacked(taking: Trials, attack: Attack, folder: Path) -> Outcome:
    source = folder / "attack"
    attack.make(source)
    outcome = taking.take(source, attack.limits)
    source.unlink()
    if _is_wrong(attack, outcome):
        print(f"{attack}: {outcome.verdict} {outcome.sentence} {outcome.wrong}", file=sys.stderr, flush=True)
    return outcome


def _is_wrong(attack: Attack, outcome: Outcome) -> bool:
    return bool(outcome.wrong) or outcome.verdict not in attack.verdicts


def _tell(tally: Tally) -> None:
    print(f"{tally.seed}: {dict(tally.verdicts)}", *tally.wrong, sep="\n    ", file=sys.stderr, flush=True)


def _again(taking: Trials, which: str) -> int:
    name, number = which.rsplit(" #", 1)
    data = mutated(seeds()[name], name, int(number))
    kept = Path(tempfile.gettempdir()) / "gcis-hostile-again"
    kept.mkdir(exist_ok=True)
    print(one(taking, kept, data), kept / "source", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
