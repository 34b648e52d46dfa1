"""`./run services`: the services of production on this machine, to work against by hand; they go with this process."""

import signal
import sys
from pathlib import Path

from tests.world import services
from tests.world.postgresql import PostgreSQL
from tests.world.rabbitmq import RabbitMQ
from tests.world.s3 import BUCKETS, S3
from tests.world.server import Server
from tests.world.valkey import Valkey


def main() -> int:
    found = [service for service in services.ALL if service.programs()]
    for service in services.ALL:
        if service not in found:
            print(f"# {service.name} is not installed: {service.advice}")
    if not found:
        return 1
    try:
        with services.running(found) as servers:
            print("\n".join(settings({type(server): server for server in servers})))
            print("\n# Settings for .env or your shell. Ctrl-C ends the services and removes their files.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        pass
    return 0


def settings(servers: dict[type[Server], Server]) -> list[str]:
    """What GCIS has to be told to use them: one line each, as in `.env`."""
    lines = [f"# files and logs: {folder_of(servers)}"]
    if server := servers.get(PostgreSQL):
        lines.append(f"GCIS_DATABASE_URL={server.address}")
    if server := servers.get(Valkey):
        lines += [f"GCIS_BROKER_URL={server.address}", f"GCIS_CACHE_URL={server.address.removesuffix('0')}1"]
    if server := servers.get(RabbitMQ):
        lines.append(f"# GCIS_BROKER_URL={server.address}   (instead)")
    if isinstance(server := servers.get(S3), S3):
        lines += [f"GCIS_S3_{name.upper()}={value}" for name, value in server.settings.items()]
        lines += [f"GCIS_STORE_{bucket.removeprefix('gcis-').upper()}=s3://{bucket}" for bucket in BUCKETS]
    return lines


def folder_of(servers: dict[type[Server], Server]) -> Path:
    return next(iter(servers.values())).folder.parent


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
