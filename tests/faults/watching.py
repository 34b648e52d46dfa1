"""Look at the jobs of a site while a fault is on: what runs, what waits, and when it goes on."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator

import psutil

from tests.faults.hosts import Host
from tests.faults.site import Site

RUNNING = "SELECT id::text, token FROM jobs_job WHERE state = 'running'"
WAITING = "SELECT id::text FROM jobs_job WHERE state = 'queued' AND run_at <= clock_timestamp()"
#: When these jobs were begun, by the clock of the database.
BEGUN = "SELECT extract(epoch FROM started)::float8 FROM jobs_job WHERE id::text = ANY(%s) ORDER BY started"
NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"
#: Seconds that nothing takes in any run that is not broken.
FOR_EVER = 150.0


def until(true: Callable[[], bool], what: str, seconds: float = FOR_EVER) -> float:
    """Seconds until it was. AssertionError when it was not."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def running(site: Site) -> dict[str, int]:
    """The token of each running job."""
    return dict(site.query(RUNNING))


def until_over_or_free(site: Site, held: dict[str, int], since: float) -> float:
    """Seconds since then until each of these attempts has ended or was taken from its worker."""
    until(lambda: not held.items() & running(site).items(), f"jobs of a lost worker go on: {held}")
    return time.monotonic() - since


def now(site: Site) -> float:
    """The clock of the database."""
    return float(site.query(NOW)[0][0])


def standstill(site: Site, jobs: list[str], since: float) -> float:
    """The longest time after `since` (by the database) in which none of these jobs, which waited then, was begun."""
    moments = [since, *(begun for (begun,) in site.query(BEGUN, jobs) if begun and begun > since)]
    return max((later - earlier for earlier, later in itertools.pairwise(moments)), default=0.0)


def waiting(site: Site) -> list[str]:
    return [row[0] for row in site.query(WAITING)]


@contextlib.contextmanager
def conversions_held(hosts: list[Host]) -> Iterator[None]:
    """Nobody converts while the block lasts; workers live, beat and hold what they hold, so the queue fills up."""
    done = threading.Event()
    held: set[psutil.Process] = set()

    def hold() -> None:
        while not done.wait(0.02):
            held.update(each_child(hosts, psutil.Process.suspend))

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        for child in held:  # also those whose worker was killed: held at their birth, they have not seen it go
            with contextlib.suppress(psutil.Error):
                child.resume()


def each_child(hosts: list[Host], do: Callable[[psutil.Process], None]) -> list[psutil.Process]:
    """Do this to every conversion child of these hosts. Returns those that it was done to."""
    done = []
    for host in hosts:
        for child in host.children():
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile
                do(child)
                done.append(child)
    return done
