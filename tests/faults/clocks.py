"""The clock of a worker host jumps: fault 26."""

import platform
import time
from pathlib import Path

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures
from tests.faults.scenes import scene
from tests.faults.site import Plan, Site
from tests.faults.stops import ATTEMPTS
from tests.faults.watching import until

LIBRARY = Path(f"/usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1")
ADVICE = "libfaketime is not installed (Debian: apt install faketime)"
HOST = "host-a"
JUMPS = ("+1h", "-1h", "+0")
#: The library reads the file at every call. Steady clocks stay steady, as they do when somebody sets the time.
JUMPING = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@fault("26", "clock jumps", f"the clock of {HOST} by {', '.join(JUMPS)} while it works", Plan(s3=False))
def fault_26(site: Site, figures: Figures, amount: Amount) -> None:
    """Leases are told by the database's clock alone: no job is taken from whoever works on it, none waits for an hour.

    With its files in folders: S3 refuses signatures of a host whose clock is off by more than a quarter of an hour.
    """
    assert LIBRARY.exists(), ADVICE
    setting = site.folder / "clock"
    setting.write_text("+0\n")
    host = site.workers[HOST]
    host.stop()
    host.env |= JUMPING | {"FAKETIME_TIMESTAMP_FILE": str(setting)}
    site.supervisor.start(host)
    with scene(site, figures, size=(2000, 1400)) as on:
        for turn in range(amount.times):
            for jump in JUMPS:
                on.send_soon([f"jump-{turn}-{jump}-{number}" for number in range(max(4, amount.jobs // 10))])
                time.sleep(1)
                setting.write_text(f"{jump}\n")
                on.settle()
                figures.times += 1
        figures.must(not site.count(ATTEMPTS), "jobs were taken from hosts that worked on them")
        took_part = site.count("SELECT count(*) FROM jobs_job WHERE owner LIKE %s", f"{HOST}:%")
        until(lambda: host.alive, "the host lives")
    figures.must(took_part > 0, f"{HOST} did nothing, so nothing was shown")
