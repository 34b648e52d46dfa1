"""The folder that holds the state of one installation: its lock, its port, its logs."""

import fcntl
import json
import os
import socket
import time
from pathlib import Path

FIRST_CHOICE = 8000


class HomeInUse(Exception):
    """Another GCIS runs in this home."""


class PortInUse(Exception):
    """Something else answers on the port that was asked for."""


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._note = folder / "running.json"

    def lock(self, patience: float = 30) -> int:
        """Take the lock for this process and its children. Returns its descriptor, to be handed to them.

        Children of a start that was killed hold the lock until the last of them is dead: that is what we wait for.
        """
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._owner_lives() or time.monotonic() > deadline:
                    raise HomeInUse(f"GCIS already runs in {self.folder}. Stop it, or choose another --home.") from None
                time.sleep(0.05)
            else:
                self._note.write_text(json.dumps({"pid": os.getpid()}))
                return descriptor

    def port(self, wanted: int | None) -> int:
        """The port to serve on, remembered: it is part of every published address.

        `wanted`: a number, 0 for a free one, None for the remembered one (at first 8000 if that is free).
        """
        memory = self.folder / "port"
        written = memory.read_text().strip() if memory.exists() else ""
        remembered = int(written) if written.isascii() and written.isdigit() else None
        if wanted is None or (wanted == 0 and remembered):
            port = remembered or (FIRST_CHOICE if is_free(FIRST_CHOICE) else free_port())
        else:
            port = wanted or free_port()
        if not is_free(port):
            raise PortInUse(f"Port {port} is in use by another program. Stop that, or choose another --port.")
        if port != remembered:
            unfinished = self.folder / "port.new"  # a start that is killed here must not leave half a number
            unfinished.write_text(str(port))
            unfinished.replace(memory)
        return port

    def _owner_lives(self) -> bool:
        try:
            pid = json.loads(self._note.read_text())["pid"]
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, KeyError, ProcessLookupError):
            return False
        except PermissionError:
            return True
        return bool(pid != os.getpid())


def is_free(port: int) -> bool:
    """Whether nobody listens there. Asked with a plain bind: the web server's own would share the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
