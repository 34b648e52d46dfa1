"""One load on one server: requests of a list over so many connections for some seconds, and what they cost.

Processor time is counted until the last of the requests that were sent has been worked off, and divided by all that
were sent: what is half done when the time is over would else be for nothing, or for the next server.
"""

import json
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

SCRIPT = Path(__file__).with_name("_delivery.lua")
#: Seconds after which a client gives up an answer, and after which a server has to have worked everything off.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Server:
    """One of those that are compared: its address at nginx, what is before region/size, and its processes.

    `idle` is where nginx says how many requests are under way.
    """

    name: str
    address: str
    prefix: str
    processes: tuple[int, ...]
    idle: str

    def path(self, picture: str, parameters: str) -> str:
        return f"{self.prefix}{picture}/{parameters}"

    def family(self) -> list[psutil.Process]:
        """Its processes and all that they have started."""
        first = [psutil.Process(process) for process in self.processes]
        return [*first, *(child for each in first for child in each.children(recursive=True))]

    def processor(self) -> float:
        """Seconds of user and system time of all of them."""
        used = [each.cpu_times() for each in self.family()]
        return float(sum(each.user + each.system for each in used))

    def private(self) -> float:
        """MB of memory that is not of a file (RssAnon)."""
        return sum(_anonymous(each.pid) for each in self.family()) / 1024


@dataclass(frozen=True, slots=True)
class Load:
    """Answers a second, milliseconds until an answer was whole, of the processor for a request, MB before and after,
    bytes of an answer, and how many answers failed or never came."""

    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    before: float
    after: float
    size: float
    failed: int


def load(server: Server, listed: Path, connections: int, seconds: int, start: int) -> Load:
    """Ask it for what the file lists, one path a line, from that place on."""
    before, used = server.private(), server.processor()
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={PATIENCE}s", "-s", str(SCRIPT)]
    said = subprocess.run([*command, server.address, "--", str(listed), str(start)], capture_output=True, text=True)
    if said.returncode or "{" not in said.stdout:
        raise SystemExit(f"wrk: {said.stdout}{said.stderr}")
    found = json.loads(said.stdout.splitlines()[-1])
    worked_off(server)
    used, after = server.processor() - used, server.private()
    answered = max(1, found["answered"])
    times = (found["p50"], found["p95"], found["p99"])
    cpu, size = 1000 * used / max(1, found["asked"]), found["bytes"] / answered
    return Load(found["answered"] / found["seconds"], *times, cpu, before, after, size, found["failed"])


def worked_off(server: Server) -> None:
    """Wait until nothing is under way but our asking for it."""
    deadline = time.monotonic() + PATIENCE
    while "Writing: 1 " not in _text(server.idle):
        if time.monotonic() > deadline:
            raise SystemExit(f"{server.name} is still at work after {PATIENCE} s")
        time.sleep(0.01)


def get(server: Server, picture: str, parameters: str) -> bytes:
    """One answer. OSError when it is none or an error."""
    with urllib.request.urlopen(server.address + server.path(picture, parameters), timeout=PATIENCE) as answer:
        body: bytes = answer.read()
    return body


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        text: str = answer.read().decode()
    return text


def _anonymous(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon:")), 0)
