"""Who may see what, as a value. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """What the public gets: nothing (`closed`), nothing before `opens`, or no picture with a longer edge than `edge`.

    `edge` is in pixels, None for no limit; `opens` is a moment with time zone, None for always.
    """

    closed: bool = False
    edge: int | None = None
    opens: datetime | None = None

    @classmethod
    def of(cls, access: str, edge: int | None, opens: datetime | None) -> "Policy":
        """The word of one record. A size limit without a size is none that could be kept: it closes."""
        limited = access == "limited"
        return cls(access == "closed" or (limited and not edge), edge if limited else None, opens)

    def is_shut(self, now: datetime) -> bool:
        return self.closed or (self.opens is not None and now < self.opens)

    def is_open(self, now: datetime) -> bool:
        """Whether the public gets all of it, so that nobody need be asked who he is."""
        return self.edge is None and not self.is_shut(now)

    def opening(self, now: datetime) -> datetime | None:
        """When time alone opens what is shut now; None where it is not shut, or not by time alone."""
        return self.opens if self.is_shut(now) and not self.closed else None


OPEN = Policy()
CLOSED = Policy(closed=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. Staff, and machines that may see everything, are not the public."""

    sees_all: bool = False


PUBLIC = Caller()
STAFF = Caller(sees_all=True)


def strictest(*policies: Policy) -> Policy:
    """What holds when all of these hold."""
    edges = [policy.edge for policy in policies if policy.edge]
    openings = [policy.opens for policy in policies if policy.opens]
    return Policy(any(policy.closed for policy in policies), min(edges, default=None), max(openings, default=None))
