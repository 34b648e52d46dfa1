"""Processes of GCIS that work with the database and the stores of a test: the web server, and who keeps the mirror."""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

from gcis.core.blobs.stores import store
from tests.world.server import Server

ROOT = Path(__file__).parents[2]


class Process(Server):
    """One of them; `settings` are variables that it gets beside those of the test."""

    variable = "GCIS_TEST_NONE"
    advice = "it is part of GCIS"

    def __init__(self, folder: Path, **variables: str) -> None:
        self.variables = variables
        super().__init__(folder)

    @classmethod
    def programs(cls) -> Path | None:
        return Path(sys.executable)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GCIS_")}
        home = str(self.folder / "home")
        own = {"GCIS_HOME": home, "GCIS_DATABASE_URL": database_url(), "GCIS_SECRET_KEY": settings.SECRET_KEY}
        where = {f"GCIS_STORE_{name.upper()}": _folder(name) for name in ("sources", "masters", "published")}
        return {**clean, **own, **where, "GCIS_PUBLIC_URL": settings.GCIS_PUBLIC_URL, "PYTHONPATH": str(ROOT)} | (
            self.variables
        )


class Web(Process):
    name = "web"

    def command(self) -> Sequence[str | Path]:
        return [sys.executable, "-m", "gcis.embedded.web"]

    def environment(self) -> dict[str, str]:
        return {"GCIS_WEB_PROCESSES": "1", **super().environment(), "GCIS_WEB_PORT": str(self.port)}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/livez", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False


class Follower(Process):
    """`manage mirror --follow`; its GCIS_MIRROR_DIR is among its variables."""

    name = "mirror"

    def command(self) -> Sequence[str | Path]:
        return [sys.executable, ROOT / "manage.py", "mirror", "--follow"]

    def answers(self) -> bool:
        return (Path(self.variables["GCIS_MIRROR_DIR"]) / ".whole").exists()


class Worker(Process):
    """A worker host that does everything that is due."""

    name = "worker"

    def command(self) -> Sequence[str | Path]:
        return [sys.executable, ROOT / "manage.py", "worker", "--name", "site", "--threads", "2"]

    def answers(self) -> bool:
        return self.process is not None and self.process.poll() is None


def database_url() -> str:
    """The database of this test, as in GCIS_DATABASE_URL."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


def _folder(name: str) -> str:
    return str(getattr(store(name), "folder", ""))
