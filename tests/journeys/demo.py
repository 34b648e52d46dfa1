"""Drive the real `./run demo`: start it, read what it prints, find its processes, stop or kill them."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
#: Fetched once for all tests of this checkout.
VIEWERS = ROOT / ".viewers"


class RunningDemo:
    """One start of the demo. `lines` grows while it runs."""

    def __init__(self, home: Path, folder: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.home = home
        command = [sys.executable, "-m", "gcis.embedded", str(folder), "--home", str(home), "--port", "0", "--no-open"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("GCIS_", "DJANGO_"))}
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**clean, "GCIS_VIEWERS_DIR": str(VIEWERS), **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
        self.process.stdout.close()

    # ---------------------------------------------------------------------------------------------------- what it says
    def wait_for(self, pattern: str, seconds: float = 60, *, after: int = 0) -> re.Match[str]:
        """The first line from number `after` on that matches; AssertionError with everything printed if none does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.lines[after:]:
                if found := re.search(pattern, line):
                    return found
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.05)
        raise AssertionError(f"no line like {pattern!r} in {seconds} s:\n" + "\n".join(self.lines) + self._logs())

    def ready(self, seconds: float = 90) -> str:
        """The base URL, without a slash at its end."""
        return self.wait_for(r"^READY (http://\S+)/$", seconds)[1]

    def summary(self, seconds: float = 120, *, after: int = 0) -> dict[str, int]:
        found = self.wait_for(r"^Summary: (.*)$", seconds, after=after)
        return {word: int(count) for count, word in re.findall(r"(\d+) ([a-z]+)", found[1])}

    def _logs(self) -> str:
        texts = [f"\n--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.home.glob("logs/*.log"))]
        return "".join(texts)

    # -------------------------------------------------------------------------------------------------- its processes
    def processes(self) -> dict[str, list[psutil.Process]]:
        """The living processes of this demo by what they are: supervisor, web, worker, child."""
        found: dict[str, list[psutil.Process]] = {"supervisor": [], "web": [], "worker": [], "child": []}
        for process in family(self.home):
            try:
                command = " ".join(process.cmdline())
            except psutil.Error:  # it died between the two looks
                continue
            for kind, mark in MARKS.items():
                if mark in command:
                    found[kind].append(process)
                    break
        return found

    def kill_everything(self) -> None:
        for process in family(self.home):
            with_no_such_process(process.kill)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 15) -> int:
        """Ask it to stop and wait; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(seconds)
        self._reader.join(5)
        return status


MARKS = {
    "supervisor": "-m gcis.embedded ",
    "web": "-m gcis.embedded.web",
    "worker": "-m gcis.embedded.worker",
    "child": "images.conversion.child",
}


def family(home: Path) -> list[psutil.Process]:
    """Every living process that has the lock of this home open: the supervisor, and all that it started."""
    lock = str(home / "lock")
    members = []
    for process in psutil.process_iter():
        try:
            descriptors = Path(f"/proc/{process.pid}/fd").iterdir()
            if any(_link(descriptor) == lock for descriptor in descriptors):
                members.append(process)
        except (PermissionError, FileNotFoundError, ProcessLookupError, psutil.Error):
            continue
    return members


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""


def with_no_such_process(action: Any) -> None:
    """The process may be gone by itself."""
    try:
        action()
    except psutil.NoSuchProcess:
        pass


def leftovers(home: Path) -> list[str]:
    """Scratch folders and half-written files in a home."""
    unfinished = [*home.glob("work/*"), *home.glob("*/.incoming/*"), *home.glob(".secret-key-*")]
    return sorted(str(path.relative_to(home)) for path in unfinished)


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    """Status, body and headers, whatever the status."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def get_json(url: str) -> Any:
    status, body, _ = get(url)
    assert status == 200, (url, status, body[:500])
    return json.loads(body)


def documents(home: Path, base: str) -> list[Any]:
    """Every published manifest, fetched from the running server."""
    names = query(
        home,
        "SELECT value FROM redirects_identifier JOIN manifests_manifest ON resource = manifests_manifest.id"
        " WHERE status = 'current' AND publication_id IS NOT NULL",
    )
    return [get_json(f"{base}/presentation/3/{name}/manifest") for (name,) in names]


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Look at the database from outside."""
    connection = sqlite3.connect(f"file:{home / 'gcis.sqlite3'}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
