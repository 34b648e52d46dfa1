"""The database crashes, has no connection left, or is locked: faults 9, 10 and 11."""

import contextlib
import threading
import time
from collections.abc import Iterator

import psycopg2
import requests

from tests.faults.catalogue import Amount, fault
from tests.faults.figures import Figures, percentile
from tests.faults.scenes import Scene, scene
from tests.faults.site import Site
from tests.world.postgresql import PostgreSQL

#: Seconds until the API accepts again, those that a lock may make it wait, and how often the database crashes.
BACK = 10.0
LOCK_P99 = 5.0
CRASHES = 5
#: Seconds in which visitors ask every web process for everything once.
WARM = 5.0


@fault("9", "PostgreSQL crashes", "pg_ctl -m immediate restart, again and again")
def fault_09(site: Site, figures: Figures, amount: Amount) -> None:
    """Readers go on reading, writers are told to come again later, nothing happens twice."""
    figures.bound = BACK
    with scene(site, figures) as on:
        on.send_soon([f"crash-{number}" for number in range(amount.jobs)])
        time.sleep(WARM)
        for turn in range(CRASHES):
            _postgresql(site).restart_at_once()
            back = time.monotonic()
            on.museum.send(f"after-crash-{turn}")
            figures.recovered(time.monotonic() - back)
            figures.times += 1
            time.sleep(3)


@fault("10", "no connection left", "idle clients take all connections of PostgreSQL")
def fault_10(site: Site, figures: Figures, amount: Amount) -> None:
    """The health page says so, readers go on reading, writers are told to come again later."""
    figures.bound = BACK
    with scene(site, figures) as on:
        for turn in range(amount.times):
            time.sleep(WARM)
            with _all_connections(site):
                time.sleep(amount.away / 2)
                health = requests.get(f"{site.base}/readyz", timeout=10).status_code
                figures.must(health == 503, f"/readyz says {health} while no connection is to be had")
                time.sleep(amount.away / 2)
            back = time.monotonic()
            on.museum.send(f"after-rush-{turn}")
            figures.recovered(time.monotonic() - back)
            figures.times += 1
    figures.remarks.append(f"for {amount.away:.0f} s each time")


@fault("11", "tables locked", "LOCK TABLE images_image, manifests_manifest IN ACCESS EXCLUSIVE MODE", seconds=20)
def fault_11(site: Site, figures: Figures, amount: Amount) -> None:
    """Readers go on reading, and the API says 503 in time instead of waiting."""
    figures.bound = BACK
    with scene(site, figures) as on:
        for turn in range(amount.times):
            time.sleep(WARM)
            before = len(on.museum.answers.seconds)
            with _locked(site):
                time.sleep(amount.away)
            _waited(on, figures, before)
            back = time.monotonic()
            on.museum.send(f"after-lock-{turn}")
            figures.recovered(time.monotonic() - back)
            figures.times += 1
    figures.remarks.append(f"for {amount.away:.0f} s each time")


def _waited(on: Scene, figures: Figures, before: int) -> None:
    p99 = percentile(on.museum.answers.seconds[before:], 0.99) or 0
    figures.must(p99 < LOCK_P99, f"the API took {p99:.1f} s (p99) while the tables were locked")
    figures.must(on.museum.answers.later > 0, "nobody was told to come again later")


@contextlib.contextmanager
def _all_connections(site: Site) -> Iterator[None]:
    """Take every connection that becomes free, and throw the site out of those that it has."""
    held: list[psycopg2.extensions.connection] = []
    done = threading.Event()

    def grab() -> None:
        while not done.is_set():
            try:
                held.append(psycopg2.connect(site.servers["postgresql"].address, connect_timeout=2))
            except psycopg2.OperationalError:  # we have all that there are
                time.sleep(0.005)

    thread = threading.Thread(target=grab, daemon=True)
    thread.start()
    time.sleep(1)
    with contextlib.suppress(psycopg2.Error), held[0].cursor() as cursor:
        others = "datname IS NOT NULL AND pid <> ALL(%s)"
        mine = [connection.info.backend_pid for connection in held]
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}", [mine])
    try:
        yield
    finally:
        done.set()
        thread.join()
        for connection in held:
            connection.close()


@contextlib.contextmanager
def _locked(site: Site) -> Iterator[None]:
    with contextlib.closing(psycopg2.connect(site.servers["postgresql"].address)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE images_image, manifests_manifest IN ACCESS EXCLUSIVE MODE")
        yield


def _postgresql(site: Site) -> PostgreSQL:
    server = site.servers["postgresql"]
    assert isinstance(server, PostgreSQL)
    return server
