"""Many mutated files, one after another, and what became of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from images.conversion.work import Limits
from tests.hostile.mutations import mutated
from tests.hostile.seeds import seeds
from tests.hostile.trial import Outcome, Trials

#: For pictures of 0.03 Mpx.
SMALL = Limits(seconds=10, memory=512 << 20, pixels=4_000_000, file=64 << 20)


@dataclass
class Tally:
    """What became of the mutations of one seed; `wrong` lines name the mutation to be run again."""

    seed: str
    verdicts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    slowest: float = 0
    peak: int = 0
    disk: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, number: int, outcome: Outcome) -> None:
        self.verdicts[outcome.verdict] += 1
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, outcome.seconds)
        self.peak = max(self.peak, outcome.peak)
        self.disk = max(self.disk, outcome.disk)
        self.wrong += [f"{self.seed} #{number}: {what}" for what in outcome.wrong]


def campaign(trials: Trials, folder: Path, count: int) -> Iterator[Tally]:
    """About `count` mutations, as many of each seed; each seed as it is goes before them and must be accepted."""
    known = seeds()
    for name, data in known.items():
        tally = Tally(name)
        if (whole := one(trials, folder, data)).verdict != "accepted" or whole.wrong:
            tally.wrong.append(f"{name} as it is: {whole.verdict} {whole.sentence} {whole.wrong}")
        for number in range(-(-count // len(known))):
            tally.add(number, one(trials, folder, mutated(data, name, number)))
        yield tally


def one(trials: Trials, folder: Path, data: bytes) -> Outcome:
    source = folder / "source"
    source.write_bytes(data)
    return trials.take(source, SMALL)
