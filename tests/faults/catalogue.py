"""The faults by their numbers in the table, each with the site that it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.figures import Figures
from tests.faults.site import Plan, Site


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of it: jobs, kills, repetitions, and for how many seconds something is away."""

    jobs: int = 40
    kills: int = 6
    times: int = 2
    #: None: as long as the table says.
    seconds: float | None = None

    @property
    def away(self) -> float:
        assert self.seconds is not None, "runs.run fills it in"
        return self.seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """`plan` is the site that it is made on; None: it makes its own, and `run` is told nothing of a site."""

    name: str
    injected: str
    plan: Plan | None
    run: Callable[..., None]
    #: For how long something is away by the table.
    seconds: float = 10

    @property
    def holds(self) -> str:
        """What must hold, in a sentence."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


FAULTS: dict[str, Fault] = {}
Run = Callable[[Site, Figures, Amount], None]
RunAlone = Callable[[Figures, Amount], None]


def fault(
    number: str, name: str, injected: str, plan: Plan | None = None, *, seconds: float = 10
) -> Callable[[Run], Run]:
    """Enter the function under that number; it gets a running site."""

    def enter(run: Run) -> Run:
        FAULTS[number] = Fault(name, injected, plan or Plan(), run, seconds)
        return run

    return enter


def fault_elsewhere(number: str, name: str, injected: str) -> Callable[[RunAlone], RunAlone]:
    """The same for one that is not made on a production site."""

    def enter(run: RunAlone) -> RunAlone:
        FAULTS[number] = Fault(name, injected, None, run)
        return run

    return enter
