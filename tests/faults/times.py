"""The times of a site: short ones, so that a fault is over soon, and those of production."""

from dataclasses import dataclass

#: Seconds that a start of a process may take on a busy machine, beside what the settings say.
START = 12.0


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds, as in the settings of the same names."""

    lease: float
    beat: float
    dispatch: float
    reap: float

    @property
    def worker_lost(self) -> float:
        """Until others take up what a lost worker held: its lease, the next looks of a reaper and of a worker."""
        return self.lease + self.reap + 2 * self.dispatch + 1

    def environment(self) -> dict[str, str]:
        return {
            "GCIS_JOB_LEASE": str(self.lease),
            "GCIS_JOB_BEAT": str(self.beat),
            "GCIS_DISPATCH_SECONDS": str(self.dispatch),
            "GCIS_REAP_SECONDS": str(self.reap),
        }


SHORT = Times(lease=3, beat=0.5, dispatch=0.5, reap=1)
#: The defaults of the settings (gcis/settings.py).
PRODUCTION = Times(lease=60, beat=15, dispatch=1, reap=10)
