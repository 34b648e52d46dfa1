"""The services that GCIS works with in production, as tests and people at their desks get them.

Each comes from the address in its variable, else from a program of the system, else from a wheel, else not at all.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.world.postgresql import PostgreSQL
from tests.world.rabbitmq import RabbitMQ
from tests.world.s3 import S3
from tests.world.server import Server
from tests.world.valkey import Valkey

ALL: tuple[type[Server], ...] = (PostgreSQL, Valkey, RabbitMQ, S3)


def missing(service: type[Server]) -> str:
    """Why it cannot be had, with advice; empty when it can."""
    if os.environ.get(service.variable) or service.programs():
        return ""
    return f"{service.name} is not installed ({service.advice}), and {service.variable} names none"


@contextmanager
def address(service: type[Server]) -> Iterator[str]:
    """Where it is: the one that its variable names, or one that lives as long as this block."""
    if given := os.environ.get(service.variable):
        yield given
    else:
        with running([service]) as servers:
            yield servers[0].address


@contextmanager
def running(services: Sequence[type[Server]]) -> Iterator[list[Server]]:
    """Servers of our own, started together; they and their files go at the end of the block."""
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gcis-world-", ignore_cleanup_errors=True)))
        base.chmod(0o755)  # some of them are another account than we are
        servers = []
        for service in services:
            server = service(base / service.name.lower())
            stack.callback(server.stop)
            server.launch()
            servers.append(server)
        for server in servers:
            server.wait()
        yield servers
