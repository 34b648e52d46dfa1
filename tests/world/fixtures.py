"""Fixtures for tests that need a real service: its address, shared by all tests of a process."""

from collections.abc import Iterator

import pytest

from tests.world import services
from tests.world.postgresql import PostgreSQL
from tests.world.rabbitmq import RabbitMQ
from tests.world.s3 import S3
from tests.world.server import Server
from tests.world.valkey import Valkey


def need(request: pytest.FixtureRequest, *wanted: type[Server]) -> None:
    """Skip the test when one of these cannot be had; fail it where all are required."""
    for service in wanted:
        if reason := services.missing(service):
            pytest.fail(reason) if request.config.getoption("--require-services") else pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    """As in GCIS_DATABASE_URL."""
    need(request, PostgreSQL)
    with services.address(PostgreSQL) as url:
        yield url


@pytest.fixture(scope="session")
def valkey(request: pytest.FixtureRequest) -> Iterator[str]:
    """As in GCIS_BROKER_URL and GCIS_CACHE_URL."""
    need(request, Valkey)
    with services.address(Valkey) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq(request: pytest.FixtureRequest) -> Iterator[str]:
    """As in GCIS_BROKER_URL."""
    need(request, RabbitMQ)
    with services.address(RabbitMQ) as url:
        yield url


@pytest.fixture(scope="session")
def s3(request: pytest.FixtureRequest) -> Iterator[str]:
    """http://KEY:SECRET@host:port of a server with the buckets `tests.world.s3.BUCKETS`."""
    need(request, S3)
    with services.address(S3) as url:
        yield url
