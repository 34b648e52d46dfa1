"""The figures of `/metrics` without a web server: once, or on a port, for hosts that only work."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from prometheus_client import start_http_server

from gcis.metrics.exposition import registry, text


class Command(BaseCommand):
    help = "Prints the figures of /metrics, or serves them on a port of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, metavar="N", help="serve them here until told to stop")
        parser.add_argument("--address", default="127.0.0.1", help="on this address of the host (default: %(default)s)")

    def handle(self, *args: Any, port: int | None, address: str, **options: Any) -> None:
        if port is None:
            self.stdout.write(text().decode(), ending="")
            return
        server, _ = start_http_server(port, addr=address, registry=registry())
        self.stdout.write(f"Figures at http://{address}:{server.server_port}/metrics")
        self.stdout.flush()  # into a pipe too: somebody waits for the address
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            server.shutdown()
