"""One service for many things: what became of them, sorted by what people can do about it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from gcis.core.errors import SourceFault, Unavailable

Thing = TypeVar("Thing")

#: How many different reasons are told; what fails in more ways than that is looked at one by one.
MOST_REASONS = 3


@dataclass
class Outcome:
    """For how many it was done, and how often which sentence said why not."""

    done: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def sentence(self, done: str) -> str:
        """What to tell a person: `12 converted; 2 not: The file is cut off.`"""
        parts = [f"{self.done or 'None'} {done}"]
        parts += [f"{count} not: {why.rstrip('.')}" for why, count in self.refused.most_common(MOST_REASONS)]
        if others := sum(self.refused.values()) - sum(n for _, n in self.refused.most_common(MOST_REASONS)):
            parts.append(f"{others} not for other reasons")
        return "; ".join(parts) + "."


def for_each(things: Iterable[Thing], service: Callable[[Thing], object]) -> Outcome:
    """Call the service for each. What is the sender's fault or not at hand is counted; any other error is ours."""
    outcome = Outcome()
    for thing in things:
        try:
            service(thing)
        except (SourceFault, Unavailable) as fault:
            outcome.refused[fault.sentence] += 1
        else:
            outcome.done += 1
    return outcome
