"""Processes of a site that is kept alive: started again when they die, as systemd does with `Restart=always`."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from gcis.embedded import leash

ROOT = Path(__file__).parents[2]
#: Seconds between a death and the next start, and those that a process gets to end by itself.
RESTART_SECONDS = 1.0
STOP_SECONDS = 40.0
CHILD = "images.conversion.child"
#: The web server's own processes would outlive it and us; they end when nobody holds the other end of this pipe.
_ends = os.pipe()


@dataclass(eq=False)
class Host:
    """One supervised process, leader of a session, with whatever it starts."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    log: Path
    #: Whether it is to run: somebody who stops it on purpose does not want it back.
    wanted: bool = False
    starts: int = 0
    died_at: float | None = None
    process: subprocess.Popen[bytes] | None = None
    #: From death to the next good answer; told by whoever knows what an answer is.
    outages: list[tuple[float, float]] = field(default_factory=list)

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.wanted = True
        tied = ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*tied, *self.command],
                cwd=ROOT,
                env={**self.env, leash.VARIABLE: str(_ends[0])},
                pass_fds=[_ends[0]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        self.died_at = None

    def kill(self) -> None:
        """SIGKILL to the process and its session, as when a machine goes. The supervisor starts it again."""
        _signal_group(self.pid, signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        if self.alive and self.process:
            self.process.send_signal(number)

    def stop(self, seconds: float = STOP_SECONDS) -> float:
        """Ask it to stop and wait; how many seconds that took. What does not go is killed, with all that it left."""
        self.wanted = False
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        took = time.monotonic() - began
        self.end()
        return took

    def end(self) -> None:
        self.wanted = False
        self.kill()
        for child in self.children():
            _signal_group(child.pid, signal.SIGKILL)
        if self.process:
            self.process.wait()

    def children(self) -> list[psutil.Process]:
        """The conversion children that it has just now."""
        return [process for process in self.family() if CHILD in _words(process)]

    def busy_children(self) -> list[psutil.Process]:
        """Those that have a picture open: a child that waits for work can be killed without anybody noticing."""
        scratch = f"{self.env['GCIS_HOME']}/work/"
        return [child for child in self.children() if any(scratch in path for path in open_files(child))]

    def family(self) -> list[psutil.Process]:
        """Everything that it started and that lives."""
        try:
            return psutil.Process(self.pid).children(recursive=True) if self.pid else []
        except psutil.NoSuchProcess:
            return []

    def said(self, last: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-last:] if self.log.exists() else ""


class Supervisor:
    """Starts hosts again that died without being asked. In a thread, which lives as long as the site does."""

    def __init__(self, hosts: list[Host]) -> None:
        self._hosts = hosts
        self._done = threading.Event()
        self._orders: list[Host] = []
        self._thread = threading.Thread(target=self._tend, name="supervisor", daemon=True)
        self._thread.start()

    def start(self, host: Host) -> None:
        """From the supervisor's thread: what it starts lives no longer than that thread does."""
        self._orders.append(host)
        while host in self._orders:
            assert self._thread.is_alive(), "the supervisor is dead"
            time.sleep(0.01)

    def close(self) -> None:
        self._done.set()
        self._thread.join()

    def _tend(self) -> None:
        while not self._done.wait(0.05):
            for host in self._orders[:]:
                host.start()
                self._orders.remove(host)
            for host in self._hosts:
                if host.wanted and not host.alive:
                    self._restart(host)

    @staticmethod
    def _restart(host: Host) -> None:
        now = time.monotonic()
        host.died_at = host.died_at or now
        if now - host.died_at >= RESTART_SECONDS:
            host.kill()
            host.start()


def marked(mark: str) -> list[psutil.Process]:
    """Every living process in whose environment this text is: the site's folder, which all of its processes know."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if any(mark in value for value in process.environ().values()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def open_files(process: psutil.Process) -> list[str]:
    try:
        return [file.path for file in process.open_files()]
    except psutil.Error:
        return []


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _signal_group(pid: int, number: signal.Signals) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, number)
