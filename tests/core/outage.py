"""A site on a PostgreSQL of its own, served by real processes, for tests that take the database away."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import requests

from tests.world.postgresql import PostgreSQL
from tests.world.server import free_ports

ROOT = Path(__file__).parents[2]
#: One picture "coast" and one that is withdrawn, each in a published manifest; a draft; staff "jane".
PREPARE = """
import sys
from pathlib import Path
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
from images import curation, services as images
from images.models import Source
from images.services import SourceFile
from gcis.tokens import services as tokens
from manifests import curation as works
from tests import work
from tests.manifests.records import a_manifest, a_page
from tests.media.sources import corners
folder = Path(sys.argv[1])
source = work.a_source(str(folder))
for name in ("coast", "secret", "gone"):
    corners(700, 500).save(folder / f"{name}.jpg")
    manifest = a_manifest(name, identifier=name)
    picture = images.register(source, f"{name}.jpg", SourceFile(f"{name}.jpg", "x"), actor="test", identifier=name)
    a_page(manifest, picture.pk)
    work.run_due()
    if name == "secret":
        works.restrict(manifest, curation.Restriction("closed"), actor="test")
    if name == "gone":
        curation.withdraw(picture.pk, actor="test", reason="not ours")
        works.withdraw(manifest, actor="test", reason="not ours")
work.run_due()
User.objects.create_superuser("jane", "", "secret-of-jane")
print(tokens.issue("dam", ["write"], actor="test").secret)
"""


class Site:
    """`token` may write. Waits are those of the web's own defaults."""

    def __init__(self, server: PostgreSQL, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._local = threading.local()
        self.port = free_ports(1)[0]
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GCIS_")},
            "GCIS_HOME": str(folder / "home"),
            "GCIS_DATABASE_URL": server.address,
            "GCIS_PUBLIC_URL": self.base,
            "GCIS_WEB_PORT": str(self.port),
            "GCIS_WEB_PROCESSES": "1",
            "DJANGO_SETTINGS_MODULE": "gcis.settings",
            "PYTHONPATH": str(ROOT),
        }
        pictures = folder / "pictures"
        pictures.mkdir()
        made = self._python("-c", PREPARE, str(pictures))
        self.token = made.strip().splitlines()[-1]

    def _python(self, *arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    @contextmanager
    def served(self) -> Iterator[None]:
        command = [sys.executable, "-m", "gcis.embedded.web"]
        with (self.folder / "web.log").open("ab") as log:
            web = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            until(lambda: self._lives() or web.poll() is not None)
            assert web.poll() is None, (self.folder / "web.log").read_text()
            yield
        finally:
            os.killpg(web.pid, signal.SIGKILL)
            web.wait()

    def _lives(self) -> bool:
        try:
            return self.get("/livez").status_code == 200
        except requests.ConnectionError:
            return False

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.ask("GET", path, headers=headers)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        if not hasattr(self._local, "session"):  # one connection for each visitor, as browsers and proxies have
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        address = f"{self.base}{path}"
        answer: requests.Response = self._local.session.request(
            method, address, allow_redirects=False, timeout=30, **options
        )
        return answer

    def send(self, key: str) -> requests.Response:
        """A manifest, as a machine sends it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        address = "/api/v1/sources/museum"
        self.ask("PUT", address, json={"name": "museum"}, headers=headers)
        return self.ask("PUT", f"{address}/manifests/{key}", json={"label": key}, headers=headers)

    @contextmanager
    def connection(self) -> Iterator[Any]:
        with closing(psycopg2.connect(self.server.address)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the server: those that hold our connections are sessions of their own."""
        assert self.server.process
        parent = psutil.Process(self.server.process.pid)
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            process.suspend()
        try:
            yield
        finally:
            for process in reversed(family):
                process.resume()


def until(what: Any, seconds: float = 30) -> float:
    """Seconds until it was so."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it did not come about"
        time.sleep(0.05)
    return time.monotonic() - began
