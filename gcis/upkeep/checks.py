"""What is compared with what. Each app registers its checks in `AppConfig.ready()`; this package knows none of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from gcis.core.errors import SourceFault


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    `what` names it within its check (a key of a store, of a job), `sentence` is for a person, `subject` is the record
    that it concerns. Of what is not `repairable` no machine can know how it should be.
    """

    what: str
    sentence: str
    subject: UUID | None = None
    repairable: bool = True


@dataclass
class Tally:
    """How many things a check has looked at. `pulse` is called beside: it raises when there is no point in going on."""

    pulse: Callable[[], None]
    looked: int = field(default=0, init=False)

    def saw(self, number: int = 1) -> None:
        self.looked += number
        self.pulse()


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison.

    `means` says in a sentence how things are when nothing is wrong. `look` tells its tally what it has looked at and
    yields what seems wrong, in constant memory, changing nothing. `still` looks at one of those again, a moment later:
    what was only in flight is over by then. `mend` puts it right, or has that done, and looks once more under the lock
    of what it changes; False: there was nothing to do any more. A SourceFault says why it cannot.

    `by_itself`: mended by every run, unasked, because nothing is lost by it whatever the reason was.
    """

    name: str
    means: str
    look: Callable[[Tally], Iterator[Finding]]
    still: Callable[[Finding], bool]
    mend: Callable[[Finding, str], bool] | None = None
    by_itself: bool = False


_checks: dict[str, Check] = {}
_counts: dict[str, Callable[[], int]] = {}


def register(*checks: Check) -> None:
    for check in checks:
        _checks[check.name] = check


def register_count(name: str, count: Callable[[], int]) -> None:
    """A figure that is true now, not only when everything was compared last; one quick query."""
    _counts[name] = count


def counts() -> dict[str, int]:
    return {name: count() for name, count in _counts.items()}


def named(names: tuple[str, ...] = ()) -> list[Check]:
    """The checks of these names, all where none is named. SourceFault for a name that none has."""
    if unknown := [name for name in names if name not in _checks]:
        raise SourceFault("check_unknown", f"There is no check {unknown[0]!r}; there are {', '.join(_checks)}.")
    return [check for name, check in _checks.items() if not names or name in names]
