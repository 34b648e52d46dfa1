"""The database is killed, frozen, locked, full of others: what the public was shown it goes on seeing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest
import requests

from tests.core.outage import Site, until
from tests.world import services
from tests.world.fixtures import need
from tests.world.postgresql import PostgreSQL

pytestmark = pytest.mark.long

TILE = "/iiif/3/coast/0,0,256,256/256,256/0/default.jpg"
HITS = (TILE, "/iiif/3/coast/info.json", "/iiif/2/coast/info.json", "/presentation/3/coast/manifest")
NEUTRAL = "/presentation/coast/manifest"


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    need(request, PostgreSQL)
    with services.running([PostgreSQL]) as [server]:
        assert isinstance(server, PostgreSQL)
        made = Site(server, tmp_path_factory.mktemp("site"))
        with made.served():
            yield made


@pytest.fixture
def shown(site: Site) -> dict[str, bytes]:
    """What the public sees; seen a moment ago, by every address that the tests ask for."""
    until(lambda: all(site.get(path).status_code == 200 for path in (*HITS, NEUTRAL)))
    for path in ("secret", "gone"):
        site.get(f"/iiif/3/{path}/info.json")
        site.get(f"/presentation/3/{path}/manifest")
    return {path: site.get(path).content for path in (*HITS, NEUTRAL)}


@contextmanager
def killed(site: Site) -> Iterator[None]:
    site.server.kill()
    try:
        yield
    finally:
        site.server.start()


@contextmanager
def locked(site: Site) -> Iterator[None]:
    with site.connection() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "LOCK TABLE images_image, redirects_identifier, manifests_manifest, django_session, tokens_token"
        )
        yield
        cursor.execute("ROLLBACK")


@contextmanager
def full_of_others(site: Site) -> Iterator[None]:
    """Nobody gets a connection, and the web has lost those that it had."""
    held = []

    def fill() -> None:
        try:
            while True:
                held.append(psycopg2.connect(site.server.address))
        except psycopg2.OperationalError:
            return

    with site.connection() as cursor:
        fill()
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'gcis%'"
        for _ in range(3):
            cursor.execute(end)
            time.sleep(0.1)
            fill()
        yield
    for connection in held:
        connection.close()


@contextmanager
def frozen(site: Site) -> Iterator[None]:
    with site.frozen():
        yield


FAULTS = [killed, frozen, locked, full_of_others]


def asked_by_many(site: Site, seconds: float) -> list[tuple[str, requests.Response]]:
    """Eight visitors at once, for so long."""
    end = time.monotonic() + seconds

    def visit(number: int) -> list[tuple[str, requests.Response]]:
        seen = []
        while time.monotonic() < end:
            path = HITS[(number + len(seen)) % len(HITS)]
            seen.append((path, site.get(path)))
            time.sleep(0.02)
        return seen

    with ThreadPoolExecutor(8) as pool:
        return [each for visits in pool.map(visit, range(8)) for each in visits]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_public_hit_is_answered(site, shown, fault):
    with fault(site):
        answers = asked_by_many(site, 4)
        assert {(path, answer.status_code) for path, answer in answers} == {(path, 200) for path in HITS}
        assert all(answer.content == shown[path] for path, answer in answers)
        waits = sorted(answer.elapsed.total_seconds() for _, answer in answers)
        assert waits[-1] < 4
        assert waits[len(waits) // 2] < 0.5
        late = [answer for _, answer in answers[-4:]]
        assert {answer.headers["Cache-Control"] for answer in late} == {"public, max-age=10"}
    until(lambda: site.get(TILE).headers["Cache-Control"] == "public, max-age=300", 10)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_shut_stays_shut_and_what_is_gone_stays_gone(site, shown, fault):
    with fault(site):
        site.get(TILE)
        assert site.get("/iiif/3/secret/info.json").status_code == 403
        assert site.get("/presentation/3/secret/manifest").status_code == 403
        assert site.get("/iiif/3/gone/info.json").status_code == 410
        assert site.get("/presentation/3/gone/manifest").status_code == 410


@pytest.mark.parametrize("fault", FAULTS)
def test_every_other_door_says_try_again(site, shown, fault):
    with fault(site):
        for path, form in (
            ("/iiif/3/unknown/info.json", "application/problem+json"),
            ("/presentation/3/unknown/manifest", "application/problem+json"),
            ("/", "text/html; charset=utf-8"),
            ("/view/coast", "text/html; charset=utf-8"),
        ):
            answer = site.get(path)
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, form), path
            assert answer.headers["Cache-Control"] == "no-store"
            assert int(answer.headers["Retry-After"])
        staff = site.get("/admin/", Cookie="sessionid=" + "x" * 32)
        assert (staff.status_code, staff.headers["Cache-Control"]) == (503, "no-store")
        assert "try again" in staff.text
        refused = site.send("during")
        assert refused.status_code == 503
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"].startswith("/api/v1/problems/database_")
        assert int(refused.headers["Retry-After"])
    until(lambda: site.send(f"after-{fault.__name__}").status_code in (200, 201), 10)


def test_what_was_refused_left_nothing_behind(site, shown):
    assert site.send("before").status_code == 201
    with site.connection() as cursor:
        cursor.execute("SELECT count(*) FROM manifests_manifest")
        before = cursor.fetchone()
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE events_event IN EXCLUSIVE MODE")
        assert site.send("late").status_code == 503
        cursor.execute("ROLLBACK")
        cursor.execute("SELECT count(*) FROM manifests_manifest")
        assert cursor.fetchone() == before
    assert site.send("late").status_code == 201


def test_a_full_disk_lets_people_read(site, shown):
    """As the server says it: a trigger in the place of the disk."""
    with site.connection() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no space left on device' "
            "USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON manifests_manifest EXECUTE FUNCTION full_disk()"
        )
        refused = site.send("too-much")
        assert refused.status_code == 503
        assert refused.json()["type"] == "/api/v1/problems/database_full"
        assert {path: site.get(path).content for path in shown} == shown
        cursor.execute("DROP FUNCTION full_disk CASCADE")
    assert site.send("too-much").status_code == 201


def test_a_crash_in_the_middle_of_everything(site, shown):
    """`pg_ctl -m immediate restart`, five times (reliability, fault 9)."""
    with ThreadPoolExecutor(1) as pool:
        visitors = pool.submit(asked_by_many, site, 10)
        for _ in range(5):
            time.sleep(1)
            site.server.restart_at_once()
        answers = visitors.result()
    assert {answer.status_code for _, answer in answers} == {200}
    assert until(lambda: site.send("later").status_code in (200, 201)) < 10
