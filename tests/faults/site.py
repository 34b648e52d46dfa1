"""A production site in a temporary folder on loopback: PostgreSQL, a broker, S3, a web server and worker hosts."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.faults.hosts import ROOT, Host, Supervisor, marked
from tests.faults.objects import Objects
from tests.faults.times import SHORT, Times
from tests.world import services
from tests.world.postgresql import PostgreSQL
from tests.world.proxy import Proxy
from tests.world.s3 import S3, WORKER
from tests.world.server import Server, free_ports
from tests.world.valkey import Valkey

STORES = ("sources", "masters", "published")
#: Seconds that the database may be away before looking at it fails.
PATIENCE = 60.0
STARTS = 3
LANES = "interactive,bulk,sweep"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fault needs.

    `proxied` has pairs of a client ("web", or the name of a worker) and a service (postgresql, broker, s3, cache).
    """

    workers: Sequence[str] = ("host-a", "host-b")
    threads: int = 3
    broker: type[Server] = Valkey
    s3: bool = True
    cache: bool = False
    times: Times = SHORT
    proxied: frozenset[tuple[str, str]] = frozenset()
    #: What one host is told beside what all are told.
    settings: dict[str, dict[str, str]] = field(default_factory=dict)
    #: What is done before the first table is made.
    prepare: Callable[["Site"], None] = lambda site: None

    def services(self) -> list[type[Server]]:
        """Of which one is started for the site, and a second Valkey for a cache of its own."""
        return [PostgreSQL, self.broker, *([S3] if self.s3 else [])]


