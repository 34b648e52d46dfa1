"""The folder of one installation: who may use it, and where it serves."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcis.embedded.home import Home, HomeInUse, PortInUse, free_port, is_free

ROOT = Path(__file__).parents[2]

#: Takes the lock, hands it to a child that stays, says both pids, and waits.
STARTER = """
import subprocess, sys
from pathlib import Path
from gcis.embedded.home import Home
lock = Home(Path(sys.argv[1])).lock()
child = subprocess.Popen(["sleep", "30"], pass_fds=(lock,))
print(child.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


class Started:
    """Another start in the same home, with a child of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.child = int(self.process.stdout.readline())

    def kill(self) -> None:
        """The starter only; its child lives on."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        try:
            os.kill(self.child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()


@pytest.fixture
def other(home: Home) -> Iterator[Started]:
    started = Started(home.folder)
    yield started
    started.close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening


# ----------------------------------------------------------------------------------------------------------------- lock
def test_a_second_start_is_refused_at_once(home: Home, other: Started) -> None:
    began = time.monotonic()
    with pytest.raises(HomeInUse, match="already runs"):
        home.lock(patience=20)
    assert time.monotonic() - began < 2


def test_the_lock_is_held_until_the_last_child_is_dead(home: Home, other: Started) -> None:
    other.kill()
    with pytest.raises(HomeInUse):
        home.lock(patience=0.3)
    os.kill(other.child, signal.SIGKILL)
    descriptor = home.lock(patience=10)
    os.close(descriptor)


def test_a_start_waits_for_the_children_of_the_one_before(home: Home, other: Started) -> None:
    other.kill()
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.4; kill -9 {other.child}"])
    began = time.monotonic()
    os.close(home.lock(patience=10))
    assert 0.3 < time.monotonic() - began < 8
    killer.wait()


def test_a_lock_that_nobody_holds_is_free_whatever_the_note_says(home: Home) -> None:
    for note in ("", "{", '{"pid": 1}', f'{{"pid": {os.getppid()}}}'):
        (home.folder / "running.json").write_text(note)
        os.close(home.lock(patience=0))


def test_the_lock_is_not_passed_on_by_accident(home: Home) -> None:
    descriptor = home.lock()
    assert not os.get_inheritable(descriptor)
    os.close(descriptor)


# ----------------------------------------------------------------------------------------------------------------- port
def test_a_free_port_is_remembered(home: Home) -> None:
    port = home.port(0)
    assert port > 1023
    assert home.port(0) == home.port(None) == Home(home.folder).port(None) == port


def test_a_chosen_port_becomes_the_remembered_one(home: Home) -> None:
    home.port(0)
    chosen = free_port()
    assert home.port(chosen) == chosen
    assert home.port(None) == chosen


def test_a_port_in_use_is_refused_and_not_remembered(home: Home, listener: socket.socket) -> None:
    taken = listener.getsockname()[1]
    assert not is_free(taken)
    with pytest.raises(PortInUse, match=str(taken)):
        home.port(taken)
    assert not (home.folder / "port").exists()
    remembered = home.port(0)
    with pytest.raises(PortInUse):
        home.port(taken)
    assert home.port(None) == remembered


def test_the_remembered_port_is_never_exchanged_for_another(home: Home, listener: socket.socket) -> None:
    taken = listener.getsockname()[1]
    (home.folder / "port").write_text(str(taken))
    for wanted in (None, 0):
        with pytest.raises(PortInUse):
            home.port(wanted)


def test_a_port_on_all_addresses_is_in_use_too() -> None:
    with socket.socket() as listening:
        listening.bind(("0.0.0.0", 0))
        listening.listen()
        assert not is_free(listening.getsockname()[1])


def test_the_first_choice_gives_way(home: Home, listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcis.embedded.home.FIRST_CHOICE", listener.getsockname()[1])
    assert home.port(None) != listener.getsockname()[1]


def test_a_start_that_was_killed_while_it_wrote_leaves_no_half_a_number(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(path: Path, text: str) -> None:
        path.open("w").close()
        raise KeyboardInterrupt

    port = home.port(0)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "write_text", dies)
        home.port(free_port())
    assert home.port(None) == port
