"""Fixtures for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from gcis.core.blobs.stores import store
from gcis.jobs.claims import stopping
from redirects import hits
from tests import postgresql as server


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Every test has stores and scratch room of its own, and a process that nobody asked to stop."""
    settings.GCIS_WORK_DIR = tmp_path / "work"
    settings.GCIS_STORES = {
        name: {"BACKEND": "gcis.core.blobs.local.LocalStore", "OPTIONS": {"folder": tmp_path / name}}
        for name in ("sources", "masters", "published")
    }
    store.cache_clear()
    stopping.clear()
    hits._counts.clear()  # what was asked for in another test, of names with the same keys
    yield
    store.cache_clear()


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL that nobody else uses, started for these tests."""
    if not server.binaries():
        message = "PostgreSQL is not installed (Debian: apt install postgresql)"
        pytest.fail(message) if request.config.getoption("--require-services") else pytest.skip(message)
    with server.started() as url:
        yield url


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-services", action="store_true", help="a missing outside program fails the test")
