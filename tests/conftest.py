"""Fixtures for every test, and which tests are run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from gcis.core import lastknown
from gcis.core.blobs.stores import store
from gcis.jobs.claims import stopping
from redirects import hits
from tests import examples
from tests.contracts.s3_access import stores_of_a_test

pytest_plugins = ("tests.world.fixtures",)
#: Fixtures of pytest-django whose tests touch the database.
_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Every test has stores and scratch room of its own, and a process that nobody asked to stop."""
    settings.GCIS_WORK_DIR = tmp_path / "work"
    settings.GCIS_MASTER_CACHE_DIR = tmp_path / "master-cache"
    settings.GCIS_DERIVATIVE_CACHE_DIR = tmp_path / "derivatives"
    settings.GCIS_DERIVATIVE_CACHE_BYTES = 0  # tests of pictures count what is drawn; those of the cache turn it on
    settings.GCIS_STORES = stores_of_a_test(tmp_path)
    store.cache_clear()
    stopping.clear()
    lastknown.forget_all()
    hits._counts.clear()  # what was asked for in another test, of names with the same keys
    yield
    store.cache_clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-services", action="store_true", help="a missing outside program fails the test")
    parser.addoption("--long", action="store_true", help="also the tests that take long: chaos, soak, browsers")
    parser.addoption("--database-only", action="store_true", help="only the tests that touch the database")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        os.environ[examples.LONG] = "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [item for item in items if _is_chosen(config, item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = sorted(chosen, key=_comes_late)


def _is_chosen(config: pytest.Config, item: pytest.Item) -> bool:
    if item.get_closest_marker("long") and not config.getoption("--long"):
        return False
    return not config.getoption("--database-only") or _touches_database(item)


def _comes_late(item: pytest.Item) -> bool:
    """Not so modules that start whole processes or ask every address: else the last of them has a core for itself."""
    folder = item.path.parent
    return folder.name not in ("journeys", "faults") and folder != Path(__file__).parent


def _touches_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ())))
