"""RabbitMQ, of the system only: there is no wheel of it."""

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from tests.world.server import Server

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ(Server):
    """One node without plugins, for nobody to join. Its port mapper (epmd) is our child, else it would stay."""

    name = "RabbitMQ"
    variable = "GCIS_TEST_AMQP_URL"
    advice = "Debian: apt install rabbitmq-server"
    ports_needed = 3

    @classmethod
    def programs(cls) -> Path | None:
        return PROGRAM if PROGRAM.exists() and shutil.which("epmd") else None

    @property
    def address(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def command(self) -> Sequence[str | Path]:
        return ["sh", "-c", f"epmd -port {self.ports[2]} -address 127.0.0.1 & exec {PROGRAM}"]

    def environment(self) -> dict[str, str]:
        base = self.folder
        return {
            **os.environ,
            "HOME": str(base),
            "RABBITMQ_NODENAME": f"gcis{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.ports[1]),
            "RABBITMQ_MNESIA_BASE": str(base / "mnesia"),
            "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(base / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "enabled_plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(base / "plugins"),
            "RABBITMQ_PID_FILE": str(base / "pid"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.ports[2]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def prepare(self) -> None:
        (self.folder / "enabled_plugins").write_text("[].\n")

    def answers(self) -> bool:
        """AMQP 0-9-1 §4.2.2: a server answers the protocol's header with a method frame."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.settimeout(2)
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        except OSError:
            return False
