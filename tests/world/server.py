"""One outside program that tests start, stop, kill and freeze: what all of them have in common."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import psutil

#: The account that servers run under which refuse to be root.
NOBODY = 65534
START_SECONDS = 60
#: Below those that Linux gives to outgoing connections.
PORTS = (12_000, 32_000)
STOP_SECONDS = 10


class Server(ABC):
    """A server of ours on loopback, with its files in `folder`. It dies with the process that started it.

    It keeps its port and its files over `kill` and `start`, as a machine does that comes back.
    """

    #: What it is called, the variable whose address is used instead of one of ours, and how to get its programs.
    name: ClassVar[str]
    variable: ClassVar[str]
    advice: ClassVar[str]
    #: Ports that it listens on; the first is the one in its address.
    ports_needed: ClassVar[int] = 1
    #: Whether it has to be another account where we are root, and the signal by which it stops.
    refuses_root: ClassVar[bool] = False
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = free_ports(self.ports_needed)
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if self._account:
            os.chown(folder, NOBODY, NOBODY)
        self.prepare()

    # --------------------------------------------------------------------------------------- what each of them says
    @classmethod
    @abstractmethod
    def programs(cls) -> Path | None:
        """Where its programs are, the system's before those of a wheel; None where there are none."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients find it, as in its variable."""

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """What starts it, in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes requests."""

    def prepare(self) -> None:  # noqa: B027  most of them need nothing
        """Make what it needs before its first start."""

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    # --------------------------------------------------------------------------------------------- what is done to it
    def start(self) -> None:
        """Return when it takes requests. RuntimeError, with what it said, when it does not come up."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it, and do not wait for it. From the main thread: the process lives no longer than the thread does."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*map(str, self._as(self.command()))],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """The second half of `start`."""
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self._log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """As an operator does it; what does not go within some seconds is killed."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """At once, with everything that it started."""
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """It holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """To all its processes: those of PostgreSQL that hold connections are sessions of their own."""
        if self.process is None:
            return
        try:
            first = psutil.Process(self.process.pid)
            family = [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def _log(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    @property
    def _account(self) -> bool:
        return self.refuses_root and os.geteuid() == 0

    def _as(self, command: Sequence[str | Path]) -> list[str | Path]:
        """The command under its account, and so that it is told when we die."""
        if not shutil.which("setpriv"):
            return [*command]
        leash = ["setpriv", f"--pdeathsig={self.stop_signal.name.removeprefix('SIG')}"]
        account = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if self._account else []
        return [*leash, *account, *command]

    def run(self, command: Sequence[str | Path]) -> None:
        """Do something under its account before it starts. RuntimeError, with what was said, when that fails."""
        ran = subprocess.run(
            [*map(str, self._as(command))], cwd=self.folder, env=self.environment(), capture_output=True, text=True
        )
        if ran.returncode:
            raise RuntimeError(f"{self.name}: {command[0]} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")


def free_ports(count: int) -> list[int]:
    """So many different ports of loopback that nobody uses just now, out of those that no client is given by chance."""
    held: dict[int, socket.socket] = {}
    try:
        while len(held) < count:
            port = random.randint(*PORTS)
            if port in held:
                continue
            each = socket.socket()
            try:
                each.bind(("127.0.0.1", port))
                held[port] = each
            except OSError:
                each.close()
        return list(held)
    finally:
        for each in held.values():
            each.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


def from_wheel(package: str, pattern: str) -> Path | None:
    """A file inside an installed package, found without importing it."""
    import importlib.util

    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    return next(iter(sorted(Path(found.origin).parent.glob(pattern), reverse=True)), None)


def system(*names: str) -> Path | None:
    """The first of these programs that the system has, unless the tests are to do without."""
    if os.environ.get("GCIS_TEST_WHEELS_ONLY"):
        return None
    return next((Path(path) for name in names if (path := shutil.which(name))), None)
