"""What a fault was seen to do, as one row of a table."""

from dataclasses import dataclass, field


@dataclass
class Figures:
    """One row. A count is None where it was not measured, seconds where nothing had to recover."""

    number: str
    fault: str
    injected: str
    #: How often it was injected.
    times: int = 0
    jobs: int = 0
    lost: int | None = None
    doubled: int | None = None
    #: Requests of the public: all, and those that failed or had another body than before.
    public: int | None = None
    public_failures: int | None = None
    #: Answers of the API: 2xx, 503 with Retry-After, and all others; and the 99th percentile in seconds.
    accepted: int | None = None
    later: int | None = None
    refused: int | None = None
    p99: float | None = None
    recovery: float | None = None
    bound: float | None = None
    #: Seconds of a lease, where that is what recovery depends on.
    lease: float = 0
    #: Sentences about what did not hold; none is what is wanted.
    broken: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def must(self, holds: bool, sentence: str) -> None:
        """Note what did not hold, and go on: the other figures are wanted too."""
        if not holds:
            self.broken.append(sentence)

    def expect_within(self, bound: float, lease: float) -> None:
        """Recovery is a matter of leases."""
        self.bound, self.lease = bound, lease

    def recovered(self, seconds: float) -> None:
        """The slowest recovery of all counts."""
        self.recovery = max(self.recovery or 0, seconds)

    def judge(self) -> "Figures":
        """What must hold of every row: nothing lost, nothing doubled, nothing refused, back within the bound."""
        self.must(not self.lost, f"{self.lost} deliveries are lost")
        self.must(not self.doubled, f"{self.doubled} effects are doubled")
        if self.bound is not None:
            self.must(self.recovery is not None, "the recovery was not seen")
            self.must(
                (self.recovery or 0) <= self.bound, f"recovery took {self.recovery or 0:.1f} s of {self.bound:.0f}"
            )
        return self

    @property
    def verdict(self) -> str:
        return "holds" if not self.broken else "BROKEN"


COLUMNS = (
    ("#", lambda row: row.number),
    ("fault", lambda row: row.fault),
    ("injected", lambda row: row.injected),
    ("times", lambda row: str(row.times)),
    ("jobs", lambda row: str(row.jobs or "–")),
    ("lost", lambda row: _count(row.lost)),
    ("doubled", lambda row: _count(row.doubled)),
    ("public: failed of", lambda row: _of(row.public_failures, row.public)),
    ("API: 2xx / 503 / other", lambda row: _answers(row)),
    ("API p99", lambda row: _seconds(row.p99)),
    ("recovery (bound)", lambda row: _recovery(row)),
    ("verdict", lambda row: row.verdict),
)


def table(rows: list[Figures]) -> str:
    """The rows in Markdown, then what was broken or is to be known, by number."""
    lines = [
        "| " + " | ".join(name for name, _ in COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(show(row) for _, show in COLUMNS) + " |" for row in rows),
    ]
    notes = [f"* {row.number} ({row.fault}): {note}" for row in rows for note in (*row.broken, *row.remarks)]
    return "\n".join([*lines, "", *notes]).rstrip() + "\n"


def percentile(values: list[float], share: float) -> float | None:
    """The value that this share of all is not above; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def _count(value: int | None) -> str:
    return "–" if value is None else str(value)


def _of(part: int | None, whole: int | None) -> str:
    return "–" if whole is None else f"{part} of {whole}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _answers(row: Figures) -> str:
    return "–" if row.accepted is None else f"{row.accepted} / {row.later} / {row.refused}"


def _recovery(row: Figures) -> str:
    if row.recovery is None or row.bound is None:
        return "–"
    leases = f", {row.recovery / row.lease:.1f} leases" if row.lease else ""
    return f"{row.recovery:.1f} s ({row.bound:.0f}{leases})"
