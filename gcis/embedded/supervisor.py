"""Keep the web server and the worker alive, and take them along when we go (DESIGN §6)."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.db import DatabaseError

from gcis.embedded import leash

log = structlog.get_logger(__name__)

#: Seconds that children get to finish or give back what they do, before they are killed.
GRACE = 8
#: A child that lives for less than so many seconds waits longer and longer for its next start.
QUICK_DEATH = 2


@dataclass
class Child:
    """One supervised process, leader of its own session so that its whole group can be killed."""

    module: str
    env: dict[str, str]
    pass_fds: tuple[int, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    died: float | None = None
    #: Deaths in quick succession.
    deaths: int = 0

    def start(self) -> None:
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env=self.env,
                pass_fds=self.pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        self.started, self.died = time.monotonic(), None

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        if self.alive and self.process:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Whatever is left of it: the web server's workers outlive their parent otherwise."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def may_start_again(self) -> bool:
        """Note a death when it is first seen; the more of them in quick succession, the longer the wait."""
        now = time.monotonic()
        if self.died is None:
            self.died = now
            self.deaths = self.deaths + 1 if now - self.started < QUICK_DEATH else 0
        return now - self.died >= QUICK_DEATH * min(self.deaths, 10)


class Supervisor:
    """Starts, restarts and stops the two children. The caller calls `tend` several times a second."""

    def __init__(self, *, lock: int, port: int, logs: Path) -> None:
        self.port = port
        self.nonce = secrets.token_hex(8)
        leash_end, self._leash = os.pipe()
        environment = {
            **os.environ,
            leash.VARIABLE: str(leash_end),
            "GCIS_CHILD_FDS": str(lock),
            "GCIS_NONCE": self.nonce,
            "GCIS_WEB_ADDRESS": os.environ.get("GCIS_WEB_ADDRESS", "127.0.0.1"),
            "GCIS_WEB_PORT": str(port),
            "GCIS_WEB_PROCESSES": os.environ.get("GCIS_WEB_PROCESSES", str(min(os.cpu_count() or 1, 4))),
            "PYTHONUNBUFFERED": "1",
        }
        kept = (lock, leash_end)
        self.web = Child("gcis.embedded.web", environment, kept, logs / "web.log")
        self.worker = Child("gcis.embedded.worker", environment, kept, logs / "worker.log")

    def start(self) -> None:
        self.web.start()
        self.worker.start()

    def tend(self) -> None:
        """Start again what died. Jobs of a dead worker are freed at once: nobody needs to wait for their lease."""
        for child in (self.web, self.worker):
            if child.alive:
                continue
            if not child.may_start_again():
                continue
            log.warning("child.died", module=child.module, pid=child.pid)
            child.kill_group()
            if child is self.worker:
                _free_jobs_of(child.pid)
            child.start()

    def answers(self) -> bool:
        """Whether the web server that we started answers, and not somebody else on its port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=1) as response:
                return bool(json.load(response)["nonce"] == self.nonce)
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            return False

    def stop(self) -> None:
        """Ask both to finish or give back, wait, then leave nothing alive."""
        children = (self.web, self.worker)
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.alive for child in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in children:
            child.kill_group()


def _free_jobs_of(pid: int) -> None:
    from gcis.jobs import services

    try:
        services.free_owner(f"{socket.gethostname()}:{pid}")
    except DatabaseError:
        log.exception("owner.not_freed")  # their leases run out by themselves