class Site:
    """Made by `running_site`. Everything of it has its folder's name in its environment."""

    def __init__(self, folder: Path, plan: Plan, servers: dict[str, Server]) -> None:
        self.folder, self.plan, self.servers = folder, plan, servers
        self.times = plan.times
        self.proxies = {(client, service): Proxy(servers[service].port) for client, service in sorted(plan.proxied)}
        self.port = free_ports(1)[0]
        self.base = f"http://127.0.0.1:{self.port}"
        self.objects = Objects(servers["s3"].address) if plan.s3 else Objects(folder=folder)
        self._secret = secrets.token_urlsafe(32)
        (folder / "logs").mkdir(parents=True)
        self.web = self._web()
        self.workers = {name: self._worker(name) for name in plan.workers}
        self.supervisor = Supervisor([self.web, *self.workers.values()])
        self.token = ""

    # ------------------------------------------------------------------------------------------------------ its parts
    def environment(self, client: str) -> dict[str, str]:
        """What a host of that name is told: its own scratch room, everybody's services."""
        own = self.folder / client
        (own / "tmp").mkdir(parents=True, exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("GCIS_", "DJANGO_"))}
        return {
            **clean,
            **self._stores(client),
            **self.times.environment(),
            **({"GCIS_CACHE_URL": self._address(client, "cache")} if self.plan.cache else {}),
            "GCIS_HOME": str(own),
            "TMPDIR": str(own / "tmp"),
            "GCIS_SECRET_KEY": self._secret,
            "GCIS_PUBLIC_URL": self.base,
            "GCIS_DATABASE_URL": self._address(client, "postgresql"),
            "GCIS_BROKER_URL": self._address(client, "broker"),
            "PYTHONUNBUFFERED": "1",
            **self.plan.settings.get(client, {}),
        }

    def _stores(self, client: str) -> dict[str, str]:
        if not self.plan.s3:
            return {f"GCIS_STORE_{name.upper()}": str(self.folder / name) for name in STORES}
        return {f"GCIS_STORE_{name.upper()}": f"s3://gcis-{name}" for name in STORES} | {
            "GCIS_S3_ENDPOINT": f"http://127.0.0.1:{self._port(client, 's3')}",
            "GCIS_S3_KEY": WORKER[0],
            "GCIS_S3_SECRET": WORKER[1],
        }

    def _port(self, client: str, service: str) -> int:
        proxy = self.proxies.get((client, service))
        return proxy.port if proxy else self.servers[service].port

    def _address(self, client: str, service: str) -> str:
        server = self.servers[service]
        return server.address.replace(f":{server.port}", f":{self._port(client, service)}")

    def _web(self) -> Host:
        env = self.environment("web") | {
            "GCIS_WEB_ADDRESS": "127.0.0.1",
            "GCIS_WEB_PORT": str(self.port),
            "GCIS_WEB_PROCESSES": "2",
        }
        return Host("web", [sys.executable, "-m", "gcis.embedded.web"], env, self.folder / "logs/web.log")

    def _worker(self, name: str) -> Host:
        threads = str(self.plan.threads)
        command = [sys.executable, "manage.py", "worker", "--name", name, "--lanes", LANES, "--threads", threads]
        return Host(name, command, self.environment(name), self.folder / f"logs/{name}.log")

    # -------------------------------------------------------------------------------------------------------- its life
    def open(self) -> None:
        """Tables, a token, and every host running."""
        self.plan.prepare(self)
        self.manage("migrate", "--verbosity", "0", "--no-input")
        self.token = self.manage("tokens", "issue", "faults", "--scope", "write").strip().splitlines()[-1]
        for host in (self.web, *self.workers.values()):
            self.supervisor.start(host)
        self.until_the_web_answers()

    def until_the_web_answers(self, seconds: float = 60) -> float:
        """Seconds until it did. AssertionError with its log when it does not."""
        began = time.monotonic()
        while not self.answers():
            assert time.monotonic() - began < seconds, f"the web server does not answer:\n{self.web.said()}"
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/livez", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def manage(self, *arguments: str, client: str = "desk", timeout: float = 120) -> str:
        """What a management command said on that host. AssertionError with all of it when it fails."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(client),
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert ran.returncode == 0, f"manage.py {' '.join(arguments)}:\n{ran.stdout}{ran.stderr}"
        return ran.stdout

    def close(self) -> None:
        """Leave nothing alive, in whatever state it is."""
        for host in (self.web, *self.workers.values()):
            host.wanted = False
        self.supervisor.close()
        for host in (self.web, *self.workers.values()):
            host.end()
        for proxy in self.proxies.values():
            proxy.close()
        for orphan in marked(str(self.folder)):
            orphan.kill()

    # --------------------------------------------------------------------------------------------------- what it holds
    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look at the database from outside, past every proxy; while it is away, wait for it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._query(sql, values)
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _query(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        connect = psycopg2.connect(self.servers["postgresql"].address, connect_timeout=5)
        with closing(connect) as connection, connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    def count(self, sql: str, *values: Any) -> int:
        return int(self.query(sql, *values)[0][0] or 0)


@contextmanager
def running_site(plan: Plan) -> Iterator[Site]:
    """The whole of it; at the end of the block nothing of it is left, whatever happened inside."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gcis-site-", ignore_cleanup_errors=True)))
        stack.callback(_unmount, folder)
        wanted = [*plan.services(), *([Valkey] if plan.cache else [])]
        names = ["postgresql", "broker", *(["s3"] if plan.s3 else []), *(["cache"] if plan.cache else [])]
        servers = stack.enter_context(_servers(folder, dict(zip(names, wanted, strict=True))))
        site = Site(folder / "site", plan, servers)
        stack.callback(site.close)
        site.open()
        yield site


def _unmount(folder: Path) -> None:
    """Small disks that a fault has put into the site's folder."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in (place for place in mounted if place.startswith(f"{folder}/")):
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def _servers(folder: Path, wanted: dict[str, type[Server]]) -> Iterator[dict[str, Server]]:
    """As `tests.world.services.running`, by names: a site may have two of a kind."""
    folder.chmod(0o755)  # some of them are another account than we are
    with ExitStack() as stack:
        servers = {name: _started(stack, service, folder / name) for name, service in wanted.items()}
        yield servers


def _started(stack: ExitStack, service: type[Server], folder: Path) -> Server:
    """Tried more than once: between the choice of a free port and its use, somebody else may take it."""
    if reason := services.missing(service):
        raise RuntimeError(reason)
    for attempt in range(STARTS):
        server = service(folder.with_name(f"{folder.name}-{attempt}"))
        stack.callback(server.stop)
        try:
            server.start()
        except RuntimeError:
            if attempt == STARTS - 1:
                raise
            server.kill()
            continue
        return server
    raise AssertionError
