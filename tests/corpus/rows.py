"""One source's row of the table, in words. Pure."""

from dataclasses import dataclass

from tests.corpus.measuring import Master, Outcome
from tests.corpus.source import Source

HEADINGS = (
    *(
        "file",
        "what it is",
        "what came out",
        "its own colours",
        "ΔE2000",
        "without loss",
        "orientation",
        "metadata",
        "pixels/mm",
    ),
    *("seconds", "what was done"),
)
#: What stands in a cell when there is nothing to say.
NOTHING = "–"
#: What is done to every picture is not worth a word in each row.
_USUAL = ("pyramid, ", "one tile, ", "turned (")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a source, and what is wrong with that."""

    source: Source
    outcome: Outcome
    wrong: tuple[str, ...] = ()

    def cells(self) -> tuple[str, ...]:
        """In the order of HEADINGS; of a refusal its sentence instead of a master."""
        name = self.source.name + (f", page {self.source.page + 1}" if self.source.page else "")
        outcome, seconds = self.outcome, f"{self.outcome.seconds:.2f}"
        if outcome.master is None:
            refusal = f"refused ({outcome.code}): {outcome.sentence}"
            return name, self.source.what, refusal, *[NOTHING] * 6, seconds, NOTHING
        master = outcome.master
        return (
            name,
            self.source.what,
            _shape(master),
            _colours(outcome),
            _difference(master.delta_e),
            _difference(outcome.exact),
            _orientation(outcome),
            ", ".join(sorted(master.metadata)) or NOTHING,
            " x ".join(f"{side:.2f}" for side in dict.fromkeys(master.pixels_per_mm or ())) or NOTHING,
            seconds,
            _done(outcome),
        )


def _shape(master: Master) -> str:
    levels = f"{len(master.levels)} levels" if len(master.levels) > 1 else "1 level"
    return f"{master.size[0]} x {master.size[1]}, {master.profile}, {levels}"


def _difference(delta_e: tuple[float, float]) -> str:
    return f"{delta_e[0]:.2f} / {delta_e[1]:.1f}"


def _colours(outcome: Outcome) -> str:
    """What its numbers stand for: by its profile, by what was assumed for want of one, or by its format."""
    if assumed := outcome.assumed.get("profile"):
        return f"{assumed} assumed"
    return outcome.found["profile"] or {"lab": "Lab", "labs": "Lab"}.get(outcome.found["colour"], NOTHING)


def _orientation(outcome: Outcome) -> str:
    orientation = outcome.found["orientation"]
    return NOTHING if orientation == 1 else f"{orientation} → upright"


def _done(outcome: Outcome) -> str:
    done = [step for step in outcome.done if not step.startswith(_USUAL)]
    assumed = [f"{how} assumed" for what, how in outcome.assumed.items() if what not in ("profile", "header")]
    warned = " ".join(outcome.warnings)
    return "; ".join([*done, *assumed, *filter(None, [outcome.assumed.get("header"), warned])]) or NOTHING
